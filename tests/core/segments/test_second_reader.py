"""What the engine wrote, a reader written from the page of the format reads; and it refuses what it must refuse."""

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from tests.core.segments import second_reader
from tests.core.segments.conftest import CUSTOMERS, Keys, make_rows
from tests.core.segments.second_reader import read_index, read_segment

from safeconduct.core.segments import pages
from safeconduct.core.segments.tables import TABLES
from safeconduct.core.segments.writer import SegmentSummary, write_segment

DICTIONARIES = Path(pages.__file__).parent / "dictionaries"
MARCH = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000)
ROWS = 700


def lent(keys: Keys) -> second_reader.Keys:
    return second_reader.Keys(
        {one: keys.customer_key(one) for one in CUSTOMERS}, keys.index_key(), keys.directory_key()
    )


def write(store: Path, table: str, segment: str = "one", rows: pa.Table | None = None) -> SegmentSummary:
    return write_segment(
        store, make_rows(table, ROWS) if rows is None else rows, table=table, segment=segment, keys=Keys()
    )


def read(store: Path, table: str, segment: str = "one", **more: object) -> list[dict[str, object]]:
    dictionary = (DICTIONARIES / f"{table}-2.zdict").read_bytes()
    base = MARCH if TABLES[table].dated else 0
    return read_segment(store / table / segment, lent(Keys()), dictionary, first_of_month=base, **more)  # type: ignore[arg-type]


def clear(rows: pa.Table) -> list[dict[str, object]]:
    columns = [pa.compute.cast(one, pa.int64()) if pa.types.is_timestamp(one.type) else one for one in rows.columns]
    return sorted(pa.table(columns, names=rows.column_names).to_pylist(), key=lambda row: str(row["record_id"]))


@pytest.mark.parametrize("table", sorted(TABLES))
@pytest.mark.parametrize("ids", ["packed", "as they are"])
def test_every_table_reads_the_same(store: Path, table: str, ids: str) -> None:
    rows = make_rows(table, ROWS)
    if ids != "packed":
        rows = rows.set_column(0, "record_id", pa.array([f"id-é-{place}" for place in range(ROWS)]))
    made = write(store, table, rows=rows)
    found = read(store, table, pin=made.directory_sha256)
    assert sorted(found, key=lambda row: str(row["record_id"])) == clear(rows)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_posting_is_a_number_of_its_page(store: Path, table: str) -> None:
    made = write(store, table)
    spec, keys = TABLES[table], Keys()
    known = {}
    for kind, columns in (("phone", spec.phones), ("email", spec.emails)):
        values = {value for column in columns for value in make_rows(table, ROWS)[column].to_pylist()}
        known |= {second_reader.token(keys.index_key(), table, kind, value): value for value in values}
    postings = read_index(store / table / "one", lent(keys), made.index_sha256)
    assert postings == sorted(postings)
    assert len(set(postings)) == len(postings) == made.postings
    assert {token for token, _, _ in postings} == set(known)
    assert {segment for _, segment, _ in postings} == {"one"}


def test_only_the_named_customers_are_opened(store: Path) -> None:
    write(store, "calls")
    found = read(store, "calls", only={CUSTOMERS[1]})
    assert {row["customer"] for row in found} == {CUSTOMERS[1]}


def test_what_is_exchanged_is_refused(store: Path, tmp_path: Path) -> None:
    made = write(store, "calls")
    write(store, "calls", "two")
    write(tmp_path / "again", "calls")
    shutil.copytree(store / "calls" / "one", store / "messages" / "one")
    shutil.copytree(store / "calls" / "one", store / "calls" / "three")
    with pytest.raises(ValueError, match="seal"):
        read(store, "messages")
    with pytest.raises(ValueError, match="seal"):
        read(store, "calls", "three")
    for part in ("pages", "directory"):
        for other in (store / "calls" / "two", tmp_path / "again" / "calls" / "one"):
            mixed = store / "calls" / f"mixed-{part}"
            shutil.copytree(store / "calls" / "one", mixed)
            shutil.copy(other / part, mixed / part)
            with pytest.raises(ValueError, match=r"seal|another"):
                read(store, "calls", mixed.name)
            shutil.rmtree(mixed)
    with pytest.raises(ValueError, match="pinned"):
        read(tmp_path / "again", "calls", pin=made.directory_sha256)
    assert len(read(store, "calls")) == ROWS  # The control.


def test_the_dictionaries_are_the_published_ones() -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in DICTIONARIES.iterdir()}
    assert found == DIGESTS


DIGESTS = {
    "calls-2.zdict": "ea715726a05c87fe",
    "message_contents-2.zdict": "b657852245ab994c",
    "messages-2.zdict": "f68a6f53ab66645a",
    "payments-2.zdict": "c4b061024b6455ae",
    "subscribers-2.zdict": "91fd511332a07913",
}
