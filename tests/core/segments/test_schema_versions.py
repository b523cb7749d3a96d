"""A segment is read by the columns it was written with: later columns are empty in it, later versions are refused."""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa
import pytest
from tests.core.segments.conftest import Keys, make_rows

from safeconduct.core.segments import reader, tables, writer
from safeconduct.core.segments.errors import SegmentError
from safeconduct.core.segments.reader import SegmentReader
from safeconduct.core.segments.writer import write_segment

LATER = "network"


@pytest.fixture
def version_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let calls have one more column from version 2 on."""
    spec = tables.TABLES["calls"]
    wider = replace(spec, schema=spec.schema.append(pa.field(LATER, pa.string(), nullable=False)), since={LATER: 2})
    monkeypatch.setattr(tables, "TABLES", MappingProxyType({**tables.TABLES, "calls": wider}))
    for module in (reader, writer):
        monkeypatch.setattr(module, "SCHEMA_VERSION", 2)


def read(store: Path, segment: str) -> pa.Table:
    opened = SegmentReader(store, table="calls", segment=segment, keys=Keys())
    return pa.concat_tables(list(opened.open(list(opened.directory.every()))))


def test_older_rows_hold_nothing_in_later_columns(store: Path, request: pytest.FixtureRequest) -> None:
    rows = make_rows("calls", 30)
    write_segment(store, rows, table="calls", segment="older", keys=Keys())
    request.getfixturevalue("version_two")
    wider = rows.append_column(pa.field(LATER, pa.string(), nullable=False), pa.array(["north"] * 30))
    write_segment(store, wider, table="calls", segment="newer", keys=Keys())
    assert set(read(store, "older")[LATER].to_pylist()) == {""}
    assert set(read(store, "newer")[LATER].to_pylist()) == {"north"}
    for name in rows.column_names:
        assert read(store, "older")[name].to_pylist() == read(store, "newer")[name].to_pylist()


def test_a_later_version_than_ours_is_refused(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        later.setattr(writer, "SCHEMA_VERSION", 2)
        write_segment(store, make_rows("calls", 5), table="calls", segment="later", keys=Keys())
    with pytest.raises(SegmentError, match="later version"):
        read(store, "later")
