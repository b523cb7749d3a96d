"""What belongs with a matter because a person or a paper says so: never an end that the actor may not know of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.periods import Window
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.models.link import MatterLink, StatedReference
from safeconduct.rooms.government_requests.queries.access import find_matter, seen_through, visible
from safeconduct.rooms.government_requests.queries.papers import PapersClosedError, read_case_file, read_words
from safeconduct.rooms.government_requests.queries.queue import rows_of
from safeconduct.rooms.government_requests.queries.queue_rows import QueueRow
from safeconduct.rooms.government_requests.queries.search import MOST
from safeconduct.rooms.government_requests.rules.links import (
    CASE_NUMBER,
    FROM_THERE,
    LINK_NAMES,
    OUR_REFERENCE,
    Bars,
    LinkKind,
    compared,
)


@dataclass(frozen=True, kw_only=True)
class LinkSeen:
    """A link as one of its matters shows it; ``reason`` is the sealed object, and persons are ids."""

    id: str
    row: QueueRow
    kind: str
    says: str
    reason: str
    owner: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Stated:
    """Matters that a paper speaks of: by our reference, here or there, and by the authority's own number."""

    named_here: tuple[QueueRow, ...]
    named_there: tuple[QueueRow, ...]
    same_number: tuple[QueueRow, ...]


def standing(*, actor: Actor, matter: str) -> QuerySet[MatterLink]:
    """Return the links of ``matter`` that stand, and of which ``actor`` may know both ends."""
    ends = Q(one=matter) | Q(other=matter)
    return MatterLink.objects.filter(
        ends, seen_through(actor, "one__"), seen_through(actor, "other__"), state="standing"
    )


def links_of(*, actor: Actor, matter: str, now: datetime) -> tuple[LinkSeen, ...]:
    """Return the links of a matter that ``actor`` may know of, newest first, 50 at most."""
    row = find_matter(actor=actor, matter=matter)
    held = list(standing(actor=actor, matter=row.pk)[:MOST])
    others = [one.other_id if one.one_id == row.pk else one.one_id for one in held]
    lines = {line.id: line for line in rows_of(actor=actor, matters=others, now=now)}
    return tuple(
        LinkSeen(
            id=link.pk,
            row=lines[other],
            kind=link.kind,
            says=(LINK_NAMES if link.one_id == row.pk else FROM_THERE)[LinkKind(link.kind)],
            reason=link.reason,
            owner=link.one_id,
            by=link.by,
            at=link.at,
        )
        for link, other in zip(held, others, strict=True)
        if other in lines
    )


def stated(*, actor: Actor, matter: str, now: datetime) -> Stated:
    """Return the matters that papers name beside this one, as far as ``actor`` may know of them, 50 of each at most."""
    row = find_matter(actor=actor, matter=matter)
    others = visible(actor).exclude(pk=row.pk).order_by("-received_at")
    said = StatedReference.objects
    here = others.filter(reference__in=said.filter(matter=row, kind=OUR_REFERENCE).values("value"))
    there = others.filter(pk__in=said.filter(kind=OUR_REFERENCE, value=row.reference).values("matter"))
    numbers = said.filter(matter=row, kind=CASE_NUMBER).values("value")
    same = said.filter(kind=CASE_NUMBER, value__in=numbers).values("matter")
    number = others.filter(pk__in=same, country=row.country)

    def lines(found: QuerySet[Matter]) -> tuple[QueueRow, ...]:
        return rows_of(actor=actor, matters=list(found.values_list("pk", flat=True)[:MOST]), now=now)

    return Stated(named_here=lines(here), named_there=lines(there), same_number=lines(number))


def reasons_of(links: tuple[LinkSeen, ...], grants: Mapping[str, str]) -> dict[str, str]:
    """Return the words of each link's reason, by object, where ``grants`` holds an open one of the file it lies in."""
    found: dict[str, str] = {}
    for owner in sorted({one.owner for one in links}):
        if grants.get(owner):
            objects = [one.reason for one in links if one.owner == owner]
            try:
                found |= read_words(matter=owner, grant=grants[owner], objects=objects)
            except PapersClosedError:
                continue
    return found


def periods_beside(
    *, actor: Actor, matter: str, others: tuple[str, ...], grants: Mapping[str, str]
) -> dict[str, Bars | None]:
    """Return how the periods of ``others`` lie to that of ``matter``, for those whose papers ``grants`` opens too."""
    own = _window(actor, matter, grants)
    if own is None:
        return {}
    return {
        other: compared(own[0], found[0])
        for other in others
        if grants.get(other) and (found := _window(actor, other, grants)) is not None
    }


def _window(actor: Actor, matter: str, grants: Mapping[str, str]) -> tuple[Window | None] | None:
    """Return the period in a matter's opened papers, which may be none; None where they are closed."""
    row = find_matter(actor=actor, matter=matter)
    try:
        case = read_case_file(matter=row.pk, grant=grants.get(row.pk, ""), case_file=row.case_file)
    except PapersClosedError:
        return None
    return (case.paper.window,)
