"""Pages: up to 1,024 rows of one customer, compressed with the table's dictionary, sealed under the customer's key.

The dictionary is trained from synthetic rows only (``benchmarks/records_dictionary.py``): one trained from real rows
would keep pieces of customers who were erased.
"""

import hmac
from collections.abc import Sequence
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import zstandard

from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.primitives import Gcm256
from safeconduct.core.segments.codec import Codec
from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.core.segments.layout import Place, SegmentKeys, nonce
from safeconduct.core.segments.sieve import Sieve

PAGE_ROWS = 1024
MANY = 512
THREADS = 2
"""How many of them compress; sealing is one, since a seal is a small piece of work."""
DICTIONARY = 2
"""The number of the dictionaries that new segments are written with."""
Piece = bytes | bytearray | memoryview
_FOLDER = Path(__file__).parent / "dictionaries"


@cache
def dictionary(table: str, number: int) -> zstandard.ZstdCompressionDict:
    """Return a table's dictionary of that number."""
    return zstandard.ZstdCompressionDict((_FOLDER / f"{table}-{number}.zdict").read_bytes())


def compress(table: str, pages: bytes, ends: np.ndarray) -> list[bytes]:
    """Return every page of ``pages``, which stand back to back from ``ends[n]`` to ``ends[n + 1]``, as a frame."""
    packer = zstandard.ZstdCompressor(level=1, dict_data=dictionary(table, DICTIONARY), write_dict_id=False)
    places = np.stack((ends[:-1], np.diff(ends)), axis=1).astype("<u8").tobytes()
    made = packer.multi_compress_to_buffer(zstandard.BufferWithSegments(pages, places), threads=THREADS)
    return [made[number].tobytes() for number in range(len(made))]


def joined(ids: bytes, frames: Sequence[bytes], counts: Sequence[int], width: int) -> list[bytes]:
    """Return each page as it is sealed: its rows' packed ids, ``width`` bytes each, then its frame."""
    if not width:
        return list(frames)
    ends = [0, *accumulate(counts)]
    return [ids[width * one : width * two] + frame for (one, two), frame in zip(pairwise(ends), frames, strict=True)]


def rows_of(codec: Codec, number: int, pages: Sequence[bytes], counts: np.ndarray) -> pa.Table:
    """Return the rows of opened pages in order, without ``customer``; raises ``SegmentDamagedError``.

    ``number`` is that of the dictionary, ``counts`` the rows of each page as the directory has them.
    """
    return sifted(codec, number, pages, counts, None)[0]


def sifted(
    codec: Codec, number: int, pages: Sequence[bytes], counts: np.ndarray, sieve: Sieve | None
) -> tuple[pa.Table, np.ndarray | None]:
    """Return the rows that a sieve lets through, and for every row whether it did (None: there is no sieve)."""
    begins = (counts * codec.apart).tolist()
    opener = zstandard.ZstdDecompressor(dict_data=dictionary(codec.spec.name, number))
    frames: list[Piece] = [page[begin:] for page, begin in zip(pages, begins, strict=True)]
    try:
        made = opener.multi_decompress_to_buffer(frames, threads=THREADS if len(frames) > MANY else 0)
    except (zstandard.ZstdError, ValueError) as error:
        raise SegmentDamagedError("A page does not hold its rows.") from error
    clear = [made[place].tobytes() for place in range(len(made))]
    apart = b"".join([page[:begin] for page, begin in zip(pages, begins, strict=True)]) if codec.apart else b""
    return codec.decode(b"".join(clear), np.cumsum([0, *map(len, clear)]), counts, apart, sieve)


class CustomerPages:
    """Seals and opens the pages of one customer in one segment."""

    def __init__(self, place: Place, keys: SegmentKeys, customer: str) -> None:
        """Derive the customer's page key once; raises ``CustomerKeyDestroyedError`` if there is none."""
        self._name = place.name
        key, self.commitment, self._aad = place.page_key(keys, customer)
        self._cipher = Gcm256(key)

    def require(self, commitment: bytes) -> None:
        """Raise ``SegmentDamagedError`` unless the directory committed to this very key."""
        if not hmac.compare_digest(self.commitment, commitment):
            raise SegmentDamagedError(f"{self._name}: pages: a page was sealed under another key.")

    def seal(self, number: int, frame: bytes) -> bytes:
        """Return page ``number`` sealed: its packed ids, if it has any, and its frame."""
        return self._cipher.seal(nonce(number), frame, self._aad)

    def open(self, number: int, sealed: bytes) -> bytes:
        """Return what page ``number`` holds sealed; raises ``SegmentDamagedError`` naming the page."""
        try:
            return self._cipher.open(nonce(number), sealed, self._aad)
        except SealError as error:
            raise SegmentDamagedError(f"{self._name}: pages: page {number} does not open.") from error


def seal_all(
    place: Place, keys: SegmentKeys, owners: Sequence[tuple[str, int]], frames: Sequence[bytes], first: int
) -> tuple[list[bytes], list[bytes]]:
    """Return the commitments of all (customer, number of pages), and the sealed pages, numbered from ``first`` on."""
    commitments: list[bytes] = []
    sealed: list[bytes] = []
    done = 0
    for customer, count in owners:
        pages = CustomerPages(place, keys, customer)
        commitments.append(pages.commitment)
        sealed += [pages.seal(first + number, frames[number]) for number in range(done, done + count)]
        done += count
    return commitments, sealed
