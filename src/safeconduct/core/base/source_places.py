"""The company's own stores that a scope may be asked of: ``[[source]]`` of ``safeconduct.toml``, without passwords."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from safeconduct.core.base.errors import BadInputError

SECONDS, MOST_SECONDS = 60, 3600
KEYS = {"kind", "mapping", "url", "password_file", "ca", "folder", "bucket", "endpoint", "timeout_seconds"}
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class SourceKind(StrEnum):
    """What a source is."""

    POSTGRESQL = "postgresql"
    MYSQL = "mysql"
    FILES = "files"


@dataclass(frozen=True, kw_only=True)
class SourcePlace:
    """One store of the company's own.

    Attributes:
        kind: PostgreSQL, MySQL or MariaDB, or a folder of files.
        mapping: the mapping file; its name is the source's.
        url: a ``postgresql://`` or ``mysql://`` URL without a password; empty for files.
        password_file: a file that only the vault process may read, or None.
        ca: the authority of the server's certificate, or None for those of the host.
        folder: the folder of the files, or None.
        bucket: ``s3://bucket/prefix`` of the files in an object store, or empty; ``endpoint`` is the store's address.
        timeout_seconds: how long one statement may run.
    """

    kind: SourceKind
    mapping: Path
    url: str
    password_file: Path | None
    ca: Path | None
    folder: Path | None
    timeout_seconds: int
    bucket: str = ""
    endpoint: str = ""

    @classmethod
    def from_table(cls, table: dict[str, Any], root: Path) -> Self:
        """Return what the table says, with absolute paths; raises ``BadInputError``."""
        if extra := set(table) - KEYS:
            raise BadInputError(f"[[source]] {min(extra)} is not a key.")
        try:
            kind, mapping = SourceKind(table["kind"]), root / str(table["mapping"])
            seconds = int(table.get("timeout_seconds", SECONDS))
        except (KeyError, TypeError, ValueError) as error:
            raise BadInputError(f"[[source]] lacks a key or has a wrong one: {error}.") from error
        url, folder = str(table.get("url", "")), table.get("folder")
        if not 0 < seconds <= MOST_SECONDS:
            raise BadInputError(f"[[source]] timeout_seconds is 1 to {MOST_SECONDS}.")
        bucket, endpoint = str(table.get("bucket", "")), str(table.get("endpoint", ""))
        if sum(map(bool, (url, folder, bucket))) != 1 or bool(url) is (kind is SourceKind.FILES):
            raise BadInputError("[[source]] has a url for a database, a folder or a bucket for files, and one of them.")
        if bool(bucket) != bool(endpoint) or (bucket and not _is_store(bucket, endpoint)):
            raise BadInputError("[[source]] bucket is s3://bucket/prefix, and its endpoint an https:// address.")
        if url and (not url.startswith(f"{kind}://") or _password_in(url)):
            raise BadInputError(f"[[source]] url is a {kind}:// URL without a password.")
        return cls(
            kind=kind,
            mapping=mapping,
            url=url,
            password_file=_path(table, "password_file", root),
            ca=_path(table, "ca", root),
            folder=root / str(folder) if folder else None,
            timeout_seconds=seconds,
            bucket=bucket,
            endpoint=endpoint,
        )


def _is_store(bucket: str, endpoint: str) -> bool:
    place = urlsplit(endpoint)
    safe = place.scheme == "https" or (place.scheme == "http" and place.hostname in HERE)
    return bucket.startswith("s3://") and bool(bucket.removeprefix("s3://").strip("/")) and safe


def _password_in(url: str) -> bool:
    authority = url.partition("://")[2].partition("/")[0]
    return ":" in authority.rpartition("@")[0] or "password=" in url


def _path(table: dict[str, Any], key: str, root: Path) -> Path | None:
    return root / str(table[key]) if table.get(key) else None
