"""Where the parts of a segment lie, what they are bound to, and the keys they are sealed with.

A segment is the folder ``<table>/<segment>`` with three files, written under another name and renamed once when whole.
Format: ``docs/formats/segment.md``.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from safeconduct.core.base.canonical import canonical_json
from safeconduct.core.sealing.keys import SALT_BYTES, Context, derive, derive_committed
from safeconduct.core.segments.errors import SegmentDamagedError, SegmentError
from safeconduct.core.segments.tables import SCHEMA_VERSION, table_spec

PAGES, INDEX, DIRECTORY = "pages", "index", "directory"
MAGICS = {PAGES: b"SCPAGE", INDEX: b"SCINDX"}
VERSION = 1
SUITE_AES_256_GCM = 1
HEADER_BYTES = 6 + 2 + SALT_BYTES
PART_PREFIX = ".part-"

_SEGMENT = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class SegmentKeys(Protocol):
    """What the vault process lends this engine: the keys, never a key file."""

    def customer_key(self, customer: str) -> bytes:
        """Return the 32-byte key of ``customer``; raises ``CustomerKeyDestroyedError`` if it is gone."""

    def index_key(self) -> bytes:
        """Return the 32-byte key of token indexes."""

    def directory_key(self) -> bytes:
        """Return the 32-byte key of segment directories."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """One segment of one table, and the salt of the one attempt that wrote it (32 bytes)."""

    table: str
    segment: str
    salt: bytes

    def header(self, part: str) -> bytes:
        """Return the first 40 bytes of a part: magic, version, suite, salt."""
        return MAGICS[part] + bytes([VERSION, SUITE_AES_256_GCM]) + self.salt

    def bound(self, use: str, **more: str) -> Context:
        """Return what a key or a page of this segment is bound to."""
        place = {"use": use, "table": self.table, "segment": self.segment, "version": VERSION, "schema": SCHEMA_VERSION}
        return place | more

    def page_key(self, keys: SegmentKeys, customer: str) -> tuple[bytes, bytes, bytes]:
        """Return the key of this customer's pages in this segment, the directory's commitment to it, and their aad."""
        context = self.bound("segment-page", customer=customer)
        key, commitment = derive_committed(keys.customer_key(customer), salt=self.salt, context=context)
        return key, commitment, canonical_json(context) + self.salt

    def index_block_key(self, keys: SegmentKeys) -> bytes:
        """Return the key that seals this segment's index blocks."""
        return derive(keys.index_key(), salt=self.salt, context=self.bound("segment-index"))

    def aad(self, use: str) -> bytes:
        """Return the associated data of a block, before its number."""
        return canonical_json(self.bound(use)) + self.salt


def directory_context(table: str, segment: str) -> Context:
    """Return what a sealed directory is bound to."""
    return {"use": "segment-directory", "table": table, "segment": segment, "version": VERSION}


def folder_of(directory: Path, table: str, segment: str) -> Path:
    """Return the folder of a segment; raises ``SegmentError`` for a name that is no plain id."""
    if not _SEGMENT.fullmatch(segment):
        raise SegmentError("A segment is named with lower-case letters, digits and hyphens.")
    return directory / table_spec(table).name / segment


def read_header(part: str, data: bytes, place: Place) -> None:
    """Raise ``SegmentDamagedError`` unless ``data`` is the header that ``place`` has for ``part``."""
    if data != place.header(part):
        raise SegmentDamagedError(f"{place.table}/{place.segment}: {part}: the header is not the directory's.")


def nonce(number: int) -> bytes:
    """Return the nonce of page or block ``number``: the number itself, used once under a key made for one attempt."""
    return number.to_bytes(12, "big")
