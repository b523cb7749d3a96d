"""The token index: sorted (token, page) postings in sealed blocks, behind a sealed list of each block's first token."""

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import zstandard

from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.primitives import Gcm256
from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.core.segments.layout import HEADER_BYTES, INDEX, Place, SegmentKeys, nonce, read_header
from safeconduct.core.segments.tables import table_spec
from safeconduct.core.segments.tokens import column_tokens, token_key

BLOCK_POSTINGS = 4096
LENGTH_BYTES = 4
BLOCK_BYTES_MAX = 16 * 1024 * 1024


def postings_of(rows: pa.Table, page_of_row: np.ndarray, *, table: str, keys: SegmentKeys) -> np.ndarray:
    """Return the sorted distinct postings of ``rows``: uint64, token in the upper half, page in the lower."""
    spec = table_spec(table)
    found = []
    for kind, columns in (("phone", spec.phones), ("email", spec.emails)):
        key = token_key(keys.index_key(), table=table, kind=kind) if columns else b""
        found += [(column_tokens(key, rows[name]).astype(np.uint64) << np.uint64(32)) | page_of_row for name in columns]
    every = np.sort(np.concatenate(found))
    keep = np.ones(len(every), bool)
    keep[1:] = every[1:] != every[:-1]
    return every[keep]


def _shuffle(values: np.ndarray) -> bytes:
    # Bytes of equal weight side by side: the high bytes of deltas are nearly all zero and compress away.
    return values.astype("<u4").view(np.uint8).reshape(-1, 4).T.tobytes()


def _unshuffle(data: bytes) -> np.ndarray:
    planes = np.frombuffer(data, np.uint8).reshape(4, -1)
    return np.ascontiguousarray(planes.T).view("<u4").ravel()


def _cipher(place: Place, keys: SegmentKeys) -> tuple[Gcm256, bytes]:
    return Gcm256(place.index_block_key(keys)), place.aad("segment-index")


def encode_index(postings: np.ndarray, place: Place, keys: SegmentKeys) -> Iterator[bytes]:
    """Yield the index file: header, sealed blocks, the sealed fence and its length."""
    cipher, aad = _cipher(place, keys)
    compressor = zstandard.ZstdCompressor(level=1)
    fence = []
    yield place.header(INDEX)
    for number, start in enumerate(range(0, len(postings), BLOCK_POSTINGS)):
        block = postings[start : start + BLOCK_POSTINGS]
        found = (block >> np.uint64(32)).astype(np.uint32)
        deltas = np.diff(found, prepend=found[:1])
        packed = compressor.compress(_shuffle(deltas) + _shuffle(block & np.uint64(0xFFFFFFFF)))
        sealed = cipher.seal(nonce(number), packed, aad + nonce(number))
        fence.append((int(found[0]), len(sealed)))
        yield sealed
    packed = compressor.compress(np.array(fence, "<u4").tobytes())
    last = nonce(len(fence))
    sealed = cipher.seal(last, packed, aad + b"fence" + last)
    yield sealed
    yield len(sealed).to_bytes(LENGTH_BYTES, "big")


class Index:
    """Answers which pages may hold a token. One sealed block is opened per probe, seldom more."""

    def __init__(self, file: BinaryIO, *, place: Place, keys: SegmentKeys, blocks: int) -> None:
        """Read the fence of the opened index file; raises ``SegmentDamagedError``."""
        self._file = file
        self._name = f"{place.table}/{place.segment}: index"
        self._cipher, self._aad = _cipher(place, keys)
        read_header(INDEX, file.read(HEADER_BYTES), place)
        end = file.seek(0, 2) - LENGTH_BYTES
        file.seek(max(end, 0))
        start = end - int.from_bytes(file.read(LENGTH_BYTES), "big")
        if start < HEADER_BYTES:
            raise SegmentDamagedError(f"{self._name}: it is incomplete.")
        file.seek(start)
        raw = self._open(blocks, file.read(end - start), b"fence", "the fence")
        fence = np.frombuffer(raw, "<u4").reshape(-1, 2).astype(np.int64)
        self._firsts, lengths = fence[:, 0], fence[:, 1]
        self._offsets = HEADER_BYTES + np.concatenate(([0], np.cumsum(lengths)))
        if len(fence) != blocks or self._offsets[-1] != start:
            raise SegmentDamagedError(f"{self._name}: a block is missing or was added.")

    def _open(self, number: int, sealed: bytes, mark: bytes, what: str) -> bytes:
        try:
            packed = self._cipher.open(nonce(number), sealed, self._aad + mark + nonce(number))
            return zstandard.ZstdDecompressor().decompress(packed, max_output_size=BLOCK_BYTES_MAX)
        except (SealError, zstandard.ZstdError) as error:
            raise SegmentDamagedError(f"{self._name}: {what} does not open.") from error

    def block(self, number: int) -> tuple[np.ndarray, np.ndarray, int]:
        """Return the (tokens, pages) of block ``number`` and its count; raises ``SegmentDamagedError`` naming it."""
        start, end = int(self._offsets[number]), int(self._offsets[number + 1])
        self._file.seek(start)
        raw = self._open(number, self._file.read(end - start), b"", f"block {number}")
        deltas, pages = _unshuffle(raw[: len(raw) // 2]), _unshuffle(raw[len(raw) // 2 :])
        found = np.cumsum(deltas, dtype=np.int64) + self._firsts[number]
        return found, pages.astype(np.int64), len(pages)

    def pages(self, token: int) -> np.ndarray:
        """Return the numbers of the pages that may hold ``token``."""
        last = int(np.searchsorted(self._firsts, token, side="right"))
        first = max(int(np.searchsorted(self._firsts, token, side="left")) - 1, 0)
        found = [np.empty(0, np.int64)]
        for number in range(first, last):
            block, pages, _ = self.block(number)
            found.append(pages[np.searchsorted(block, token) : np.searchsorted(block, token, side="right")])
        return np.unique(np.concatenate(found))
