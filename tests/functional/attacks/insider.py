"""An insider who writes the web's database as he likes: rows, triggers, entries with right hashes, whole old copies.

He knows every id and digest. He does not run as the vault process, and has nobody's passkey but his own. Each attack is
an edit, a look at what the web alone would now believe (the control), and what then stops or names it.
"""

import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection, transaction
from tests.functional.closing import database_file
from tests.functional.founded import Founded

from safeconduct.cli.demonstration import scenes
from safeconduct.cli.demonstration.half_year import BY_KEY
from safeconduct.cli.demonstration.origins import SignatureRefusedError
from safeconduct.cli.demonstration.told import Told
from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.queries import books
from safeconduct.rooms.government_requests.rules.words import NoticeException
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.vault import queries as vault_queries
from safeconduct.vaultd.vault import store_of

MATTER, LEDGER = "government_requests_matter", "ledger_"
HIS_JOURNEY = "b" * 32


@dataclass
class Insider:
    """The instance and the insider's hands.

    Attributes:
        waiting: a scope that nobody signed. prepared: a package that waits for its second reader, made by Mara Quill,
            who is one. silenced: a matter under an order. closed: one that was withdrawn and closed.
    """

    story: Founded
    waiting: Told
    prepared: Told
    silenced: Told
    closed: Told
    grants: dict[str, str]
    link: sqlite3.Connection
    key: SoftwarePasskey
    kept: dict[str, list[Any]] = field(default_factory=dict)

    def person(self, key: str) -> str:
        return self.story.stage.cast[key].person

    def actor(self, key: str) -> Actor:
        return self.story.stage.actor(key)

    def row(self, told: Told) -> Matter:
        return Matter.objects.get(pk=told.matter)

    def run(self, statement: str, *values: Any) -> int:
        """Write past the program and return how many rows changed."""
        connection.close()
        changed = self.link.execute(statement, values).rowcount
        self.link.commit()
        return changed

    def set(self, told: Told, **columns: Any) -> None:
        """Edit a matter's row."""
        names = ", ".join(f"{name} = ?" for name in columns)
        assert self.run(f"UPDATE {MATTER} SET {names} WHERE id = ?", *columns.values(), told.matter) == 1  # noqa: S608 - columns named in the table of attacks

    def entry(self, kind: str, told: Told, by: str, **facts: Any) -> str:
        """Insert an entry with right hashes in anybody's name."""
        actor = replace(self.actor(by), permissions=frozenset())
        with transaction.atomic(durable=True):
            return ledger.record(actor=actor, now=self.story.stage.now, kind=kind, subject=told.matter, facts=facts).id

    def code(self, act: Callable[[], object]) -> str:
        """Return the code with which ``act`` is refused, or ``done``."""
        try:
            act()
        except SignatureRefusedError as error:
            return error.detail.split()[0]
        except SafeconductError as error:
            return str(getattr(error, "vault_code", error.code))
        return "done"

    def remember(self) -> None:
        """Keep what stands, ledger apart: its entries the vault process has seen."""
        for table in self.tables():
            self.kept[table] = self.link.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608 - a table's own name

    def put_back(self) -> None:
        """Undo an edit, so that the next attack stands alone."""
        connection.close()
        self.link.execute("PRAGMA foreign_keys = OFF")
        for table, rows in self.kept.items():
            self.link.execute(f'DELETE FROM "{table}"')  # noqa: S608 - a table's own name
            if rows:
                places = ", ".join("?" * len(rows[0]))
                self.link.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)  # noqa: S608 - a table's own name
        self.link.commit()

    def tables(self) -> list[str]:
        found = self.link.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        return sorted(name for (name,) in found if not name.startswith((LEDGER, "django_migrations")))

    def alarms(self) -> dict[str, int]:
        """Return how often the vault process has raised each code."""
        counts: dict[str, int] = {}
        for one in vault_queries.alarms(after=0)[0]:
            counts[one["code"]] = counts.get(one["code"], 0) + one["count"]
        return counts

    def left(self) -> tuple[list[str], list[Any]]:
        """Return all that has left: the outbox, and what the vault process says it handed out."""
        store = sqlite3.connect(store_of(self.story.configuration))
        handed = sorted(store.execute("SELECT digest, name, bytes FROM delivery").fetchall())
        store.close()
        return sorted(path.name for path in self.story.configuration.outbox.iterdir()), handed


def prepare(story: Founded) -> Insider:
    """Take four matters to four places, let the insider in, and drop every trigger that stands in his way."""
    stage = story.stage
    told: dict[str, Told] = {}
    grants = {}
    for key in ("parking_subpoena", "scooter_warrant", "charity_subpoena", "new_subpoena"):
        stage.at(BY_KEY[key].received)
        told[key], legal = scenes.receive(stage, BY_KEY[key])
        scenes.begin_review(stage, told[key], legal)
        if key != "parking_subpoena":
            grants[told[key].matter] = scenes.find(stage, told[key], legal)
        if key.startswith(("charity", "new")):
            scenes.propose(stage, told[key], legal)
    prepared, mara = told["charity_subpoena"], stage.actor("mara")
    stage.sign(prepared.digests["scope"], "ravi", "ines")
    actions.authorise(actor=mara, now=stage.now, matter=prepared.matter)
    collected = actions.collect(actor=mara, now=stage.now, matter=prepared.matter)
    prepared.digests["release"] = collected.release_digest
    actions.propose_release(actor=mara, now=stage.now, matter=prepared.matter)
    closed = told["parking_subpoena"]
    actions.withdraw(actor=stage.actor("wren"), now=stage.now, matter=closed.matter)
    scenes.excuse_notice(stage, closed, NoticeException.NOTHING_DISCLOSED)
    scenes.close(stage, closed)
    connection.close()
    link = sqlite3.connect(database_file(story), timeout=30)
    for (trigger,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        link.execute(f'DROP TRIGGER "{trigger}"')
    link.commit()
    key = SoftwarePasskey.create(rp_id=story.configuration.faces["desk"].host, randomness=os.urandom)
    return Insider(story, told["new_subpoena"], prepared, told["scooter_warrant"], closed, grants, link, key)


@dataclass(frozen=True)
class Attack:
    """One row of the table.

    Attributes:
        stopped: the code with which the vault process refuses, or after ``named:`` the part that fsck names.
        edit: what he writes. believed: whether the web's database alone now says so.
        tried: what he then does; None where the edit itself is the harm.
    """

    name: str
    stopped: str
    edit: Callable[[Insider], object]
    believed: Callable[[Insider], bool]
    tried: Callable[[Insider], object] | None = None


@dataclass
class Played:
    """What came of one attack."""

    believed: bool
    answer: str
    named: set[str]
    alarms: set[str]


def play(insider: Insider, attack: Attack) -> Played:
    """Play one attack against what stood before it, then undo the edit."""
    insider.remember()
    before, alarms = _each_named(), insider.alarms()
    attack.edit(insider)
    believed = attack.believed(insider)
    answer = insider.code(lambda: attack.tried(insider)) if attack.tried is not None else "done"
    rose = {code for code, count in insider.alarms().items() if count > alarms.get(code, 0)}
    named = {part for _, part in _each_named() - before}
    insider.put_back()
    return Played(believed, answer, named, rose)


def _each_named() -> set[tuple[str, str]]:
    return {(one.matter, f"named: {one.part}") for one in books.alterations()}


def copy_row(insider: Insider, table: str, where: str, **changes: Any) -> None:
    """Insert a row like another one."""
    insider.link.row_factory = None
    cursor = insider.link.execute(f'SELECT * FROM "{table}" WHERE {where} LIMIT 1')  # noqa: S608 - named in this table
    names = [one[0] for one in cursor.description]
    row = dict(zip(names, cursor.fetchone(), strict=True)) | changes
    places = ", ".join("?" * len(row))
    columns = ", ".join(f'"{name}"' for name in row)
    insider.run(f'INSERT INTO "{table}" ({columns}) VALUES ({places})', *row.values())  # noqa: S608 - as above
