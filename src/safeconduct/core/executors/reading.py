"""Reading under an executor grant: exactly the rows that its scope holds, task by task, from any place that has bytes.

1. A task is one table, one month and some customers: a record that stands in two segments has one month, so it is
   given once, and tasks need nothing of each other.
2. A row is given where an item of the scope has its customer and category, a selector that matches it, and a window
   that holds it, as the vault process itself decides it.
3. A grant that is over, or has not begun, opens nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.conduct.categories import CATEGORY_OF
from safeconduct.core.conduct.scope import ScopeItem
from safeconduct.core.executors.grant import ExecutorGrant
from safeconduct.core.segments.granted import Fetch, GrantedSegment
from safeconduct.core.segments.selection import Span, matching, wanted_of
from safeconduct.core.segments.tables import TableSpec, table_spec

ROWS_PER_TASK = 1_000_000


@dataclass(frozen=True)
class Task:
    """One piece of work: ids only, no key."""

    table: str
    month: str
    customers: tuple[str, ...]


class NotGrantedError(BadInputError):
    """The grant does not name this table."""

    code = "SC-NOT-GRANTED"
    cure = "Ask for a grant under a safe-conduct whose scope names the category."


def tasks(grant: ExecutorGrant, *, table: str, rows: int = ROWS_PER_TASK) -> list[Task]:
    """Return the work on one table, each task with about so many rows to open; raises ``NotGrantedError``."""
    if CATEGORY_OF[table_spec(table).name] not in grant.scope.categories:
        raise NotGrantedError(f"{table}.")
    found: list[Task] = []
    for month in sorted({one.month for one in grant.segments if one.place.table == table}):
        to_open: dict[str, int] = {}
        for segment in _of(grant, table, month):
            for pages in segment.held:
                to_open[pages.customer] = to_open.get(pages.customer, 0) + int(pages.rows.sum())
        chosen: list[str] = []
        held = 0
        for customer, count in sorted(to_open.items()):
            if chosen and held + count > rows:
                found.append(Task(table, month, tuple(chosen)))
                chosen, held = [], 0
            chosen.append(customer)
            held += count
        if chosen:
            found.append(Task(table, month, tuple(chosen)))
    return found


def _of(grant: ExecutorGrant, table: str, month: str) -> list[GrantedSegment]:
    return [one for one in grant.segments if (one.place.table, one.month) == (table, month)]


def read(grant: ExecutorGrant, task: Task, *, fetch: Fetch, now: datetime) -> Iterator[pa.Table]:
    """Yield the rows of one task.

    Raises ``GrantError`` where the grant is over, ``SegmentDamagedError`` naming the page that does not open.
    """
    grant.check(matter=grant.matter, now=now)
    for customer in task.customers:
        seen = pa.array([], pa.string())
        for rows in _opened(grant, task, customer, fetch):
            found = _once(rows, seen)
            if found.num_rows:
                seen = pa.concat_arrays([seen, found["record_id"].combine_chunks()])
                yield found


def _opened(grant: ExecutorGrant, task: Task, customer: str, fetch: Fetch) -> Iterator[pa.Table]:
    spec = table_spec(task.table)
    items = [one for one in grant.scope.items if one.customer == customer and _held(one, spec)]
    for segment in _of(grant, task.table, task.month):
        for pages in (one for one in segment.held if one.customer == customer):
            for rows in segment.rows(pages, fetch):
                yield rows.filter(_exactly(rows, spec, items))


def _once(rows: pa.Table, seen: pa.Array) -> pa.Table:
    """Return the rows whose record was not given before, the first of each."""
    fresh = rows.filter(pc.invert(pc.is_in(rows["record_id"], seen)))
    _, first = np.unique(fresh["record_id"].to_numpy(), return_index=True)
    return fresh if len(first) == fresh.num_rows else fresh.take(pa.array(np.sort(first)))


def _held(item: ScopeItem, spec: TableSpec) -> bool:
    return CATEGORY_OF[spec.name] in item.categories


def _exactly(rows: pa.Table, spec: TableSpec, items: list[ScopeItem]) -> pa.ChunkedArray:
    keep = pa.chunked_array([pa.repeat(pa.scalar(value=False), rows.num_rows)])
    for item in items:
        wanted = wanted_of([one.as_json() for one in item.selectors])
        span = Span.of((item.window.start, item.window.end))
        keep = pc.or_(keep, pc.and_(span.mask(rows, spec), matching(rows, spec, wanted)))
    return keep
