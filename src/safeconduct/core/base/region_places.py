"""Where sealed records lie beside the vault's own disk: ``[[region]]`` of ``safeconduct.toml``, without secrets.

The first region is the home of every customer who was not placed in another one; ``own-disk`` names the vault's own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from safeconduct.core.base.errors import BadInputError

OWN_DISK = "own-disk"
"""The name of the region that needs no table: the disk of the vault process itself."""
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,15}")
PREFIX = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*/)*")
KEYS = {"name", "bucket", "endpoint", "place", "prefix", "key_file", "ca", "cache_megabytes", "timeout_seconds"}
SECONDS, MOST_SECONDS = 30, 600
MEGABYTES = 1024
HERE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, kw_only=True)
class RegionPlace:
    """One S3-compatible store.

    Attributes:
        name: our name of the region, such as ``eu``.
        bucket: the bucket, in which we write below ``prefix`` only.
        endpoint: its https address; empty for the provider's own of ``place``.
        place: what the provider calls its region.
        prefix: what our names begin with; empty, or ending in a slash.
        key_file: a file of two lines, id and secret of the access key, for the vault process only.
        ca: the authority of the server's certificate, or None for the usual ones.
        cache_megabytes: how much of its sealed bytes may be kept here.
        timeout_seconds: how long one answer may take.
    """

    name: str
    bucket: str
    endpoint: str
    place: str
    prefix: str
    key_file: Path
    ca: Path | None
    cache_megabytes: int
    timeout_seconds: int

    @classmethod
    def from_table(cls, table: dict[str, Any], root: Path) -> Self:
        """Return what the table says, with absolute paths; raises ``BadInputError``."""
        if extra := set(table) - KEYS:
            raise BadInputError(f"[[region]] {min(extra)} is not a key.")
        try:
            made = cls(
                name=str(table["name"]),
                bucket=str(table["bucket"]),
                endpoint=str(table.get("endpoint", "")),
                place=str(table["place"]),
                prefix=str(table.get("prefix", "")),
                key_file=root / str(table["key_file"]),
                ca=root / str(table["ca"]) if table.get("ca") else None,
                cache_megabytes=int(table.get("cache_megabytes", MEGABYTES)),
                timeout_seconds=int(table.get("timeout_seconds", SECONDS)),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BadInputError(f"[[region]] lacks a key or has a wrong one: {error}.") from error
        made._check()
        return made

    def _check(self) -> None:
        if not NAME.fullmatch(self.name) or self.name == OWN_DISK:
            raise BadInputError(f"[[region]] name is 16 small letters, digits and hyphens at most, and not {OWN_DISK}.")
        if not PREFIX.fullmatch(self.prefix):
            raise BadInputError("[[region]] prefix is empty, or plain names that each end in a slash.")
        if not 0 < self.timeout_seconds <= MOST_SECONDS or self.cache_megabytes < 0:
            raise BadInputError(f"[[region]] timeout_seconds is 1 to {MOST_SECONDS}; cache_megabytes is not negative.")
        parts = urlsplit(self.endpoint)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)
        if self.endpoint and (not safe or parts.username or parts.query or parts.fragment):
            raise BadInputError("[[region]] endpoint is an https address without a user, a query and a fragment.")


def region_places(tables: Sequence[dict[str, Any]], root: Path) -> tuple[RegionPlace, ...]:
    """Return the regions in order; raises ``BadInputError``, also for two of one name."""
    found = tuple(RegionPlace.from_table(table, root) for table in tables)
    if len({one.name for one in found}) < len(found):
        raise BadInputError("Two [[region]] tables have one name.")
    return found
