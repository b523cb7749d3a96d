"""Random data sets, split, merged and compacted at random: every answer is the one of a plain query over clear rows."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from tests import soaking
from tests.core.segments.conftest import CUSTOMERS, OTHERS, Keys, make_rows

from safeconduct.core.segments.index import Index
from safeconduct.core.segments.merging import compact, merge_runs
from safeconduct.core.segments.reader import SegmentReader, sought
from safeconduct.core.segments.selection import wanted_of
from safeconduct.core.segments.tables import TABLES
from safeconduct.core.segments.writer import write_segment

SCOPES = 6
ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
NUMBERS = [*OTHERS, *(f"+1202555{place:04d}" for place in range(98, 112))]


class Store:
    """One data set in several segments, some of them brought together, their runs merged or not."""

    def __init__(self, rng: random.Random, folder: Path) -> None:
        self.rng, self.folder, self.keys = rng, folder, Keys()
        self.table = rng.choice(sorted(TABLES))
        self.spec = TABLES[self.table]
        self.rows = make_rows(self.table, rng.choice([1, 7, 60, 400, 1500]), seed=rng.randrange(2**31))
        self.segments: list[str] = []
        self.run: Index | None = None
        cuts = sorted(rng.randrange(self.rows.num_rows + 1) for _ in range(rng.randrange(4)))
        for place, (start, end) in enumerate(zip([0, *cuts], [*cuts, self.rows.num_rows], strict=True)):
            if end > start:
                self._write(f"s{place}", self.rows.slice(start, end - start))
        if len(self.segments) > 1 and rng.random() < 0.4:
            self._compact()
        if rng.random() < 0.6:
            self._merge()

    def _write(self, name: str, rows: pa.Table) -> None:
        write_segment(self.folder, rows, table=self.table, segment=name, keys=self.keys)
        self.segments.append(name)

    def reader(self, name: str) -> SegmentReader:
        return SegmentReader(self.folder, table=self.table, segment=name, keys=self.keys)

    def _compact(self) -> None:
        some = self.rng.sample(self.segments, 2)
        readers = [self.reader(one) for one in some]
        made = compact(self.folder, readers, table=self.table, segment="c", keys=self.keys)
        assert made is not None
        self.segments = [one for one in self.segments if one not in some] + ["c"]

    def _merge(self) -> None:
        none = np.empty(0, np.int64)
        paths = {one: self.folder / self.table / one / "index" for one in self.segments}
        runs = [Index(path, table=self.table, run=one, keys=self.keys) for one, path in paths.items()]
        kept = self.segments
        merge_runs(self.folder, runs, table=self.table, run="r", keys=self.keys, kept=kept, purge=lambda _: none)
        self.run = Index(self.folder / self.table / "r" / "index", table=self.table, run="r", keys=self.keys)

    def find(self, customer: str, selectors: list[dict[str, str]], window: tuple[datetime, datetime]) -> pa.Table:
        found = [self.spec.schema.empty_table()]
        pages: Any = None
        if self.run is not None:
            pages = self.run.by_segment(sought(wanted_of(selectors), self.spec, self.keys))
        for name in self.segments:
            given = None if pages is None else pages.get(name, np.empty(0, np.int64))
            reader = self.reader(name)
            found.append(reader.find(customer=customer, selectors=selectors, window=window, candidates=given))
        return pa.concat_tables(found)


def scope(rng: random.Random) -> tuple[str, list[dict[str, str]], tuple[datetime, datetime]]:
    kinds = {
        "phone": lambda: rng.choice(NUMBERS),
        "email": lambda: f"person{rng.randrange(44)}@mail.example",
        "account": lambda: rng.choice(CUSTOMERS),
    }
    chosen = [rng.choice(["phone", "phone", "phone", "email", "account"]) for _ in range(rng.randint(1, 5))]
    start = datetime(2026, 2, 25, tzinfo=UTC) + timedelta(milliseconds=rng.randrange(40 * 86_400_000))
    length = rng.choice([timedelta(milliseconds=1), timedelta(days=1), timedelta(days=9), timedelta(days=400)])
    return rng.choice(CUSTOMERS), [{"kind": kind, "value": kinds[kind]()} for kind in chosen], (start, start + length)


def expected(
    link: duckdb.DuckDBPyConnection, store: Store, customer: str, selectors: list[dict[str, str]], window: Any
) -> list[dict[str, Any]]:
    spec = store.spec
    places = {"phone": spec.phones, "email": spec.emails, "account": ("customer",)}
    pairs = [(column, one["value"]) for one in selectors for column in places[one["kind"]]]
    either = " OR ".join(["false", *(f"{column} = ?" for column, _ in pairs)])
    when = '"at" >= ? AND "at" < ?' if spec.dated else "(ended_at IS NULL OR ended_at > ?) AND started_at < ?"
    sql = f"SELECT * FROM clear WHERE customer = ? AND ({either}) AND {when} ORDER BY record_id"  # noqa: S608 - a test's own words
    values = [customer, *(value for _, value in pairs), *window]
    return list(link.sql(sql, params=values).to_arrow_table().cast(spec.schema).to_pylist())


def test_every_answer_is_that_of_a_plain_query(tmp_path: Path) -> None:
    seed = soaking.seed("segments, oracle")
    rng = random.Random(seed)  # noqa: S311 - made-up rows
    sets, scopes, answered, merged = soaking.count(12, 3000), 0, 0, 0
    with duckdb.connect() as link:
        link.execute("SET TimeZone = 'UTC'")
        for number in range(sets):
            store = Store(rng, tmp_path / str(number))
            link.register("clear", store.rows)
            merged += store.run is not None
            for _ in range(SCOPES):
                customer, selectors, window = scope(rng)
                found = store.find(customer, selectors, window).sort_by("record_id").to_pylist()
                assert found == expected(link, store, customer, selectors, window), (seed, number)
                scopes, answered = scopes + 1, answered + len(found)
    soaking.report("segments, oracle", sets=sets, scopes=scopes, answered=answered, merged=merged)
    assert answered > 0
    assert merged > 0


def test_a_row_that_the_clear_rows_do_not_have_is_noticed(tmp_path: Path) -> None:
    store = Store(random.Random(soaking.seed("segments, oracle, control")), tmp_path)  # noqa: S311 - made-up rows
    customer = store.rows["customer"][0].as_py()
    asked = customer, [{"kind": "account", "value": customer}], ALWAYS
    with duckdb.connect() as link:
        link.execute("SET TimeZone = 'UTC'")
        link.register("clear", store.rows)
        found = store.find(*asked).sort_by("record_id").to_pylist()
        assert found == expected(link, store, *asked)
        link.register("clear", store.rows.slice(1))
        assert found != expected(link, store, *asked)
