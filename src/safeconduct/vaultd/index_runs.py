"""Which index run answers for which segment, as the store has it: the one list that says what is in force."""

from collections.abc import Mapping

import numpy as np

from safeconduct.core.conduct.scope import ScopeItem
from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.core.segments.index import Index
from safeconduct.core.segments.layout import INDEX
from safeconduct.core.segments.reader import Selectors, sought
from safeconduct.core.segments.selection import wanted_of
from safeconduct.core.segments.tables import TABLES
from safeconduct.core.segments.writer import SegmentSummary
from safeconduct.vaultd.keys import KeyRing, RecordKeys
from safeconduct.vaultd.regions import SEGMENTS, Regions
from safeconduct.vaultd.store import Store


class IndexRuns:
    """The merged runs of the records. Preserved copies keep their own indexes and are never merged."""

    def __init__(self, *, store: Store, ring: KeyRing, regions: Regions) -> None:
        """Keep where the runs lie."""
        self._store = store
        self._ring = ring
        self._regions = regions

    def open(self, table: str, run: str, pin: str) -> Index:
        """Return a merged run, or a segment's own; raises ``SegmentDamagedError``."""
        keys = RecordKeys(ring=self._ring, segment=run)
        return Index(self._regions.root(SEGMENTS, run) / table / run / INDEX, table=table, run=run, keys=keys, pin=pin)

    def pages(self, table: str, selectors: Selectors) -> Mapping[str, np.ndarray]:
        """Return, of each segment that a merged run answers for, the pages that may hold a selector.

        A segment whose run is damaged is left out: its pages are opened without an index.
        """
        found: dict[str, np.ndarray] = {}
        listed = self._store.all("SELECT * FROM index_run WHERE record_table = ?", (table,))
        if not listed:
            return found
        answers = {row["segment"]: row["run"] for row in self._store.all("SELECT * FROM index_of")}
        wanted = wanted_of(selectors)
        for row in listed:
            try:
                run = self.open(table, row["id"], row["index_sha256"])
                held = run.by_segment(sought(wanted, TABLES[table], RecordKeys(ring=self._ring, segment=row["id"])))
            except SegmentDamagedError:
                continue
            for one in run.covered:
                if answers.get(one.segment) == row["id"]:
                    found[one.segment] = held.get(one.segment, np.empty(0, np.int64))
        return found


def may_hold(pages: np.ndarray | None, item: ScopeItem) -> bool:
    """Return whether a segment must be opened for an item, as far as its run says (None: it has none)."""
    return pages is None or len(pages) > 0 or any(one.as_json()["kind"] == "account" for one in item.selectors)


def enter_facts(store: Store, made: SegmentSummary, keys: RecordKeys) -> None:
    """Enter what was written beside its row; call inside the transaction that enters the segment."""
    facts = (made.segment, made.month, made.index_sha256, made.postings, made.earliest, made.latest)
    store.run("INSERT INTO segment_facts VALUES (?, ?, ?, ?, ?, ?)", facts)
    for customer, version in keys.used.items():
        if version > 1:
            store.run("INSERT INTO segment_key VALUES (?, ?, ?)", (made.segment, customer, version))
