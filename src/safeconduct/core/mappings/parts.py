"""Rows of a file, as records of ours and as rows that are none: each bad one with its number and the reason."""

import json
from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from safeconduct.core.mappings.columnar import is_whole, read_columns
from safeconduct.core.mappings.errors import RowFaultError
from safeconduct.core.mappings.mapping import RECORD_ID, TableMapping
from safeconduct.core.mappings.rows import DIGITS, HALF, record_of

UNREADABLE, TWICE = "unreadable", "twice"
Row = Pairs[str, Any] | str
"""Values by the source's column; or the text of a line that is no row at all."""
Rows: TypeAlias = Sequence[Row] | pa.Table
"""Rows of a file one by one, or by column where the file has columns."""


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


def read_part(table: TableMapping, rows: Rows, *, first: int) -> Part:
    """Return what ``rows`` are; the first of them is row number ``first`` of the file."""
    columns, plain = _columns(table, rows)
    made, sure = read_columns(table, columns, len(rows))
    sure &= plain
    judged = _judged(table, rows, np.flatnonzero(~sure))
    return _joined(table, rows, made.filter(pa.array(sure)), np.flatnonzero(sure), judged, first)


def read_rows(table: TableMapping, rows: Sequence[Row], *, first: int) -> Part:
    """Return the same, row by row: the judge of what every row is."""
    whole = {one.source for one in table.columns.values() if one.source and is_whole(one)}
    good: dict[str, dict[str, Any]] = {}
    bad = []
    for number, row in enumerate(rows, first):
        try:
            record = _record(table, row, whole)
            _require_new(record, good)
            good[record[RECORD_ID]] = record
        except RowFaultError as error:
            bad.append(BadRow(number, error.column, error.reason, _words(row)))
    return _part(pa.Table.from_pylist(list(good.values()), schema=table.spec.schema), bad)


def _part(rows: pa.Table, bad: Sequence[BadRow]) -> Part:
    reasons: dict[tuple[str, str], int] = {}
    for one in bad:
        reasons[one.column, one.reason] = reasons.get((one.column, one.reason), 0) + 1
    return Part(rows, tuple(bad), reasons)


def _columns(table: TableMapping, rows: Rows) -> tuple[dict[str, pa.Array], np.ndarray]:
    """Return the columns of rows, and which rows hold nothing that has no place in its column."""
    if isinstance(rows, pa.Table):
        return {name: rows[name].combine_chunks() for name in table.sources}, np.ones(len(rows), bool)
    plain = np.array([not isinstance(row, str) for row in rows], bool)
    held: list[Pairs[str, Any]] = [{} if isinstance(row, str) else row for row in rows]
    found = {}
    for name in table.sources:
        values = [row.get(name) for row in held]
        try:
            found[name] = pa.array(values)
        except (pa.ArrowException, ValueError, TypeError, OverflowError):
            # Values of several types, or no text at all: what is no text stays away, and its row goes to the judge.
            good = [one if isinstance(one, str) and not HALF.search(one) else None for one in values]
            plain &= np.array([one is kept for one, kept in zip(values, good, strict=True)], bool)
            found[name] = pa.array(good, pa.string())
    return found, plain


@dataclass(frozen=True)
class _Judged:
    """What the judge said of some rows: records and faults, by place."""

    records: dict[int, dict[str, Any]]
    faults: dict[int, RowFaultError]


def _judged(table: TableMapping, rows: Rows, places: np.ndarray) -> _Judged:
    whole = {one.source for one in table.columns.values() if one.source and is_whole(one)}
    found = _Judged({}, {})
    for place, row in zip(places.tolist(), _some(rows, places), strict=True):
        try:
            found.records[place] = _record(table, row, whole)
        except RowFaultError as error:
            found.faults[place] = error
    return found


def _some(rows: Rows, places: np.ndarray) -> list[Row]:
    if isinstance(rows, pa.Table):
        return list(rows.take(pa.array(places, pa.int64())).to_pylist())
    return [rows[place] for place in places.tolist()]


def _joined(
    table: TableMapping, rows: Rows, certain: pa.Table, places: np.ndarray, judged: _Judged, first: int
) -> Part:
    """Return good rows of both ways in their order, each id once, and the bad ones."""
    schema = table.spec.schema
    more = pa.Table.from_pylist(list(judged.records.values()), schema=schema)
    every = pa.concat_tables([certain, more])
    stands = np.concatenate((places, np.array(list(judged.records), np.int64)))
    order = np.argsort(stands, kind="stable")
    every, stands = every.take(pa.array(order)), stands[order]
    ids = every[RECORD_ID].combine_chunks().dictionary_encode().indices.to_numpy() if len(stands) else stands
    _, firsts = np.unique(ids, return_index=True)
    once = np.zeros(len(stands), bool)
    once[firsts] = True
    faults = judged.faults | {place: RowFaultError(RECORD_ID, TWICE) for place in stands[~once].tolist()}
    at = np.array(sorted(faults), np.int64)
    bad = [
        BadRow(first + place, faults[place].column, faults[place].reason, _words(row))
        for place, row in zip(at.tolist(), _some(rows, at), strict=True)
    ]
    return _part(every.filter(pa.array(once)), bad)


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


def _typed(value: object, whole: bool) -> object:  # noqa: FBT001 - private, called in one place
    # A file of text has no whole numbers of its own: what is written as one is one, where the mapping wants one.
    return int(value) if whole and isinstance(value, str) and DIGITS.fullmatch(value) else value


def _words(row: Row) -> str:
    if isinstance(row, str):
        return row.encode("utf-8", "replace").decode()
    told = {key: one.isoformat() if isinstance(one, datetime | date) else one for key, one in row.items()}
    return json.dumps(told, ensure_ascii=True, sort_keys=True, default=str)
