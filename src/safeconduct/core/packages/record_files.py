"""The record files of a category: JSON Lines and its three views, cut into parts that any mailbox and program takes.

A part ends before the row that would make its JSON Lines longer than ``PART_BYTES`` or that would be its
``PART_ROWS + 1``st; a row longer than a part stands alone. The cut depends on the rows alone, so the same rows give
the same parts. Rows are turned from Arrow into text a batch at a time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from safeconduct.core.base.canonical import JsonValue, sha256_hex
from safeconduct.core.packages.csv_view import ColumnKind, CsvWriter, kinds_of
from safeconduct.core.packages.parquet_view import ParquetWriter
from safeconduct.core.packages.records import Row, line, rows_of
from safeconduct.core.packages.xlsx_view import XlsxWriter

PART_BYTES = 20_000_000
"""Of JSON Lines; it leaves room below 25 MB for a view that comes out longer."""

PART_ROWS = 1_000_000
"""A sheet holds 1,048,576 rows, the heading included."""

BATCH = 4096
ENDINGS = ("csv", "jsonl", "parquet", "xlsx")
FOLDER = "data/records/"


@dataclass(frozen=True)
class Part:
    """One part of a category: the number of its records, and its files by ending."""

    records: int
    files: Mapping[str, bytes]


class _Writer(Protocol):
    def add(self, rows: Sequence[Row]) -> None: ...

    def finish(self) -> bytes: ...


class _Open:
    """A part that still takes rows."""

    def __init__(self, kinds: Mapping[str, ColumnKind]) -> None:
        self._writers: dict[str, _Writer] = {
            "csv": CsvWriter(kinds),
            "parquet": ParquetWriter(kinds),
            "xlsx": XlsxWriter(kinds),
        }
        self._lines = bytearray()
        self._waiting: list[Row] = []
        self.records = 0

    def takes(self, length: int, limits: tuple[int, int]) -> bool:
        return not self.records or (len(self._lines) + length <= limits[0] and self.records < limits[1])

    def add(self, row: Row, text: bytes) -> None:
        self._lines += text
        self._waiting.append(row)
        self.records += 1
        if len(self._waiting) >= BATCH:
            self._pass_on()

    def _pass_on(self) -> None:
        for writer in self._writers.values():
            writer.add(self._waiting)
        self._waiting = []

    def finish(self) -> Part:
        if self._waiting:
            self._pass_on()
        files = {ending: writer.finish() for ending, writer in self._writers.items()}
        return Part(self.records, {"jsonl": bytes(self._lines), **files})


def parts_of(table: pa.Table, *, limits: tuple[int, int] = (PART_BYTES, PART_ROWS)) -> Iterator[Part]:
    """Yield the parts that the rows of an Arrow table give; none for none.

    Args:
        table: rows of one category, in any order.
        limits: most bytes of JSON Lines and most rows in a part.

    Raises:
        RecordsError: a package cannot carry these rows.
    """
    kinds = kinds_of(table.schema)
    part: _Open | None = None
    for row in rows_of(table):
        text = f"{line(row)}\n".encode()
        if part is not None and not part.takes(len(text), limits):
            yield part.finish()
            part = None
        part = part or _Open(kinds)
        part.add(row, text)
    if part is not None:
        yield part.finish()


def stem(category: str, number: int, parts: int) -> str:
    """Return a part's name without its ending: the category's own where there is one part."""
    return category if parts == 1 else f"{category}-{number:03}"


def category_of(name: str) -> str:
    """Return the category that a record file belongs to."""
    return name.removeprefix(FOLDER).partition(".")[0].partition("-")[0]


def record_files(
    category: str, table: pa.Table, *, limits: tuple[int, int] = (PART_BYTES, PART_ROWS)
) -> tuple[dict[str, bytes], dict[str, JsonValue]]:
    """Return the files of a category by path, and what ``package.json`` tells of them; nothing for no rows."""
    parts = list(parts_of(table, limits=limits))
    files: dict[str, bytes] = {}
    told: list[JsonValue] = []
    for number, part in enumerate(parts, 1):
        base = stem(category, number, len(parts))
        named = {f"{base}.{ending}": part.files[ending] for ending in ENDINGS}
        files |= {FOLDER + name: data for name, data in named.items()}
        told.append({"records": part.records, "files": [file_line(name, data) for name, data in named.items()]})
    columns = [{"name": name, "kind": str(kind)} for name, kind in kinds_of(table.schema).items()]
    return files, {"records": sum(part.records for part in parts), "columns": columns, "parts": told}


def file_line(name: str, data: bytes) -> JsonValue:
    """Return what the manifest of parts tells of one file."""
    return {"name": name, "bytes": len(data), "sha256": sha256_hex(data)}
