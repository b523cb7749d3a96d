"""No append, no act: whatever keeps the ledger from writing stops the act, and nothing of it remains."""

import pytest
from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from tests.rooms.ledger.world import ALICE, MATTER, at, seeded

from safeconduct.rooms.ledger import queries, steps
from safeconduct.rooms.ledger.models import Entry, Opening


def act(number: int) -> steps.EntryRef:
    """Do something together with its entry."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO done VALUES (%s)", [number])
        return steps.record(
            actor=ALICE, now=at(number), kind="a.b", subject=MATTER, facts={"n": number}, randomness=seeded(number)
        )


def done() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM done")
        return int(cursor.fetchone()[0])


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def world(ledger: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    execute("CREATE TABLE done (number integer)")
    act(0)
    return ledger


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("table", ["leaf", "logstate", "node", "opening"])
def test_with_a_part_of_the_ledger_gone_the_act_does_not_happen(table: str) -> None:
    execute(f"ALTER TABLE ledger_{table} RENAME TO gone")
    with pytest.raises(steps.LedgerClosedError):
        act(1)
    assert done() == 1
    execute(f"ALTER TABLE gone RENAME TO ledger_{table}")
    act(1)
    assert (done(), queries.head().size) == (2, 2)


@pytest.mark.usefixtures("world")
def test_with_a_leaf_already_there_the_act_does_not_happen() -> None:
    execute("INSERT INTO ledger_leaf (log, \"index\", data) VALUES ('private', 1, '')")
    with pytest.raises(steps.LedgerClosedError):
        act(1)
    assert (done(), queries.head().size) == (1, 1)


def test_a_read_only_database_closes_the_ledger(sqlite_ledger: BaseDatabaseWrapper) -> None:
    execute("CREATE TABLE done (number integer)", "PRAGMA query_only = ON")
    assert sqlite_ledger.vendor == "sqlite"
    with pytest.raises((steps.LedgerClosedError, OperationalError)):
        act(0)
    execute("PRAGMA query_only = OFF")
    act(0)
    assert (done(), queries.head().size) == (1, 1)


def test_a_full_disk_closes_the_ledger_and_room_opens_it(sqlite_ledger: BaseDatabaseWrapper) -> None:
    execute("CREATE TABLE done (number integer)")
    with sqlite_ledger.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    made = refused = 0
    for number in range(400):
        try:
            act(number)
            made += 1
        except steps.LedgerClosedError:
            refused += 1
            break
    assert refused == 1
    assert (done(), Entry.objects.count(), Opening.objects.count()) == (made, made, made)
    execute("PRAGMA max_page_count = 100000")
    act(999)
    assert done() == made + 1
    queries.check_leaves(log="private", start=0, stop=made + 1)


@pytest.mark.usefixtures("sqlite_ledger")
def test_a_database_that_acknowledges_too_early_is_refused() -> None:
    execute("CREATE TABLE done (number integer)", "PRAGMA synchronous = NORMAL")
    with pytest.raises(steps.LedgerClosedError):
        act(0)
    execute("PRAGMA synchronous = FULL")
    act(0)
    assert done() == 1


def test_the_same_on_postgresql(ledger: BaseDatabaseWrapper) -> None:
    if ledger.vendor != "postgresql":
        return
    execute("CREATE TABLE done (number integer)", "SET synchronous_commit = off")
    with pytest.raises(steps.LedgerClosedError):
        act(0)
    execute("SET synchronous_commit = on")
    act(0)
    assert done() == 1


@pytest.mark.usefixtures("world")
def test_control_an_act_that_swallows_the_closed_ledger_would_go_unrecorded() -> None:
    """Negative control: the refusal protects only because nothing catches it."""
    execute("ALTER TABLE ledger_node RENAME TO gone")
    with transaction.atomic():
        execute("INSERT INTO done VALUES (1)")
        try:
            with transaction.atomic():
                steps.record(actor=ALICE, now=at(1), kind="a.b", subject=MATTER, facts={})
        except steps.LedgerClosedError:
            pass
    execute("ALTER TABLE gone RENAME TO ledger_node")
    assert (done(), queries.head().size) == (2, 1)
