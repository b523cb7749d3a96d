"""Each decision of the exact filter by itself: selectors, windows, pages that may or must hold rows, matching rows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from safeconduct.core.segments.errors import SegmentError
from safeconduct.core.segments.selection import KINDS, Span, Wanted, matching, wanted_of
from safeconduct.core.segments.tables import TABLES

START = datetime(2026, 1, 1, tzinfo=UTC)
MS = timedelta(milliseconds=1)
CALLS, SUBSCRIBERS = TABLES["calls"], TABLES["subscribers"]
PHONE = {"kind": "phone", "value": "+12025550101"}


def zero() -> int:
    return int(START.timestamp() * 1000)


def span(start: datetime = START, end: datetime = START + 10 * MS) -> Span:
    return Span.of((start, end))


@pytest.mark.parametrize(
    "selectors",
    [
        [],
        [{"kind": "fax", "value": "1"}],
        [PHONE, {"kind": "name", "value": "x"}],
        [{**PHONE, "or": "x"}],
        [{"kind": "phone"}],
        [{"value": "x"}],
    ],
)
def test_selectors_that_are_none_are_refused(selectors: list[dict[str, str]]) -> None:
    with pytest.raises(SegmentError):
        wanted_of(selectors)


def test_selectors_are_sorted_by_kind_each_once() -> None:
    assert KINDS == ("phone", "email", "account")
    two = {"kind": "phone", "value": "+12025550100"}
    found = wanted_of([PHONE, two, PHONE, {"kind": "email", "value": "a@x"}, {"kind": "account", "value": "c1"}])
    assert found == Wanted(phones=("+12025550100", "+12025550101"), emails=("a@x",), accounts=frozenset({"c1"}))
    assert wanted_of([PHONE]) == Wanted(phones=("+12025550101",), emails=(), accounts=frozenset())


@pytest.mark.parametrize(
    "window",
    [
        (START, START),
        (START + MS, START),
        (START.replace(tzinfo=None), START + MS),
        (START, (START + MS).replace(tzinfo=None)),
        (START.replace(tzinfo=None), (START + MS).replace(tzinfo=None)),
    ],
)
def test_a_window_without_zones_or_without_length_is_refused(window: tuple[datetime, datetime]) -> None:
    with pytest.raises(SegmentError):
        Span.of(window)


def test_a_span_rounds_so_that_no_row_changes_sides() -> None:
    assert span() == Span(first=zero(), until=zero() + 10, after=zero())
    tick = timedelta(microseconds=1)
    assert span(START + tick, START + MS + tick) == Span(first=zero() + 1, until=zero() + 2, after=zero())


def pages(*ends: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    earliest, latest = zip(*ends, strict=True)
    return np.array(earliest) + zero(), np.array(latest) + zero()


def test_which_pages_may_and_must_hold_dated_rows() -> None:
    earliest, latest = pages((-5, -1), (-5, 0), (0, 9), (3, 4), (9, 10), (10, 12), (-5, 20), (1, 10))
    assert span().may_hold(CALLS, earliest, latest).tolist() == [False, True, True, True, True, False, True, True]
    assert span().must_hold(CALLS, earliest, latest).tolist() == [False, False, True, True, False, False, False, False]


def test_which_pages_may_hold_rows_that_span_time_and_that_none_must() -> None:
    earliest, latest = pages((-5, -1), (-5, 0), (-5, 1), (0, 9), (10, 12), (9, 9))
    assert span().may_hold(SUBSCRIBERS, earliest, latest).tolist() == [False, False, True, True, False, True]
    assert span().must_hold(SUBSCRIBERS, earliest, latest).tolist() == [False] * 6


def rows(spec: Any, **columns: list[Any]) -> pa.Table:
    schema = spec.schema
    count = len(next(iter(columns.values())))
    filled = {field.name: columns.get(field.name, [None] * count) for field in schema}
    return pa.table({name: pa.array(values, schema.field(name).type) for name, values in filled.items()})


def test_dated_rows_belong_to_a_half_open_window() -> None:
    at = [START + step * MS for step in (-1, 0, 9, 10)]
    assert span().mask(rows(CALLS, at=at), CALLS).to_pylist() == [False, True, True, False]


def test_rows_that_span_time_belong_where_they_touch() -> None:
    starts = [START + step * MS for step in (-9, -9, -9, -9, 9, 10)]
    ends = [START - MS, START, START + MS, None, None, None]
    found = span().mask(rows(SUBSCRIBERS, started_at=starts, ended_at=ends), SUBSCRIBERS).to_pylist()
    assert found == [False, False, True, True, True, False]


def test_a_row_matches_by_any_selector_in_the_columns_of_its_kind() -> None:
    ours, other = "+12025550101", "+12025550199"
    calls = rows(
        CALLS, customer=["c1"] * 4, own_number=[ours, other, other, other], other_number=[other, ours, other, None]
    )
    assert matching(calls, CALLS, wanted_of([PHONE])).to_pylist() == [True, True, False, False]
    assert matching(calls, CALLS, wanted_of([{"kind": "account", "value": "c1"}])).to_pylist() == [True] * 4
    assert matching(calls, CALLS, wanted_of([{"kind": "account", "value": "c2"}])).to_pylist() == [False] * 4
    people = rows(SUBSCRIBERS, customer=["c1"] * 3, number=[ours, other, None], email=["a@x", "b@x", None])
    by_email = wanted_of([{"kind": "email", "value": "b@x"}])
    assert matching(people, SUBSCRIBERS, by_email).to_pylist() == [False, True, False]
    both = wanted_of([PHONE, {"kind": "email", "value": "b@x"}])
    assert matching(people, SUBSCRIBERS, both).to_pylist() == [True, True, False]
    assert matching(people, SUBSCRIBERS, wanted_of([{"kind": "email", "value": ours}])).to_pylist() == [False] * 3
