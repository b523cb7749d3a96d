import csv
import io
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.packages.samples import calls

from safeconduct.core.base.canonical import canonical_json
from safeconduct.core.base.errors import DamagedError
from safeconduct.core.packages.csv_view import (
    E164,
    RUNS,
    ColumnKind,
    CsvError,
    kinds_of,
    neutral,
    plain,
    read_csv,
    write_csv,
)
from safeconduct.core.packages.records import RecordsError, line, read_lines, rows_of, write_lines

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
nasty = st.one_of(
    text,
    st.tuples(st.sampled_from([*RUNS, "'", " ", ";", '"', ","]), text).map("".join),
    st.sampled_from(
        ["", "'", "''", "=1+1", "@SUM(A1)", "-1", "\t=1", "\r\n=1", "+12025550143", "\x00", '="a"', "\uff1d1"]
    ),
)
phones = st.one_of(st.sampled_from(["+12025550143", "+445550100"]), nasty)
flat = st.fixed_dictionaries(
    {
        "record_id": text,
        "body": st.one_of(st.none(), nasty),
        "own_number": st.one_of(st.none(), phones),
        "duration_s": st.one_of(st.none(), st.integers(-(2**31), 2**31 - 1)),
        "at": st.one_of(
            st.none(),
            st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - made UTC in the next step
                lambda at: at.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z"),
            ),
        ),
    },
)


KINDS = {
    "record_id": ColumnKind.TEXT,
    "body": ColumnKind.TEXT,
    "own_number": ColumnKind.PHONE,
    "duration_s": ColumnKind.WHOLE,
    "at": ColumnKind.INSTANT,
}


@given(st.lists(flat, max_size=8))
def test_the_view_gives_the_records_back_exactly(rows: list[dict[str, Any]]) -> None:
    kinds = KINDS
    assert write_lines(read_csv(write_csv(rows, kinds), kinds)) == write_lines(rows)


@given(st.lists(flat, min_size=1, max_size=8))
def test_no_cell_of_the_view_runs(rows: list[dict[str, Any]]) -> None:
    kinds = KINDS
    data = write_csv(rows, kinds).decode()
    cells = [pair for row in list(csv.DictReader(io.StringIO(data, newline=""))) for pair in row.items()]
    assert cells
    for name, cell in cells:
        typed = kinds[name] in (ColumnKind.WHOLE, ColumnKind.INSTANT) or E164.fullmatch(cell)
        assert typed or cell[:1] not in RUNS


def test_the_cell_test_would_see_a_view_that_neutralises_nothing() -> None:
    """Negative control: written by plain csv, the same text runs."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow(["=cmd|' /C calc'!A0"])
    assert next(csv.reader(io.StringIO(out.getvalue())))[0][0] in RUNS


@given(nasty)
def test_neutralising_is_reversible(value: str) -> None:
    assert plain(neutral(value)) == value
    assert neutral(value)[:1] not in RUNS


def test_telephone_numbers_stay_untouched_and_other_text_in_their_column_does_not() -> None:
    table = calls({}, {"other_number": "+1 (202)"}, {"other_number": "anonymous"}, {"other_number": None})
    rows, kinds = list(rows_of(table)), kinds_of(table.schema)
    view = write_csv(rows, kinds).decode()
    assert '"+12025550143"' in view
    assert '"\'+1 (202)"' in view
    assert '"anonymous"' in view
    assert read_csv(view.encode(), kinds) == rows


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"\r\n", b"\n"),
        lambda data: data.replace(b'"out"', b"out"),
        lambda data: data.replace(b'"out"', b'"=1+1"'),
        lambda data: data.replace(b'"61"', b'"061"'),
        lambda data: data.replace(b'"61"', b'"6x"'),
        lambda data: data.replace(b"record_id", b"id"),
        lambda data: data + b'"r9"\r\n',
        lambda data: data[:-3],
        lambda _data: b"",
        lambda data: data + b"\xff",
    ],
)
def test_a_view_written_in_any_other_way_is_refused(change: Any) -> None:
    rows, kinds = list(rows_of(calls({}))), kinds_of(calls({}).schema)
    data = write_csv(rows, kinds)
    assert change(data) != data
    with pytest.raises(CsvError):
        read_csv(change(data), kinds)


@given(flat)
def test_a_line_is_the_canonical_form(row: dict[str, Any]) -> None:
    assert line(row).encode() == canonical_json(row)


@given(st.lists(flat, max_size=5))
def test_lines_read_back(rows: list[dict[str, Any]]) -> None:
    assert read_lines(write_lines(rows)) == rows


@pytest.mark.parametrize("data", [b'{"a":1}', b'{"a": 1}\n', b'{"b":1,"a":2}\n', b'{"a":1,"a":1}\n', b"[]\n", b"\n"])
def test_lines_that_are_not_canonical_are_refused(data: bytes) -> None:
    with pytest.raises(DamagedError):
        read_lines(data)


def test_rows_come_in_one_order_whatever_order_they_were_found_in() -> None:
    table = calls({"customer": "c2"}, {"customer": "c1"}, {"at": datetime(2025, 1, 1, tzinfo=UTC)})
    backward = table.take(pa.array([2, 1, 0]))
    assert list(rows_of(table)) == list(rows_of(backward))
    assert [row["record_id"] for row in rows_of(table)] == ["r2", "r1", "r0"]


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"record_id": ["a"], "at": pa.array([datetime(2026, 1, 1)], pa.timestamp("ms"))}),  # noqa: DTZ001 - the error under test
        pa.table({"record_id": ["a"], "x": [1.5]}),
        pa.table({"record_id": ["a"], "x": [b"bytes"]}),
        pa.table([pa.array(["a"]), pa.array(["b"])], names=["x", "x"]),
    ],
)
def test_tables_that_a_package_cannot_carry_are_refused(table: pa.Table) -> None:
    with pytest.raises(RecordsError):
        list(rows_of(table))
