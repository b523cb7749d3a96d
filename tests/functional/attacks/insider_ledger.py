"""What the insider does to the ledger itself, each on a whole copy of the database that then stands in its place."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from tests.functional.attacks.insider import Insider
from tests.functional.founded import default_database

from safeconduct.core.base.canonical import parse_canonical
from safeconduct.core.tlog import entries
from safeconduct.rooms.ledger import actions as ledger_actions
from safeconduct.rooms.ledger import queries as ledger_queries
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.ledger.models import Entry, LogState, Opening
from safeconduct.rooms.ledger.rules import PRIVATE
from safeconduct.rooms.vault import queries as vault_queries
from safeconduct.rooms.vault import steps as vault
from safeconduct.site.databases import database

BACK = 3
"""How many entries before the vault process's last head he reaches."""


@contextmanager
def standing_in(insider: Insider, path: Path) -> Iterator[sqlite3.Connection]:
    """Put another database in the place of the web's own, and give a hand to write in it."""
    settings = {**database(insider.story.configuration), "NAME": str(path), "CONN_MAX_AGE": 0}
    link = sqlite3.connect(path, timeout=30)
    try:
        with default_database(settings):
            yield link
    finally:
        link.close()


def whole_copy(insider: Insider, to: Path) -> Path:
    """Copy the database as it stands."""
    connection.close()
    other = sqlite3.connect(to)
    insider.link.backup(other)
    other.close()
    return to


def known(insider: Insider) -> int:
    """Return a leaf that the vault process has seen under a head of its own."""
    assert insider.story.child
    return vault_queries.last_size(log=PRIVATE) - BACK


def _write(link: sqlite3.Connection, *statements: tuple[str, tuple[Any, ...]]) -> None:
    for statement, values in statements:
        assert link.execute(statement, values).rowcount > 0
    link.commit()


def delete_an_entry(_insider: Insider, link: sqlite3.Connection, leaf: int) -> None:
    (entry,) = link.execute('SELECT id FROM ledger_entry WHERE "index" = ?', (leaf,)).fetchone()
    _write(
        link,
        ("DELETE FROM ledger_opening WHERE entry_id = ?", (entry,)),
        ("DELETE FROM ledger_entry WHERE id = ?", (entry,)),
    )


def alter_what_an_entry_says(_insider: Insider, link: sqlite3.Connection, leaf: int) -> None:
    _write(
        link,
        (
            (
                'UPDATE ledger_opening SET body = replace(body, \'"at":"2026\', \'"at":"2025\') '
                'WHERE entry_id = (SELECT id FROM ledger_entry WHERE "index" = ?)'
            ),
            (leaf,),
        ),
    )


def alter_who_an_entry_is_filed_under(insider: Insider, link: sqlite3.Connection, leaf: int) -> None:
    _write(
        link,
        (
            'UPDATE ledger_opening SET subject = ? WHERE entry_id = (SELECT id FROM ledger_entry WHERE "index" = ?)',
            (insider.closed.matter, leaf),
        ),
    )


def alter_a_leaf(_insider: Insider, link: sqlite3.Connection, leaf: int) -> None:
    _write(
        link,
        ("UPDATE ledger_leaf SET data = zeroblob(32) WHERE log = 'private' AND \"index\" = ?", (leaf,)),
    )


def alter_a_node(_insider: Insider, link: sqlite3.Connection, leaf: int) -> None:
    _write(
        link,
        (
            "UPDATE ledger_node SET hash = zeroblob(32) WHERE log = 'private' AND level = 1 AND \"index\" = ?",
            (leaf >> 1,),
        ),
    )


def swap_two_entries(_insider: Insider, link: sqlite3.Connection, leaf: int) -> None:
    _write(
        link,
        ('UPDATE ledger_entry SET "index" = -1 WHERE "index" = ?', (leaf,)),
        ('UPDATE ledger_entry SET "index" = ? WHERE "index" = ?', (leaf, leaf - 1)),
        ('UPDATE ledger_entry SET "index" = ? WHERE "index" = -1', (leaf - 1,)),
    )


def shorten_the_log(_insider: Insider, link: sqlite3.Connection, leaf: int) -> None:
    _write(link, ("UPDATE ledger_logstate SET size = ? WHERE log = 'private'", (leaf,)))


def alter_a_signed_head(_insider: Insider, link: sqlite3.Connection, _leaf: int) -> None:
    _write(
        link,
        (
            ("INSERT INTO ledger_head (log, size, root, note) VALUES ('private', 9, zeroblob(32), 'x')"),
            (),
        ),
    )


def rewrite_history(insider: Insider, link: sqlite3.Connection, leaf: int) -> None:
    """Leave one entry out, hash everything after it anew, and add entries until the log is longer than it was."""
    size = LogState.objects.get(log=PRIVATE).size
    after = list(Opening.objects.filter(entry__index__gt=leaf).select_related("entry").order_by("entry__index"))
    levels = link.execute("SELECT DISTINCT level FROM ledger_node WHERE log = 'private'").fetchall()
    _write(
        link,
        ('DELETE FROM ledger_opening WHERE entry_id IN (SELECT id FROM ledger_entry WHERE "index" >= ?)', (leaf,)),
        ('DELETE FROM ledger_entry WHERE "index" >= ?', (leaf,)),
        ("DELETE FROM ledger_leaf WHERE log = 'private' AND \"index\" >= ?", (leaf,)),
        ("UPDATE ledger_logstate SET size = ? WHERE log = 'private'", (leaf,)),
    )
    link.execute("DELETE FROM ledger_head WHERE log = 'private' AND size > ?", (leaf,))
    for (level,) in levels:
        link.execute(
            "DELETE FROM ledger_node WHERE log = 'private' AND level = ? AND \"index\" >= ?", (level, leaf >> level)
        )
    link.commit()
    for one in (*after, *after[:BACK]):
        body, salt = parse_canonical(one.body.encode()), bytes(one.salt)
        state = LogState.objects.get(log=PRIVATE)
        index = ledger.append_leaf(state=state, data=entries.commit(body, salt))
        entry = Entry.objects.create(id=f"{index:032x}", index=index)
        Opening.objects.create(entry=entry, kind=one.kind, subject=one.subject, at=one.at, body=one.body, salt=salt)
    assert LogState.objects.get(log=PRIVATE).size > size
    assert insider.story.child


def fsck() -> None:
    ledger_actions.check_log(log=PRIVATE)


def have_it_signed() -> None:
    """Hand the log's head in for signature as the worker does, with the proof that this history gives."""
    head = ledger_queries.head_to_sign(log=PRIVATE, since=vault_queries.last_size(log=PRIVATE))
    vault.sign_head(log=PRIVATE, size=head.size, root=head.root, consistency=list(head.consistency))


@dataclass(frozen=True)
class Forgery:
    """A change of the ledger, what then looks, and the code with which it is named or refused."""

    edit: Callable[[Insider, sqlite3.Connection, int], None]
    looks: Callable[[], None]
    stopped: str


FORGERIES = (
    Forgery(delete_an_entry, fsck, "SC-LEDGER-DAMAGED"),
    Forgery(alter_what_an_entry_says, fsck, "SC-LEDGER-DAMAGED"),
    Forgery(alter_who_an_entry_is_filed_under, fsck, "SC-LEDGER-DAMAGED"),
    Forgery(alter_a_leaf, fsck, "SC-LEDGER-DAMAGED"),
    Forgery(alter_a_node, fsck, "SC-LEDGER-DAMAGED"),
    Forgery(swap_two_entries, fsck, "SC-LEDGER-DAMAGED"),
    Forgery(shorten_the_log, fsck, "SC-LEDGER-DAMAGED"),
    Forgery(alter_a_signed_head, fsck, "SC-LEDGER-DAMAGED"),
    Forgery(rewrite_history, have_it_signed, "SC-PROOF"),
)
