"""Upkeep of the sealed records: runs are merged, segments compacted, the erased forgotten. Nothing leaves by it.

1. New files are durable before the one transaction that brings them into force; the old ones go after it.
2. What a lease that is still open has pinned is not compacted, so that its retry finds what it pinned.
3. Preserved copies are never touched.
4. No key is made here: who is erased meanwhile stops the work, and nothing of it comes into force.
"""

import json
import os
import threading
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import instant_text
from safeconduct.core.segments.errors import CustomerKeyDestroyedError, SegmentDamagedError
from safeconduct.core.segments.merging import compact, merge_runs
from safeconduct.core.segments.reader import SegmentReader
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.durable import remove_tree
from safeconduct.vaultd.index_runs import IndexRuns, enter_facts
from safeconduct.vaultd.keys import KeyRing, RecordKeys
from safeconduct.vaultd.object_store import ObjectMissingError, StoreAwayError
from safeconduct.vaultd.regions import SEGMENTS, Regions
from safeconduct.vaultd.store import Row, Store

FAN = 8
"""So many runs of about one size become one."""
MANY = 16
"""So many segments of one table and month become one."""
SEGMENT_ROWS = 10_000_000
"""A segment that has so many rows is not compacted further."""


class Upkeep:
    """Does one piece of work at a time."""

    def __init__(
        self,
        *,
        store: Store,
        ring: KeyRing,
        clock: Clock,
        folder: Path,
        regions: Regions,
        randomness: Randomness = os.urandom,
    ) -> None:
        """Keep the vault's own folder."""
        self._store = store
        self._ring = ring
        self._clock = clock
        self._folder = folder / SEGMENTS
        self._regions = regions
        self._randomness = randomness
        self.runs = IndexRuns(store=store, ring=ring, regions=regions)
        self._lock = threading.Lock()

    def tend(self, table: str) -> None:
        """Do what is due after rows came in: compact months of many segments, merge runs of one size."""
        try:
            self.compact(table, least=MANY)
            self.merge(table, least=FAN)
        except (SegmentDamagedError, StoreAwayError, ObjectMissingError):
            # Nothing damaged is written anew; whoever reads it is told its name, and then it is restored. A store that
            # is away is tended the next time.
            return

    def forget_erased(self) -> dict[str, Any]:
        """Rewrite every table that holds tokens or pages of the erased without them; answer how many were forgotten."""
        waiting = [row["customer"] for row in self._store.all("SELECT customer FROM erasure WHERE purged IS NULL")]
        if waiting:
            for row in self._store.all("SELECT DISTINCT record_table FROM segment WHERE matter = ''"):
                self.forget(row["record_table"])
            held = {row["id"] for row in self._store.all("SELECT id FROM segment WHERE matter = ''")} & self._pinned()
            now = instant_text(self._clock.now())
            for customer in waiting if not held else []:
                self._store.run("UPDATE erasure SET purged = ? WHERE customer = ?", (now, customer))
        left = self._store.all("SELECT customer FROM erasure WHERE purged IS NULL")
        return {"forgotten": len(waiting) - len(left), "waiting": len(left)}

    def forget(self, table: str) -> None:
        """Rewrite index and segments of a table without the tokens and pages of the erased."""
        self.compact(table, least=1)
        self.merge(table, least=1)

    def merge(self, table: str, *, least: int) -> int:
        """Merge runs of about the same size where there are ``least`` of them (1: all there are); return how many."""
        with self._lock:
            self.tidy()
            done, whole = 0, frozenset[str]()
            while chosen := self._due(table, least, whole):
                region = self._regions.home(chosen[0]["id"])
                self._merge(region, table, chosen)
                done += len(chosen)
                if least == 1:
                    whole |= {region}
            return done

    def _due(self, table: str, least: int, done: frozenset[str]) -> list[Row]:
        columns = "id, index_sha256, postings"
        merged = self._store.all(f"SELECT {columns} FROM index_run WHERE record_table = ?", (table,))  # noqa: S608 - ours
        own = self._store.all(
            f"SELECT {columns} FROM segment JOIN segment_facts ON segment = id"  # noqa: S608 - our own words
            " WHERE record_table = ? AND matter = '' AND id NOT IN (SELECT segment FROM index_of)",
            (table,),
        )
        for region in sorted({self._regions.home(row["id"]) for row in (*merged, *own)} - done):
            here = [row for row in (*merged, *own) if self._regions.home(row["id"]) == region]
            every = sorted(here, key=lambda row: (row["postings"], row["id"]))
            if least == 1:
                return every
            tiers = [list(group) for _, group in groupby(every, key=lambda row: int(row["postings"]).bit_length() // 3)]
            if chosen := next((tier for tier in tiers if len(tier) >= least), []):
                return chosen
        return []

    def _merge(self, region: str, table: str, chosen: list[Row]) -> None:
        run = self._begin("run", table)
        folder = self._regions.begin(region, SEGMENTS, table, run)
        indexes = [self.runs.open(table, row["id"], row["index_sha256"]) for row in chosen]
        held = {row["id"] for row in self._store.all("SELECT id FROM segment WHERE record_table = ?", (table,))}
        kept = sorted({one.segment for index in indexes for one in index.covered} & held)
        made = merge_runs(
            folder,
            indexes,
            table=table,
            run=run,
            keys=RecordKeys(ring=self._ring, segment=run),
            kept=kept,
            purge=lambda segment: self._erased_pages(table, segment),
            randomness=self._randomness,
        )
        files = self._regions.bring(region, SEGMENTS, table, run)
        with self._store.writing():
            now = instant_text(self._clock.now())
            self._regions.enter(region, run, files)
            values = (run, table, made.index_sha256, made.postings, now)
            self._store.run("INSERT INTO index_run VALUES (?, ?, ?, ?, ?)", values)
            for segment in made.segments:
                self._store.run("INSERT OR REPLACE INTO index_of VALUES (?, ?)", (segment, run))
            for row in chosen:
                merged = self._store.run("DELETE FROM index_run WHERE id = ?", (row["id"],))
                self._supersede(f"{table}/{row['id']}" if merged else f"{table}/{row['id']}/index")
            self._in_force(f"{table}/{run}")
        self.tidy()

    def _erased_pages(self, table: str, segment: str) -> np.ndarray:
        reader = self._reader(table, segment)
        keys = RecordKeys(ring=self._ring, segment=segment)
        found = [np.empty(0, np.int64)]
        for customer in self._ring.destroyed("customer"):
            pages = reader.directory.find(customer)
            if pages is not None and not _opens(keys, customer):
                found.append(pages.numbers)
        return np.concatenate(found)

    def compact(self, table: str, *, least: int) -> int:
        """Bring a table's segments together by month where there are ``least`` of them; return how many went in."""
        with self._lock:
            self.tidy()
            rows = self._store.all(
                "SELECT * FROM segment JOIN segment_facts ON segment = id"
                " WHERE record_table = ? AND matter = '' AND rows < ? ORDER BY month, rows, id",
                (table, SEGMENT_ROWS),
            )
            done = 0
            rows.sort(key=lambda row: (row["month"], self._regions.home(row["id"])))
            for _, group in groupby(rows, key=lambda row: (row["month"], self._regions.home(row["id"]))):
                chosen = self._fitting(group)
                if len(chosen) >= least and (len(chosen) > 1 or self._holds_erased(table, chosen[0]["id"])):
                    done += self._compact(table, chosen)
            return done

    def _fitting(self, rows: Iterable[Row]) -> list[Row]:
        pinned, chosen, total = self._pinned(), [], 0
        for row in rows:
            if row["id"] not in pinned and total + row["rows"] <= SEGMENT_ROWS:
                chosen.append(row)
                total += row["rows"]
        return chosen

    def _holds_erased(self, table: str, segment: str) -> bool:
        return len(self._erased_pages(table, segment)) > 0

    def _compact(self, table: str, chosen: list[Row]) -> int:
        region = self._regions.home(chosen[0]["id"])
        segment = self._begin("c", table)
        folder = self._regions.begin(region, SEGMENTS, table, segment)
        keys = RecordKeys(ring=self._ring, segment=segment, writes=True, makes=False)
        sources = [self._reader(table, row["id"]) for row in chosen]
        made = compact(folder, sources, table=table, segment=segment, keys=keys, randomness=self._randomness)
        files = {} if made is None else self._regions.bring(region, SEGMENTS, table, segment)
        with self._store.writing():
            old = {row["id"] for row in chosen}
            if old & self._pinned():
                old = set()
            elif made is not None:
                self._in_force(f"{table}/{segment}")
                self._regions.enter(region, segment, files)
                now = instant_text(self._clock.now())
                values = (segment, table, "", made.rows, made.directory_sha256, now)
                self._store.run("INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?)", values)
                enter_facts(self._store, made, keys)
            for name in old:
                self._store.run("DELETE FROM segment WHERE id = ?", (name,))
                for table_of in ("segment_facts", "segment_key", "index_of"):
                    self._store.run(f"DELETE FROM {table_of} WHERE segment = ?", (name,))  # noqa: S608 - our own names
                self._supersede(f"{table}/{name}")
        self.tidy()
        return len(old)

    def _pinned(self) -> set[str]:
        rows = self._store.all("SELECT segments FROM lease WHERE state = 'leased'")
        return {one["id"] for row in rows for one in json.loads(row["segments"])}

    def _reader(self, table: str, segment: str) -> SegmentReader:
        keys = RecordKeys(ring=self._ring, segment=segment)
        row = self._store.one("SELECT directory_sha256 FROM segment WHERE id = ?", (segment,))
        pin = "" if row is None else str(row["directory_sha256"])
        folder = self._regions.root(SEGMENTS, segment)
        return SegmentReader(folder, table=table, segment=segment, keys=keys, directory_sha256=pin)

    def _begin(self, kind: str, table: str) -> str:
        """Return a new name, noted as not in force: should the work break off, its files go at the next tidying."""
        name = f"{kind}-{table.replace('_', '-')}-{self._randomness(8).hex()}"
        self._supersede(f"{table}/{name}")
        return name

    def _in_force(self, path: str) -> None:
        self._store.run("DELETE FROM superseded WHERE path = ?", (path,))

    def _supersede(self, path: str) -> None:
        self._regions.end(f"{SEGMENTS}/{path}")
        self._store.run("INSERT OR IGNORE INTO superseded VALUES (?)", (path,))

    def tidy(self) -> None:
        """Remove the files that are no longer in force, then the note of them."""
        for row in self._store.all("SELECT path FROM superseded"):
            path = self._folder / row["path"]
            if path.is_dir():
                remove_tree(path)
            else:
                path.unlink(missing_ok=True)
            self._store.run("DELETE FROM superseded WHERE path = ?", (row["path"],))
        self._regions.tidy()


def _opens(keys: RecordKeys, customer: str) -> bool:
    try:
        keys.customer_key(customer)
    except CustomerKeyDestroyedError:
        return False
    return True
