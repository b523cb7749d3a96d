"""Every byte of every column of every ledger table, changed through SQL by whoever took the triggers away."""

import random
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from tests import soaking
from tests.tampering.ground import LOGS, Ground, database_says, on

from safeconduct.core.base.canonical import canonical_json, parse_canonical
from safeconduct.core.tlog import tree
from safeconduct.core.tlog.entries import commit
from safeconduct.core.tlog.merkle import leaf_hash
from safeconduct.rooms.ledger import queries
from safeconduct.rooms.ledger.models import Opening

TABLES = (
    "logstate",
    "leaf",
    "node",
    "entry",
    "opening",
    "erasure",
    "head",
    "cosignature",
    "publicentry",
    "publicslot",
    "publicplace",
)
NUMBERS_OF_ROWS = {("leaf", "id"), ("node", "id"), ("head", "id"), ("cosignature", "id")}
"""Row numbers that stand for nothing; a head's is tried through the cosignature that names it."""
OPENED = ("logstate", "opened_at")
"""Only its day counts: the first slot of the public log. A change within the day changes nothing that is derived."""


@pytest.fixture(autouse=True)
def unblocked(django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        yield


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def drop_triggers() -> None:
    for (name,) in rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {name}")


def cells() -> list[tuple[str, str, int, Any]]:
    """Return every value of every column with its table and row number."""
    found = []
    for table in TABLES:
        for row in rows(f"PRAGMA table_info(ledger_{table})"):
            column, kind = row[1], row[2]
            if (table, column) in NUMBERS_OF_ROWS or (table, column) == OPENED:
                continue
            # As text: a time is changed as the text that stands in the file.
            read = f'CAST("{column}" AS TEXT)' if kind == "datetime" else f'"{column}"'
            for number, value in rows(f"SELECT rowid, {read} FROM ledger_{table}"):  # noqa: S608 - our own tables
                found.append((table, column, number, value))
    return found


def changes(value: Any, chance: random.Random, most: int) -> list[Any]:
    """Return the value with one byte changed, at every place or at ``most`` of them."""
    if isinstance(value, int):
        return [value ^ (1 << bit) for bit in range(8)][:most]
    raw = value.encode() if isinstance(value, str) else bytes(value)
    places = range(len(raw)) if most >= len(raw) else chance.sample(range(len(raw)), most)
    found = []
    for place in places:
        bit = 1 << chance.randrange(7 if isinstance(value, str) else 8)
        changed = raw[:place] + bytes([raw[place] ^ bit]) + raw[place + 1 :]
        found.append(changed.decode("utf-8", "surrogateescape") if isinstance(value, str) else changed)
    return found


def reads_the_same(value: Any, changed: Any) -> bool:
    """Return whether a time was changed in the one character that says nothing, between its day and its hour."""
    if not isinstance(value, str) or not isinstance(changed, str):
        return False
    return value[10:11] == " " and (value[:10], value[11:]) == (changed[:10], changed[11:])


def try_cell(table: str, column: str, number: int, changed: Any) -> str:
    """Change one cell, ask the verifier, and take the change back; a column that refuses the value is named by SQL."""
    words = ""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA defer_foreign_keys=ON")
                statement = f'UPDATE ledger_{table} SET "{column}" = %s WHERE rowid = %s'  # noqa: S608 - our own tables
                cursor.execute(statement, [changed, number])
            words = database_says(where[0])
            transaction.set_rollback(True)
    except (DatabaseError, UnicodeError) as error:
        return f"refused by the database: {type(error).__name__}"
    return words


where: list[Ground] = []


def test_every_changed_byte_of_every_column_is_named(ground: Ground) -> None:
    chance = random.Random(soaking.seed("ledger-rows"))  # noqa: S311 - repeatable tests
    where[:] = [ground]
    flips, silent, columns, words = 0, [], set(), set()
    with on(ground.database):
        drop_triggers()
        assert database_says(ground) == ""
        known = cells()
        if not soaking.SOAKING:
            by_column: dict[tuple[str, str], list[tuple[str, str, int, Any]]] = {}
            for cell in known:
                by_column.setdefault(cell[:2], []).append(cell)
            known = [chance.choice(same) for same in by_column.values()]
        for table, column, number, value in known:
            columns.add((table, column))
            for changed in changes(value, chance, soaking.count(2, 400)):
                if reads_the_same(value, changed):
                    continue
                flips += 1
                said = try_cell(table, column, number, changed)
                words.add(said.split(" ")[0])
                if not said:
                    silent.append((table, column, number, value, changed))
        assert database_says(ground) == ""
    soaking.report("ledger-row-flips", flips=flips, named=flips - len(silent), silent=len(silent), columns=len(columns))
    assert silent == []
    assert len(columns) >= 36


@pytest.mark.parametrize("body", ["{}", "[]", "7", '{"kind":"ledger.erase"}', '{"facts":{},"kind":7}'])
def test_an_order_to_erase_that_says_something_else_is_named(ground: Ground, body: str) -> None:
    """A flipped letter of a member's name once ended the check with an error of its own instead of a name."""
    where[:] = [ground]
    with on(ground.database):
        drop_triggers()
        ((opening,),) = rows(
            "SELECT o.rowid FROM ledger_opening o JOIN ledger_erasure e ON o.entry_id = e.ordered_by_id"
        )
        assert "is not what its order says" in try_cell("opening", "body", opening, body)


def rewrite(index: int) -> None:
    """Change what an entry says and hash everything above it anew: an attacker who has the whole database."""
    opening = Opening.objects.get(entry__index=index)
    body = parse_canonical(opening.body.encode())
    body["facts"] = {"n": 999, "state": "received"}
    leaf = commit(body, bytes(opening.salt))
    stored = {
        place: bytes(data) for place, data in rows("SELECT \"index\", data FROM ledger_leaf WHERE log = 'private'")
    }
    stored[index] = leaf
    built = tree.MemoryTree([leaf_hash(stored[place]) for place in sorted(stored)])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_opening SET body = %s WHERE entry_id = %s", [canonical_json(body).decode(), opening.pk]
        )
        cursor.execute("UPDATE ledger_leaf SET data = %s WHERE log = 'private' AND \"index\" = %s", [leaf, index])
        for number, level, place in rows("SELECT id, level, \"index\" FROM ledger_node WHERE log = 'private'"):
            cursor.execute("UPDATE ledger_node SET hash = %s WHERE id = %s", [built.read(level, place), number])
    for number, size in rows("SELECT id, size FROM ledger_head WHERE log = 'private'"):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_head SET root = %s WHERE id = %s", [tree.root(size, built.read), number])


def test_a_history_rewritten_as_a_whole_is_named_by_its_signed_heads(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    with on(ground.database):
        drop_triggers()
        rewrite(3)
        assert "The note of the signed head of size 6 is about another head." in database_says(ground, seen=False)
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM ledger_cosignature WHERE head_id IN (SELECT id FROM ledger_head WHERE log = 'private')"
            )
            cursor.execute("DELETE FROM ledger_head WHERE log = 'private'")
        assert "that the vault process saw is not one of these leaves" in database_says(ground)
        # The control: a verifier that compares no root with anybody's finds nothing.
        monkeypatch.setattr("safeconduct.rooms.ledger.actions.checking._check_seen", lambda *_: None)
        assert database_says(ground) == ""


@pytest.mark.parametrize("log", LOGS)
def test_a_bit_that_flips_between_hashing_and_signing_is_never_signed(ground: Ground, log: str) -> None:
    """SECURITY 0.10: leaf and nodes are hashed again from what is stored, right before a head is offered."""
    offered = 0
    with on(ground.database):
        drop_triggers()
        with connection.cursor() as cursor:
            for table in ("cosignature", "head"):
                cursor.execute(f"DELETE FROM ledger_{table}")  # noqa: S608 - our own tables
        for table, column in (("leaf", "data"), ("node", "hash")):
            for number, value in rows(f"SELECT id, {column} FROM ledger_{table} WHERE log = '{log}'"):  # noqa: S608 - ours
                bad = bytes([value[0] ^ 1]) + bytes(value[1:])
                statement = f"UPDATE ledger_{table} SET {column} = %s WHERE id = %s"  # noqa: S608 - our own tables
                with connection.cursor() as cursor:
                    cursor.execute(statement, [bad, number])
                with pytest.raises(queries.LedgerDamagedError):
                    queries.head_to_sign(log=log)
                offered += 1
                with connection.cursor() as cursor:
                    cursor.execute(statement, [value, number])
        assert queries.head_to_sign(log=log).size > 0
    assert offered > 3
