"""Rows to the clear bytes of pages and back, many pages at once.

A page holds its numbers as planes (all lowest bytes of a column, then the next, up to the highest): instants, counts,
telephone numbers as their digits' value, words as their place in a list, lengths of texts. Then what no such number
says, and the texts. Record ids stand apart, since nothing makes them smaller. Format: ``docs/formats/segment.md``.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.core.segments.prepared import Prepared
from safeconduct.core.segments.sieve import Sieve
from safeconduct.core.segments.spellings import (
    ID_BYTES,
    ids_of,
    numbers_of,
    strings,
    texts,
    word_values,
    words_of,
)
from safeconduct.core.segments.tables import INSTANT, WIDE, WORDS, TableSpec

OPEN_END = np.iinfo(np.int64).max
"""What stands for "has not ended"."""
NUMBER_BYTES = 7
_LENGTH = np.dtype("<u2")
_STAND_IN = {"number": 10**7, "word": 1}
"""Spelled out where a text stands, and then replaced by the text."""
_Beside = tuple[np.ndarray, bytes]
"""Texts that stand after a page's planes: where each page's begin and end, and all of them back to back."""


@dataclass(frozen=True)
class _Column:
    """One column of a page: how many planes it has, and whether texts stand beside them."""

    field: pa.Field
    kind: str
    width: int


@dataclass(frozen=True, kw_only=True)
class Codec:
    """How the rows of one segment are written.

    Attributes:
        spec: the table.
        version: the schema version of the segment.
        base: the millisecond since 1970 that a dated table's instants count from: the first of its month.
        packed: whether record ids are 16 bytes.
    """

    spec: TableSpec
    version: int
    base: int
    packed: bool

    @property
    def apart(self) -> int:
        """Return how many bytes of each row stand outside the compressed page: those of a packed id."""
        return ID_BYTES if self.packed else 0

    @cached_property
    def _columns(self) -> tuple[_Column, ...]:
        return tuple(
            self._column(one)
            for one in self.spec.page_schema(self.version)
            if not (self.packed and one.name == "record_id")
        )

    def _column(self, field: pa.Field) -> _Column:
        if field.type == INSTANT:
            return _Column(field, "instant", 4 if field.name == "at" else 8)
        if field.type == pa.int32():
            return _Column(field, "whole", 4)
        if field.name in self.spec.phones:
            return _Column(field, "number", NUMBER_BYTES)
        if field.name in WORDS:
            return _Column(field, "word", 1)
        return _Column(field, "text", 4 if field.name in WIDE else 2)

    def encode(self, ready: Prepared, order: np.ndarray, cuts: np.ndarray) -> tuple[bytes, np.ndarray, bytes]:
        """Return the pages of rows taken in ``order``, page ``p`` from row ``cuts[p]``, and the ids apart.

        The pages stand back to back; the second value says where each ends.
        """
        rows, counts = ready.rows, np.diff(cuts)
        apart = ready.ids[order].tobytes() if self.packed and ready.ids is not None else b""
        planes: list[np.ndarray] = []
        beside: list[_Beside] = []
        for column in self._columns:
            values = self._values(ready, column)[order]
            planes.append(np.ascontiguousarray(values.astype("<i8")).view(np.uint8).reshape(-1, 8)[:, : column.width])
            if column.kind in ("number", "word") and (values == 0).any():
                beside.append(self._written_out(rows[column.field.name], order, values, cuts))
            elif column.kind == "text":
                offsets, data = texts(rows[column.field.name].take(pa.array(order)))
                beside.append((offsets[cuts], data.tobytes()))
        return *_woven(planes, beside, counts, cuts), apart

    def _values(self, ready: Prepared, how: _Column) -> np.ndarray:
        if how.kind == "number":
            return ready.number(how.field.name)
        column = ready.rows[how.field.name]
        if how.kind == "word":
            return word_values(column, WORDS[how.field.name])
        if how.kind == "text":
            return np.asarray(pc.binary_length(column).to_numpy())
        if how.kind == "whole":
            return np.asarray(column.to_numpy())
        instants = pc.fill_null(column.cast(pa.int64()), int(OPEN_END)).to_numpy()
        return np.asarray(instants - self.base if how.field.name == "at" else instants)

    @staticmethod
    def _written_out(column: pa.ChunkedArray, order: np.ndarray, values: np.ndarray, cuts: np.ndarray) -> "_Beside":
        """Return, by page, the lengths and then the texts of what has no number."""
        out = np.flatnonzero(values == 0)
        offsets, data = texts(column.take(pa.array(order[out])))
        lengths = np.diff(offsets).astype(_LENGTH).tobytes()
        first = np.searchsorted(out, cuts)
        raw = data.tobytes()
        pieces = [
            lengths[2 * one : 2 * two] + raw[start:end]
            for (one, two), (start, end) in zip(
                pairwise(first.tolist()), pairwise(offsets[first].tolist()), strict=True
            )
        ]
        return 2 * first + offsets[first], b"".join(pieces)

    def decode(
        self, clear: bytes, ends: np.ndarray, counts: np.ndarray, apart: bytes, sieve: Sieve | None = None
    ) -> tuple[pa.Table, np.ndarray | None]:
        """Return the rows of pages that stand back to back, without ``customer``; raises ``SegmentDamagedError``.

        With a sieve, only rows that it lets through, and for every row whether it did.
        """
        width, total = sum(column.width for column in self._columns), int(counts.sum())
        here = ends[:-1].astype(np.int64)
        if (here + width * counts > ends[1:]).any() or len(apart) != self.apart * total:
            raise SegmentDamagedError("A page does not have its rows.")
        planes = _Planes(self, np.frombuffer(clear, np.uint8), here, counts, sieve)
        reading = _Reading(clear, here + width * counts, counts)
        made: dict[str, pa.Array] = {}
        if self.packed:
            ids = np.frombuffer(apart, np.uint8).reshape(-1, ID_BYTES)
            made["record_id"] = ids_of(ids if planes.kept is None else ids[planes.kept])
        try:
            for column in self._columns:
                made[column.field.name] = self._array(planes, column, reading)
        except (ValueError, IndexError, pa.ArrowException) as error:
            raise SegmentDamagedError("A page does not hold its rows.") from error
        if (reading.here != ends[1:]).any():
            raise SegmentDamagedError("A page does not have its bytes.")
        schema = self.spec.page_schema(self.version)
        return pa.table([made[name] for name in schema.names], schema=schema), planes.kept

    def _array(self, planes: "_Planes", column: _Column, reading: "_Reading") -> pa.Array:
        name = column.field.name
        if column.kind == "whole":
            return pa.array(planes.some(name).astype(np.int32))
        if column.kind == "instant":
            instants = planes.some(name)
            return pa.array(instants, mask=(instants == OPEN_END) if column.field.nullable else None).cast(INSTANT)
        values = planes.every(name)
        if column.kind == "text":
            return planes.chosen(strings(values, reading.texts(values)))
        out = values == 0
        if not out.any():
            return self._spelled(values if planes.kept is None else values[planes.kept], column)
        whole = self._spelled(np.where(out, _STAND_IN[column.kind], values), column)
        return planes.chosen(pc.replace_with_mask(whole, pa.array(out), reading.written_out(out)))

    @staticmethod
    def _spelled(values: np.ndarray, column: _Column) -> pa.Array:
        return numbers_of(values) if column.kind == "number" else words_of(values, WORDS[column.field.name])


class _Planes:
    """The numbers of pages, read column by column; with a sieve, of the rows that it lets through."""

    def __init__(
        self, codec: Codec, data: np.ndarray, here: np.ndarray, counts: np.ndarray, sieve: Sieve | None
    ) -> None:
        self._data, self._base = data, codec.base
        self._first: dict[str, tuple[int, int]] = {}
        self._known: dict[str, np.ndarray] = {}
        width = 0
        for column in codec._columns:  # noqa: SLF001 - one of this file
            self._first[column.field.name] = width, column.width
            width += column.width
        firsts = np.cumsum(counts) - counts
        self._place, self._step = (
            np.repeat(here - firsts, counts) + np.arange(int(counts.sum())),
            np.repeat(counts, counts),
        )
        self.kept: np.ndarray | None = None
        self._few = self._place, self._step
        if sieve is not None:
            kept = sieve.keeps({name: self.every(name) for name in sieve.columns})
            self.kept, self._few = kept, (self._place[kept], self._step[kept])

    def every(self, name: str) -> np.ndarray:
        """Return the numbers of every row."""
        if name not in self._known:
            self._known[name] = self._read(name, self._place, self._step)
        return self._known[name]

    def some(self, name: str) -> np.ndarray:
        """Return the numbers of the rows that are let through."""
        if name in self._known:
            return self._known[name] if self.kept is None else self._known[name][self.kept]
        return self._read(name, *self._few)

    def chosen(self, column: pa.Array) -> pa.Array:
        """Return, of a column of every row, the rows that are let through."""
        return column if self.kept is None else column.filter(pa.array(self.kept))

    def _read(self, name: str, place: np.ndarray, step: np.ndarray) -> np.ndarray:
        first, width = self._first[name]
        at = place + first * step
        raw = np.zeros((len(at), 8), np.uint8)
        for plane in range(width):
            raw[:, plane] = self._data[at]
            at += step
        values = raw.view("<i8").ravel()
        return values + self._base if name == "at" else values


class _Reading:
    """Where in each page the next texts begin."""

    def __init__(self, data: bytes, here: np.ndarray, counts: np.ndarray) -> None:
        self._data, self.here = data, here
        self._firsts = np.cumsum(counts) - counts

    def _taken(self, sizes: np.ndarray) -> bytes:
        begin, self.here = self.here, self.here + sizes
        return b"".join(
            [self._data[one:two] for one, two in zip(begin.tolist(), self.here.tolist(), strict=True) if one < two]
        )

    def texts(self, lengths: np.ndarray) -> bytes:
        """Return the texts of every row, back to back."""
        return self._taken(np.add.reduceat(lengths, self._firsts))

    def written_out(self, rows: np.ndarray) -> pa.Array:
        """Return the texts of the rows that have no number: in each page their lengths, then they."""
        by_page = np.add.reduceat(rows.astype(np.int64), self._firsts)
        lengths = np.frombuffer(self._taken(2 * by_page), _LENGTH).astype(np.int64)
        offsets = np.concatenate(([0], np.cumsum(lengths)))
        last = np.cumsum(by_page)
        return strings(lengths, self._taken(offsets[last] - offsets[last - by_page]))


def _woven(
    planes: list[np.ndarray], beside: list[_Beside], counts: np.ndarray, cuts: np.ndarray
) -> tuple[bytes, np.ndarray]:
    """Return the pages back to back, the planes of each before its texts, and where each page ends."""
    width = sum(part.shape[1] for part in planes)
    sizes = width * counts
    for ends, _ in beside:
        sizes = sizes + np.diff(ends)
    pages = np.concatenate(([0], np.cumsum(sizes)))
    made = np.empty(int(pages[-1]), np.uint8)
    place = np.repeat(pages[:-1] - cuts[:-1], counts) + np.arange(int(cuts[-1]))
    step = np.repeat(counts, counts)
    for part in planes:
        for column in range(part.shape[1]):
            made[place] = part[:, column]
            place += step
    begin = pages[:-1] + width * counts
    whole = made.data
    for ends, data in beside:
        for to, (start, end) in zip(begin.tolist(), pairwise(ends.tolist()), strict=True):
            whole[to : to + end - start] = data[start:end]
        begin = begin + np.diff(ends)
    return made.tobytes(), pages
