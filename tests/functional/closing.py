"""Takes a part away from an instance, for a while, and looks whether anything changed."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection
from tests.functional.founded import Founded

from safeconduct.core.base.errors import SafeconductError
from safeconduct.rooms.vault import wire
from safeconduct.vaultd.vault import store_of

CLOSED = "SC-LEDGER-CLOSED"
REFUSED = "the database refused"
FORGETFUL = {"nonce", "case_grant"}
"""What the vault process writes while somebody only asks: challenges, and grants that nobody may use yet."""
SEALED_FIRST = {"object", "wrapped_key"}
"""What is typed or uploaded is sealed before its entry is written; without the entry nothing ever names it."""
Act = Callable[[], Any]


def code_of(act: Act) -> str:
    """Return the code with which ``act`` was refused, or ``done``."""
    try:
        act()
    except SafeconductError as error:
        return str(getattr(error, "vault_code", error.code))
    except OperationalError:
        return REFUSED
    return "done"


def database_file(story: Founded) -> Path:
    return story.configuration.root / "state" / "web.sqlite3"


@contextmanager
def failing_append() -> Iterator[None]:
    """Let the database refuse every new leaf."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TRIGGER shut BEFORE INSERT ON ledger_leaf BEGIN SELECT RAISE(ABORT, 'shut'); END")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER shut")


@contextmanager
def read_only() -> Iterator[None]:
    """Let the database take no write at all."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = OFF")


WAYS: dict[str, Callable[[], AbstractContextManager[None]]] = {"append": failing_append, "read_only": read_only}


def standing(story: Founded, *, without: set[str]) -> dict[str, Any]:
    """Return everything that an act could have changed: our tables, the vault's, the outbox."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        names = [name for (name,) in cursor.fetchall() if name != "django_session"]
        ours = {}
        for name in names:
            cursor.execute(f'SELECT * FROM "{name}" ORDER BY 1')  # noqa: S608 - a table's own name
            ours[name] = cursor.fetchall()
    link = sqlite3.connect(store_of(story.configuration))
    tables = [name for (name,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    theirs = {}
    for name in set(tables) - without:
        theirs[name] = sorted(map(repr, link.execute(f'SELECT * FROM "{name}"')))  # noqa: S608 - a table's own name
    link.close()
    return {"web": ours, "vault": theirs, "outbox": sorted(path.name for path in story.configuration.outbox.iterdir())}


@dataclass
class Tried:
    """What one act answered, by how the ledger was closed, and afterwards; and what had changed by then."""

    closed: dict[str, str] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    control: str = ""


@dataclass
class Closing:
    """Tries each act with the ledger closed in each way, then with the ledger open."""

    story: Founded
    acts: dict[str, Tried] = field(default_factory=dict)

    def attempt(self, name: str, act: Act) -> Any:
        tried = self.acts.setdefault(name, Tried())
        without = FORGETFUL | (SEALED_FIRST if name in ("receive", "finding") else set())
        before = standing(self.story, without=without)
        for way, closing in WAYS.items():
            with closing():
                tried.closed[way] = code_of(act)
        after = standing(self.story, without=without)
        tried.changed = [part for part in before if before[part] != after[part]]
        answer = act()
        tried.control = "done"
        return answer


@contextmanager
def sealed(story: Founded) -> Iterator[None]:
    wire.call("seal_vault", {})
    try:
        yield
    finally:
        for custodian, passphrase in sorted(story.stage.cast.custodians.items())[:2]:
            answer = wire.call("unseal", {"custodian": custodian, "passphrase": passphrase})
    assert answer["sealed"] is False


@contextmanager
def gone(story: Founded) -> Iterator[None]:
    story.stop_vault()
    try:
        yield
    finally:
        story.start_vault()


PARTS: dict[str, tuple[Callable[[Founded], AbstractContextManager[None]], str]] = {
    "ledger closed": (lambda _story: failing_append(), CLOSED),
    "database read-only": (lambda _story: read_only(), CLOSED),
    "vault sealed": (sealed, "SC-SEALED"),
    "vault process gone": (gone, "SC-VAULT-UNAVAILABLE"),
}


def copy(live: Path, to: Path) -> None:
    """Copy a database whole, what its log holds included."""
    source, target = sqlite3.connect(live), sqlite3.connect(to)
    source.backup(target)
    source.close()
    target.close()


def bring_back(copied: Path, live: Path) -> None:
    """Put a copy in the database's place page by page, as a restore does; whoever has it open sees the older state."""
    connection.close()
    copy(copied, live)
