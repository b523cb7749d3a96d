from safeconduct.cli.demonstration.company import OFFICERS, customers
from safeconduct.cli.demonstration.markers import EACH, markers
from safeconduct.cli.demonstration.records import clear_tables
from safeconduct.cli.demonstration.standing import person_sought
from safeconduct.cli.demonstration.targets import TARGETS

SEED = 20260101
ROWS = 60_000


def test_there_are_ten_thousand_distinct_markers_and_each_is_in_the_clear_data() -> None:
    found = markers(seed=SEED, rows=ROWS)
    assert len(set(found.all())) == 10_000
    assert all(len(kind) == EACH for kind in (found.names, found.numbers, found.emails, found.texts))
    tables = clear_tables(seed=SEED, rows=ROWS)
    assert set(found.texts) <= set(tables["message_contents"]["body"].to_pylist())
    assert len(set(found.numbers) - set(tables["subscribers"]["number"].to_pylist())) < 20
    assert min(len(marker) for marker in found.all()) > 7


def test_officers_customers_and_the_persons_sought_are_among_them() -> None:
    found = markers(seed=SEED, rows=ROWS)
    assert {officer.name for officer in OFFICERS.values()} <= set(found.names)
    assert {customer.name for customer in customers(SEED)} <= set(found.names)
    assert {person_sought(SEED, target).number for target in TARGETS.values()} <= set(found.numbers)
