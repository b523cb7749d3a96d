"""Prohibitions: those over the same identifiers elsewhere, what counsel cleared, the warnings sent, what rings."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import BlindIndex, Letter, Matter, NoticeClearance, Prohibition
from safeconduct.rooms.government_requests.queries.access import find_matter, visible
from safeconduct.rooms.government_requests.queries.clocks import date_words, day_words, last_day
from safeconduct.rooms.government_requests.queries.law import ruling
from safeconduct.rooms.government_requests.rules import notice as tell
from safeconduct.rooms.government_requests.rules.alarms import AlarmKind
from safeconduct.rooms.government_requests.rules.notice import Telling
from safeconduct.rooms.government_requests.rules.silence import (
    EVENT_NAMES,
    PROHIBITION_NAMES,
    SOURCE_NAMES,
    STANDING,
    EndingEvent,
    Source,
    Term,
)
from safeconduct.rooms.government_requests.rules.words import CATEGORY_NAMES, Category, Process


def elsewhere(row: Matter) -> frozenset[str]:
    """Return the standing prohibitions of other matters over an identifier that ``row`` names, seen or not.

    It is for the check before a release and for nothing that is shown.
    """
    values = BlindIndex.objects.filter(matter=row).values("kind", "value")
    same = Q(pk__in=[])
    for one in values:
        same |= Q(kind=one["kind"], value=one["value"])
    others = BlindIndex.objects.filter(same).exclude(matter=row).values("matter")
    return frozenset(Prohibition.objects.filter(matter__in=others, state__in=STANDING).values_list("pk", flat=True))


def elsewhere_shown(*, actor: Actor, row: Matter) -> tuple[str, ...]:
    """Return the references of matters that the actor may see and whose prohibitions touch ``row``."""
    found = visible(actor).filter(prohibitions__in=elsewhere(row)).distinct()
    return tuple(found.order_by("reference").values_list("reference", flat=True))


def cleared_over(row: Matter) -> frozenset[str]:
    """Return the prohibitions beside which counsel let this notice leave."""
    lists = NoticeClearance.objects.filter(matter=row).values_list("over", flat=True)
    return frozenset(one for over in lists for one in over)


def warnings(row: Matter) -> tuple[datetime | None, ...]:
    """Return when the agency was warned of each prohibition that ran out; None where no warning left."""
    letters = Prohibition.objects.filter(matter=row, state="ended").values_list("warning", flat=True)
    sent = dict(Letter.objects.filter(pk__in=letters, matter=row).values_list("pk", "issued_at"))
    return tuple(sent.get(one) for one in letters)


def silence_moments(
    *, latest: datetime | None, matters: QuerySet[Matter] | None = None
) -> Iterator[tuple[str, AlarmKind, datetime]]:
    """Yield matter, kind and moment of what rings about single prohibitions by ``latest``; with None, ever."""
    found = Prohibition.objects.filter(state__in=STANDING)
    found = found.filter(Q(state="with_counsel") | Q(review_at__isnull=False) | Q(application_due_at__isnull=False))
    for one in found if matters is None else found.filter(matter__in=matters):
        for kind, at in moments(one):
            if latest is None or at <= latest:
                yield one.matter_id, kind, at


def moments(one: Prohibition) -> Iterator[tuple[AlarmKind, datetime]]:
    """Yield the moments of one prohibition that still count: held for counsel, to be reviewed, answer of the court."""
    if one.state == "with_counsel":
        yield AlarmKind.SILENCE_COUNSEL, one.entered_at
    if one.state == "in_force" and one.review_at is not None:
        yield AlarmKind.SILENCE_REVIEW, one.review_at
    if one.state in STANDING and one.application_due_at is not None:
        yield AlarmKind.SILENCE_COURT, one.application_due_at


@dataclass(frozen=True, kw_only=True)
class ProhibitionLine:
    """A prohibition as the notice page shows it."""

    id: str
    state: str
    state_name: str
    words: str
    until_words: str
    entered_words: str
    review_words: str
    circle: tuple[str, ...]
    fixed: bool
    stands: bool
    held: bool
    warned: str
    statute: bool
    court_words: str


def _until_words(one: Prohibition, zone_name: str) -> str:
    if one.until:
        return f"until {date_words(last_day(one.until, zone_name), year=True)}"
    return f"until {EVENT_NAMES[EndingEvent(one.event)]}" if one.event else "with no end named"


def _warned_words(one: Prohibition, zone_name: str) -> str:
    letter = Letter.objects.filter(pk=one.warning).first() if one.warning else None
    if letter is None:
        return ""
    return day_words(letter.issued_at, zone_name, year=True) if letter.issued_at else "written, not issued yet"


def telling(*, row: Matter, now: datetime) -> Telling:
    """Return who is told of this matter and when the notice had better leave, its categories in words."""
    found = tell.telling(
        process=Process(row.process),
        answer_due=row.answer_due_at,
        now=now,
        wait=ruling(question="notice_wait_days", as_of=now.date()),
        categories=tuple(row.categories),
        controller_of=ruling(question="controller_of", as_of=now.date()),
    )
    return replace(found, person_by_us=tuple(CATEGORY_NAMES[Category(one)].lower() for one in found.person_by_us))


def prohibitions(*, actor: Actor, matter: str) -> tuple[ProhibitionLine, ...]:
    """Return the prohibitions of a matter that the actor may see, in the order of entry."""
    row = find_matter(actor=actor, matter=matter)
    return tuple(_line(one, row.zone) for one in row.prohibitions.all())


def _line(one: Prohibition, zone_name: str) -> ProhibitionLine:
    due = one.application_due_at
    return ProhibitionLine(
        id=one.pk,
        state=one.state,
        state_name=PROHIBITION_NAMES[one.state],
        words=f"{SOURCE_NAMES[Source(one.source)]}, {one.jurisdiction}",
        until_words=_until_words(one, zone_name),
        entered_words=day_words(one.entered_at, zone_name, year=True),
        review_words=day_words(one.review_at, zone_name, year=True) if one.review_at else "",
        circle=tuple(name.replace("_", " ") for name in one.circle),
        fixed=one.term == Term.FIXED,
        stands=one.state in STANDING,
        held=one.state == "with_counsel",
        warned=_warned_words(one, zone_name),
        statute=one.source == Source.STATUTE,
        court_words=day_words(due, zone_name, year=True) if due else "",
    )
