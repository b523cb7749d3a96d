"""A database in the wrong hands: every changed byte is found, a rolled back log is refused, privileges hold."""

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from tests.own_database import own_database, sqlite_settings
from tests.rooms.ledger.world import ALICE, MATTER, at, seeded

from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.notes import Signer, sign_note
from safeconduct.rooms.ledger import actions, queries, steps

SIGNER = Signer("log.example/private", bytes(32))
ENTRIES = 11


def record(number: int) -> steps.EntryRef:
    with transaction.atomic():
        return steps.record(
            actor=ALICE, now=at(number), kind="a.b", subject=MATTER, facts={"n": number}, randomness=seeded(number)
        )


def sign() -> None:
    head = queries.head_to_sign(log="private")
    note = sign_note(Checkpoint(SIGNER.name, head.size, bytes.fromhex(head.root)).text, SIGNER)
    with transaction.atomic():
        steps.store_head(log="private", note=note)


def execute(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


@pytest.fixture
def attacked(sqlite_ledger: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    """A ledger whose owner has taken the triggers away, as somebody with the file can."""
    for number in range(ENTRIES):
        record(number)
        if number == 6:
            sign()
    for (name,) in rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        execute(f"DROP TRIGGER {name}")
    return sqlite_ledger


@pytest.mark.usefixtures("attacked")
def test_every_changed_byte_of_every_stored_value_is_found() -> None:
    assert actions.check_log(log="private").openings == ENTRIES
    changed = 0
    for table, column, key in (
        ("ledger_leaf", "data", "id"),
        ("ledger_node", "hash", "id"),
        ("ledger_opening", "salt", "entry_id"),
        ("ledger_opening", "body", "entry_id"),
        ("ledger_head", "root", "id"),
    ):
        for name, value in rows(f"SELECT {key}, {column} FROM {table}"):  # noqa: S608 - names of our own tables
            raw = value.encode() if isinstance(value, str) else bytes(value)
            for place in range(0, len(raw), 9):
                bad = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
                stored = bad.decode() if isinstance(value, str) else bad
                execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", stored, name)  # noqa: S608 - the same
                with pytest.raises(queries.LedgerDamagedError):
                    actions.check_log(log="private")
                changed += 1
            execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", value, name)  # noqa: S608 - the same
    assert changed > 180
    assert actions.check_log(log="private").heads == 1


@pytest.mark.usefixtures("attacked")
@pytest.mark.parametrize(
    "statement",
    [
        'DELETE FROM ledger_opening WHERE entry_id = (SELECT id FROM ledger_entry WHERE "index" = 4)',
        'DELETE FROM ledger_leaf WHERE "index" = 10',
        "DELETE FROM ledger_node WHERE level = 2",
        "UPDATE ledger_logstate SET size = 10",
        "UPDATE ledger_logstate SET size = 5",
        "UPDATE ledger_opening SET subject = 'other' WHERE kind = 'a.b'",
        "UPDATE ledger_head SET size = 8",
    ],
)
def test_what_was_taken_away_or_refiled_is_found(statement: str) -> None:
    execute(statement)
    with pytest.raises(queries.LedgerDamagedError):
        actions.check_log(log="private")


@pytest.mark.usefixtures("attacked")
def test_a_leaf_with_one_wrong_bit_is_never_offered_for_signing() -> None:
    data = bytes(rows('SELECT data FROM ledger_leaf WHERE "index" = 9')[0][0])
    execute('UPDATE ledger_leaf SET data = %s WHERE "index" = 9', bytes([data[0] ^ 1]) + data[1:])
    with pytest.raises(queries.LedgerDamagedError):
        queries.head_to_sign(log="private")
    execute('UPDATE ledger_leaf SET data = %s WHERE "index" = 9', data)
    assert queries.head_to_sign(log="private").since == 7


@pytest.mark.usefixtures("ledger")
def test_a_head_that_is_not_this_logs_is_not_stored() -> None:
    record(0)
    for head in (Checkpoint(SIGNER.name, 1, bytes(32)), Checkpoint(SIGNER.name, 2, bytes(32))):
        with pytest.raises((steps.HeadError, queries.NoSuchEntryError)), transaction.atomic():
            steps.store_head(log="private", note=sign_note(head.text, SIGNER))
    sign()
    sign()
    signed = queries.signed_head()
    assert signed is not None
    assert (signed.size, signed.cosigners) == (1, ())


def test_an_old_copy_of_the_database_cannot_be_signed_further(tmp_path: Path, django_db_blocker: Any) -> None:
    """The signer names the size it saw; a restored snapshot has not reached it."""
    with django_db_blocker.unblock(), own_database(sqlite_settings(tmp_path), "ledger"):
        for number in range(4):
            record(number)
        assert queries.head_to_sign(log="private", since=4).consistency == ()
        with pytest.raises(queries.LedgerDamagedError, match="entries are gone"):
            queries.head_to_sign(log="private", since=9)
        with pytest.raises(queries.NoSuchEntryError):
            queries.proof_for(entry=queries.entries_after(index=-1)[0].entry, since=9)


def test_two_writers_at_once_leave_no_gap(ledger: BaseDatabaseWrapper) -> None:
    record(0)
    errors: list[BaseException] = []
    wrapper = type(ledger)
    settings = dict(ledger.settings_dict)

    def work(start: int) -> None:
        connections["default"] = wrapper(settings, "default")
        try:
            for number in range(start, start + 20):
                record(number)
        except BaseException as error:  # noqa: BLE001 - handed to the test
            errors.append(error)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=work, args=(start,)) for start in (100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert actions.check_log(log="private").openings == 41
    assert [line.index for line in queries.entries_after(index=-1)] == list(range(41))


def test_on_postgresql_the_programs_role_can_only_add(ledger: BaseDatabaseWrapper) -> None:
    if ledger.vendor != "postgresql":
        return
    role = f"desk_{ledger.settings_dict['NAME']}"
    execute(f"CREATE ROLE {role}")
    execute("SELECT safeconduct_ledger_privileges(%s)", role)
    execute(f"SET ROLE {role}")
    try:
        entry = record(0)
        refused = 0
        for table in ("leaf", "node", "entry", "head", "cosignature", "erasure", "publicentry", "publicslot"):
            for verb in ("DELETE FROM", "TRUNCATE"):
                with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                    execute(f"{verb} ledger_{table}")
                refused += 1
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            execute("UPDATE ledger_logstate SET opened_at = now()")
        with pytest.raises(DatabaseError, match="must be owner"), transaction.atomic():
            execute("DROP TRIGGER ledger_leaf_no_delete ON ledger_leaf")
        with transaction.atomic():
            steps.erase_opening(actor=ALICE, now=at(1), entry=entry.id)
        assert refused == 16
        assert actions.check_log(log="private").size == 2
    finally:
        execute("RESET ROLE")
        execute(f"DROP OWNED BY {role}")
        execute(f"DROP ROLE {role}")
