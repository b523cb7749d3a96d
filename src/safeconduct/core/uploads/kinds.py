"""The kind of a file, by its content; what its name and sender say must agree, and nothing else may hide in it."""

import re
from enum import StrEnum

from safeconduct.core.uploads.errors import DisagreeError, PolyglotError, UnknownTypeError


class Kind(StrEnum):
    """A kind of file that we take."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    TIFF = "tiff"
    ZIP = "zip"


MAGIC = (
    (b"%PDF-", Kind.PDF),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"PK\x03\x04", Kind.ZIP),
)
ENDINGS = {
    "pdf": Kind.PDF,
    "png": Kind.PNG,
    "jpg": Kind.JPEG,
    "jpeg": Kind.JPEG,
    "tif": Kind.TIFF,
    "tiff": Kind.TIFF,
    "zip": Kind.ZIP,
}
DECLARED = {
    "application/pdf": Kind.PDF,
    "image/png": Kind.PNG,
    "image/jpeg": Kind.JPEG,
    "image/tiff": Kind.TIFF,
    "application/zip": Kind.ZIP,
    "application/x-zip-compressed": Kind.ZIP,
}
SAYS_NOTHING = frozenset({"", "application/octet-stream", "binary/octet-stream"})
SNIFFED = 1024
"""As far as readers look for a header: browsers for markup, older PDF readers for theirs."""
MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|svg|iframe|object|\?php)[\s>/!?]", re.IGNORECASE)
ELSEWHERE = ((257, b"ustar"), (32769, b"CD001"), (34817, b"CD001"), (36865, b"CD001"), (128, b"DICM"))
ZIP_END = b"PK\x05\x06"
ZIP_END_BYTES = 22
ZIP_REACH = 65_535 + ZIP_END_BYTES
"""As far from its end as a reader of archives looks for their last record."""


def kind_of(data: bytes) -> Kind:
    """Return the kind of this content; raises ``UnknownTypeError``."""
    for magic, kind in MAGIC:
        if data.startswith(magic):
            return kind
    raise UnknownTypeError


def check_agreement(kind: Kind, *, name: str, declared: str) -> None:
    """Raise ``UnknownTypeError`` or ``DisagreeError`` unless the name's ending and the declared type say ``kind``."""
    _, dot, ending = name.rpartition(".")
    said = ENDINGS.get(ending.lower()) if dot else None
    if said is None:
        raise UnknownTypeError("Its name has no ending of such a kind.")
    if said is not kind:
        raise DisagreeError(f"It ends in .{said} and holds {kind}.")
    plain = declared.partition(";")[0].strip().lower()
    if plain not in SAYS_NOTHING and DECLARED.get(plain) is not kind:
        raise DisagreeError(f"It was declared as something else and holds {kind}.")


def check_single(kind: Kind, data: bytes) -> None:
    """Raise ``PolyglotError`` if a reader of another kind would take this content too."""
    # The files in an archive are checked one by one; the first of them may stand at its start as it is.
    head = b"" if kind is Kind.ZIP else data[:SNIFFED]
    if MARKUP.search(head):
        raise PolyglotError("A browser could read it as a page.")
    if kind is not Kind.PDF and b"%PDF-" in head:
        raise PolyglotError("It is also a PDF.")
    if any(data.startswith(magic, place) for place, magic in ELSEWHERE):
        raise PolyglotError("It is also an archive or a disk.")
    if kind is not Kind.ZIP and _ends_as_archive(data):
        raise PolyglotError("It is also a ZIP archive.")


def _ends_as_archive(data: bytes) -> bool:
    """Return whether a reader of archives finds a last record that fits: its directory lies before it."""
    place = data.rfind(ZIP_END)
    while place >= max(0, len(data) - ZIP_REACH):
        record = data[place : place + ZIP_END_BYTES]
        size = int.from_bytes(record[12:16], "little")
        if len(record) == ZIP_END_BYTES and size <= place and data[place - size : place].startswith(b"PK\x01\x02"):
            return True
        # A reader that does not check its directory takes an empty one too.
        if len(record) == ZIP_END_BYTES and size == 0 and not any(record[4:20]):
            return True
        place = data.rfind(ZIP_END, 0, place)
    return False
