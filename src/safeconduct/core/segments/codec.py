"""Rows to the clear bytes of pages and back, many pages at once.

A page holds, all little-endian: the number of its rows (2 bytes); each column of fixed width, whole, and the lengths of
each column of texts, in the order of the table; then the texts, column by column. So a page of two rows costs no more
than its rows, and thousands of pages are cut and joined with one pass for each column.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.core.segments.tables import INSTANT, WIDE, TableSpec

OPEN_END = np.iinfo(np.int64).max
"""What stands for "has not ended"."""
ID_BYTES = 16
_HEX = np.full(256, 255, np.uint8)
_HEX[np.frombuffer(b"0123456789abcdef", np.uint8)] = np.arange(16, dtype=np.uint8)
_DIGITS = np.frombuffer(b"0123456789abcdef", np.uint8)


def _texts(column: pa.Array | pa.ChunkedArray) -> tuple[np.ndarray, bytes]:
    """Return offsets (int64) and bytes of a column of texts without nulls."""
    whole = pc.cast(column, pa.large_binary())
    whole = whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole
    offsets = np.frombuffer(whole.buffers()[1], np.int64)[whole.offset : whole.offset + len(whole) + 1]
    data = whole.buffers()[2]
    return offsets - offsets[0], b"" if data is None else data[int(offsets[0]) : int(offsets[-1])].to_pybytes()


def packs_ids(column: pa.ChunkedArray) -> bool:
    """Return whether every id is 32 lower-case hexadecimal digits, so that 16 bytes say the same."""
    offsets, data = _texts(column)
    return bool((np.diff(offsets) == 2 * ID_BYTES).all() and (_HEX[np.frombuffer(data, np.uint8)] < ID_BYTES).all())


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

    def _fixed(self) -> Iterator[tuple[str, np.dtype[np.generic] | str]]:
        """Yield name and form of what has a fixed width; a column of texts gives the form of its lengths."""
        for column in self.spec.page_schema(self.version):
            if column.type == INSTANT:
                yield column.name, "<u4" if column.name == "at" else "<i8"
            elif column.type == pa.int32():
                yield column.name, "<i4"
            elif column.name == "record_id" and self.packed:
                yield column.name, f"V{ID_BYTES}"
            else:
                yield column.name, "<u4" if column.name in WIDE else "<u2"

    def _is_text(self, name: str) -> bool:
        return self.spec.schema.field(name).type == pa.string() and not (name == "record_id" and self.packed)

    def encode(self, rows: pa.Table, cuts: np.ndarray) -> tuple[bytes, np.ndarray]:
        """Return the pages of sorted ``rows`` back to back, page ``p`` from row ``cuts[p]``, and where each ends."""
        counts = np.diff(cuts)
        parts: list[list[bytes]] = [_cut(counts.astype("<u2").tobytes(), np.arange(len(cuts)) * 2)]
        sizes, late = np.full(len(counts), 2, np.int64), []
        for name, form in self._fixed():
            if self._is_text(name):
                offsets, data = _texts(rows[name])
                column = np.diff(offsets).astype(form)
                late.append(_cut(data, offsets[cuts]))
                sizes += np.diff(offsets[cuts])
            else:
                column = self._numbers(rows[name], name, form)
            width = column.dtype.itemsize
            parts.append(_cut(column.tobytes(), cuts * width))
            sizes += counts * width
        every = parts + late
        woven: list[bytes] = [b""] * (len(every) * len(counts))
        for place, pieces in enumerate(every):
            woven[place :: len(every)] = pieces
        return b"".join(woven), np.concatenate(([0], np.cumsum(sizes)))

    def _numbers(self, column: pa.ChunkedArray, name: str, form: str | np.dtype[np.generic]) -> np.ndarray:
        if name == "record_id":
            digits = _HEX[np.frombuffer(_texts(column)[1], np.uint8)].reshape(-1, 2)
            return np.ascontiguousarray((digits[:, 0] << 4) | digits[:, 1]).view(form)
        if column.type == pa.int32():
            return np.asarray(column.to_numpy().astype(form))
        instants = pc.fill_null(column.cast(pa.int64()), int(OPEN_END)).to_numpy()
        return np.asarray((instants - self.base if name == "at" else instants).astype(form))

    def decode(self, pages: list[bytes], counts: np.ndarray) -> pa.Table:
        """Return the rows of opened ``pages`` in order, without ``customer``; raises ``SegmentDamagedError``."""
        data = b"".join(pages)
        ends = np.cumsum([len(page) for page in pages])
        here, rows = ends - np.array([len(page) for page in pages]), int(counts.sum())
        said = np.frombuffer(b"".join([page[:2] for page in pages]), "<u2")
        if len(said) != len(counts) or (said != counts).any():
            raise SegmentDamagedError("A page does not have its rows.")
        here = here + 2
        fixed: dict[str, np.ndarray] = {}
        for name, form in self._fixed():
            width = np.dtype(form).itemsize
            fixed[name] = np.frombuffer(_joined(data, here, here + counts * width), form)
            here = here + counts * width
        firsts = np.concatenate(([0], np.cumsum(counts)[:-1]))
        columns = []
        for column in self.spec.page_schema(self.version):
            if not self._is_text(column.name):
                columns.append(self._array(fixed[column.name], column))
                continue
            lengths = fixed[column.name].astype(np.int64)
            spent = np.add.reduceat(lengths, firsts)
            columns.append(_strings(lengths, _joined(data, here, here + spent)))
            here = here + spent
        if (here != ends).any() or any(len(column) != rows for column in columns):
            raise SegmentDamagedError("A page does not have its bytes.")
        return pa.table(columns, schema=self.spec.page_schema(self.version))

    def _array(self, values: np.ndarray, column: pa.Field) -> pa.Array:
        if column.name == "record_id":
            raw = values.view(np.uint8)
            digits = np.empty(2 * len(raw), np.uint8)
            digits[0::2], digits[1::2] = _DIGITS[raw >> 4], _DIGITS[raw & 15]
            return _strings(np.full(len(values), 2 * ID_BYTES, np.int64), digits.tobytes())
        if column.type == pa.int32():
            return pa.array(values)
        instants = values.astype(np.int64) + (self.base if column.name == "at" else 0)
        return pa.array(instants, mask=(instants == OPEN_END) if column.nullable else None).cast(INSTANT)


def _cut(data: bytes, places: np.ndarray) -> list[bytes]:
    # Bytes and not a memoryview: a slice of bytes is ten times cheaper.
    return [data[start:end] for start, end in pairwise(places.tolist())]


def _joined(data: bytes, starts: np.ndarray, ends: np.ndarray) -> bytes:
    return b"".join([data[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)])


def _strings(lengths: np.ndarray, data: bytes) -> pa.Array:
    offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    return pa.Array.from_buffers(pa.string(), len(lengths), [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(data)])
