"""Outside counsel: who has a mandate for a matter, what ends soon, and the one who asks about their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.models import Comment, Matter
from safeconduct.rooms.government_requests.queries.access import UnknownMatterError, find_matter, visible
from safeconduct.rooms.government_requests.queries.clocks import served
from safeconduct.rooms.government_requests.queries.papers import read_words
from safeconduct.rooms.government_requests.queries.parties import names
from safeconduct.rooms.government_requests.rules.alarms import AlarmKind
from safeconduct.rooms.government_requests.rules.mandates import warn_from
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.people import queries as people
from safeconduct.rooms.people.queries.mandates import MandateSeen
from safeconduct.rooms.people.queries.mandates import mandates as all_mandates


@dataclass(frozen=True, kw_only=True)
class MandateLine:
    """A mandate as the matter's page lists it: ``state`` is standing, lapsed or ended."""

    id: str
    person: str
    since: str
    until: str
    ends: datetime
    state: str

    def as_json(self) -> dict[str, str]:
        """Return the line as data."""
        return {"id": self.id, "person": self.person, "until": instant_text(self.ends), "state": self.state}


def _state(one: MandateSeen, now: datetime) -> str:
    if one.state == "ended":
        return "ended"
    return "standing" if one.stands(now) else "lapsed"


def mandates_of(*, actor: Actor, now: datetime, matter: str) -> tuple[MandateLine, ...]:
    """Return every mandate of a matter that ``actor`` may know of, the newest first."""
    row = find_matter(actor=actor, matter=matter)
    return tuple(
        MandateLine(
            id=one.id,
            person=one.person,
            since=served(one.starts, row.zone),
            until=served(one.ends, row.zone),
            ends=one.ends,
            state=_state(one, now),
        )
        for one in all_mandates(matter=row.pk)
    )


def standing_mandate(*, actor: Actor, mandate: str) -> MandateSeen:
    """Return a mandate that was not ended, of a matter that ``actor`` may know of; raises ``UnknownMatterError``."""
    for one in all_mandates(pk=mandate):
        if visible(actor).filter(pk=one.matter).exists():
            return one
    raise UnknownMatterError


def may_be_mandated(*, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return everybody with the role of outside counsel, by name."""
    found = [one.person for one in people.outside_counsel(now=now)]
    clear = names(persons=found)
    return tuple(sorted(((one, clear.get(one, one)) for one in found), key=lambda one: one[1]))


@dataclass(frozen=True, kw_only=True)
class OwnMandate:
    """A matter that outside counsel may know of now."""

    matter: str
    reference: str
    process: str
    organisation: str
    until: str
    ends: datetime


def own_mandates(*, actor: Actor, now: datetime) -> tuple[OwnMandate, ...]:
    """Return the matters that the actor, outside counsel, is mandated for now; the one that ends first, first."""
    actor.require(Permission.USE_MANDATE)
    seen = {row.pk: row for row in visible(actor)}
    standing = [one for one in all_mandates(person=actor.person) if one.stands(now) and one.matter in seen]
    return tuple(
        OwnMandate(
            matter=one.matter,
            reference=seen[one.matter].reference,
            process=seen[one.matter].process,
            organisation=seen[one.matter].organisation,
            until=served(one.ends, seen[one.matter].zone),
            ends=one.ends,
        )
        for one in sorted(standing, key=lambda one: (one.ends, one.id))
    )


@dataclass(frozen=True, kw_only=True)
class CommentLine:
    """A comment; its words are there only through an opened grant."""

    object: str
    by: str
    at: datetime
    words: str = ""


def comments_of(*, actor: Actor, matter: str, grant: str = "") -> tuple[CommentLine, ...]:
    """Return the comments on a matter, oldest first; raises ``PapersClosedError`` for a grant that has ended."""
    row = find_matter(actor=actor, matter=matter)
    found = list(Comment.objects.filter(matter=row))
    said = read_words(matter=row.pk, grant=grant, objects=[one.object for one in found]) if grant and found else {}
    return tuple(CommentLine(object=one.object, by=one.by, at=one.at, words=said.get(one.object, "")) for one in found)


def mandate_moments(
    *, latest: datetime | None, matters: QuerySet[Matter] | None = None
) -> Iterator[tuple[str, AlarmKind, datetime]]:
    """Yield matter, kind and moment of each mandate that ends soon and was not ended; of closed matters none."""
    rows = (Matter.objects.all() if matters is None else matters).filter(closed_at__isnull=True)
    given = all_mandates(state="given")
    open_ones = set(rows.filter(pk__in=[one.matter for one in given]).values_list("pk", flat=True)) if given else set()
    for one in given:
        at = warn_from(starts=one.starts, ends=one.ends)
        if one.matter in open_ones and (latest is None or at <= latest):
            yield one.matter, AlarmKind.MANDATE_ENDS, at
