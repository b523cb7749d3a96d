"""Which region's store is the home of whose sealed records, and the files that lie there.

1. A customer has one region, decided before the first row of theirs is sealed; who wants another imports anew.
2. Rows go only to their customer's region: segments, index runs and preserved copies never hold two regions' rows.
3. A file is in force when our own store names it, with its length and digest; the far store's word is not asked.
4. What is written is noted before, as not in force: should the work break off, it is removed later.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.region_places import OWN_DISK, RegionPlace
from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.core.segments.layout import DIRECTORY, INDEX, PAGES
from safeconduct.core.segments.readable import Files
from safeconduct.vaultd.durable import remove_tree
from safeconduct.vaultd.object_store import Bucket, ObjectMissingError, Stored, StoredPath
from safeconduct.vaultd.sealed_cache import SealedCache
from safeconduct.vaultd.store import Store

MEGABYTE = 1 << 20
SEGMENTS, STAGING, CACHE = "segments", "staging", "cache"


class UnknownRegionError(BadInputError):
    """The configuration names no such region."""

    code = "SC-REGION-UNKNOWN"
    cure = "Name a region of safeconduct.toml; one that holds records stays there until they are gone."


class RegionSetError(ConflictError):
    """The customer's records were sealed in a region already."""

    code = "SC-REGION-SET"
    cure = "Register the customer under a new id in the new region, import anew, then erase the old one."


class Regions:
    """The regions of one instance; the folder is the vault process's own."""

    def __init__(self, *, store: Store, places: tuple[RegionPlace, ...], folder: Path) -> None:
        """Keep the places; a store is reached when it is first needed."""
        self._store = store
        self._places = {one.name: one for one in places}
        self._folder = folder
        self._buckets: dict[str, Bucket] = {}
        self.usual = places[0].name if places else OWN_DISK
        """The region of customers who were not placed."""

    def names(self) -> list[str]:
        """Return every region that a customer can be placed in."""
        return [OWN_DISK, *self._places]

    def place(self, *, customer: str, region: str) -> None:
        """Decide a customer's region; raises ``UnknownRegionError``, ``RegionSetError``. Call inside a transaction."""
        if region not in self.names():
            raise UnknownRegionError(region)
        if self.of(customer) == region:
            return
        if self._store.one("SELECT 1 FROM wrapped_key WHERE owner = ?", (f"customer/{customer}",)) is not None:
            raise RegionSetError(customer)
        self._store.run("INSERT OR REPLACE INTO customer_region VALUES (?, ?)", (customer, region))

    def of(self, customer: str) -> str:
        """Return a customer's region."""
        row = self._store.one("SELECT region FROM customer_region WHERE customer = ?", (customer,))
        return self.usual if row is None else str(row["region"])

    def parted(self, rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
        """Yield each region with its customers' rows."""
        by_region: dict[str, list[str]] = {}
        for row in self._store.all("SELECT customer, region FROM customer_region"):
            if row["region"] != self.usual:
                by_region.setdefault(row["region"], []).append(row["customer"])
        for region, customers in sorted(by_region.items()):
            inside = pc.is_in(rows["customer"], pa.array(customers, pa.string()))
            if (found := rows.filter(inside)).num_rows:
                yield region, found
                rows = rows.filter(pc.invert(inside))
        if rows.num_rows:
            yield self.usual, rows

    def home(self, name: str) -> str:
        """Return the region where a segment or index run lies."""
        row = self._store.one("SELECT region FROM home WHERE name = ? LIMIT 1", (name,))
        return OWN_DISK if row is None else str(row["region"])

    def root(self, root: str, name: str) -> Files:
        """Return the folder below which a segment or run lies; ``root`` is ``segments`` or ``preserved/<matter>``."""
        rows = self._store.all("SELECT * FROM home WHERE name = ?", (name,))
        if not rows:
            return self._folder / root
        files = {row["path"]: Stored(row["bytes"], row["sha256"]) for row in rows}
        return StoredPath(self._bucket(rows[0]["region"]), root, files)

    def holds(self, root: str, table: str, name: str) -> bool:
        """Return whether the folder of a segment or run is there, as far as can be told without opening it."""
        row = self._store.one("SELECT 1 FROM home WHERE name = ?", (name,))
        return row is not None or (self._folder / root / table / name).is_dir()

    def begin(self, region: str, root: str, table: str, name: str) -> Path:
        """Return the folder in which to write a segment or run for a region, and note that it is not in force yet.

        What an earlier attempt of this name left behind is gone then. Raises ``StoreAwayError``.
        """
        if region == OWN_DISK:
            remove_tree(self._folder / root / table / name)
            return self._folder / root
        bucket = self._bucket(region)
        path = f"{root}/{table}/{name}"
        values = (path, region)
        if self._store.run("INSERT OR IGNORE INTO far_rest VALUES (?, ?)", values) == 0:
            self._remove(bucket, path)
        remove_tree(self._folder / STAGING / table / name)
        return self._folder / STAGING

    def bring(self, region: str, root: str, table: str, name: str) -> dict[str, Stored]:
        """Put what was written to its home; return its files, for ``enter``. Raises ``StoreAwayError``."""
        if region == OWN_DISK:
            return {}
        staged, bucket = self._folder / STAGING / table / name, self._bucket(region)
        try:
            path = f"{root}/{table}/{name}"
            return {f"{path}/{one.name}": bucket.put(f"{path}/{one.name}", one) for one in sorted(staged.iterdir())}
        finally:
            remove_tree(staged)

    def enter(self, region: str, name: str, files: dict[str, Stored]) -> None:
        """Bring files into force; call inside the transaction that enters the segment or run."""
        for path, stored in files.items():
            self._store.run(
                "INSERT INTO home VALUES (?, ?, ?, ?, ?)", (path, name, region, stored.bytes, stored.sha256)
            )
            self._store.run("DELETE FROM far_rest WHERE path = ?", (path.rpartition("/")[0],))

    def end(self, path: str) -> None:
        """Take a segment, run or one file of it out of force; call inside the transaction that does so."""
        rows = self._store.all("SELECT * FROM home WHERE path = ? OR substr(path, 1, ?) = ?", _below(path))
        for row in rows:
            self._store.run("INSERT OR IGNORE INTO far_rest VALUES (?, ?)", (row["path"], row["region"]))
            self._store.run("DELETE FROM home WHERE path = ?", (row["path"],))
            self._forget(row["region"], row["path"], Stored(row["bytes"], row["sha256"]))

    def tidy(self) -> None:
        """Remove from the far stores what is not in force; a store that is away keeps it until the next time."""
        for row in self._store.all("SELECT * FROM far_rest"):
            self._remove(self._bucket(row["region"]), row["path"])
            self._store.run("DELETE FROM far_rest WHERE path = ?", (row["path"],))

    def refetch(self, name: str) -> None:
        """Let go of what the cache keeps of a segment or run: the store may have been mended."""
        for row in self._store.all("SELECT * FROM home WHERE name = ?", (name,)):
            self._forget(row["region"], row["path"], Stored(row["bytes"], row["sha256"]))

    def check(self, name: str) -> int:
        """Hold every byte of a far segment or run against its digest; return the bytes. ``SegmentDamagedError``."""
        total = 0
        for row in self._store.all("SELECT * FROM home WHERE name = ? ORDER BY path", (name,)):
            try:
                given = self._bucket(row["region"]).digest(row["path"])
            except ObjectMissingError as error:
                raise SegmentDamagedError(f"{row['path']}: the store does not have it.") from error
            if given != Stored(row["bytes"], row["sha256"]):
                raise SegmentDamagedError(f"{row['path']}: the store gave other bytes than were put there.")
            total += given.bytes
        return total

    def _remove(self, bucket: Bucket, path: str) -> None:
        for one in (path, *(f"{path}/{part}" for part in (PAGES, INDEX, DIRECTORY))):
            with suppress(ObjectMissingError):
                bucket.remove(one)

    def _forget(self, region: str, path: str, stored: Stored) -> None:
        bucket = self._bucket(region)
        words = StoredPath(bucket, path, {path: stored}).cached_as()
        bucket.cache.drop(bucket.cache.begins(words))

    def _bucket(self, region: str) -> Bucket:
        if region not in self._buckets:
            place = self._places.get(region)
            if place is None:
                raise UnknownRegionError(region)
            cache = SealedCache(self._folder / CACHE / region, place.cache_megabytes * MEGABYTE)
            self._buckets[region] = Bucket(place, cache)
        return self._buckets[region]


def _below(path: str) -> tuple[str, int, str]:
    return path, len(path) + 1, f"{path}/"
