"""The queue: what a person is cleared for, by the clock that runs out first, 50 a page."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, DateTimeField, F, IntegerField, Q, QuerySet, Value, When

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.queries.access import visible
from safeconduct.rooms.government_requests.queries.queue_rows import SHOWN, QueueRow, called_back, marks_of, queue_row
from safeconduct.rooms.government_requests.rules.lifecycles import FINISHED, PAUSED
from safeconduct.rooms.government_requests.rules.words import Process

PAGE = 50

FINISHED_OPEN = sorted(FINISHED - {"closed"})
LIVE = ~Q(state__in=[*sorted(PAUSED), *FINISHED_OPEN, "preserved", "closed"])
WAITING = Case(
    When(state__in=sorted(PAUSED), then=Value(1)),
    When(state="preserved", then=Value(2)),
    When(state__in=FINISHED_OPEN, then=Value(3)),
    When(state="closed", then=Value(4)),
    default=Value(0),
    output_field=IntegerField(),
)
CLOCK_AT = Case(
    When(state="preserved", then=F("preserved_until")),
    When(state__in=FINISHED_OPEN, silence_until__isnull=False, then=F("silence_until")),
    default=F("answer_due_at"),
    output_field=DateTimeField(),
)
"""What the queue sorts by, made once: what waits on somebody else comes later; then the clock of each state."""


@dataclass(frozen=True, kw_only=True)
class View:
    """One view on the left: its code, words, heading and filter."""

    code: str
    name: str
    heading: str
    filter: Q
    group: str = ""


def _views(person: str, now: datetime) -> tuple[View, ...]:
    opened = ~Q(state="closed")
    needs, waiting, owed = "Needs a person", "Waiting", "Owed to customers"
    uncalled = Q(process=Process.EMERGENCY_REQUEST) & LIVE
    return (
        View(code="all", name="All open", heading="All open", filter=opened),
        View(code="mine", name="Mine", heading="Mine", filter=opened & Q(holder=person)),
        View(code="nobody", name="Nobody yet", heading="Nobody yet", filter=opened & Q(holder="")),
        View(code="emergencies", name="Emergencies", heading="Emergencies", filter=uncalled, group=needs),
        View(code="late", name="Late", heading="Late", filter=LIVE & Q(answer_due_at__lt=now), group=needs),
        View(
            code="second",
            name="Second reader",
            heading="Ready for a second reader",
            filter=Q(state="collected"),
            group=needs,
        ),
        View(code="counsel", name="For counsel", heading="For counsel", filter=Q(state="with_counsel"), group=needs),
        View(
            code="officer",
            name="On the officer",
            heading="Waiting on the officer",
            filter=Q(state="question_sent"),
            group=waiting,
        ),
        View(
            code="collection",
            name="On collection",
            heading="Waiting on collection",
            filter=Q(state="authorised"),
            group=waiting,
        ),
        View(
            code="notices",
            name="Notices due",
            heading="Notices due",
            filter=Q(notice_state__in=["due", "drafted"]),
            group=owed,
        ),
        View(
            code="prohibited",
            name="Notices prohibited",
            heading="Notices prohibited",
            filter=Q(notice_state="prohibited"),
            group=owed,
        ),
        View(
            code="preservation",
            name="Copies kept",
            heading="Preservation",
            filter=Q(preserved_at__isnull=False, preservation_ended_at__isnull=True),
            group=owed,
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A view and how many matters stand in it."""

    code: str
    name: str
    group: str
    count: int
    current: bool


@dataclass(frozen=True, kw_only=True)
class Queue:
    """One page of the queue."""

    heading: str
    view: str
    total: int
    page: int
    pages: int
    first: int
    last: int
    rows: tuple[QueueRow, ...]
    views: tuple[Counted, ...]
    made_at: datetime


def queue(*, actor: Actor, now: datetime, view: str = "all", page: int = 1, size: int = PAGE) -> Queue:
    """Return a page of ``view`` for ``actor``; an unknown view is ``all``, a page beyond the last is the last."""
    views = _views(actor.person, now)
    chosen = next((one for one in views if one.code == view), views[0])
    seen = visible(actor)
    totals = seen.aggregate(**{one.code: Count("pk", filter=one.filter) for one in views})
    total = totals[chosen.code]
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    start = (page - 1) * size
    found = list(by_clock(seen.filter(chosen.filter)).only(*SHOWN)[start : start + size])
    marks, called = marks_of([row.pk for row in found]), called_back(found)
    return Queue(
        heading=chosen.heading,
        view=chosen.code,
        total=total,
        page=page,
        pages=pages,
        first=start + 1 if total else 0,
        last=start + len(found),
        rows=tuple(queue_row(row, marks.get(row.pk, {}), now, called=row.pk in called) for row in found),
        views=tuple(
            Counted(
                code=one.code, name=one.name, group=one.group, count=totals[one.code], current=one.code == chosen.code
            )
            for one in views
        ),
        made_at=now,
    )


def by_clock(rows: QuerySet[Matter]) -> QuerySet[Matter]:
    """Return ``rows`` sorted by what runs out first; what waits on somebody else comes after what waits on us."""
    return rows.annotate(waiting=WAITING, clock_at=CLOCK_AT).order_by("waiting", "clock_at", "reference")


def next_to_take(*, actor: Actor) -> str | None:
    """Return the id of the matter that nobody has and whose clock runs out first, or None."""
    row = by_clock(visible(actor).filter(LIVE, holder="")).first()
    return row.pk if row else None
