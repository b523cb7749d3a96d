"""Where the parts of a segment lie, what they are bound to, and the keys they are sealed with.

A segment is the folder ``<table>/<segment>``; a merged index run is the folder ``<table>/<run>``. Each is written under
another name and renamed once when whole. Format: ``docs/formats/segment.md``.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from safeconduct.core.base.canonical import canonical_json
from safeconduct.core.sealing.keys import SALT_BYTES, Context, derive
from safeconduct.core.sealing.primitives import KEY_BYTES, one_step_sha384
from safeconduct.core.segments.errors import SegmentError
from safeconduct.core.segments.readable import Files
from safeconduct.core.segments.tables import table_spec

PAGES, INDEX, DIRECTORY = "pages", "index", "directory"
MAGICS = {PAGES: b"SCPAGE", INDEX: b"SCINDX", DIRECTORY: b"SCDIRY"}
VERSION = 3
SUITE_AES_256_GCM = 1
HEADER_BYTES = 6 + 2 + SALT_BYTES
COMMITMENT_BYTES = 16
PART_PREFIX = ".part-"

AnyFiles = TypeVar("AnyFiles", bound=Files)
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
    """One segment or index run of one table, and the salt of the one attempt that wrote it (32 bytes)."""

    table: str
    segment: str
    salt: bytes

    @property
    def name(self) -> str:
        """Return what an error calls it."""
        return f"{self.table}/{self.segment}"

    def header(self, part: str) -> bytes:
        """Return the first 40 bytes of a part: magic, version, suite, salt."""
        return MAGICS[part] + bytes([VERSION, SUITE_AES_256_GCM]) + self.salt

    def bound(self, use: str) -> Context:
        """Return what a key of this segment is bound to, beside its salt."""
        return {"use": use, "table": self.table, "segment": self.segment, "version": VERSION}

    @cached_property
    def _pages(self) -> bytes:
        return hashlib.sha256(self.salt + canonical_json(self.bound("segment-page"))).digest()

    def page_key(self, keys: SegmentKeys, customer: str) -> tuple[bytes, bytes, bytes]:
        """Return the key of this customer's pages in this segment, the directory's commitment to it, and their aad."""
        bound = self._pages + customer.encode()
        material = one_step_sha384(keys.customer_key(customer), bound)
        return material[:KEY_BYTES], material[KEY_BYTES:], bound

    def block_key(self, part: str, keys: SegmentKeys) -> bytes:
        """Return the key that seals the blocks and the root of this index or directory."""
        key = keys.index_key() if part == INDEX else keys.directory_key()
        return derive(key, salt=self.salt, context=self.bound(f"segment-{part}"))


def folder_of(directory: AnyFiles, table: str, segment: str) -> AnyFiles:
    """Return the folder of a segment or run; raises ``SegmentError`` for a name that is no plain id."""
    if not _SEGMENT.fullmatch(segment):
        raise SegmentError("A segment is named with lower-case letters, digits and hyphens.")
    return directory / table_spec(table).name / segment


def nonce(number: int) -> bytes:
    """Return the nonce of page or block ``number``: the number itself, used once under a key made for one attempt."""
    return number.to_bytes(12, "big")
