"""Answers are exact: the same rows as a plain DuckDB query over the same clear rows, whatever is asked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.segments.conftest import CUSTOMERS, OTHERS, Keys, make_rows

from safeconduct.core.segments.reader import Asked, SegmentReader
from safeconduct.core.segments.tables import TABLES
from safeconduct.core.segments.writer import write_segment

ROWS = 6000
ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


class Oracle:
    """The clear rows in DuckDB, asked in the words of the specification."""

    def __init__(self, table: str, rows: pa.Table) -> None:
        self.spec = TABLES[table]
        self.connection = duckdb.connect()
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.register("clear", rows)
        self.connection.execute("CREATE TABLE held AS SELECT * FROM clear")

    def find(self, customer: str, selectors: list[dict[str, str]], window: tuple[datetime, datetime]) -> set[str]:
        places = {"phone": self.spec.phones, "email": self.spec.emails, "account": ("customer",)}
        parts, values = ["false"], []
        for selector in selectors:
            for column in places[selector["kind"]]:
                parts.append(f"{column} = ?")
                values.append(selector["value"])
        when = '"at" >= ? AND "at" < ?' if self.spec.dated else "(ended_at IS NULL OR ended_at > ?) AND started_at < ?"
        sql = f"SELECT record_id FROM held WHERE customer = ? AND ({' OR '.join(parts)}) AND {when}"  # noqa: S608 - a test's own words
        found = self.connection.execute(sql, [customer, *values, *window]).fetchall()
        return {row[0] for row in found}


@pytest.fixture(scope="module", params=sorted(TABLES))
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, ...]]:
    table: str = request.param
    rows = make_rows(table, ROWS)
    store = tmp_path_factory.mktemp(table)
    write_segment(store, rows, table=table, segment="one", keys=Keys())
    oracle = Oracle(table, rows)
    yield SegmentReader(store, table=table, segment="one", keys=Keys()), oracle, rows
    oracle.connection.close()


spelled = st.integers(95, 165).map(lambda place: f"+1202555{place:04d}") | st.sampled_from(
    [*OTHERS, "4848", "northwind"]
)
phones = spelled.map(lambda value: {"kind": "phone", "value": value})
emails = st.integers(0, 45).map(lambda place: {"kind": "email", "value": f"person{place}@mail.example"})
accounts = st.sampled_from([*CUSTOMERS, "f" * 32]).map(lambda customer: {"kind": "account", "value": customer})
instants = st.integers(-(10**6), 62 * 86_400 * 10**6).map(
    lambda micro: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(microseconds=micro)
)
windows = st.tuples(instants, instants).filter(lambda pair: pair[0] < pair[1])


@settings(deadline=None, max_examples=60)
@given(
    customer=st.sampled_from([*CUSTOMERS, "f" * 32]),
    selectors=st.lists(phones | emails | accounts, min_size=1, max_size=4),
    window=windows,
)
def test_answers_equal_a_plain_query(
    case: tuple[SegmentReader, Oracle, pa.Table],
    customer: str,
    selectors: list[dict[str, str]],
    window: tuple[datetime, datetime],
) -> None:
    reader, oracle, _ = case
    found = reader.find(customer=customer, selectors=selectors, window=window)
    expected = oracle.find(customer, selectors, window)
    assert sorted(found["record_id"].to_pylist()) == sorted(expected)
    assert reader.count(customer=customer, selectors=selectors, window=window) == len(expected)
    assert found.schema == TABLES[oracle.spec.name].schema


def test_the_rows_come_back_whole(case: tuple[SegmentReader, Oracle, pa.Table]) -> None:
    reader, _, rows = case
    found = [
        reader.find(customer=customer, selectors=[{"kind": "account", "value": customer}], window=ALWAYS)
        for customer in reader.customers
    ]
    assert reader.rows == ROWS
    assert reader.check() == ROWS
    together = pa.concat_tables(found).sort_by("record_id")
    assert together.to_pylist() == rows.sort_by("record_id").to_pylist()


def test_the_customers_who_hold_a_selector(case: tuple[SegmentReader, Oracle, pa.Table]) -> None:
    reader, oracle, _ = case
    for selector in (
        {"kind": "phone", "value": "+12025550100"},
        {"kind": "phone", "value": "+12025559999"},
        {"kind": "email", "value": "person3@mail.example"},
        {"kind": "account", "value": CUSTOMERS[1]},
    ):
        expected = {customer for customer in CUSTOMERS if oracle.find(customer, [selector], ALWAYS)}
        assert reader.customers_holding([selector]) == expected


def test_the_edges_of_a_window_are_half_open(tmp_path: Path) -> None:
    rows = make_rows("calls", 1)
    at = rows["at"][0].as_py()
    write_segment(tmp_path, rows, table="calls", segment="one", keys=Keys())
    reader = SegmentReader(tmp_path, table="calls", segment="one", keys=Keys())
    micro, customer = timedelta(microseconds=1), rows["customer"][0].as_py()
    selectors = [{"kind": "account", "value": customer}]
    for window, count in (
        ((at, at + micro), 1),
        ((at - micro, at), 0),
        ((at + micro, at + timedelta(days=1)), 0),
        ((at - micro, at + micro), 1),
    ):
        assert reader.count(customer=customer, selectors=selectors, window=window) == count
        assert reader.find(customer=customer, selectors=selectors, window=window).num_rows == count


def test_two_values_with_the_same_token_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Every value gets the same token, so every page is a candidate: only the exact filter is left.
    monkeypatch.setattr(
        "safeconduct.core.segments.index.column_tokens", lambda _, column: np.zeros(len(column), np.uint32)
    )
    monkeypatch.setattr("safeconduct.core.segments.reader.tokens", lambda _, values: np.zeros(len(values), np.uint32))
    rows = make_rows("messages", 5000, seed=3)
    write_segment(tmp_path, rows, table="messages", segment="one", keys=Keys())
    reader, oracle = SegmentReader(tmp_path, table="messages", segment="one", keys=Keys()), Oracle("messages", rows)
    selectors = [{"kind": "phone", "value": "+12025550123"}]
    for customer in CUSTOMERS:
        found = reader.find(customer=customer, selectors=selectors, window=ALWAYS)["record_id"].to_pylist()
        assert set(found) == oracle.find(customer, selectors, ALWAYS)
        assert len(found) == len(set(found))
    oracle.connection.close()


@settings(deadline=None, max_examples=30)
@given(
    asked=st.lists(
        st.tuples(
            st.sampled_from([*CUSTOMERS, "f" * 32]),
            st.lists(phones | emails | accounts, min_size=1, max_size=3),
            windows,
        ),
        max_size=6,
    )
)
def test_several_questions_at_once_get_the_answers_of_each(
    case: tuple[SegmentReader, Oracle, pa.Table], asked: Any
) -> None:
    reader, _, _ = case
    found = reader.find_all([Asked(customer=one, selectors=two, window=three) for one, two, three in asked])
    each = [reader.find(customer=one, selectors=two, window=three) for one, two, three in asked]
    assert [one.to_pylist() for one in found] == [one.to_pylist() for one in each]
