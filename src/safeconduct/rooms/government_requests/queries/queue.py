"""The queue: what a person is cleared for, by the clock that runs out first, 50 a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.queries.access import visible
from safeconduct.rooms.government_requests.queries.queue_rows import SHOWN, QueueRow, called_back, marks_of, queue_row
from safeconduct.rooms.government_requests.queries.queue_views import (
    BY_CODE,
    LIVE,
    OPEN_NOTICES,
    VIEWS,
    Chosen,
    counts,
    keys_of,
    total_of,
)

PAGE = 50


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
    chosen: Chosen
    total: int
    page: int
    pages: int
    first: int
    last: int
    rows: tuple[QueueRow, ...]
    views: tuple[Counted, ...]
    open_notices: int
    made_at: datetime


def queue(
    *, actor: Actor, now: datetime, view: str = "all", page: int = 1, size: int = PAGE, chosen: Chosen | None = None
) -> Queue:
    """Return a page of ``chosen``, or of the whole of ``view``, for ``actor``; a page beyond the last is the last."""
    chosen = (chosen or Chosen(view=view)).known()
    totals = counts(actor=actor, now=now)
    wanted = chosen.filter(person=actor.person, now=now)
    total = total_of(actor=actor, wanted=wanted) if chosen.narrowed else totals[chosen.view]
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    start = (page - 1) * size
    keys = keys_of(actor=actor, wanted=wanted, start=start, size=size)
    found = rows_of(actor=actor, matters=keys, now=now)
    return Queue(
        heading=BY_CODE[chosen.view].heading,
        view=chosen.view,
        chosen=chosen,
        total=total,
        page=page,
        pages=pages,
        first=start + 1 if total else 0,
        last=start + len(found),
        rows=found,
        views=tuple(
            Counted(
                code=one.code, name=one.name, group=one.group, count=totals[one.code], current=one.code == chosen.view
            )
            for one in VIEWS
        ),
        open_notices=totals[OPEN_NOTICES],
        made_at=now,
    )


def rows_of(*, actor: Actor, matters: Sequence[str], now: datetime) -> tuple[QueueRow, ...]:
    """Return ``matters`` as lines, in their order; one that ``actor`` may not know of is left out."""
    known = {row.pk: row for row in visible(actor).filter(pk__in=matters).only(*SHOWN)} if matters else {}
    found = [known[one] for one in matters if one in known]
    marks, called = marks_of([row.pk for row in found]), called_back(found)
    return tuple(queue_row(row, marks.get(row.pk, {}), now, called=row.pk in called) for row in found)


def next_to_take(*, actor: Actor) -> str | None:
    """Return the id of the matter that nobody has and whose clock runs out first, or None."""
    return next(iter(keys_of(actor=actor, wanted=LIVE & Q(holder=""), start=0, size=1)), None)
