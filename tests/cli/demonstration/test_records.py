from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from safeconduct.cli.demonstration.company import CUSTOMER_COUNT, customers
from safeconduct.cli.demonstration.names import NUMBER_COUNT, fiction_number, person_name
from safeconduct.cli.demonstration.records import clear_tables, generate
from safeconduct.cli.demonstration.standing import person_sought
from safeconduct.cli.demonstration.targets import ABSENT_NUMBER_INDEX, TARGETS
from safeconduct.core.segments.prepared import check_rows
from safeconduct.core.segments.tables import TABLES

SEED = 20260101
ROWS = 60_000


@pytest.fixture(scope="module")
def tables() -> dict[str, pa.Table]:
    return clear_tables(seed=SEED, rows=ROWS)


def test_there_are_exactly_as_many_rows_as_asked_for(tables: dict[str, pa.Table]) -> None:
    assert sum(table.num_rows for table in tables.values()) == ROWS
    assert set(tables) == set(TABLES)


def test_the_record_store_accepts_every_row_and_no_part_crosses_a_month() -> None:
    parts = list(generate(seed=SEED, rows=ROWS))
    assert len(parts) > 18
    for name, table in parts:
        instants = check_rows(table, name)[TABLES[name].instant]
        assert pc.count_distinct(pc.strftime(instants, "%Y-%m")).as_py() == 1
        assert table.num_rows > 0


def test_all_fifty_customers_have_records_of_every_kind(tables: dict[str, pa.Table]) -> None:
    ids = {customer.id for customer in customers(SEED)}
    assert len(ids) == CUSTOMER_COUNT == 50
    for table in tables.values():
        assert set(table["customer"].unique().to_pylist()) == ids


def test_the_same_seed_gives_the_same_rows_and_another_seed_does_not() -> None:
    assert list(generate(seed=SEED, rows=20_000)) == list(generate(seed=SEED, rows=20_000))
    again = dict(generate(seed=SEED + 1, rows=20_000))
    assert dict(generate(seed=SEED, rows=20_000))["calls"] != again["calls"]


def test_the_raw_bits_of_the_generator_never_change() -> None:
    first = clear_tables(seed=SEED, rows=20_000)["calls"].slice(0, 1).to_pylist()[0]
    assert first["record_id"] == FIRST_CALL


FIRST_CALL = "c77b1861ee9828c4e638b4825cf6a3b6"


@pytest.mark.parametrize("key", sorted(TARGETS))
def test_a_person_sought_has_the_planted_rows_and_one_subscriber_row(key: str, tables: dict[str, pa.Table]) -> None:
    target = TARGETS[key]
    number = person_sought(SEED, target).number
    assert pc.sum(pc.equal(tables["subscribers"]["number"], number)).as_py() == 1
    texts = tables["message_contents"].filter(pc.equal(tables["message_contents"]["own_number"], number))
    lines = [body.split(" Ref ")[0] for body in texts["body"].to_pylist()]
    assert sum(line in target.lines for line in lines) == target.messages
    calls = tables["calls"].filter(pc.equal(tables["calls"]["own_number"], number))
    assert calls.num_rows >= target.calls


def test_a_text_belongs_to_a_message_of_the_same_instant(tables: dict[str, pa.Table]) -> None:
    store = duckdb.connect()
    store.register("messages", tables["messages"])
    store.register("contents", tables["message_contents"])
    lost = store.sql('select * from contents anti join messages using (customer, "at", own_number, other_number)')
    assert lost.fetchall() == []
    assert store.sql("select count(*) from messages where kind = 'mms'").fetchall() > [(100,)]


def test_some_numbers_changed_hands_in_spring(tables: dict[str, pa.Table]) -> None:
    ended = tables["subscribers"].filter(pc.is_valid(tables["subscribers"]["ended_at"]))
    assert ended.num_rows > 100
    assert pc.max(ended["ended_at"]).as_py() == datetime(2026, 3, 17, 9, tzinfo=UTC)


def test_every_number_is_one_that_films_use() -> None:
    numbers = {fiction_number(index) for index in range(NUMBER_COUNT)}
    assert len(numbers) == NUMBER_COUNT
    assert all(number[5:10] == "55501" and len(number) == 12 for number in numbers)


def test_the_absent_number_is_in_no_record(tables: dict[str, pa.Table]) -> None:
    absent = fiction_number(ABSENT_NUMBER_INDEX)
    for spec in TABLES.values():
        for column in spec.phones:
            assert absent not in tables[spec.name][column].unique().to_pylist()


def test_names_do_not_repeat() -> None:
    assert len({person_name(index) for index in range(20_000)}) == 20_000


def test_too_few_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="20,000"):
        list(generate(seed=SEED, rows=100))
