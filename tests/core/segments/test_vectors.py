"""The published vectors: the second reader, which knows the page of the format alone, and the engine read the same."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from tests.core.segments import second_reader
from tests.core.segments.conftest import Keys
from tests.core.segments.make_vectors import FILE, as_json
from tests.core.segments.test_second_reader import DICTIONARIES, MARCH

from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.core.segments.layout import VERSION
from safeconduct.core.segments.pages import DICTIONARY
from safeconduct.core.segments.reader import SegmentReader

VECTORS: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
TABLES = [one["table"] for one in VECTORS["segments"]]


def named() -> second_reader.Keys:
    """Return the keys that stand in the file."""
    keys = VECTORS["keys"]
    customers = {name: bytes.fromhex(key) for name, key in keys["customers"].items()}
    return second_reader.Keys(customers, bytes.fromhex(keys["index"]), bytes.fromhex(keys["directory"]))


def laid_out(store: Path, one: dict[str, Any]) -> Path:
    folder = store / one["table"] / one.get("segment", one.get("run", ""))
    folder.mkdir(parents=True)
    for name, data in one["files"].items():
        (folder / name).write_bytes(base64.b64decode(data))
    return folder


def read(folder: Path, table: str, month: str, pin: str) -> list[dict[str, Any]]:
    dictionary = (DICTIONARIES / f"{table}-{DICTIONARY}.zdict").read_bytes()
    rows = second_reader.read_segment(folder, named(), dictionary, first_of_month=MARCH if month else 0, pin=pin)
    return sorted(rows, key=lambda row: str(row["record_id"]))


def test_they_are_of_this_version() -> None:
    assert VECTORS["version"] == VERSION
    assert len(VECTORS["segments"]) == 5


@pytest.mark.parametrize("one", VECTORS["segments"], ids=TABLES)
def test_both_readers_read_a_segment(store: Path, one: dict[str, Any]) -> None:
    folder = laid_out(store, one)
    assert read(folder, one["table"], one["month"], one["pin"]) == one["rows"]
    reader = SegmentReader(
        store, table=one["table"], segment=one["segment"], keys=Keys("vectors"), directory_sha256=one["pin"]
    )
    found = [row for rows in reader.open(list(reader.directory.every())) for row in as_json(rows)]
    assert sorted(found, key=lambda row: str(row["record_id"])) == one["rows"]
    assert reader.check() == len(one["rows"])


@pytest.mark.parametrize("one", [*VECTORS["segments"], *VECTORS["runs"]], ids=[*TABLES, "run"])
def test_postings_are_those_of_the_file(store: Path, one: dict[str, Any]) -> None:
    found = second_reader.read_index(laid_out(store, one), named())
    assert [list(posting) for posting in found] == one["postings"]
    assert len(found) > 5


@pytest.mark.parametrize("wrong", VECTORS["refused"], ids=lambda wrong: f"{wrong['table']}-{wrong['file']}")
def test_what_is_to_be_refused_is_refused(store: Path, wrong: dict[str, Any]) -> None:
    one = next(one for one in VECTORS["segments"] if one["table"] == wrong["table"])
    folder = laid_out(store, one)
    data = bytearray((folder / wrong["file"]).read_bytes())
    data[wrong["place"]] ^= 1 << wrong["bit"]
    (folder / wrong["file"]).write_bytes(data)
    reads = (
        (lambda: second_reader.read_index(folder, named()))
        if wrong["file"] == "index"
        else (lambda: read(folder, one["table"], one["month"], one["pin"]))
    )
    with pytest.raises(ValueError, match=r"."):
        reads()
    with pytest.raises(SegmentDamagedError):
        SegmentReader(store, table=one["table"], segment=one["segment"], keys=Keys("vectors")).check()
