"""An S3-compatible store as the home of sealed files: names written once, ranges read through a cache of sealed bytes.

1. The store is believed in nothing: what it gives is opened with keys that it does not have, under pins that the vault
   process keeps, and a length or digest that differs from ours names the file.
2. A store that does not answer stops the act with an error that says so; nothing is answered from what is left.
3. A name is written once (``If-None-Match: *``); a store that overwrites instead is found out by what it then gives.
"""

import hashlib
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import S3Store

from safeconduct.core.base.errors import ConflictError, UnavailableError
from safeconduct.core.base.region_places import RegionPlace
from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.vaultd.sealed_cache import SealedCache

if TYPE_CHECKING:  # these names exist for the type checker only
    from obstore.store import ClientConfig, RetryConfig, S3Config

PIECE_BYTES = 256 * 1024
MOST_KEY_FILE = 4096
RETRIES = 2


class StoreAwayError(UnavailableError):
    """An object store did not do what it was asked: nothing was done, and nothing is answered without it."""

    code = "SC-REGION-AWAY"
    cure = "Make the region's store reachable, then make the same call again."


class ObjectMissingError(UnavailableError):
    """The store does not have a file that was put into it."""

    code = "SC-SEGMENT-MISSING"
    cure = "Bring the named file back into the region's store, then ask again; nothing of it was used."


class ObjectTakenError(ConflictError):
    """The store already has a file of this name."""

    code = "SC-REGION-TAKEN"
    cure = "Somebody else writes below this prefix: give the vault process a prefix of its own."


@dataclass(frozen=True)
class Stored:
    """One file in a store, as it was put: its length and digest."""

    bytes: int
    sha256: str


class Bucket:
    """One region's store."""

    def __init__(self, place: RegionPlace, cache: SealedCache) -> None:
        """Read the access key; raises ``StoreAwayError`` where that cannot be. Nothing is asked of the store yet."""
        self.place = place
        self.cache = cache
        try:
            with place.key_file.open("rb") as file:
                words = file.read(MOST_KEY_FILE).decode().split()
            ca = place.ca.read_text("ascii") if place.ca else None
            key, secret = words
        except (OSError, ValueError) as error:
            raise StoreAwayError(f"{place.name}: its key file or authority cannot be read.") from error
        options: ClientConfig = {"timeout": f"{place.timeout_seconds}s", "connect_timeout": "10s"}
        options["allow_http"] = place.endpoint.startswith("http://")
        if ca is not None:
            options["root_certificate"] = ca
        signing: S3Config = {"region": place.place, "access_key_id": key, "secret_access_key": secret}
        if place.endpoint:
            signing["endpoint"] = place.endpoint
        retry: RetryConfig = {"max_retries": RETRIES, "retry_timeout": timedelta(seconds=place.timeout_seconds)}
        self._store = S3Store(place.bucket, config=signing, client_options=options, retry_config=retry)

    @contextmanager
    def _asking(self, name: str) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, NotFoundError) as error:
            raise ObjectMissingError(f"{self.place.name}: {name}.") from error
        except AlreadyExistsError as error:
            raise ObjectTakenError(f"{self.place.name}: {name}.") from error
        except (BaseError, OSError) as error:
            raise StoreAwayError(f"{self.place.name}: {name}.") from error

    def put(self, name: str, path: Path) -> Stored:
        """Put a file under a name that nothing has yet; raises ``ObjectTakenError`` and ``StoreAwayError``."""
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as file:
            while part := file.read(1 << 20):
                digest.update(part)
                size += len(part)
        with self._asking(name):
            obstore.put(self._store, self.place.prefix + name, path, mode="create")
        if self.size(name) != size:
            raise StoreAwayError(f"{self.place.name}: {name}: the store did not keep all of it.")
        return Stored(size, digest.hexdigest())

    def size(self, name: str) -> int:
        """Return the length of a file as the store says; raises ``ObjectMissingError``."""
        with self._asking(name):
            return int(obstore.head(self._store, self.place.prefix + name)["size"])

    def range(self, name: str, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` until ``end``, fewer where the file ends sooner."""
        with self._asking(name):
            return bytes(obstore.get_range(self._store, self.place.prefix + name, start=start, end=end))

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with self._asking(name):
            obstore.delete(self._store, self.place.prefix + name)

    def digest(self, name: str) -> Stored:
        """Return length and digest of all that the store gives under a name."""
        digest, size = hashlib.sha256(), 0
        with self._asking(name):
            for part in obstore.get(self._store, self.place.prefix + name).stream():
                digest.update(part)
                size += len(part)
        return Stored(size, digest.hexdigest())


@dataclass(frozen=True)
class StoredPath:
    """A folder or file in a region's store, as ``core.segments.files.Files`` has it; ``files`` are ours, by name."""

    bucket: Bucket
    path: str
    files: Mapping[str, Stored]

    @property
    def name(self) -> str:
        """Return its last name."""
        return self.path.rpartition("/")[2]

    def __truediv__(self, name: str, /) -> Self:
        """Return what is called so in this folder."""
        return type(self)(self.bucket, f"{self.path}/{name}", self.files)

    def is_file(self) -> bool:
        """Return whether we put such a file there."""
        return self.path in self.files

    def exists(self) -> bool:
        """Return whether we put such a file, or any below it."""
        return self.is_file() or any(name.startswith(f"{self.path}/") for name in self.files)

    @property
    def st_size(self) -> int:
        """Return the length that the store says."""
        return self.bucket.size(self.path)

    def stat(self) -> Self:
        """Return what the store says of the file."""
        return self

    def open(self, mode: Literal["rb"], buffering: Literal[0]) -> io.RawIOBase:  # noqa: ARG002 - a reader's own words
        """Open the file to read."""
        return StoredFile(self.bucket, self.path, self.files[self.path])

    def cached_as(self) -> str:
        """Return what its pieces' names in the cache begin with: another attempt's are others."""
        return _cached_as(self.path, self.files[self.path])


class StoredFile(io.RawIOBase):
    """One file of a store, read in pieces; missing neighbours are asked for together."""

    def __init__(self, bucket: Bucket, path: str, stored: Stored) -> None:
        """Ask nothing yet."""
        super().__init__()
        self._bucket, self._path, self._size = bucket, path, stored.bytes
        self._words = _cached_as(path, stored)
        self._at = 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that it can be read anywhere."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place."""
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(begin + offset, 0)
        return self._at

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes; raises ``StoreAwayError``, ``ObjectMissingError``, ``SegmentDamagedError``."""
        end = self._size if size < 0 else min(self._at + size, self._size)
        if end <= self._at:
            return b""
        first, last = self._at // PIECE_BYTES, (end - 1) // PIECE_BYTES
        pieces = [self._bucket.cache.get(self._piece(number)) for number in range(first, last + 1)]
        data = b"".join(self._whole(first, pieces))
        begin = self._at - first * PIECE_BYTES
        found = data[begin : begin + end - self._at]
        self._at = end
        return found

    def _piece(self, number: int) -> str:
        return f"{self._words}-{number}"

    def _whole(self, first: int, pieces: list[bytes | None]) -> Iterator[bytes]:
        place = 0
        while place < len(pieces):
            piece = pieces[place]
            if piece is not None:
                yield piece
                place += 1
                continue
            missing = next((n for n in range(place, len(pieces)) if pieces[n] is not None), len(pieces))
            yield from self._fetched(first + place, first + missing)
            place = missing

    def _fetched(self, first: int, until: int) -> Iterator[bytes]:
        start, end = first * PIECE_BYTES, min(until * PIECE_BYTES, self._size)
        try:
            data = self._bucket.range(self._path, start, end)
        except StoreAwayError:
            # A range behind the end is an error of the store's, and a file that became shorter is damage.
            if self._bucket.size(self._path) >= end:
                raise
            data = b""
        if len(data) != end - start:
            raise SegmentDamagedError(f"{self._path}: the store gave {len(data)} bytes for {end - start}.")
        for number in range(first, until):
            piece = data[(number - first) * PIECE_BYTES : (number - first + 1) * PIECE_BYTES]
            self._bucket.cache.put(self._piece(number), piece)
            yield piece


def _cached_as(path: str, stored: Stored) -> str:
    return hashlib.sha256(f"{path}\0{stored.sha256}".encode()).hexdigest()[:32]
