"""Files of records in every form, read in parts: the same rows, and a bad line costs itself alone."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from tests.entries.records_steps import MAPPING

from safeconduct.cli import records_files
from safeconduct.cli.main import main
from safeconduct.core.mappings.mapping import TableMapping
from safeconduct.core.mappings.parts import read_part
from safeconduct.core.mappings.reading import read_mapping

ROWS: list[dict[str, Any]] = [
    {
        "id": f"r{place}",
        "customer": "c" * 32,
        "at": 1767225600 + place,
        "own": "+12025550111",
        "other": "88222",
        "seconds": place,
        "more": 'a "quoted", thing\nof two lines',
    }
    for place in range(7)
]


def table() -> TableMapping:
    return read_mapping(MAPPING).tables["calls"]


def write(folder: Path, ending: str, rows: list[dict[str, Any]]) -> Path:
    path = folder / f"calls{ending}"
    columns = pa.Table.from_pylist(rows)
    if ending == ".csv":
        lines = [",".join(ROWS[0])]
        lines += [",".join('"' + str(one).replace('"', '""') + '"' for one in row.values()) for row in rows]
        path.write_text("\r\n".join(lines) + "\r\n", "utf-8-sig")
    elif ending in (".jsonl", ".ndjson"):
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    elif ending == ".parquet":
        pyarrow.parquet.write_table(columns, path)
    else:
        opener = pa.ipc.new_file if ending == ".arrow" else pa.ipc.new_stream
        with opener(str(path), columns.schema) as sink:
            sink.write_table(columns)
    return path


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".ndjson", ".parquet", ".arrow", ".arrows"])
def test_every_form_gives_the_same_rows_in_parts(tmp_path: Path, ending: str) -> None:
    parts = list(records_files.read_parts(write(tmp_path, ending, ROWS), table(), size=3))
    assert [len(one) for one in parts] == [3, 3, 1]
    read = [read_part(table(), part, first=1) for part in parts]
    assert not any(one.bad for one in read)
    found = [row for one in read for row in one.rows.to_pylist()]
    assert [one["record_id"] for one in found] == [one["id"] for one in ROWS]
    assert [one["duration_s"] for one in found] == list(range(7))


def test_a_bad_line_costs_itself_alone(tmp_path: Path) -> None:
    lines = write(tmp_path, ".jsonl", ROWS).read_bytes().splitlines()
    lines[2] = b"{half"
    lines[4] = lines[4].replace(b"c" * 32, b"\xff" * 32)
    path = tmp_path / "bad.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n")
    (part,) = records_files.read_parts(path, table())
    read = read_part(table(), part, first=1)
    assert [(one.number, one.reason) for one in read.bad] == [(3, "unreadable"), (5, "not_text")]
    assert read.rows.num_rows == 5
    text = write(tmp_path, ".csv", ROWS[:3]).read_text("utf-8-sig").replace('"r1",', "")
    (tmp_path / "short.csv").write_text(text, "utf-8")
    (part,) = records_files.read_parts(tmp_path / "short.csv", table())
    assert [one.reason for one in read_part(table(), part, first=1).bad] == ["unreadable"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", b"PK"),
        ("a.parquet", b"no parquet of Bertha Muster"),
        ("a.arrow", b"ARROW1 no arrow of Bertha Muster"),
        ("a.csv", b"id,customer\n1,2\n"),
        ("a.csv", b"id,customer,at,own,other,seconds,id\n"),
    ],
)
def test_what_is_no_such_file_is_refused_without_a_word_of_it(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(records_files.RecordFileError) as refused:
        list(records_files.read_parts(tmp_path / name, table()))
    assert "Bertha" not in str(refused.value)


def test_the_command_checks_a_mapping(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "m.toml"
    path.write_bytes(MAPPING)
    assert main(["records", "mapping", "check", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["tables"][0]["statement"].startswith('SELECT "id"')
    assert main(["records", "mapping", "check", str(path), "--dialect", "mysql"]) == 0
    assert "`id`" in capsys.readouterr().out
    path.write_bytes(MAPPING.replace(b"epoch_s", b"epoch"))
    assert main(["records", "mapping", "check", str(path), "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in told["faults"]] == ["bad_time"]
    assert main(["records", "mapping", "check", str(path)]) == 2
    assert "bad_time" in capsys.readouterr().out
