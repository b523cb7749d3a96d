"""The outside of a TIFF: every directory, its size and kind of packing, and that all it names lies inside the file."""

import struct
from dataclasses import dataclass
from typing import Literal

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.core.uploads.errors import ImageDamagedError, TooManyPagesError
from safeconduct.core.uploads.images import check_size

Order = Literal["little", "big"]
ENTRY_BYTES, HEADER_BYTES = 12, 8
ENTRIES = 256
BYTES_OF = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
SHORT, LONG = 3, 4
WIDTH, HEIGHT, BITS, PACKING, STRIPS, SAMPLES, STRIP_BYTES = 256, 257, 258, 259, 273, 277, 279
TILES, TILE_BYTES, SUB_DIRECTORIES = 324, 325, 330
PACKINGS = frozenset({1, 2, 3, 4, 5, 7, 8, 32946, 32773})
"""None, CCITT (three), LZW, JPEG, Deflate (two numbers), PackBits: what scanners and fax machines write."""
SAMPLES_MOST, BITS_MOST = 4, 16
PIECES = 20_000


@dataclass(frozen=True)
class _Reader:
    """Reads numbers of one file; anything outside it is damage."""

    data: bytes
    order: Order

    def number(self, place: int, size: int) -> int:
        if place < 0 or place + size > len(self.data):
            raise ImageDamagedError("It points outside itself.")
        return int.from_bytes(self.data[place : place + size], self.order)

    def directory(self, place: int) -> tuple[dict[int, tuple[int, int, int]], int]:
        """Return the entries (type, count, place of the value) by tag, and where the next directory lies."""
        count = self.number(place, 2)
        if not 1 <= count <= ENTRIES:
            raise ImageDamagedError("A directory of it is empty or too long.")
        entries = {}
        for start in range(place + 2, place + 2 + count * ENTRY_BYTES, ENTRY_BYTES):
            tag, kind, values = self.number(start, 2), self.number(start + 2, 2), self.number(start + 4, 4)
            held = BYTES_OF.get(kind, 1) * values
            value = start + 8 if held <= 4 else self.number(start + 8, 4)  # noqa: PLR2004 - a short value stands in its entry
            if value + held > len(self.data) or tag in entries:
                raise ImageDamagedError("An entry points outside, or stands twice.")
            entries[tag] = (kind, values, value)
        return entries, self.number(place + 2 + count * ENTRY_BYTES, 4)

    def values(self, entry: tuple[int, int, int]) -> list[int]:
        """Return an entry's whole numbers."""
        kind, count, place = entry
        if kind not in (SHORT, LONG) or not 1 <= count <= PIECES:
            raise ImageDamagedError("An entry is of a type that it cannot have.")
        form = f"{'<' if self.order == 'little' else '>'}{count}{'H' if kind == SHORT else 'I'}"
        return list(struct.unpack_from(form, self.data, place))


def check_tiff(data: bytes, limits: UploadLimits) -> int:
    """Check every directory of a TIFF and return how many pages it has."""
    reader = _Reader(data, "little" if data[:2] == b"II" else "big")
    place, seen = reader.number(4, 4), set[int]()
    while place:
        if place in seen or place < HEADER_BYTES:
            raise ImageDamagedError("Its directories lead in a circle.")
        seen.add(place)
        if len(seen) > limits.pages:
            raise TooManyPagesError(f"We take {limits.pages}.")
        entries, place = reader.directory(place)
        _check_page(reader, entries, limits)
    if not seen:
        raise ImageDamagedError("It has no page.")
    return len(seen)


def _check_page(reader: _Reader, entries: dict[int, tuple[int, int, int]], limits: UploadLimits) -> None:
    if not {WIDTH, HEIGHT} <= entries.keys() or SUB_DIRECTORIES in entries:
        raise ImageDamagedError("A page has no size, or pages of its own.")
    check_size(reader.values(entries[WIDTH])[0], reader.values(entries[HEIGHT])[0], limits)
    packing = reader.values(entries[PACKING])[0] if PACKING in entries else 1
    samples = reader.values(entries[SAMPLES])[0] if SAMPLES in entries else 1
    bits = reader.values(entries[BITS]) if BITS in entries else [1]
    if packing not in PACKINGS or not 1 <= samples <= SAMPLES_MOST or not all(1 <= one <= BITS_MOST for one in bits):
        raise ImageDamagedError("A page is packed as no scan is.")
    places, lengths = (STRIPS, STRIP_BYTES) if STRIPS in entries else (TILES, TILE_BYTES)
    if places not in entries or lengths not in entries:
        raise ImageDamagedError("A page has no pixels.")
    starts, sizes = reader.values(entries[places]), reader.values(entries[lengths])
    if len(starts) != len(sizes) or any(a + b > len(reader.data) for a, b in zip(starts, sizes, strict=True)):
        raise ImageDamagedError("A page's pixels lie outside the file.")
