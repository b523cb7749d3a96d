"""What has fallen due: open journeys, silence that ended, copies whose time ran out; and what rings."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.clocks import Clocks
from safeconduct.rooms.government_requests.models import DueAlarm, Journey, Matter
from safeconduct.rooms.government_requests.queries.access import seen_through, visible
from safeconduct.rooms.government_requests.queries.escalation import hears, reminders
from safeconduct.rooms.government_requests.queries.following import other_moments
from safeconduct.rooms.government_requests.rules.alarms import (
    COPY_WARNING,
    AlarmKind,
    Moments,
    moments_to_ring,
    ringing,
)
from safeconduct.rooms.government_requests.rules.deadlines import SILENCE_WARNING
from safeconduct.rooms.government_requests.rules.words import KEPT_ONLY

ALARM_WORDS = {
    AlarmKind.ANSWER_DUE: "Answer due",
    AlarmKind.SOON_HOLDER: "Answer due soon: you have it",
    AlarmKind.SOON_DESK: "Answer due soon",
    AlarmKind.SOON_LEGAL: "Answer due next: counsel",
    AlarmKind.COPY_ENDS: "Copy runs out",
    AlarmKind.SILENCE_ENDS: "Silence ends soon",
    AlarmKind.SILENCE_OVER: "Silence is over",
    AlarmKind.SILENCE_COUNSEL: "Silence waits for counsel",
    AlarmKind.SILENCE_REVIEW: "Is silence still needed?",
    AlarmKind.SILENCE_COURT: "Government's days to apply are over",
    AlarmKind.PROCESS_OWED: "Process is to be demanded",
    AlarmKind.PROCESS_LATE: "Demanded process never came",
    AlarmKind.MANDATE_ENDS: "Outside counsel's mandate ends",
    AlarmKind.LITIGATION: "Litigation: is the file still to be kept?",
    AlarmKind.HEARING: "A custodian's hearing comes",
    AlarmKind.INCIDENT: "The controller is to be told of an incident",
}
STARTED_BY_A_PERSON = frozenset({"collect"})
"""Collection waits for a person after the authorisation; the worker never begins it."""


def open_journeys(*, before: datetime) -> tuple[str, ...]:
    """Return the journeys that were intended before ``before`` and have no outcome."""
    rows = Journey.objects.filter(done_at__isnull=True, at__lt=before).exclude(act__in=STARTED_BY_A_PERSON)
    return tuple(rows.values_list("pk", flat=True))


def silences_over(*, now: datetime) -> tuple[str, ...]:
    """Return the silenced matters whose order has ended."""
    rows = Matter.objects.filter(silenced=True, silence_until__lte=now)
    return tuple(rows.values_list("pk", flat=True))


def copies_over(*, now: datetime) -> tuple[str, ...]:
    """Return the matters whose copy has run out."""
    rows = Matter.objects.filter(preserved_until__lte=now, preservation_ended_at__isnull=True)
    return tuple(rows.values_list("pk", flat=True))


MOMENTS = (
    *(
        "reference",
        "process",
        "holder",
        "answer_due_at",
        "responded_at",
        "closed_at",
        "preserved_at",
        "preserved_until",
    ),
    *("preservation_ended_at", "silenced", "silence_until"),
)
"""What the moments of a matter, and the line of an alarm, are made of."""


def moments_of(row: Matter) -> Moments:
    """Return the moments of a matter that still count."""
    kept = row.preserved_at is not None and row.preservation_ended_at is None
    return Moments(
        # A paper that asks for a copy and for nothing else has no day for an answer.
        answer_due_at=None if row.responded_at or row.closed_at or row.process in KEPT_ONLY else row.answer_due_at,
        preserved_until=row.preserved_until if kept else None,
        silence_until=row.silence_until if row.silenced else None,
    )


def _near(latest: datetime) -> QuerySet[Matter]:
    """Return the matters of which some moment may ring at ``latest``."""
    answer = Q(answer_due_at__lte=latest, responded_at__isnull=True, closed_at__isnull=True)
    copy = Q(preserved_until__lte=latest + COPY_WARNING, preservation_ended_at__isnull=True)
    silence = Q(silenced=True, silence_until__lte=latest + SILENCE_WARNING)
    return Matter.objects.filter(answer | copy | silence)


def alarms_to_raise(*, clocks: Clocks) -> Iterator[tuple[str, AlarmKind, datetime]]:
    """Yield matter, kind and moment of every alarm that rings and was not raised yet."""
    raised = set(DueAlarm.objects.values_list("matter_id", "kind", "due_at"))
    for row in _near(clocks.latest):
        for kind, at in ringing(moments_of(row), clocks):
            if (row.pk, str(kind), at) not in raised:
                yield row.pk, kind, at
    for matter, kind, at in (*other_moments(latest=clocks.latest), *reminders(latest=clocks.latest)):
        if (matter, str(kind), at) not in raised:
            yield matter, kind, at


@dataclass(frozen=True, kw_only=True)
class AlarmLine:
    """A standing alarm as a list shows it."""

    matter: str
    reference: str
    kind: AlarmKind
    due_at: datetime

    @property
    def words(self) -> str:
        """Return what has come."""
        return ALARM_WORDS[self.kind]


def standing_alarms(*, actor: Actor) -> tuple[AlarmLine, ...]:
    """Return the raised alarms of matters that ``actor`` may see and that are not settled, oldest moment first."""
    raised = DueAlarm.objects.filter(seen_through(actor, "matter__")).select_related("matter")
    rows = list(raised.order_by("due_at", "matter_id").only("kind", "due_at", *(f"matter__{name}" for name in MOMENTS)))
    if not rows:
        return ()
    seen = visible(actor).filter(pk__in={row.matter_id for row in rows})
    still = frozenset([*other_moments(latest=None, matters=seen), *reminders(latest=None, matters=seen)])
    return tuple(
        AlarmLine(matter=row.matter_id, reference=row.matter.reference, kind=AlarmKind(row.kind), due_at=row.due_at)
        for row in rows
        if hears(actor=actor, kind=AlarmKind(row.kind), holder=row.matter.holder)
        and (
            (AlarmKind(row.kind), row.due_at) in moments_to_ring(moments_of(row.matter))
            or (row.matter_id, AlarmKind(row.kind), row.due_at) in still
        )
    )
