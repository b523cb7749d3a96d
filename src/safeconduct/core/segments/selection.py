"""The exact filter: what a selector and a window mean, row by row, after a page has been opened.

1. A phone selector matches a row whose number, own number or other number equals it.
2. An email selector matches a row whose e-mail address equals it.
3. An account selector matches every row of the customer it names.
4. A window is half-open: a dated row lies in it; a row that spans time overlaps it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.core.segments.errors import SegmentError
from safeconduct.core.segments.months import milliseconds_down, milliseconds_up
from safeconduct.core.segments.tables import TableSpec

KINDS = ("phone", "email", "account")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Selectors by kind, each value once."""

    phones: tuple[str, ...]
    emails: tuple[str, ...]
    accounts: frozenset[str]


def wanted_of(selectors: Iterable[Mapping[str, str]]) -> Wanted:
    """Return the selectors by kind; raises ``SegmentError`` for none at all or an unknown kind."""
    found: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for selector in selectors:
        if set(selector) != {"kind", "value"} or selector["kind"] not in KINDS:
            raise SegmentError("A selector is a phone, an email or an account, with its value.")
        found[selector["kind"]].add(selector["value"])
    if not any(found.values()):
        raise SegmentError("There must be at least one selector.")
    return Wanted(
        phones=tuple(sorted(found["phone"])), emails=tuple(sorted(found["email"])), accounts=frozenset(found["account"])
    )


@dataclass(frozen=True, kw_only=True)
class Span:
    """A half-open window in whole milliseconds, rounded so that no row changes sides."""

    first: int
    until: int
    after: int

    @classmethod
    def of(cls, window: tuple[datetime, datetime]) -> "Span":
        """Return the span of a window of two timezone-aware instants; raises ``SegmentError`` for an empty one."""
        start, end = window
        if start.tzinfo is None or end.tzinfo is None or start >= end:
            raise SegmentError("A window has two instants with zones, the first before the second.")
        return cls(first=milliseconds_up(start), until=milliseconds_up(end), after=milliseconds_down(start))

    def may_hold(self, spec: TableSpec, earliest: np.ndarray, latest: np.ndarray) -> np.ndarray:
        """Return which pages can hold a row of the span."""
        low = latest >= self.first if spec.dated else latest > self.after
        return np.asarray(low & (earliest < self.until))

    def must_hold(self, spec: TableSpec, earliest: np.ndarray, latest: np.ndarray) -> np.ndarray:
        """Return which pages hold only rows of the span, as far as the directory can tell."""
        if not spec.dated:
            return np.zeros(len(earliest), bool)
        return np.asarray((earliest >= self.first) & (latest < self.until))

    def mask(self, rows: pa.Table, spec: TableSpec) -> pa.ChunkedArray:
        """Return for each row whether it belongs to the span."""
        starts = rows[spec.instant].cast(pa.int64())
        before = pc.less(starts, self.until)
        if spec.dated:
            return pc.and_(before, pc.greater_equal(starts, self.first))
        ends = rows["ended_at"].cast(pa.int64())
        return pc.and_(before, pc.fill_null(pc.greater(ends, self.after), fill_value=True))


def matching(rows: pa.Table, spec: TableSpec, wanted: Wanted) -> pa.ChunkedArray:
    """Return for each row whether a selector matches it."""
    asked = (
        (("customer",), tuple(sorted(wanted.accounts))),
        (spec.phones, wanted.phones),
        (spec.emails, wanted.emails),
    )
    parts = [pc.is_in(rows[name], pa.array(values, pa.string())) for names, values in asked if values for name in names]
    if not parts:
        return pa.chunked_array([pa.array(np.zeros(rows.num_rows, bool))])
    found = parts[0]
    for part in parts[1:]:
        found = pc.or_(found, part)
    return found
