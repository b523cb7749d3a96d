"""ZIP archives by strict rules: one reading only, nothing hidden, and every byte counted while it is unpacked.

1. The archive is its files, one after the other from the first byte on, then its directory, then the last record and
   nothing more. No gap, no overlap, no comment, no ZIP64, no volume.
2. Each file's own header says what the directory says.
3. Files are stored or deflated, not encrypted, and nothing but files and folders with plain names of their own.
4. Sizes are believed only as limits: what comes out must be exactly as long as said, and its sum must hold.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.core.uploads.errors import (
    ZipCountError,
    ZipEncryptedError,
    ZipLinkError,
    ZipNameError,
    ZipSizeError,
    ZipStructureError,
)

END = struct.Struct("<4s4H2LH")
CENTRAL = struct.Struct("<4s6H3L5H2L")
LOCAL = struct.Struct("<4s5H3L2H")
DESCRIPTOR = struct.Struct("<3L")
END_MAGIC, CENTRAL_MAGIC, LOCAL_MAGIC, DESCRIPTOR_MAGIC = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04", b"PK\x07\x08"
ZIP64 = (0xFFFF, 0xFFFFFFFF)
STORED, DEFLATED = 0, 8
ENCRYPTED, LATER, UTF8 = 0x0041, 0x0008, 0x0800
KNOWN_FLAGS = 0x0006 | LATER | UTF8
MASKED = 0x2000
FORBIDDEN_EXTRA = frozenset({0x0001, 0x7075, 0x6375, 0x9901})
"""ZIP64 sizes, a second name, a second comment, encryption: each would give a second reading."""
KIND_BITS, REGULAR, FOLDER = 0o170000, 0o100000, 0o040000
PIECE = 64 * 1024
NAME_MOST = 200
PLAIN = re.compile(r"[^\x00-\x1f\x7f\\:*?\"<>|\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$)(?:\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class _Entry:
    """One line of the directory."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


def members(data: bytes, limits: UploadLimits) -> Iterator[tuple[str, bytes]]:
    """Return each file's name and content in the archive's order; raises the refusal that fits."""
    entries, directory = _directory(data, limits)
    names, place, unpacked, files = set[str](), 0, 0, 0
    for entry in sorted(entries, key=lambda one: one.offset):
        if entry.offset != place:
            raise ZipStructureError("There is a gap between its files, or they overlap.")
        start = _check_local(data, entry)
        place = _end_of(data, entry, start)
        if place > directory:
            raise ZipStructureError("A file reaches into the directory.")
        name = _name(entry)
        if name.casefold() in names:
            raise ZipNameError("A name stands twice.")
        names.add(name.casefold())
        content = _unpack(data, entry, start, min(limits.file_bytes, limits.archive_bytes - unpacked))
        unpacked += len(content)
        if not name.endswith("/"):
            files += 1
            yield name, content
    if place != directory:
        raise ZipStructureError("Something lies between its files and its directory.")
    if not files:
        raise ZipCountError


def _directory(data: bytes, limits: UploadLimits) -> tuple[list[_Entry], int]:
    """Return the lines of the directory and where it begins."""
    if len(data) < END.size or data[-END.size :][:4] != END_MAGIC:
        raise ZipStructureError("Its last record is not at its end.")
    _, disk, disk_of_directory, here, count, size, begin, comment = END.unpack(data[-END.size :])
    if disk or disk_of_directory or comment or here != count:
        raise ZipStructureError("It is a volume of several, or has a comment.")
    if count in ZIP64 or size in ZIP64 or begin in ZIP64:
        raise ZipStructureError("It is of the kind for very large archives.")
    if not 1 <= count <= limits.archive_files:
        raise ZipCountError
    if begin + size != len(data) - END.size:
        raise ZipStructureError("Its directory is not where it says.")
    entries, place = [], begin
    for _ in range(count):
        entry, place = _line(data, place, len(data) - END.size)
        entries.append(entry)
    if place != len(data) - END.size:
        raise ZipStructureError("Its directory is longer than it says.")
    declared = sum(entry.size for entry in entries)
    if declared > limits.archive_bytes or declared > limits.archive_ratio * len(data):
        raise ZipSizeError
    return entries, begin


def _line(data: bytes, place: int, end: int) -> tuple[_Entry, int]:
    if place + CENTRAL.size > end or data[place : place + 4] != CENTRAL_MAGIC:
        raise ZipStructureError("Its directory breaks off.")
    values = CENTRAL.unpack_from(data, place)
    _, _, _, flags, method, _, _, crc, packed, size, name_size, extra_size, comment, disk, _, outer, offset = values
    following = place + CENTRAL.size + name_size + extra_size
    if comment or disk or following > end or {packed, size, offset} & set(ZIP64):
        raise ZipStructureError("A line of its directory says what it may not.")
    if flags & (ENCRYPTED | MASKED):
        raise ZipEncryptedError
    if flags & ~KNOWN_FLAGS or method not in (STORED, DEFLATED):
        raise ZipStructureError("A file is packed in a rare way.")
    name = data[place + CENTRAL.size : place + CENTRAL.size + name_size]
    _check_extra(data[following - extra_size : following])
    kind = (outer >> 16) & KIND_BITS
    if kind not in (0, FOLDER if name.endswith(b"/") else REGULAR):
        raise ZipLinkError
    return _Entry(name, flags, method, crc, packed, size, offset), following


def _check_extra(extra: bytes) -> None:
    place = 0
    while place < len(extra):
        tag, size = (
            int.from_bytes(extra[place : place + 2], "little"),
            int.from_bytes(extra[place + 2 : place + 4], "little"),
        )
        place += 4 + size
        if place > len(extra) or tag in FORBIDDEN_EXTRA:
            raise ZipStructureError("A file has a second size or name.")


def _check_local(data: bytes, entry: _Entry) -> int:
    """Return where a file's bytes begin; raises unless its own header says what the directory says."""
    header = data[entry.offset : entry.offset + LOCAL.size]
    if len(header) < LOCAL.size or header[:4] != LOCAL_MAGIC:
        raise ZipStructureError("A file is not where the directory says.")
    _, _, flags, method, _, _, crc, packed, size, name_size, extra_size = LOCAL.unpack(header)
    start = entry.offset + LOCAL.size
    later = bool(flags & LATER)
    said = ((entry.crc, entry.packed, entry.size), (0, 0, 0)) if later else ((entry.crc, entry.packed, entry.size),)
    if (flags, method) != (entry.flags, entry.method) or (crc, packed, size) not in said:
        raise ZipStructureError("A file's header and the directory differ.")
    if data[start : start + name_size] != entry.name:
        raise ZipStructureError("A file has two names.")
    _check_extra(data[start + name_size : start + name_size + extra_size])
    return start + int(name_size) + int(extra_size)


def _end_of(data: bytes, entry: _Entry, start: int) -> int:
    end = start + entry.packed
    if not entry.flags & LATER:
        return end
    if data[end : end + 4] == DESCRIPTOR_MAGIC:
        end += 4
    if data[end : end + DESCRIPTOR.size] != DESCRIPTOR.pack(entry.crc, entry.packed, entry.size):
        raise ZipStructureError("A file's last words and the directory differ.")
    return end + DESCRIPTOR.size


def _name(entry: _Entry) -> str:
    try:
        name = entry.name.decode("utf-8" if entry.flags & UTF8 else "ascii")
    except UnicodeDecodeError as error:
        raise ZipNameError("A name is not in Unicode.") from error
    if not PLAIN.fullmatch(name) or len(entry.name) > NAME_MOST:
        raise ZipNameError
    for part in name.removesuffix("/").split("/"):
        if part in ("", ".", "..") or part != part.strip(" .") or DEVICE.fullmatch(part):
            raise ZipNameError
    return name


def _unpack(data: bytes, entry: _Entry, start: int, most: int) -> bytes:
    """Return a file's content, counted piece by piece; raises before more than ``most`` bytes are held."""
    if entry.size > most:
        raise ZipSizeError
    packed = memoryview(data)[start : start + entry.packed]
    content = bytes(packed) if entry.method == STORED else _inflate(packed, entry.size)
    if len(content) != entry.size or zlib.crc32(content) != entry.crc:
        raise ZipStructureError("A file is not as long as it says, or its sum is wrong.")
    return content


def _inflate(packed: memoryview, size: int) -> bytes:
    """Return what this unpacks to; it stops one byte beyond ``size`` at the latest."""
    engine, made = zlib.decompressobj(-zlib.MAX_WBITS), bytearray()
    try:
        for start in range(0, len(packed), PIECE):
            rest: bytes | memoryview = packed[start : start + PIECE]
            while rest and not engine.eof and len(made) <= size:
                made += engine.decompress(rest, size + 1 - len(made))
                rest = engine.unconsumed_tail
            if engine.eof or len(made) > size:
                break
    except zlib.error as error:
        raise ZipStructureError("A file cannot be unpacked.") from error
    if not engine.eof or engine.unused_data or start + PIECE < len(packed):
        raise ZipStructureError("A file is not as long as it says.")
    return bytes(made)
