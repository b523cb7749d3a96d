"""Merged runs and compacted segments answer as what they were made from, without what is erased."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from tests.core.segments.conftest import CUSTOMERS, Keys, make_rows

from safeconduct.core.segments import index, merging
from safeconduct.core.segments.errors import CustomerKeyDestroyedError, SegmentError
from safeconduct.core.segments.index import Index
from safeconduct.core.segments.merging import compact, merge_runs
from safeconduct.core.segments.reader import SegmentReader, sought
from safeconduct.core.segments.selection import wanted_of
from safeconduct.core.segments.tables import TABLES
from safeconduct.core.segments.writer import write_segment

ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
SEGMENTS = ("a", "b", "c", "d", "e")
NONE = np.empty(0, np.int64)


@pytest.fixture
def written(store: Path, keys: Keys) -> dict[str, pa.Table]:
    rows = {name: make_rows("calls", 2500, seed=place) for place, name in enumerate(SEGMENTS)}
    for name, part in rows.items():
        write_segment(store, part, table="calls", segment=name, keys=keys)
    return rows


def reader(store: Path, keys: Keys, segment: str) -> SegmentReader:
    return SegmentReader(store, table="calls", segment=segment, keys=keys)


def run(store: Path, keys: Keys, name: str) -> Index:
    return Index(store / "calls" / name / "index", table="calls", run=name, keys=keys)


def merge(store: Path, keys: Keys, into: str, *names: str, erased: frozenset[str] = frozenset()) -> Index:
    runs = [run(store, keys, name) for name in names]
    kept = [one.segment for each in runs for one in each.covered]

    def purge(segment: str) -> np.ndarray:
        held = (reader(store, keys, segment).directory.find(customer) for customer in sorted(erased))
        return np.concatenate([NONE, *(pages.numbers for pages in held if pages is not None)])

    made = merge_runs(store, runs, table="calls", run=into, keys=keys, kept=kept, purge=purge)
    index = run(store, keys, into)
    index.check()
    assert (made.postings, made.index_sha256) == (index.postings, run(store, keys, into).pin)
    return index


def answers(store: Path, keys: Keys, index: Index, selectors: list[dict[str, str]]) -> set[str]:
    pages = index.by_segment(sought(wanted_of(selectors), TABLES["calls"], keys))
    return {
        record
        for segment in SEGMENTS
        for customer in CUSTOMERS
        if customer not in keys.destroyed
        for record in reader(store, keys, segment)
        .find(customer=customer, selectors=selectors, window=ALWAYS, candidates=pages.get(segment, NONE))["record_id"]
        .to_pylist()
    }


def expected(rows: dict[str, pa.Table], number: str, without: str = "") -> set[str]:
    return {
        row["record_id"]
        for part in rows.values()
        for row in part.to_pylist()
        if number in (row["own_number"], row["other_number"]) and row["customer"] != without
    }


def test_runs_merge_in_steps_and_answer_the_same(
    store: Path, keys: Keys, written: dict[str, pa.Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "MERGE_POSTINGS", 700)
    merge(store, keys, "run-1", "a", "b", "c")
    last = merge(store, keys, "run-2", "run-1", "d", "e")
    assert [one.segment for one in last.covered] == list(SEGMENTS)
    assert last.postings == sum(run(store, keys, name).postings for name in SEGMENTS)
    for number in ("+12025550100", "+12025550137", "+12025559999"):
        assert answers(store, keys, last, [{"kind": "phone", "value": number}]) == expected(written, number)


def test_a_merge_forgets_the_tokens_of_the_erased(store: Path, keys: Keys, written: dict[str, pa.Table]) -> None:
    before = merge(store, keys, "run-1", *SEGMENTS)
    keys.destroyed.add(CUSTOMERS[0])
    after = merge(store, keys, "run-2", "run-1", erased=frozenset({CUSTOMERS[0]}))
    gone = [reader(store, keys, name).directory.find(CUSTOMERS[0]) for name in SEGMENTS]
    pages = {
        base + page
        for base, held in zip(after.bases.tolist(), gone, strict=False)
        if held is not None
        for page in held.numbers.tolist()
    }
    assert len(pages) >= len(SEGMENTS)
    assert not pages & set((after.between(0, 2**32) & np.uint64(2**32 - 1)).tolist())
    assert pages & set((before.between(0, 2**32) & np.uint64(2**32 - 1)).tolist())  # The control.
    number = "+12025550120"
    found = answers(store, keys, after, [{"kind": "phone", "value": number}])
    assert found == expected(written, number, without=CUSTOMERS[0])


def test_compaction_keeps_every_readable_row_once(
    store: Path, keys: Keys, written: dict[str, pa.Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "PART_ROWS", 3000)
    monkeypatch.setattr("safeconduct.core.segments.directory.BLOCK_CUSTOMERS", 1)
    write_segment(store, make_rows("calls", 900, seed=1).slice(0, 700), table="calls", segment="late", keys=keys)
    again = written["b"].slice(0, 300)
    write_segment(store, again, table="calls", segment="sent-twice", keys=keys)
    sources = [reader(store, keys, name) for name in (*SEGMENTS, "late", "sent-twice")]
    made = compact(store, sources, table="calls", segment="big", keys=keys)
    assert made is not None
    assert SegmentReader(store, table="calls", segment="big", keys=keys).check() == made.rows
    held = pa.concat_tables([*written.values(), make_rows("calls", 900, seed=1).slice(0, 700)]).to_pylist()
    rows = {row["record_id"]: row for row in held}
    big = reader(store, keys, "big")
    found = pa.concat_tables(list(big.open(list(big.directory.every())))).to_pylist()
    assert len(found) == made.rows
    assert sorted(map(str, found)) == sorted({str(row) for row in held})
    assert set(rows) == {row["record_id"] for row in found}
    assert made.pages < sum(source.pages for source in sources)


def test_compaction_leaves_out_the_erased(store: Path, keys: Keys, written: dict[str, pa.Table]) -> None:
    keys.destroyed.add(CUSTOMERS[0])
    made = compact(store, [reader(store, keys, n) for n in SEGMENTS], table="calls", segment="big", keys=keys)
    assert made is not None
    assert CUSTOMERS[0] not in reader(store, keys, "big").customers
    held = sum(row["customer"] != CUSTOMERS[0] for part in written.values() for row in part.to_pylist())
    assert made.rows == held == reader(store, keys, "big").check()
    keys.destroyed |= set(CUSTOMERS)
    assert compact(store, [reader(store, keys, "big")], table="calls", segment="none", keys=keys) is None
    assert not (store / "calls" / "none").exists()


@pytest.mark.usefixtures("written")
def test_who_is_erased_meanwhile_stops_it(store: Path, keys: Keys) -> None:
    class Later(Keys):
        calls = 0

        def customer_key(self, customer: str) -> bytes:
            Later.calls += 1
            if Later.calls > 2:
                raise CustomerKeyDestroyedError
            return super().customer_key(customer)

    sources = [reader(store, keys, name) for name in SEGMENTS]
    with pytest.raises(CustomerKeyDestroyedError):
        compact(store, sources, table="calls", segment="big", keys=Later())
    assert sorted(path.name for path in (store / "calls").iterdir()) == list(SEGMENTS)


def test_months_are_never_mixed(store: Path, keys: Keys) -> None:
    write_segment(store, make_rows("calls", 20), table="calls", segment="a", keys=keys)
    rows = make_rows("calls", 20)
    april = pa.array([datetime(2026, 4, 2, tzinfo=UTC)] * 20, rows["at"].type)
    write_segment(store, rows.set_column(2, "at", april), table="calls", segment="b", keys=keys)
    with pytest.raises(SegmentError, match="months"):
        compact(store, [reader(store, keys, n) for n in "ab"], table="calls", segment="c", keys=keys)
