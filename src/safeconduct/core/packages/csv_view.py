"""The CSV view: the same records for a spreadsheet, reversible to the last byte, with no cell that runs as a formula.

1. Every cell is quoted (RFC 4180); the first row names the columns.
2. A telephone number in strict E.164 form stands untouched. So does an instant, a whole number, true and false.
3. Any other text that begins with a character a spreadsheet may act on, or with an apostrophe, gets one apostrophe
   in front. Reading takes one apostrophe off.
4. An empty cell is null; empty text is a single apostrophe.
JSON Lines is the record; this is a view of it, and ``package.json`` says so.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import pyarrow as pa

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import DamagedError
from safeconduct.core.base.periods import PeriodError, parse_instant
from safeconduct.core.packages.records import RecordsError, Row

MARK = "'"
RUNS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""First characters that some spreadsheet acts on, the full-width forms included."""

E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
WHOLE = re.compile(r"0|-?[1-9][0-9]{0,18}", re.ASCII)


class CsvError(DamagedError):
    """The CSV view is not one that these records give."""

    code = "SC-CSV-VIEW"


class ColumnKind(StrEnum):
    """What a column of the view holds."""

    TEXT = "text"
    PHONE = "phone"
    INSTANT = "instant"
    WHOLE = "whole"
    FLAG = "flag"


PHONE_COLUMNS = frozenset({"number", "own_number", "other_number"})


def kinds_of(schema: pa.Schema) -> dict[str, ColumnKind]:
    """Return the kind of each column: by name for telephone numbers, else by its Arrow type."""
    return {one.name: _kind(one.name, one.type) for one in schema}


def _kind(name: str, kind: pa.DataType) -> ColumnKind:
    if name in PHONE_COLUMNS:
        return ColumnKind.PHONE
    if pa.types.is_boolean(kind):
        return ColumnKind.FLAG
    if pa.types.is_integer(kind):
        return ColumnKind.WHOLE
    return ColumnKind.INSTANT if pa.types.is_timestamp(kind) else ColumnKind.TEXT


def _is_instant(value: JsonValue) -> bool:
    try:
        parse_instant(value)
    except PeriodError:
        return False
    return True


def neutral(value: str) -> str:
    """Return text as a cell that no spreadsheet runs."""
    return MARK + value if not value or value[0] in RUNS or value[0] == MARK else value


def plain(cell: str) -> str:
    """Return the text that ``neutral`` made a cell of."""
    return cell.removeprefix(MARK)


def _cell(value: JsonValue, kind: ColumnKind) -> str:
    if value is None:
        return ""
    if kind is ColumnKind.WHOLE:
        return str(value)
    if kind is ColumnKind.FLAG:
        return "true" if value else "false"
    if not isinstance(value, str):
        raise RecordsError("A column mixes text with numbers.")
    if kind is ColumnKind.INSTANT or (kind is ColumnKind.PHONE and E164.fullmatch(value)):
        return value
    return neutral(value)


def _back(cell: str, kind: ColumnKind) -> JsonValue:
    if cell == "":
        return None
    if kind is ColumnKind.WHOLE:
        if WHOLE.fullmatch(cell) is None:
            raise CsvError("A cell of a number column is no whole number.")
        return int(cell)
    if kind is ColumnKind.FLAG:
        if cell not in ("true", "false"):
            raise CsvError("A cell of a yes-or-no column is neither.")
        return cell == "true"
    if kind is ColumnKind.INSTANT:
        if not _is_instant(cell):
            raise CsvError("A cell of an instant column is no instant.")
        return cell
    if kind is ColumnKind.PHONE and E164.fullmatch(cell):
        return cell
    if cell[0] in RUNS:
        raise CsvError("A cell would run as a formula.")
    return plain(cell)


class CsvWriter:
    """Writes one view to memory in UTF-8, rows as they come, in the order of the columns in ``kinds``."""

    def __init__(self, kinds: Mapping[str, ColumnKind]) -> None:
        """Write the row that names the columns."""
        self._kinds = kinds
        self._out = io.BytesIO()
        self._write([list(kinds)])

    def _write(self, rows: Iterable[Sequence[str]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
        self._out.write(text.getvalue().encode())

    def add(self, rows: Sequence[Mapping[str, JsonValue]]) -> None:
        """Write further rows."""
        self._write([_cell(row[name], kind) for name, kind in self._kinds.items()] for row in rows)

    def finish(self) -> bytes:
        """Return the view."""
        return self._out.getvalue()


def write_csv(rows: Sequence[Mapping[str, JsonValue]], kinds: Mapping[str, ColumnKind]) -> bytes:
    """Return the view of ``rows``."""
    writer = CsvWriter(kinds)
    writer.add(rows)
    return writer.finish()


def read_csv(data: bytes, kinds: Mapping[str, ColumnKind]) -> list[Row]:
    """Return the records that a view holds; raises ``CsvError`` unless it is exactly what ``write_csv`` writes."""
    try:
        table = list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise CsvError("It is not CSV in UTF-8.") from error
    if not table or table[0] != list(kinds) or any(len(cells) != len(kinds) for cells in table):
        raise CsvError("Its columns are not the declared ones.")
    rows: list[Row] = [
        {name: _back(cell, kind) for cell, (name, kind) in zip(cells, kinds.items(), strict=True)}
        for cells in table[1:]
    ]
    if write_csv(rows, kinds) != data:
        raise CsvError("It is not written as this view is written.")
    return rows
