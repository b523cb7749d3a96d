"""Pages: up to 1,024 rows of one customer, compressed with the table's dictionary, sealed under the customer's key.

The dictionary is trained from synthetic rows only (``benchmarks/records_dictionary.py``): one trained from real rows
would keep pieces of customers who were erased.
"""

import hmac
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import zstandard

from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.primitives import Gcm256
from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.core.segments.layout import Place, SegmentKeys, nonce

PAGE_ROWS = 1024
DICTIONARY = 1
"""The number of the dictionaries that new segments are written with."""
_FOLDER = Path(__file__).parent / "dictionaries"


@cache
def dictionary(table: str, number: int) -> zstandard.ZstdCompressionDict:
    """Return a table's dictionary of that number."""
    return zstandard.ZstdCompressionDict((_FOLDER / f"{table}-{number}.zdict").read_bytes())


def compress(table: str, pages: bytes, ends: np.ndarray) -> list[bytes]:
    """Return every page of ``pages``, which stand back to back from ``ends[n]`` to ``ends[n + 1]``, as a frame."""
    packer = zstandard.ZstdCompressor(level=1, dict_data=dictionary(table, DICTIONARY), write_dict_id=False)
    places = np.stack((ends[:-1], np.diff(ends)), axis=1).astype("<u8").tobytes()
    made = packer.multi_compress_to_buffer(zstandard.BufferWithSegments(pages, places))
    return [made[number].tobytes() for number in range(len(made))]


def decompress(table: str, number: int, frames: Sequence[bytes]) -> list[bytes]:
    """Return the clear bytes of authenticated frames; raises ``zstandard.ZstdError``."""
    opener = zstandard.ZstdDecompressor(dict_data=dictionary(table, number))
    made = opener.multi_decompress_to_buffer(list(frames))
    return [made[place].tobytes() for place in range(len(made))]


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
        """Return page ``number`` sealed."""
        return self._cipher.seal(nonce(number), frame, self._aad)

    def open(self, number: int, sealed: bytes) -> bytes:
        """Return the frame of page ``number``; raises ``SegmentDamagedError`` naming the page."""
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
