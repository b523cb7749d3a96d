"""The outside of a scanned picture: PNG and JPEG block by block to their exact end; its size before any decoding."""

import re
import zlib

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.core.uploads.errors import ImageDamagedError, ImageTooLargeError

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
PNG_KIND = re.compile(rb"[A-Za-z]{4}")
PNG_DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
"""Colour types of PNG and the bit depths that each may have."""
IHDR_BYTES = 13
CHUNK_FRAME = 12
CHUNKS = 20_000
START_OF_FRAME = frozenset({0xC0, 0xC1, 0xC2})
OTHER_FRAMES = frozenset(range(0xC3, 0xD0)) - {0xC4, 0xC8, 0xCC}
SCAN, END, FRAME_BYTES = 0xDA, 0xD9, 11
MARKER = re.compile(rb"\xff{1,64}([^\x00\xff\xd0-\xd8])", re.DOTALL)
AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
SEGMENTS = 4096


def check_size(width: int, height: int, limits: UploadLimits) -> None:
    """Raise ``ImageDamagedError`` for a picture without area, ``ImageTooLargeError`` for one with too much."""
    if width < 1 or height < 1:
        raise ImageDamagedError("It has no area.")
    if max(width, height) > limits.image_edge or width * height > limits.image_pixels:
        raise ImageTooLargeError(f"We take {limits.image_pixels // 1_000_000} million.")


def check_png(data: bytes, limits: UploadLimits) -> None:
    """Walk the chunks of a PNG; each sum must hold and the last chunk must end the file."""
    place, count, kinds = len(PNG_MAGIC), 0, set[bytes]()
    while place < len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        kind, end = data[place + 4 : place + 8], place + length + CHUNK_FRAME
        count += 1
        if not PNG_KIND.fullmatch(kind) or end > len(data) or count > CHUNKS:
            raise ImageDamagedError("A block of it breaks off.")
        body = memoryview(data)[place + 4 : end - 4]
        if zlib.crc32(body) != int.from_bytes(data[end - 4 : end], "big"):
            raise ImageDamagedError("The sum of a block is wrong.")
        if (count == 1) is not (kind == b"IHDR") or (kind == b"IHDR" and length != IHDR_BYTES):
            raise ImageDamagedError("Its header is not at its start.")
        if kind == b"IHDR":
            _check_header(data[place + 8 : place + 8 + IHDR_BYTES], limits)
        kinds.add(kind)
        place = end
        if kind == b"IEND":
            break
    if place != len(data) or not kinds >= {b"IHDR", b"IDAT", b"IEND"}:
        raise ImageDamagedError("It has no end, or something behind it.")
    if b"acTL" in kinds:
        raise ImageDamagedError("It moves.")


def _check_header(header: bytes, limits: UploadLimits) -> None:
    check_size(int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big"), limits)
    depth, colour, packing, filtering, interlace = header[8:]
    if depth not in PNG_DEPTHS.get(colour, ()) or packing or filtering or interlace > 1:
        raise ImageDamagedError("Its header holds what no PNG has.")


def check_jpeg(data: bytes, limits: UploadLimits) -> None:
    """Walk the segments of a JPEG: one frame, baseline or progressive, and the end marker at the end of the file."""
    place, frames, scans = 2, 0, 0
    for _ in range(SEGMENTS):
        found = MARKER.match(data, place)
        if found is None:
            raise ImageDamagedError("A segment of it breaks off.")
        marker, place = found[1][0], found.end()
        if marker == END:
            break
        length = int.from_bytes(data[place : place + 2], "big")
        if length < 2 or place + length > len(data) or marker in OTHER_FRAMES:  # noqa: PLR2004 - the length counts itself
            raise ImageDamagedError("A segment of it breaks off, or is of a rare kind.")
        if marker in START_OF_FRAME:
            frames += 1
            _check_frame(data[place : place + length], limits)
        place += length
        if marker == SCAN:
            scans += 1
            following = AFTER_SCAN.search(data, place)
            place = following.start() if following else len(data)
    else:
        raise ImageDamagedError("It has too many segments.")
    if (frames, bool(scans)) != (1, True) or place != len(data):
        raise ImageDamagedError("It has no picture, or something behind it.")


def _check_frame(segment: bytes, limits: UploadLimits) -> None:
    """Check one frame header; more scans than a picture needs are cut by the time limit of the drawing."""
    if len(segment) < FRAME_BYTES or segment[2] != 8 or segment[7] not in (1, 3, 4):  # noqa: PLR2004 - bits and components of a JPEG
        raise ImageDamagedError("Its header holds what no scan has.")
    check_size(int.from_bytes(segment[5:7], "big"), int.from_bytes(segment[3:5], "big"), limits)
