"""Opens everything that is in force among the records and says what does not open. Counts and names leave, no row."""

from typing import Any

from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.vaultd.index_runs import IndexRuns
from safeconduct.vaultd.records import MissingSegmentError, Pinned, Records
from safeconduct.vaultd.regions import Regions
from safeconduct.vaultd.store import Row, Store


class RecordCheck:
    """Every page and block on this disk and in every region; a region that is away stops it with its error."""

    def __init__(self, *, store: Store, records: Records, runs: IndexRuns, regions: Regions) -> None:
        """Keep the parts it looks through."""
        self._store = store
        self._records = records
        self._runs = runs
        self._regions = regions

    def check(self) -> dict[str, Any]:
        """Answer how many segments, runs and rows opened, and each that did not, with what is wrong."""
        told: dict[str, Any] = {"segments": 0, "runs": 0, "rows": 0, "damaged": []}
        for what, table in (("segments", "segment"), ("runs", "index_run")):
            for row in self._store.all(f"SELECT id FROM {table} ORDER BY id"):  # noqa: S608 - our own names
                try:
                    told["rows"] += self.one(row["id"])
                    told[what] += 1
                except (SegmentDamagedError, MissingSegmentError) as error:
                    told["damaged"].append({"name": row["id"], "why": error.detail})
        return told

    def one(self, name: str) -> int:
        """Open all of a segment or run and return its rows; raises ``SegmentDamagedError``, ``MissingSegmentError``."""
        self._regions.check(name)
        if (row := self._store.one("SELECT * FROM segment WHERE id = ?", (name,))) is not None:
            return self._segment(row)
        row = self._store.one("SELECT * FROM index_run WHERE id = ?", (name,))
        if row is None:
            raise MissingSegmentError(name)
        self._runs.open(row["record_table"], name, row["index_sha256"]).check()
        return 0

    def _segment(self, row: Row) -> int:
        one = Pinned(row["id"], row["record_table"], row["directory_sha256"], row["matter"])
        reader = self._records.reader(one)
        reader.merged = self._store.one("SELECT 1 FROM index_of WHERE segment = ?", (row["id"],)) is not None
        if reader.rows != row["rows"]:
            raise SegmentDamagedError(f"{row['record_table']}/{row['id']}: directory: it has another number of rows.")
        return reader.check()
