"""The views of a part, read by programs that are not ours, give the rows of its JSON Lines."""

import csv
import io
import json
import random
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import soaking
from tests.core.packages.samples import INSTANT, calls

from safeconduct.core.packages.csv_view import kinds_of, plain
from safeconduct.core.packages.parquet_view import ParquetError, check_parquet
from safeconduct.core.packages.record_files import ENDINGS, PART_BYTES, PART_ROWS, Part, parts_of, record_files
from safeconduct.core.packages.records import read_lines, rows_of, write_lines
from safeconduct.core.packages.xlsx_view import CUT, LONGEST, XlsxError, check_xlsx, fitting

SCHEMA = pa.schema(
    {
        "record_id": pa.string(),
        "customer": pa.string(),
        "at": INSTANT,
        "own_number": pa.string(),
        "body": pa.string(),
        "duration_s": pa.int64(),
        "flagged": pa.bool_(),
    }
)
NASTY = (
    *("=cmd|' /C calc'!A0", "+12025550143", "+1 (202) 555", "-1", "@SUM(A1)", "\uff1d1", "'", "''", "", " lead"),
    *("007", "1e10", "12345678901234567890", "TRUE", "2026-01-01", "1/2", "NULL", "nan", "\u202eevil\u202c"),
    *("\x00", "a\x00b", "\r", "\r\n", "\n", "\t=1", "\x1f", "\x7f", "\ufffe\uffff", "_x000D_", "_x005F_", "_xzzzz_"),
    *("<t>&amp;</t>", "]]>", "\U0001f600", "\u00e9\u2028", 'say "so", twice', ";", "\ufeff"),
)
text = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
instants = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - made UTC in the next step
    lambda at: at.replace(tzinfo=UTC, microsecond=at.microsecond // 1000 * 1000)
)
rows = st.fixed_dictionaries(
    {
        "record_id": text,
        "customer": st.sampled_from(["c1", "c2"]),
        "at": st.one_of(st.none(), instants),
        "own_number": st.one_of(st.none(), st.just("+12025550143"), text),
        "body": st.one_of(st.none(), text),
        "duration_s": st.one_of(st.none(), st.integers(-(2**53) + 1, 2**53 - 1)),
        "flagged": st.one_of(st.none(), st.booleans()),
    }
)


def table_of(found: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(found, SCHEMA)


def one_part(table: pa.Table) -> Part:
    (part,) = parts_of(table)
    return part


def unmarked(value: str) -> str:
    """Return a cell's text with ``_xHHHH_`` turned back, as ECMA-376 says and openpyxl does not."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), value)


def workbook_rows(data: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data))["records"]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def as_text(value: object) -> object:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value if value is None else str(value)


@settings(max_examples=soaking.count(60, 2000))
@given(st.lists(rows, min_size=1, max_size=6))
def test_every_view_read_by_others_gives_the_rows_of_the_lines(found: list[dict[str, Any]]) -> None:
    part, names = one_part(table_of(found)), SCHEMA.names
    lines = [json.loads(one) for one in part.files["jsonl"].decode().split("\n")[:-1]]
    assert len(lines) == part.records == len(found)

    view = list(csv.DictReader(io.StringIO(part.files["csv"].decode(), newline="")))
    back = [{name: plain(cell) if cell else None for name, cell in row.items()} for row in view]
    assert back == [{name: as_text(row[name]) for name in names} for row in lines]

    first, *cells = workbook_rows(part.files["xlsx"])
    assert first == names
    told = [[value if value is None else unmarked(value) for value in row] for row in cells]
    assert told == [[as_text(row[name]) for name in names] for row in lines]

    columns = pq.read_table(io.BytesIO(part.files["parquet"]))
    assert write_lines(rows_of(columns)) == part.files["jsonl"]


@given(st.lists(rows, min_size=1, max_size=4))
@settings(max_examples=soaking.count(40, 1000))
def test_no_cell_of_the_workbook_is_anything_but_text(found: list[dict[str, Any]]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(one_part(table_of(found)).files["xlsx"]))["records"]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds <= {"s", "inlineStr"}
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


def test_the_cell_test_would_see_a_formula_and_a_number() -> None:
    """Negative control: written by the ordinary library, the same values run and count."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(["=1+1", 7])
    assert [cell.data_type for cell in book.worksheets[0][1]] == ["f", "n"]


def test_duckdb_reads_the_rows_and_their_order_from_parquet(tmp_path: Path) -> None:
    table = calls(*({"body": None, "status": one, "duration_s": at} for at, one in enumerate(NASTY)))
    part = one_part(table)
    (tmp_path / "part.parquet").write_bytes(part.files["parquet"])
    read = duckdb.sql(f"SELECT record_id, status, duration_s FROM '{tmp_path / 'part.parquet'}'").fetchall()  # noqa: S608 - a path of our own
    lines = read_lines(part.files["jsonl"])
    assert read == [(row["record_id"], row["status"], row["duration_s"]) for row in lines]


def test_unzip_tests_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "part.xlsx").write_bytes(one_part(calls({})).files["xlsx"])
    assert subprocess.run(["unzip", "-tq", "part.xlsx"], cwd=tmp_path, check=False, capture_output=True).returncode == 0


def test_a_number_keeps_its_plus_its_zeros_and_every_digit() -> None:
    table = calls({"own_number": "+12025550143", "other_number": "0070", "status": "12345678901234567890"})
    names = table.column_names
    _, cells = workbook_rows(one_part(table).files["xlsx"])
    told = dict(zip(names, cells, strict=True))
    assert (told["own_number"], told["other_number"]) == ("+12025550143", "0070")
    assert (told["status"], told["duration_s"]) == ("12345678901234567890", "61")


@pytest.mark.parametrize("letter", ["a", "\U0001f600", "\u4e2d"])
def test_text_longer_than_a_cell_ends_in_words_that_say_so(letter: str) -> None:
    whole = letter * LONGEST
    units = len(letter.encode("utf-16-le")) // 2
    part = one_part(calls({"status": whole}, {"status": letter * (LONGEST // units)}))
    cut, kept = [row[-1] for row in workbook_rows(part.files["xlsx"])[1:]]
    assert kept == letter * (LONGEST // units)
    assert cut == fitting(whole)
    assert (cut == whole) == (units == 1)
    assert len(cut.encode("utf-16-le")) <= 2 * LONGEST
    longer = fitting(whole + "a")
    assert longer.endswith(CUT)
    assert longer.removesuffix(CUT) == letter * ((LONGEST - len(CUT)) // units)
    assert read_lines(part.files["jsonl"])[0]["status"] == whole


def many(count: int) -> pa.Table:
    return calls(
        *({"status": f"{place % 7}", "at": datetime(2026, 1, place % 27 + 1, tzinfo=UTC)} for place in range(count))
    )


def test_parts_are_cut_by_bytes_and_rows_and_lose_nothing() -> None:
    table = many(300)
    whole = one_part(table).files["jsonl"]
    width = max(map(len, whole.split(b"\n"))) + 1
    for limits in ((10 * width, 1000), (10**9, 7), (1, 1000)):
        parts = list(parts_of(table, limits=limits))
        assert len(parts) > 10
        assert b"".join(part.files["jsonl"] for part in parts) == whole
        assert all(len(part.files["jsonl"]) <= max(limits[0], width) and part.records <= limits[1] for part in parts)
        kinds = kinds_of(table.schema)
        for part in parts:
            found = read_lines(part.files["jsonl"])
            check_xlsx(part.files["xlsx"], found, kinds)
            check_parquet(part.files["parquet"], found, kinds)


def test_the_limits_leave_every_file_below_25_mb_and_every_sheet_below_its_end() -> None:
    """Of text that does not compress and that the views write longer than the lines do."""
    size = soaking.count(400_000, 6_000_000)
    rng = random.Random(soaking.seed("parts"))  # noqa: S311 - repeatable tests
    letters = [chr(one) for one in range(0x20, 0x3000) if chr(one) not in '"\\']
    table = calls(*({"status": "".join(rng.choices([*letters, *"<&>_"], k=2000))} for _ in range(size // 2000)))
    part = one_part(table)
    worst = max(len(part.files[ending]) for ending in ENDINGS) / len(part.files["jsonl"])
    soaking.report("part-sizes", lines=len(part.files["jsonl"]), worst=round(worst, 3))
    assert worst * PART_BYTES < 25_000_000
    assert PART_ROWS + 1 <= 1_048_576


def test_the_same_rows_in_any_order_give_the_same_bytes_of_every_file() -> None:
    table = many(200)
    backward = table.take(pa.array(range(199, -1, -1)))
    cut = (5000, 1000)
    files, told = record_files("call_detail", table, limits=cut)
    assert (files, told) == record_files("call_detail", backward, limits=cut)
    assert len(told["parts"]) > 3
    assert min(files) == "data/records/call_detail-001.csv"
    assert record_files("call_detail", table.slice(0, 0))[0] == {}


def test_another_process_on_another_day_gives_the_same_bytes() -> None:
    script = (
        "import hashlib; from tests.core.packages.test_views import many; "
        "from safeconduct.core.packages.record_files import record_files; "
        "print({n: hashlib.sha256(d).hexdigest() for n, d in record_files('call_detail', many(50))[0].items()})"
    )
    seen = {
        subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, env=env).stdout
        for env in ({"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "1"}, {"TZ": "UTC", "PYTHONHASHSEED": "2"})
    }
    assert len(seen) == 1


def bent_workbook(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, old.read(one).replace(b"completed", b"complete "))
    return out.getvalue()


def test_a_view_of_other_rows_is_refused() -> None:
    table = calls({}, {})
    part, kinds = one_part(table), kinds_of(table.schema)
    found = read_lines(part.files["jsonl"])
    check_xlsx(part.files["xlsx"], found, kinds)
    check_parquet(part.files["parquet"], found, kinds)
    others = [found[::-1], found[:1], [*found, found[0]], [found[0], {**found[1], "status": "x"}], []]
    for other in others:
        with pytest.raises(XlsxError):
            check_xlsx(part.files["xlsx"], other, kinds)
        with pytest.raises(ParquetError):
            check_parquet(part.files["parquet"], other, kinds)
    for data in (b"", b"PK", part.files["xlsx"][:-9], bent_workbook(part.files["xlsx"]), part.files["csv"]):
        with pytest.raises(XlsxError):
            check_xlsx(data, found, kinds)
    for data in (b"", b"PAR1", part.files["parquet"][:-9], one_part(calls({}, {"status": "x"})).files["parquet"]):
        with pytest.raises(ParquetError):
            check_parquet(data, found, kinds)
