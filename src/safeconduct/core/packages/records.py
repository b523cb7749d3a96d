"""Records as canonical JSON Lines: the form that counts. One RFC 8785 object on each line, rows in a fixed order."""

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.core.base.canonical import JsonValue, parse_canonical
from safeconduct.core.base.errors import BadInputError, DamagedError
from safeconduct.core.base.periods import instant_text

Row = dict[str, JsonValue]
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


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


def _key(row: Row, columns: Sequence[str]) -> tuple[JsonValue, ...]:
    return tuple(row[name] for name in columns)


def _sorted(table: pa.Table) -> tuple[pa.Array, list[str]]:
    """Return the places of the rows in order, and the columns that order them."""
    time = "at" if "at" in table.column_names else "started_at"
    columns = [name for name in ("customer", time, "record_id") if name in table.column_names]
    if not columns:
        return pa.array(range(table.num_rows)), []
    keys = [(name, "ascending", "at_start") for name in columns]
    return pc.sort_indices(table.select(columns), sort_keys=keys), columns


def plain_rows(table: pa.Table | pa.RecordBatch) -> list[Row]:
    """Return rows as JSON values in the order they have: instants become RFC 3339 in UTC; raises ``RecordsError``."""
    return [{name: _value(value, name) for name, value in row.items()} for row in table.to_pylist()]


def rows_of(table: pa.Table, batch: int = 4096) -> Iterator[Row]:
    """Yield the rows of an Arrow table as JSON values, sorted by customer, time and record id, null first.

    Rows that agree in all three come in the order of their lines. Text, whole numbers, true, false and null stay as
    they are. Only a batch of rows is held as values at once. Raises ``RecordsError``.
    """
    if len(set(table.column_names)) != len(table.column_names):
        raise RecordsError("A column stands twice.")
    places, columns = _sorted(table)
    found = (
        row for start in range(0, len(places), batch) for row in plain_rows(table.take(places[start : start + batch]))
    )
    for _, same in itertools.groupby(found, lambda row: _key(row, columns)):
        alike = list(same)
        yield from sorted(alike, key=line) if len(alike) > 1 else alike


def line(row: Mapping[str, JsonValue]) -> str:
    """Return one flat row as its RFC 8785 text.

    For flat objects with ASCII names, text, integers, booleans and null, Python's encoder writes the canonical form
    itself, many times faster than the general one; a property test holds the two together.
    """
    return _ENCODER.encode(row)


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
