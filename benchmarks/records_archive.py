"""The archive of bench-records, twice: sealed segments with one merged run, plain Parquet with bloom filters.

Days are written once, two processes at a time; an archive of fewer days is a view of the first of them.
"""

import hashlib
import os
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from records_data import Generator, number
from records_peers import BOTH, plain

from safeconduct.core.segments.index import Index
from safeconduct.core.segments.merging import merge_runs
from safeconduct.core.segments.reader import Asked, SegmentReader, sought
from safeconduct.core.segments.selection import wanted_of
from safeconduct.core.segments.tables import TABLES
from safeconduct.core.segments.writer import write_segment

RANKS = (20, 50, 100, 500, 2000)
"""Whose calls are asked for: five customers, each by one of their own numbers."""
SPEC = TABLES["calls"]
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
Window = tuple[datetime, datetime]


class Keys:
    """Keys in memory, as the vault process keeps those it has unwrapped."""

    def __init__(self) -> None:
        """Begin with none."""
        self._known: dict[str, bytes] = {}

    def customer_key(self, customer: str) -> bytes:
        """Return the key of a customer."""
        key = self._known.get(customer)
        if key is None:
            key = self._known[customer] = hashlib.sha256(customer.encode()).digest()
        return key

    def index_key(self) -> bytes:
        """Return the key of the index."""
        return b"i" * 32

    def directory_key(self) -> bytes:
        """Return the key of the directory."""
        return b"d" * 32


KEYS = Keys()


def written(folder: Path, rows: int, day: int) -> tuple[str, int, int, int]:
    """Write one day both ways; return the segment, its span and its bytes."""
    part = Generator().day(day, rows)
    made = write_segment(folder, part, table="calls", segment=f"d{day:04}", keys=KEYS)
    plain(part, folder / f"{day:04}.parquet")
    return made.segment, made.earliest, made.latest, made.size


class Days:
    """All days of a benchmark, written once."""

    def __init__(self, generator: Generator, folder: Path, *, days: int, rows: int) -> None:
        """Write every day, two at a time."""
        self.folder, self.rows, self.generator = folder, rows, generator
        folder.mkdir(parents=True)
        workers = min(2, os.cpu_count() or 1, days)
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            made = list(pool.map(partial(written, folder, rows), range(days)))
        self.spans = {name: (first, last) for name, first, last, _ in made}
        self.bytes = sum(size for *_, size in made)


class Archive:
    """The first of the days, with their runs merged into one."""

    def __init__(self, days: Days, count: int) -> None:
        """Merge the runs of the days, and open everything."""
        self.folder, self._days = days.folder, days
        self.rows = days.rows * count
        self.spans = dict(list(days.spans.items())[:count])
        self.run_name = f"all-{count}"
        folder, none = days.folder, np.empty(0, np.int64)
        runs = [Index(folder / "calls" / name / "index", table="calls", run=name, keys=KEYS) for name in self.spans]
        kept = list(self.spans)
        merge_runs(folder, runs, table="calls", run=self.run_name, keys=KEYS, kept=kept, purge=lambda _: none)
        generator = days.generator
        own = [int(generator._first_own[rank]) for rank in RANKS]  # noqa: SLF001 - the benchmark's own generator
        self.items = [(generator.customers[rank].as_py(), number(one)) for rank, one in zip(RANKS, own, strict=True)]
        self.files = [str(folder / f"{day:04}.parquet") for day in range(count)]
        self.open()

    def open(self) -> None:
        """Open run, segments and DuckDB anew, so that nothing of an earlier answer is in memory."""
        path = self.folder / "calls" / self.run_name / "index"
        self.run = Index(path, table="calls", run=self.run_name, keys=KEYS)
        self._readers: dict[str, SegmentReader] = {}
        self.duck = duckdb.connect()
        self.duck.execute("SET TimeZone = 'UTC'; SET threads = 2")

    def reader(self, name: str) -> SegmentReader:
        """Return a segment, opened when it is first needed."""
        if name not in self._readers:
            self._readers[name] = SegmentReader(self.folder, table="calls", segment=name, keys=KEYS)
        return self._readers[name]

    def forgotten(self) -> None:
        """Have the system forget every file of both, and open them anew."""
        own = [path for name in (*self.spans, self.run_name) for path in (self.folder / "calls" / name).iterdir()]
        for path in (*own, *map(Path, self.files)):
            handle = os.open(path, os.O_RDONLY)
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)
        self.open()

    def ours(self, window: Window) -> pa.Table:
        """Collect the five items: the run says which segments, the window which of them."""
        low, high = (int(one.timestamp() * 1000) for one in window)
        inside = [name for name, span in self.spans.items() if span[1] >= low and span[0] < high]
        asked: dict[str, list[Asked]] = {}
        for customer, value in self.items:
            selectors = [{"kind": "phone", "value": value}]
            pages: dict[str, np.ndarray] | None = None
            if len(inside) > 1:
                pages = self.run.by_segment(sought(wanted_of(selectors), SPEC, KEYS))
            for name in inside if pages is None else [name for name in inside if name in pages]:
                given = None if pages is None else pages[name]
                one = Asked(customer=customer, selectors=selectors, window=window, candidates=given)
                asked.setdefault(name, []).append(one)
        found = [table for name, listed in asked.items() for table in self.reader(name).find_all(listed)]
        return pa.concat_tables([SPEC.schema.empty_table(), *found])

    def peers(self, window: Window) -> pa.Table:
        """Ask the same of the clear rows: a UNION of the two columns, since OR would lose the bloom filters."""
        low, high = (f"TIMESTAMPTZ '{one:%Y-%m-%d %H:%M:%S}+00'" for one in window)
        parts = []
        for customer, value in self.items:
            for column in BOTH:
                more = "" if column == BOTH[0] else f" AND {BOTH[0]} <> '{value}'"
                where = (
                    f"customer = '{customer}' AND {column} = '{value}'{more} AND \"at\" >= {low} AND \"at\" < {high}"
                )
                parts.append(f"SELECT * FROM read_parquet({self.files}) WHERE {where}")  # noqa: S608 - our own words
        return self.duck.sql(" UNION ALL ".join(parts)).to_arrow_table()

    def scattered(self, value: str) -> pa.Table:
        """Return every row of anybody with this number: the run's pages, opened and filtered."""
        found = [SPEC.schema.empty_table()]
        wanted = wanted_of([{"kind": "phone", "value": value}])
        for segment, pages in self.run.by_segment(sought(wanted, SPEC, KEYS)).items():
            found += self.reader(segment).scan(pages, wanted)
        return pa.concat_tables(found)

    def peers_scattered(self, value: str) -> pa.Table:
        """Ask the same of the clear rows."""
        files = f"read_parquet({self.files})"
        parts = [f"SELECT * FROM {files} WHERE {column} = '{value}'" for column in BOTH]  # noqa: S608 - our own words
        return self.duck.sql(" UNION ALL ".join(parts)).to_arrow_table()
