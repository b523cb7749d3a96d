"""Only rows that can be found again, in one UTC month, are sealed."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.segments.conftest import Keys, make_rows

from safeconduct.core.segments.errors import SegmentError
from safeconduct.core.segments.months import milliseconds_down, milliseconds_up, month_of, split_months
from safeconduct.core.segments.prepared import check_rows
from safeconduct.core.segments.reader import SegmentReader
from safeconduct.core.segments.tables import INSTANT, TABLES
from safeconduct.core.segments.writer import write_segment


def put(rows: pa.Table, column: str, value: object) -> pa.Table:
    values = rows[column].to_pylist()
    values[1] = value
    return rows.set_column(
        rows.schema.get_field_index(column), column, pa.array(values, rows.schema.field(column).type)
    )


@pytest.mark.parametrize("table", sorted(TABLES))
def test_good_rows_pass_with_their_columns_in_any_order(table: str) -> None:
    rows = make_rows(table, 20)
    assert check_rows(rows.select(list(reversed(rows.column_names))), table).schema == TABLES[table].schema


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("calls", "own_number", "(202) 555-0143"),
        ("calls", "other_number", "0012025550143"),
        ("calls", "other_number", "+0202555014"),
        ("calls", "other_number", "+12025550143 "),
        ("calls", "other_number", ""),
        ("calls", "other_number", None),
        ("calls", "at", None),
        ("calls", "customer", ""),
        ("calls", "record_id", ""),
        ("subscribers", "email", "Person3@Mail.example"),
        ("subscribers", "started_at", None),
    ],
)
def test_a_row_that_could_never_be_found_is_refused(table: str, column: str, value: object) -> None:
    with pytest.raises(SegmentError, match=column) as caught:
        check_rows(put(make_rows(table, 5), column, value), table)
    assert not value or str(value) not in str(caught.value)


@pytest.mark.parametrize("number", ["+12025550143", "+4930123456", "72345", "NORTHWIND", "North Wind"])
def test_the_ways_to_write_a_number(number: str) -> None:
    assert check_rows(put(make_rows("calls", 5), "other_number", number), "calls").num_rows == 5


def test_wrong_shapes_are_refused() -> None:
    rows = make_rows("calls", 5)
    for bad in (
        rows.drop_columns(["status"]),
        rows.append_column("more", pa.array(range(5))),
        rows.slice(0, 0),
        put(rows, "record_id", rows["record_id"][0].as_py()),
        rows.set_column(2, "at", pa.array(["then"] * 5)),
    ):
        with pytest.raises(SegmentError):
            check_rows(bad, "calls")
    with pytest.raises(SegmentError):
        check_rows(rows, "secrets")


def test_a_segment_that_crosses_a_utc_month_is_refused(tmp_path: Path) -> None:
    last, first = datetime(2026, 3, 31, 23, 59, 59, 999_000, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    rows = make_rows("calls", 5)
    assert month_of(put(rows, "at", last), "calls") == "2026-03"
    crossing = put(rows, "at", first)
    assert month_of(crossing, "calls") is None
    with pytest.raises(SegmentError, match="month"):
        write_segment(tmp_path, crossing, table="calls", segment="one", keys=Keys())
    assert list(tmp_path.iterdir()) == []
    parts = split_months(crossing, "calls")
    assert sorted(parts) == ["2026-03", "2026-04"]
    assert [part.num_rows for _, part in sorted(parts.items())] == [4, 1]


def test_an_undated_table_has_no_month(tmp_path: Path) -> None:
    rows = put(make_rows("subscribers", 5), "started_at", datetime(2019, 1, 1, tzinfo=UTC))
    assert list(split_months(rows, "subscribers")) == [""]
    assert write_segment(tmp_path, rows, table="subscribers", segment="one", keys=Keys()).month == ""


@pytest.mark.parametrize("segment", ["", "..", "a/b", "UPPER", ".part-x", "a" * 65])
def test_a_segments_name_is_a_plain_id(tmp_path: Path, segment: str) -> None:
    with pytest.raises(SegmentError):
        write_segment(tmp_path, make_rows("calls", 5), table="calls", segment=segment, keys=Keys())


@pytest.mark.parametrize(
    "selectors",
    [[], [{"kind": "name", "value": "x"}], [{"kind": "phone"}], [{"kind": "phone", "value": "x", "or": "y"}]],
)
def test_an_unknown_selector_is_never_taken_for_nothing(tmp_path: Path, selectors: list[dict[str, str]]) -> None:
    rows = make_rows("calls", 5)
    write_segment(tmp_path, rows, table="calls", segment="one", keys=Keys())
    reader = SegmentReader(tmp_path, table="calls", segment="one", keys=Keys())
    window = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    with pytest.raises(SegmentError):
        reader.find(customer="x", selectors=selectors, window=window)
    with pytest.raises(SegmentError):
        reader.customers_holding(selectors)
    with pytest.raises(SegmentError):
        reader.find(customer="x", selectors=[{"kind": "phone", "value": "x"}], window=(window[1], window[0]))


@given(st.datetimes(datetime(1960, 1, 1), datetime(2100, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC)))  # noqa: DTZ001 - the zone is set at once
def test_milliseconds_are_rounded_to_the_right_side(instant: datetime) -> None:
    down, up = milliseconds_down(instant), milliseconds_up(instant)
    at = [pa.scalar(value, pa.int64()).cast(INSTANT).as_py() for value in (down, up)]
    assert at[0] <= instant <= at[1]
    assert up - down == (instant.microsecond % 1000 != 0)
