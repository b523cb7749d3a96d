"""A file of sealed blocks behind a sealed root: opened at its end, read block by block, never whole.

Header; blocks; root; 4 bytes: length of the sealed root. Block ``n`` is sealed with nonce ``n``, the root with the last
nonce there is. The root knows every block's length, and its digest pins the file: an attempt seals each number once.
"""

import hashlib
import json
import struct
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

import numpy as np
import zstandard

from safeconduct.core.base.canonical import JsonValue, canonical_json
from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.primitives import Gcm256
from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.core.segments.layout import HEADER_BYTES, Place, SegmentKeys, nonce
from safeconduct.core.segments.readable import Files, Opened

LAST_NONCE = b"\xff" * 12
LENGTH = struct.Struct(">I")
BLOCK_BYTES_MAX = 256 * 1024 * 1024
TAIL = 64 * 1024
KEPT_BLOCKS = 256

Root = Callable[[list[int]], tuple[dict[str, JsonValue], bytes]]
"""Asked for the root's facts and its arrays when the lengths of all sealed blocks are known."""


def seal_blocks(
    place: Place, part: str, keys: SegmentKeys, payloads: Iterable[bytes], root: Root, pin: list[str]
) -> Iterator[bytes]:
    """Yield the file and add its digest to ``pin``; ``root`` is called once, after the last block."""
    cipher = Gcm256(place.block_key(part, keys))
    pack = zstandard.ZstdCompressor(level=1).compress
    lengths: list[int] = []
    yield place.header(part)
    for number, payload in enumerate(payloads):
        sealed = cipher.seal(nonce(number), pack(payload), b"block")
        lengths.append(len(sealed))
        yield sealed
    facts, arrays = root(lengths)
    said = canonical_json(facts | {"blocks": len(lengths)})
    clear = LENGTH.pack(len(said)) + said + np.array(lengths, "<u4").tobytes() + arrays
    sealed = cipher.seal(LAST_NONCE, pack(clear), b"root")
    pin.append(hashlib.sha256(place.header(part) + sealed).hexdigest())
    yield sealed
    yield LENGTH.pack(len(sealed))


class SealedBlocks:
    """One such file, opened. It keeps no file open."""

    def __init__(self, path: Files, *, part: str, table: str, segment: str, keys: SegmentKeys, pin: str | None) -> None:
        """Read header and root; raises ``SegmentDamagedError`` if it is missing, damaged or not the pinned one."""
        self._path = path
        self.name = f"{table}/{segment}: {part}"
        if not path.is_file():
            raise SegmentDamagedError(f"{self.name}: the file is missing.")
        with path.open("rb", buffering=0) as file:
            header, size = file.read(HEADER_BYTES), file.seek(0, 2)
            tail = self._tail(file, size, TAIL)
            length = LENGTH.unpack(tail[-4:])[0] if len(tail) >= LENGTH.size else 0
            if length + LENGTH.size > len(tail):
                tail = self._tail(file, size, length + LENGTH.size)
        start = size - LENGTH.size - length
        self.place = Place(table=table, segment=segment, salt=header[-32:])
        if header != self.place.header(part) or start < HEADER_BYTES:
            raise SegmentDamagedError(f"{self.name}: it is incomplete, or no such file.")
        sealed = tail[len(tail) - LENGTH.size - length : -LENGTH.size]
        self.pin = hashlib.sha256(header + sealed).hexdigest()
        if pin is not None and self.pin != pin:
            raise SegmentDamagedError(f"{self.name}: it is not the one that was recorded.")
        self._cipher = Gcm256(self.place.block_key(part, keys))
        clear = self._open(LAST_NONCE, sealed, b"root", "the root")
        middle = LENGTH.size + LENGTH.unpack(clear[: LENGTH.size])[0]
        self.facts = json.loads(clear[LENGTH.size : middle])
        self.count = int(self.facts["blocks"])
        lengths = np.frombuffer(clear, "<u4", self.count, middle).astype(np.int64)
        self._offsets = HEADER_BYTES + np.concatenate(([0], np.cumsum(lengths)))
        if self._offsets[-1] != start:
            raise SegmentDamagedError(f"{self.name}: a block is missing or was added.")
        self.arrays = clear[middle + 4 * self.count :]
        self.block = lru_cache(KEPT_BLOCKS)(self._block)

    @staticmethod
    def _tail(file: Opened, size: int, wanted: int) -> bytes:
        file.seek(max(size - wanted, 0))
        return file.read()

    def _open(self, number: bytes, sealed: bytes, mark: bytes, what: str) -> bytes:
        try:
            packed = self._cipher.open(number, sealed, mark)
            return bytes(zstandard.ZstdDecompressor().decompress(packed, max_output_size=BLOCK_BYTES_MAX))
        except (SealError, zstandard.ZstdError) as error:
            raise SegmentDamagedError(f"{self.name}: {what} does not open.") from error

    def _block(self, number: int) -> bytes:
        """Return the clear bytes of block ``number``; raises ``SegmentDamagedError`` naming it."""
        start, end = self._offsets[number : number + 2].tolist()
        with self._path.open("rb", buffering=0) as file:
            file.seek(start)
            return self._open(nonce(number), file.read(end - start), b"block", f"block {number}")
