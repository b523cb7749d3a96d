"""bench-records: the sealed record store against plain Parquet, DuckDB on it, SQLite with sealed rows, a file each.

Every answer is held against the plaintext peer's before a time counts. ``--millions 10`` for more rows: a million a
day, one segment a day, index runs merged.
"""

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import zstandard
from measure import Lines, arguments, interleaved, median, spread, timed, versions
from records_data import BEGIN, PLANTED, Generator, number
from records_peers import BOTH, file_each, plain, sealed_rows

from safeconduct.core.segments.index import Index
from safeconduct.core.segments.merging import compact, merge_runs
from safeconduct.core.segments.pages import CustomerPages
from safeconduct.core.segments.reader import SegmentReader, sought
from safeconduct.core.segments.selection import wanted_of
from safeconduct.core.segments.tables import TABLES
from safeconduct.core.segments.writer import SegmentSummary, write_segment

ROOT = Path(__file__).resolve().parents[1]
MILLION, TINY = 1_000_000, 20_000
RANKS = (20, 50, 100, 500, 2000)
"""Whose calls are asked for: five customers, each by one of their own numbers."""
SPEC = TABLES["calls"]
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
DUCK = "DuckDB on plain Parquet with bloom filters, UNION form"


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


def imports(lines: Lines, generator: Generator, folder: Path, *, rows: int, repeats: int) -> None:
    """Measure what it costs to take one day in."""
    day, turn = generator.day(0, rows), iter(range(10**6))

    def ours() -> SegmentSummary:
        return write_segment(folder, day, table="calls", segment=f"i{next(turn)}", keys=KEYS)

    folder.mkdir(parents=True)
    made = ours()
    assert SegmentReader(folder, table="calls", segment="i0", keys=KEYS).check() == rows
    seconds = interleaved(
        {"plain": partial(timed, partial(plain, day, folder / "day")), "ours": partial(timed, ours)}, repeats
    )
    told = {"rows": rows, "repeats": repeats, "seconds": {name: spread(one) for name, one in seconds.items()}}
    peer = "plain Parquet, zstd, same sort, bloom filters"
    lines.at_most("records.import.time", median(seconds["ours"]) / median(seconds["plain"]), 1.8, peer=peer, **told)
    sizes = {
        "rows": rows,
        "ours": round(made.size / rows, 1),
        "plain": round((folder / "day").stat().st_size / rows, 1),
    }
    lines.at_most("records.import.bytes", sizes["ours"] / sizes["plain"], 1.25, peer=peer, **sizes)
    each = median(seconds["ours"]) / rows
    few = day.slice(0, min(rows, 50_000))
    lite = timed(partial(sealed_rows, few, folder / "rows.sqlite")) / few.num_rows
    told = {"rows": few.num_rows, "microseconds_a_row": {"ours": round(each * 1e6, 2), "peer": round(lite * 1e6, 2)}}
    lines.at_least(
        "records.import.sqlite", lite / each, 5, peer="SQLite, AES-GCM for each row, two token indexes", **told
    )
    ordered = day.sort_by("customer")
    owners = pc.value_counts(ordered["customer"])
    counts = [one["counts"].as_py() for one in owners]
    files = min(len(counts), 200)
    spent = timed(partial(file_each, ordered, counts[:files], folder / "files"))
    whole = spent / files * len(counts)
    told = {"customers": len(counts), "files_timed": files, "seconds_for_all_at_that_rate": round(whole, 1)}
    peer = "one encrypted Parquet file for each customer"
    lines.at_least("records.import.file_each", whole / median(seconds["ours"]), 50, peer=peer, **told)


class Archive:
    """The same days three times: sealed segments with one merged run, and plain Parquet for the peer."""

    def __init__(self, generator: Generator, folder: Path, *, days: int, rows: int) -> None:
        """Write everything and merge."""
        self._folder = folder
        folder.mkdir(parents=True)
        self.rows = days * rows
        self.spans: dict[str, tuple[int, int]] = {}
        for day in range(days):
            part = generator.day(day, rows)
            made = write_segment(folder, part, table="calls", segment=f"d{day:03}", keys=KEYS)
            self.spans[made.segment] = (made.earliest, made.latest)
            plain(part, folder / f"{day:03}.parquet")
        runs = [Index(folder / "calls" / name / "index", table="calls", run=name, keys=KEYS) for name in self.spans]
        none = np.empty(0, np.int64)
        merge_runs(folder, runs, table="calls", run="all", keys=KEYS, kept=list(self.spans), purge=lambda _: none)
        self.run = Index(folder / "calls" / "all" / "index", table="calls", run="all", keys=KEYS)
        self.readers = {one: SegmentReader(folder, table="calls", segment=one, keys=KEYS) for one in self.spans}
        self.duck = duckdb.connect()
        self.duck.execute("SET TimeZone = 'UTC'; SET threads = 2")
        own = [int(generator._first_own[rank]) for rank in RANKS]  # noqa: SLF001 - the benchmark's own generator
        self.items = [(generator.customers[rank].as_py(), number(one)) for rank, one in zip(RANKS, own, strict=True)]

    def ours(self, window: tuple[datetime, datetime]) -> pa.Table:
        """Collect the five items: the run says which segments, the window which of them."""
        low, high = (int(one.timestamp() * 1000) for one in window)
        found = [SPEC.schema.empty_table()]
        for customer, value in self.items:
            selectors = [{"kind": "phone", "value": value}]
            inside = [name for name, span in self.spans.items() if span[1] >= low and span[0] < high]
            pages = None
            if len(inside) > 1:
                pages = self.run.by_segment(sought(wanted_of(selectors), SPEC, KEYS))
                inside = [name for name in inside if name in pages]
            for name in inside:
                given = None if pages is None else pages[name]
                found.append(
                    self.readers[name].find(customer=customer, selectors=selectors, window=window, candidates=given)
                )
        return pa.concat_tables(found)

    def peers(self, window: tuple[datetime, datetime]) -> pa.Table:
        """Ask the same of the clear rows: a UNION of the two columns, since OR would lose the bloom filters."""
        files = f"read_parquet('{self._folder}/*.parquet')"
        low, high = (f"TIMESTAMPTZ '{one:%Y-%m-%d %H:%M:%S}+00'" for one in window)
        parts = []
        for customer, value in self.items:
            for column in BOTH:
                more = "" if column == BOTH[0] else f" AND {BOTH[0]} <> '{value}'"
                where = (
                    f"customer = '{customer}' AND {column} = '{value}'{more} AND \"at\" >= {low} AND \"at\" < {high}"
                )
                parts.append(f"SELECT * FROM {files} WHERE {where}")  # noqa: S608 - our own words
        return self.duck.sql(" UNION ALL ".join(parts)).to_arrow_table()

    def scattered(self, value: str) -> pa.Table:
        """Return every row of anybody with this number: the run's pages, opened and filtered."""
        found = [SPEC.schema.empty_table()]
        for segment, pages in self.run.by_segment(
            sought(wanted_of([{"kind": "phone", "value": value}]), SPEC, KEYS)
        ).items():
            reader = self.readers[segment]
            opened = reader.open(list(reader.directory.holders(pages)))
            found += [rows.filter(pc.or_(*(pc.equal(rows[name], value) for name in BOTH))) for rows in opened]
        return pa.concat_tables(found)

    def peers_scattered(self, value: str) -> pa.Table:
        """Ask the same of the clear rows."""
        files = f"read_parquet('{self._folder}/*.parquet')"
        parts = [f"SELECT * FROM {files} WHERE {column} = '{value}'" for column in BOTH]  # noqa: S608 - our own words
        return self.duck.sql(" UNION ALL ".join(parts)).to_arrow_table()


def same(one: pa.Table, two: pa.Table) -> int:
    """Hold two answers against each other, row by row; return how many rows there are."""
    left, right = (part.select(SPEC.schema.names).sort_by("record_id").to_pylist() for part in (one, two))
    assert left == right
    return len(left)


def package(rows: pa.Table) -> bytes:
    """Package an answer that is in memory: CSV, digest, zstd."""
    sink = pa.BufferOutputStream()
    pyarrow.csv.write_csv(rows, sink)
    data = bytes(sink.getvalue())
    return hashlib.sha256(data).digest() + zstandard.ZstdCompressor(level=1).compress(data)


def searches(lines: Lines, archive: Archive, *, repeats: int) -> dict[str, float]:
    """Measure searches; return our seconds by name."""
    first = datetime.fromtimestamp(BEGIN / 1000, UTC)
    asked: dict[str, tuple[Callable[[], pa.Table], Callable[[], pa.Table]]] = {
        "day": (
            partial(archive.ours, (first, first + timedelta(days=1))),
            partial(archive.peers, (first, first + timedelta(days=1))),
        ),
        "ever": (partial(archive.ours, EVER), partial(archive.peers, EVER)),
    }
    for count, index in PLANTED.items():
        value = number(index)
        asked[f"planted_{count}"] = (partial(archive.scattered, value), partial(archive.peers_scattered, value))
    ours: dict[str, float] = {}
    for name, (mine, peers) in asked.items():
        rows = same(mine(), peers())
        seconds = interleaved({"ours": partial(timed, mine), "peer": partial(timed, peers)}, repeats)
        ours[name] = median(seconds["ours"])
        target = 1.0 if name == "planted_10000" or archive.rows < 10 * MILLION else 10.0
        sizes = {"rows": archive.rows, "answered": rows, "repeats": repeats}
        told = {key: spread(one) for key, one in seconds.items()}
        label = f"records.search.{name}.{archive.rows}"
        lines.at_least(label, median(seconds["peer"]) / ours[name], target, peer=DUCK, seconds=told, **sizes)
    answer = asked["day"][0]()
    packing = [timed(partial(package, answer)) for _ in range(max(repeats, 3))]
    ratio = (ours["day"] + median(packing)) / median(packing)
    sizes = {"rows": archive.rows, "answered": answer.num_rows, "packaging": spread(packing)}
    lines.at_most(f"records.search.packaged.{archive.rows}", ratio, 4, peer="packaging alone", **sizes)
    return ours


def keys_named(lines: Lines, archive: Archive) -> None:
    """Count the page keys that one collection derives: those of its customers in the segments of its window."""
    first = datetime.fromtimestamp(BEGIN / 1000, UTC)
    derived: list[str] = []
    derive = CustomerPages.__init__

    def counted(self: CustomerPages, place: object, keys: object, customer: str) -> None:
        derived.append(customer)
        derive(self, place, keys, customer)  # type: ignore[arg-type]

    CustomerPages.__init__ = counted  # type: ignore[method-assign,assignment]
    try:
        archive.ours((first, first + timedelta(days=1)))
    finally:
        CustomerPages.__init__ = derive  # type: ignore[method-assign]
    extra = set(derived) - {customer for customer, _ in archive.items}
    assert not extra
    lines.at_most(
        "records.search.keys",
        len(derived),
        len(archive.items),
        peer="customers times segments of the scope",
        rows=archive.rows,
    )


def scan(lines: Lines, archive: Archive, folder: Path, *, repeats: int) -> None:
    """Measure reading everything, after all days of the first month became one segment."""
    first = [one for one in archive.readers.values() if one.month == "2026-01"]
    assert compact(folder, first, table="calls", segment="month", keys=KEYS) is not None
    month = SegmentReader(folder, table="calls", segment="month", keys=KEYS)
    files = sorted(folder.glob("*.parquet"))[: len(first)]

    def ours() -> int:
        return sum(rows.num_rows for rows in month.open(list(month.directory.every())))

    def peer() -> int:
        return sum(pq.read_table(path, use_threads=False).num_rows for path in files)

    assert ours() == peer() == month.rows
    seconds = interleaved({"ours": partial(timed, ours), "peer": partial(timed, peer)}, min(repeats, 3))
    told = {"rows": month.rows, "seconds": {name: spread(one) for name, one in seconds.items()}}
    ratio = median(seconds["ours"]) / median(seconds["peer"])
    lines.at_most(f"records.scan.{month.rows}", ratio, 1.5, peer="pyarrow on plain Parquet, one thread", **told)


def main() -> int:
    """Measure, and return the exit code."""
    given = arguments("the sealed record store", millions=1)
    rows, days = (TINY, 2) if given.tiny else (MILLION, given.millions)
    lines = Lines(versions("cryptography", "duckdb", "numpy", "pyarrow", "zstandard"))
    kept = ROOT / "var" / "bench"
    kept.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="records-", dir=kept))
    generator = Generator()
    try:
        imports(lines, generator, folder / "imports", rows=rows, repeats=given.repeats)
        shutil.rmtree(folder / "imports")
        one = searches(lines, small := Archive(generator, folder / "one", days=1, rows=rows), repeats=given.repeats)
        keys_named(lines, small)
        if days > 1:
            large = Archive(generator, folder / "all", days=days, rows=rows)
            many = searches(lines, large, repeats=given.repeats)
            sizes = {"rows": large.rows, "against": small.rows, "seconds": {"many": many, "one": one}}
            for name, target in (("day", 1.1), ("ever", 2.0)):
                lines.at_most(
                    f"records.growth.{name}", many[name] / one[name], target, peer="the same, one day", **sizes
                )
            scan(lines, large, folder / "all", repeats=given.repeats)
        else:
            scan(lines, small, folder / "one", repeats=given.repeats)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return lines.end()


if __name__ == "__main__":
    sys.exit(main())
