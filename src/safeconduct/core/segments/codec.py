"""Rows to the clear bytes of pages and back, many pages at once.

A page holds its numbers as planes (all lowest bytes of a column, then the next, up to the highest): instants, counts,
telephone numbers as their digits' value, words as their place in a list, lengths of texts. Then what no such number
says, and the texts. Record ids stand apart, since nothing makes them smaller. Format: ``docs/formats/segment.md``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.core.segments.prepared import Prepared
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

    def decode(self, clear: bytes, ends: np.ndarray, counts: np.ndarray, apart: bytes) -> pa.Table:
        """Return the rows of pages that stand back to back, without ``customer``; raises ``SegmentDamagedError``."""
        width, total = sum(column.width for column in self._columns), int(counts.sum())
        here = ends[:-1].astype(np.int64)
        if (here + width * counts > ends[1:]).any() or len(apart) != self.apart * total:
            raise SegmentDamagedError("A page does not have its rows.")
        found = dict(self._numbers(np.frombuffer(clear, np.uint8), here, counts))
        reading = _Reading(clear, here + width * counts, counts)
        made: dict[str, pa.Array] = {"record_id": ids_of(apart)} if self.packed else {}
        try:
            for column in self._columns:
                made[column.field.name] = self._array(found[column.field.name], column, reading)
        except (ValueError, IndexError, pa.ArrowException) as error:
            raise SegmentDamagedError("A page does not hold its rows.") from error
        if (reading.here != ends[1:]).any():
            raise SegmentDamagedError("A page does not have its bytes.")
        schema = self.spec.page_schema(self.version)
        return pa.table([made[name] for name in schema.names], schema=schema)

    def _numbers(self, data: np.ndarray, here: np.ndarray, counts: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
        total = int(counts.sum())
        firsts = np.cumsum(counts) - counts
        place, step = np.repeat(here - firsts, counts) + np.arange(total), np.repeat(counts, counts)
        for column in self._columns:
            raw = np.zeros((total, 8), np.uint8)
            for plane in range(column.width):
                raw[:, plane] = data[place]
                place += step
            yield column.field.name, raw.view("<i8").ravel()

    def _array(self, values: np.ndarray, column: _Column, reading: "_Reading") -> pa.Array:
        if column.kind == "text":
            return strings(values, reading.texts(values))
        if column.kind == "whole":
            return pa.array(values.astype(np.int32))
        if column.kind == "instant":
            instants = values + (self.base if column.field.name == "at" else 0)
            return pa.array(instants, mask=(instants == OPEN_END) if column.field.nullable else None).cast(INSTANT)
        out = values == 0
        if column.kind == "word":
            made = words_of(values, WORDS[column.field.name])
        elif out.any():
            made = numbers_of(np.where(out, 10**7, values))
        else:
            return numbers_of(values)
        return pc.replace_with_mask(made, pa.array(out), reading.written_out(out)) if out.any() else made


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
