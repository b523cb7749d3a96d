"""``safeconduct records``: what a file must be before a row is sent, and what is said when an import breaks off."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from tests.core.segments.conftest import make_rows

from safeconduct.cli import records
from safeconduct.core.base.errors import SafeconductError, UnavailableError
from safeconduct.core.segments.errors import SegmentError
from safeconduct.core.segments.tables import TABLES


def write(path: Path, rows: pa.Table) -> Path:
    if path.suffix == ".parquet":
        pyarrow.parquet.write_table(rows, path)
    elif path.suffix == ".csv":
        pyarrow.csv.write_csv(rows, path)
    else:
        opener = pa.ipc.new_file if path.suffix == ".arrow" else pa.ipc.new_stream
        with opener(str(path), rows.schema) as sink:
            sink.write_table(rows)
    return path


@pytest.mark.parametrize("ending", [".arrow", ".arrows", ".parquet", ".csv"])
@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_kind_of_file_gives_the_same_rows(tmp_path: Path, table: str, ending: str) -> None:
    rows = make_rows(table, 40)
    found = records.read_table(write(tmp_path / f"{table}{ending}", rows), table)
    assert found.schema == TABLES[table].schema
    assert found.to_pylist() == rows.to_pylist()


def test_a_number_in_a_csv_keeps_its_plus_and_its_zeros(tmp_path: Path) -> None:
    rows = make_rows("calls", 3)
    rows = rows.set_column(
        rows.schema.get_field_index("other_number"), "other_number", pa.array(["+12025550100", "00123", "72345"])
    )
    found = records.read_table(write(tmp_path / "calls.csv", rows), "calls")
    assert found["other_number"].to_pylist() == ["+12025550100", "00123", "72345"]


@pytest.mark.parametrize("name", ["calls.xlsx", "calls", "calls.parquet", "calls.arrow", "missing.csv"])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, name: str) -> None:
    if not name.startswith("missing"):
        (tmp_path / name).write_bytes(b"not a table of Bertha Muster")
    with pytest.raises(SafeconductError) as caught:
        records.read_table(tmp_path / name, "calls")
    assert "Bertha" not in str(caught.value)


def test_a_bad_row_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    rows = make_rows("calls", 3)
    rows = rows.set_column(3, "own_number", pa.array(["+12025550100", "(202) 555-0100", "+12025550101"]))
    with pytest.raises(SegmentError, match="own_number"):
        records.read_table(write(tmp_path / "calls.parquet", rows), "calls")
    with pytest.raises(SegmentError):
        records.read_table(tmp_path / "calls.parquet", "secrets")


class Sending:
    """Stands for the room's action; fails at the call whose number is ``failing``."""

    def __init__(self, failing: int = 0) -> None:
        self.failing, self.calls = failing, []

    def import_rows(self, *, actor: str, now: datetime, table: str, rows: pa.Table, run: str | None) -> SimpleNamespace:
        self.calls.append((actor, table, rows.num_rows, run))
        assert now.tzinfo is not None
        if len(self.calls) == self.failing:
            raise UnavailableError("The vault is away.")
        return SimpleNamespace(run=f"run{len(self.calls)}", rows=rows.num_rows, segments=1)


def parse(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    records.add_arguments(parser)
    return parser.parse_args(words)


@pytest.fixture
def send(monkeypatch: pytest.MonkeyPatch) -> Sending:
    sending = Sending()
    monkeypatch.setattr(records, "_setup_django", lambda _: None)
    monkeypatch.setattr(records, "ROWS_PER_IMPORT", 10)
    monkeypatch.setattr(
        records, "_room", lambda: (sending.import_rows, lambda account: f"actor {account}", lambda: datetime.now(UTC))
    )
    return sending


def test_a_file_is_sent_in_parts(tmp_path: Path, send: Sending, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "calls.parquet", make_rows("calls", 25))
    assert records.run(parse("import", str(path), "--account", "me", "--json")) == 0
    assert send.calls == [("actor me", "calls", count, None) for count in (10, 10, 5)]
    printed = json.loads(capsys.readouterr().out)
    assert printed["rows"] == 25
    assert [one["run"] for one in printed["imports"]] == ["run1", "run2", "run3"]


def test_what_breaks_off_says_how_to_go_on(tmp_path: Path, send: Sending) -> None:
    path = write(tmp_path / "calls.parquet", make_rows("calls", 25))
    send.failing = 2
    with pytest.raises(records.BrokenOffError, match="--skip 10"):
        records.run(parse("import", str(path), "--account", "me"))
    assert records.run(parse("import", str(path), "--account", "me", "--skip", "10", "--resume", "open")) == 0
    assert send.calls[2:] == [("actor me", "calls", 10, "open"), ("actor me", "calls", 5, None)]


def test_a_failure_at_the_first_part_is_told_as_it_is(tmp_path: Path, send: Sending) -> None:
    path = write(tmp_path / "calls.parquet", make_rows("calls", 25))
    send.failing = 1
    with pytest.raises(UnavailableError):
        records.run(parse("import", str(path), "--account", "me"))
