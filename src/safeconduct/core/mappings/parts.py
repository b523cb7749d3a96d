"""Rows of a file, as records of ours and as rows that are none: each bad one with its number and the reason."""

import json
from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from safeconduct.core.mappings.errors import RowFaultError
from safeconduct.core.mappings.instants import PER_SECOND
from safeconduct.core.mappings.mapping import RECORD_ID, WHOLES, Column, TableMapping
from safeconduct.core.mappings.rows import DIGITS, record_of

UNREADABLE, TWICE = "unreadable", "twice"
Row = Pairs[str, Any] | str
"""Values by the source's column; or the text of a line that is no row at all."""


@dataclass(frozen=True)
class BadRow:
    """A row that is none of ours: its place in the file, our column, the reason, and what it says, to be sealed."""

    number: int
    column: str
    reason: str
    words: str


@dataclass(frozen=True)
class Part:
    """Some rows of a file, read."""

    rows: pa.Table
    bad: tuple[BadRow, ...] = ()
    reasons: Pairs[tuple[str, str], int] = field(default_factory=dict)


def read_part(table: TableMapping, rows: Sequence[Row], *, first: int) -> Part:
    """Return what ``rows`` are; the first of them is row number ``first`` of the file."""
    whole = {one.source for one in table.columns.values() if one.source and _is_whole(one)}
    good: dict[str, dict[str, Any]] = {}
    bad = []
    for number, row in enumerate(rows, first):
        try:
            record = _record(table, row, whole)
            _require_new(record, good)
            good[record[RECORD_ID]] = record
        except RowFaultError as error:
            bad.append(BadRow(number, error.column, error.reason, _words(row)))
    reasons: dict[tuple[str, str], int] = {}
    for one in bad:
        reasons[one.column, one.reason] = reasons.get((one.column, one.reason), 0) + 1
    return Part(pa.Table.from_pylist(list(good.values()), schema=table.spec.schema), tuple(bad), reasons)


def sealed_words(bad: Sequence[BadRow]) -> bytes:
    """Return bad rows as the JSON Lines that are sealed."""
    lines = [{"row": one.number, "column": one.column, "reason": one.reason, "words": one.words} for one in bad]
    return "".join(f"{json.dumps(line, ensure_ascii=False, sort_keys=True)}\n" for line in lines).encode()


def _record(table: TableMapping, row: Row, whole: set[str]) -> dict[str, Any]:
    if isinstance(row, str):
        raise RowFaultError("", UNREADABLE)
    return record_of(table, {name: _typed(row.get(name), name in whole) for name in table.sources})


def _require_new(record: dict[str, Any], good: Pairs[str, object]) -> None:
    if record[RECORD_ID] in good:
        raise RowFaultError(RECORD_ID, TWICE)


def _is_whole(one: Column) -> bool:
    kept_as_number = one.stored == "integer" or one.name in WHOLES
    return kept_as_number or (one.instants is not None and one.instants.kind in PER_SECOND)


def _typed(value: object, whole: bool) -> object:  # noqa: FBT001 - private, called in one place
    # A file of text has no whole numbers of its own: what is written as one is one, where the mapping wants one.
    return int(value) if whole and isinstance(value, str) and DIGITS.fullmatch(value) else value


def _words(row: Row) -> str:
    if isinstance(row, str):
        return row.encode("utf-8", "replace").decode()
    told = {key: one.isoformat() if isinstance(one, datetime | date) else one for key, one in row.items()}
    return json.dumps(told, ensure_ascii=True, sort_keys=True, default=str)
