"""The sieve holds back nothing that the exact filter would give, and most of what it would not."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.segments.conftest import CUSTOMERS, OTHERS, make_rows

from safeconduct.core.segments.prepared import prepare
from safeconduct.core.segments.selection import Span, matching, wanted_of
from safeconduct.core.segments.sieve import sieve_of
from safeconduct.core.segments.tables import TABLES

ROWS = 400
READY = {name: prepare(make_rows(name, ROWS), TABLES[name]) for name in TABLES}
PHONES = st.sampled_from([*OTHERS, "+12025550100", "+12025550101", "+12025559999"])
SELECTORS = (
    PHONES.map(lambda value: {"kind": "phone", "value": value})
    | st.sampled_from(CUSTOMERS).map(lambda value: {"kind": "account", "value": value})
    | st.integers(0, 45).map(lambda place: {"kind": "email", "value": f"person{place}@mail.example"})
)


@settings(deadline=None)
@given(
    table=st.sampled_from(sorted(TABLES)),
    selectors=st.lists(SELECTORS, min_size=1, max_size=3),
    days=st.tuples(st.integers(0, 30), st.integers(1, 30)),
)
def test_nothing_that_matches_is_held_back(table: str, selectors: list[dict[str, str]], days: tuple[int, int]) -> None:
    ready, spec, wanted = READY[table], TABLES[table], wanted_of(selectors)
    start = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=days[0])
    span = Span.of((start, start + timedelta(days=days[1])))
    sieve = sieve_of(spec, wanted, span)
    if sieve is None:
        assert not spec.dated
        return
    numbers = {name: ready.number(name) for name in spec.phones}
    found = numbers | ({"at": ready.rows["at"].cast("int64").to_numpy()} if spec.dated else {})
    kept = sieve.keeps({name: found[name] for name in sieve.columns})
    exact = np.asarray(matching(ready.rows, spec, wanted)) & np.asarray(span.mask(ready.rows, spec))
    assert not (exact & ~kept).any()


@pytest.mark.parametrize(("value", "most"), [("+12025550100", 1.0), ("48484", 4.0)])
def test_most_of_the_others_is_held_back(value: str, most: float) -> None:
    ready, wanted = READY["calls"], wanted_of([{"kind": "phone", "value": value}])
    sieve = sieve_of(ready.spec, wanted)
    assert sieve is not None
    kept = sieve.keeps({name: ready.number(name) for name in sieve.columns}).sum()
    exact = np.asarray(matching(ready.rows, ready.spec, wanted)).sum()
    assert 0 < exact <= kept <= most * exact
