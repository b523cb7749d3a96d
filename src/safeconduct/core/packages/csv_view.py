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
from collections.abc import Mapping, Sequence
from enum import StrEnum

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


def column_kinds(rows: Sequence[Mapping[str, JsonValue]], names: Sequence[str]) -> dict[str, ColumnKind]:
    """Return the kind of each column: by name for telephone numbers, else by what all its values are."""
    return {name: _kind(name, [row[name] for row in rows if row[name] is not None]) for name in names}


def _kind(name: str, values: Sequence[JsonValue]) -> ColumnKind:
    if name in PHONE_COLUMNS:
        return ColumnKind.PHONE
    if values and all(isinstance(value, bool) for value in values):
        return ColumnKind.FLAG
    if values and all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return ColumnKind.WHOLE
    if values and name.endswith("at") and all(_is_instant(value) for value in values):
        return ColumnKind.INSTANT
    return ColumnKind.TEXT


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


def write_csv(rows: Sequence[Mapping[str, JsonValue]], kinds: Mapping[str, ColumnKind]) -> bytes:
    """Return the view of ``rows`` in UTF-8, in the order of the columns in ``kinds``."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(list(kinds))
    writer.writerows([_cell(row[name], kind) for name, kind in kinds.items()] for row in rows)
    return out.getvalue().encode()


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
