"""Records as canonical JSON Lines: the form that counts. One RFC 8785 object on each line, rows in a fixed order."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

from safeconduct.core.base.canonical import JsonValue, parse_canonical
from safeconduct.core.base.errors import BadInputError, DamagedError
from safeconduct.core.base.periods import instant_text

Row = dict[str, JsonValue]


class RecordsError(BadInputError):
    """The rows are not ones that a package can carry."""

    code = "SC-PACKAGE-RECORDS"


def _value(value: Any, column: str) -> JsonValue:  # noqa: ANN401 - Arrow gives whatever the column holds
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise RecordsError(f"The column {column} has instants without a zone.")
        return instant_text(value)
    if value is None or isinstance(value, str | bool | int):
        return value
    raise RecordsError(f"The column {column} is of a type that a package does not carry.")


def _order(row: Row) -> tuple[str, str, str]:
    return (
        str(row.get("customer") or ""),
        str(row.get("at") or row.get("started_at") or ""),
        str(row.get("record_id") or ""),
    )


def rows_of(table: pa.Table) -> list[Row]:
    """Return the rows of an Arrow table as JSON values, sorted by customer, time and record id.

    Instants become RFC 3339 in UTC; text, whole numbers, true, false and null stay. Raises ``RecordsError``.
    """
    names = table.column_names
    if len(set(names)) != len(names):
        raise RecordsError("A column stands twice.")
    rows = [{name: _value(value, name) for name, value in row.items()} for row in table.to_pylist()]
    return sorted(rows, key=lambda row: (_order(row), line(row)))


def line(row: Mapping[str, JsonValue]) -> str:
    """Return one flat row as its RFC 8785 text.

    For flat objects with ASCII names, text, integers, booleans and null, Python's encoder writes the canonical form
    itself, many times faster than the general one; a property test holds the two together.
    """
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def write_lines(rows: Iterable[Mapping[str, JsonValue]]) -> bytes:
    """Return rows as JSON Lines in UTF-8; every line ends with a newline."""
    return "".join(f"{line(row)}\n" for row in rows).encode()


def read_lines(data: bytes) -> list[Row]:
    """Return the rows that ``write_lines`` wrote; raises ``DamagedError`` for any line that is not canonical."""
    if data and not data.endswith(b"\n"):
        raise DamagedError("The last line breaks off.")
    rows = [parse_canonical(one) for one in data.split(b"\n")[:-1]]
    if any(not isinstance(row, dict) for row in rows):
        raise DamagedError("A line is not an object.")
    return rows
