"""The sealed record store as the vault process uses it: pinned segments in, exact rows or counts out."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.core.base.errors import BadInputError, UnavailableError
from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import instant_text
from safeconduct.core.base.region_places import OWN_DISK
from safeconduct.core.conduct.categories import TABLE_OF, Category
from safeconduct.core.conduct.scope import Scope, ScopeItem
from safeconduct.core.segments.errors import CustomerKeyDestroyedError, SegmentDamagedError
from safeconduct.core.segments.months import split_prepared
from safeconduct.core.segments.prepared import Prepared, checked, prepare
from safeconduct.core.segments.reader import Asked, SegmentReader
from safeconduct.core.segments.selection import Span
from safeconduct.core.segments.tables import TABLES
from safeconduct.core.segments.writer import write_segment
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.durable import remove_tree
from safeconduct.vaultd.index_runs import IndexRuns, enter_facts, may_hold
from safeconduct.vaultd.keys import KeyRing, RecordKeys
from safeconduct.vaultd.regions import SEGMENTS, Regions
from safeconduct.vaultd.store import Store

ROWS_PER_SEGMENT = 1_000_000
EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Pinned:
    """A segment as it stood when a lease began; ``matter`` is set for a preserved copy."""

    id: str
    table: str
    directory_sha256: str
    matter: str = ""


class MissingSegmentError(UnavailableError):
    """A pinned segment is not in the store."""

    code = "SC-SEGMENT-MISSING"
    cure = "Bring the named segment back, then ask again with the same journey; nothing of it was used."


@dataclass(frozen=True, order=True)
class Unreadable:
    """A damaged segment, and how many rows of the scope item's customer it holds: at most so many would have matched.

    Where those cannot be counted either, ``rows`` are all rows that were once written into it.
    """

    segment: str
    rows: int


@dataclass(frozen=True)
class Found:
    """The rows of one category, the customers whose keys no longer exist, and what is damaged, by scope item.

    ``asked`` is the account of what was asked of the company's own stores.
    """

    rows: pa.Table
    erased: tuple[str, ...]
    unreadable: Mapping[int, tuple[Unreadable, ...]] = field(default_factory=dict)
    asked: tuple[dict[str, Any], ...] = ()

    def require_whole(self) -> None:
        """Raise ``SegmentDamagedError`` naming the segments if anything could not be read."""
        if damaged := sorted({one.segment for part in self.unreadable.values() for one in part}):
            raise SegmentDamagedError(f"{', '.join(damaged)}: it does not open.")


class Records:
    """Reads and writes segments; what it returns never leaves the vault process unsealed."""

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
        """Keep the folder that only this process may read, and where else segments lie."""
        self._store = store
        self._ring = ring
        self._clock = clock
        self._folder = folder
        self._regions = regions
        self._randomness = randomness
        self._runs = IndexRuns(store=store, ring=ring, regions=regions)

    def pinned(self, matter: str) -> list[Pinned]:
        """Return every segment a collection for ``matter`` must look into: the records and its preserved copies."""
        rows = self._store.all("SELECT * FROM segment WHERE matter IN ('', ?) ORDER BY id", (matter,))
        return [Pinned(row["id"], row["record_table"], row["directory_sha256"], row["matter"]) for row in rows]

    def write(self, *, table: str, rows: pa.Table, prefix: str, matter: str = "") -> list[str]:
        """Seal rows as new segments, one or more a month, and return their ids. The same prefix writes the same ids."""
        if table not in TABLES:
            raise BadInputError("There is no such record table.")
        return [
            segment
            for region, held in self._regions.parted(rows)
            for segment in self._write(region, table, held, prefix, matter)
        ]

    def _write(self, region: str, table: str, rows: pa.Table, prefix: str, matter: str) -> Iterator[str]:
        elsewhere = "" if region == OWN_DISK else region
        for month, held in split_prepared(checked(rows, table)).items():
            for number, part in enumerate(_segments(held)):
                words = (prefix, elsewhere, table.replace("_", "-"), month, str(number))
                segment = "-".join(word for word in words if word)
                self._write_one(region, segment, table, part, matter)
                yield segment

    def _write_one(self, region: str, segment: str, table: str, rows: Prepared, matter: str) -> None:
        if self._store.one("SELECT 1 FROM segment WHERE id = ?", (segment,)) is not None:
            return
        folder = self._regions.begin(region, _root(matter), table, segment)
        keys = RecordKeys(ring=self._ring, segment=segment, matter=matter or None, writes=True)
        keys.fetch(rows.spelled["customer"].dictionary.to_pylist())
        made = write_segment(folder, rows, table=table, segment=segment, keys=keys, randomness=self._randomness)
        files = self._regions.bring(region, _root(matter), table, segment)
        values = (segment, table, matter, made.rows, made.directory_sha256, instant_text(self._clock.now()))
        with self._store.writing():
            self._regions.enter(region, segment, files)
            self._store.run("INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?)", values)
            enter_facts(self._store, made, keys)

    def reader(self, one: Pinned) -> SegmentReader:
        """Return a pinned segment, opened; raises ``MissingSegmentError`` and ``SegmentDamagedError``."""
        # A folder that is gone is a store that is not whole: that is brought back, not reported as damage.
        if not self._regions.holds(_root(one.matter), one.table, one.id):
            raise MissingSegmentError(f"{one.table}/{one.id}.")
        keys = RecordKeys(ring=self._ring, segment=one.id, matter=one.matter or None)
        folder = self._regions.root(_root(one.matter), one.id)
        return SegmentReader(folder, table=one.table, segment=one.id, keys=keys, directory_sha256=one.directory_sha256)

    def _readers(self, segments: list[Pinned], table: str) -> Iterator[SegmentReader]:
        for one in segments:
            if one.table == table:
                yield self.reader(one)

    def find(self, *, scope: Scope, category: Category, segments: list[Pinned]) -> Found:
        """Return each row of one category that the scope holds, once, sorted by its record id.

        Damage stops nothing else: it is told by segment and scope item. Raises ``MissingSegmentError``.
        """
        table = TABLE_OF[category]
        parts, erased = [TABLES[table].schema.empty_table()], set()
        damaged: dict[int, list[Unreadable]] = {}
        items = [(place, item) for place, item in enumerate(scope.items) if category in item.categories]
        erased.update({item.customer for _, item in items} & set(self._ring.destroyed("customer")))
        pages = {place: self._runs.pages(table, _selectors(item)) for place, item in items}
        spans = self._spans(table)
        for one in segments:
            asked = [
                (place, item)
                for place, item in items
                if one.table == table
                and may_hold(pages[place].get(one.id), item)
                and _in_window(item, table, spans.get(one.id))
            ]
            if not asked:
                continue
            reader = self._undamaged(one)
            try:
                parts += _all_rows(reader, [(item, pages[place].get(one.id)) for place, item in asked])
            except (CustomerKeyDestroyedError, SegmentDamagedError):
                # Somebody's rows cannot be had: whose, and what of the others', only one by one can tell.
                pass
            else:
                continue
            for place, item in asked:
                try:
                    parts.append(_rows(reader, item, pages[place].get(one.id)))
                except CustomerKeyDestroyedError:
                    erased.add(item.customer)
                except SegmentDamagedError:
                    damaged.setdefault(place, []).append(Unreadable(one.id, self._at_most(reader, one, item)))
        rows = _exactly(pa.concat_tables(parts), scope, category)
        unreadable = {place: tuple(sorted(listed)) for place, listed in damaged.items()}
        return Found(rows=rows, erased=tuple(sorted(erased)), unreadable=unreadable)

    def _spans(self, table: str) -> dict[str, tuple[int, int]]:
        """Return of each segment of a table its first and last millisecond, so that not every one need be opened."""
        question = "SELECT segment, earliest, latest FROM segment_facts JOIN segment ON id = segment"
        rows = self._store.all(f"{question} WHERE record_table = ?", (table,))
        return {row["segment"]: (row["earliest"], row["latest"]) for row in rows}

    def _undamaged(self, one: Pinned) -> SegmentReader | None:
        try:
            return self.reader(one)
        except SegmentDamagedError:
            return None

    def _at_most(self, reader: SegmentReader | None, one: Pinned, item: ScopeItem) -> int:
        account = [{"kind": "account", "value": item.customer}]
        try:
            if reader is not None:
                return reader.count(customer=item.customer, selectors=account, window=EVER)
        except SegmentDamagedError:
            pass
        row = self._store.one("SELECT rows FROM segment WHERE id = ?", (one.id,))
        return 0 if row is None else int(row["rows"])

    def count(self, *, item: ScopeItem, category: Category, segments: list[Pinned]) -> int:
        """Return how many rows of one category one item would give."""
        total = 0
        for reader in self._readers(segments, TABLE_OF[category]):
            try:
                total += reader.count(customer=item.customer, selectors=_selectors(item), window=_window(item))
            except CustomerKeyDestroyedError:
                continue
        return total

    def customers_holding(self, selectors: list[dict[str, str]], segments: list[Pinned]) -> set[str]:
        """Return the customers with a row that one of the selectors matches."""
        found: set[str] = set()
        for table in sorted({one.table for one in segments}):
            pages = self._runs.pages(table, selectors)
            for one in segments:
                if one.table == table:
                    found |= self.reader(one).customers_holding(selectors, pages.get(one.id))
        return found

    def forget_preserved(self, matter: str) -> None:
        """Destroy a matter's preserved copies and their key; call inside a transaction."""
        self._ring.destroy(f"preservation/{matter}")
        copies = "SELECT id FROM segment WHERE matter = ?"
        self._store.run(f"DELETE FROM segment_facts WHERE segment IN ({copies})", (matter,))  # noqa: S608 - our own words
        self._store.run("DELETE FROM segment WHERE matter = ?", (matter,))
        for row in self._store.all("SELECT DISTINCT path FROM home WHERE substr(path, 1, ?) = ?", _below(matter)):
            self._regions.end(row["path"])
        remove_tree(self._folder / _root(matter))


def _root(matter: str) -> str:
    return f"preserved/{matter}" if matter else SEGMENTS


def _below(matter: str) -> tuple[int, str]:
    return len(_root(matter)) + 1, f"{_root(matter)}/"


def _selectors(item: ScopeItem) -> list[dict[str, str]]:
    return [selector.as_json() for selector in item.selectors]


def _segments(held: Prepared) -> Iterator[Prepared]:
    """Yield rows by segment: as they are where they are few enough."""
    if held.rows.num_rows <= ROWS_PER_SEGMENT:
        yield held
        return
    for start in range(0, held.rows.num_rows, ROWS_PER_SEGMENT):
        yield prepare(held.rows.slice(start, ROWS_PER_SEGMENT), held.spec)


def _in_window(item: ScopeItem, table: str, span: tuple[int, int] | None) -> bool:
    """Return whether a segment of that span (None: it is not known) can hold a row of an item's window."""
    if span is None:
        return True
    earliest, latest = (np.array([one]) for one in span)
    return bool(Span.of(_window(item)).may_hold(TABLES[table], earliest, latest)[0])


def _all_rows(reader: SegmentReader | None, items: list[tuple[ScopeItem, np.ndarray | None]]) -> list[pa.Table]:
    if reader is None:
        raise SegmentDamagedError
    return reader.find_all(
        [
            Asked(customer=one.customer, selectors=_selectors(one), window=_window(one), candidates=pages)
            for one, pages in items
        ]
    )


def _rows(reader: SegmentReader | None, item: ScopeItem, pages: np.ndarray | None) -> pa.Table:
    if reader is None:
        raise SegmentDamagedError
    return reader.find(customer=item.customer, selectors=_selectors(item), window=_window(item), candidates=pages)


def _window(item: ScopeItem) -> tuple[datetime, datetime]:
    return item.window.start, item.window.end


def _exactly(rows: pa.Table, scope: Scope, category: Category) -> pa.Table:
    """Return the rows that the scope itself holds, each once: whatever the store gave is not trusted to be exact."""
    seen: set[str] = set()
    keep = []
    for index, row in enumerate(rows.to_pylist()):
        if row["record_id"] not in seen and scope.holds(category=category, row=row):
            seen.add(row["record_id"])
            keep.append(index)
    chosen = rows.take(pa.array(keep, pa.int64()))
    return chosen.take(pc.sort_indices(chosen["record_id"]))
