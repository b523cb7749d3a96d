"""The open set: answered matters of which the customer was not told and nothing named settles it."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.queries.access import visible
from safeconduct.rooms.government_requests.queries.clocks import day_words
from safeconduct.rooms.government_requests.rules.lifecycles import NOTICE_NAMES, notice_is_settled
from safeconduct.rooms.government_requests.rules.words import PROCESS_NAMES, Outcome, Process

WAITS_FOR = {
    "not_due": "Somebody to write it",
    "due": "Somebody to write it",
    "drafted": "A second person to release it",
    "prohibited": "An end: counsel reviews the prohibition",
}


@dataclass(frozen=True, kw_only=True)
class OpenNotice:
    """One answered matter with an open notice."""

    id: str
    reference: str
    paper: str
    answered: str
    notice: str
    waits_for: str


ANSWERED = Q(responded_at__isnull=False, notice_state__in=sorted(WAITS_FOR)) & ~Q(outcome=Outcome.OPEN)
SETTLED = Q(notice_state="prohibited", silence_until__isnull=False) | Q(notice_state="not_due", notice_owed=False)
OPEN_NOTICE = ANSWERED & ~SETTLED
"""Of an answered matter: its customer was not told, no exception is named, and no prohibition with an end stands."""


def _answered(actor: Actor) -> QuerySet[Matter]:
    return visible(actor).filter(ANSWERED).order_by("responded_at", "reference")


def _settled(row: Matter) -> bool:
    return notice_is_settled(
        notice_state=row.notice_state, owed=row.notice_owed, prohibited_until_known=row.silence_until is not None
    )


def open_notices(*, actor: Actor) -> tuple[OpenNotice, ...]:
    """Return every answered matter that the actor may see whose notice is open, oldest answer first."""
    return tuple(
        OpenNotice(
            id=row.pk,
            reference=row.reference,
            paper=PROCESS_NAMES[Process(row.process)],
            answered=day_words(row.responded_at or row.received_at, row.zone, year=True),
            notice=NOTICE_NAMES[row.notice_state],
            waits_for=WAITS_FOR[row.notice_state],
        )
        for row in _answered(actor)
        if not _settled(row)
    )


def count_open(*, actor: Actor) -> int:
    """Return how many notices are open, of those that the actor may know of."""
    return visible(actor).filter(OPEN_NOTICE).count()
