"""The ledger under power loss: real appends through Django with the product's own options, judged row by row."""

import sqlite3
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction
from tests.faults.power.recording import Say
from tests.own_database import own_database
from tests.rooms.ledger.world import START

from safeconduct.core.base.actors import Actor
from safeconduct.core.tlog import tree
from safeconduct.core.tlog.merkle import leaf_hash
from safeconduct.rooms.ledger import steps
from safeconduct.site.databases import database

NAME = "ledger.sqlite3"
TABLES = ("ledger_logstate", "ledger_leaf", "ledger_node", "ledger_entry", "ledger_opening", "ledger_publicentry")
PAGES_BETWEEN_CHECKPOINTS = 40
ACTOR = Actor(person="p" * 32, account="a" * 32, organisation="self")


def settings_of(path: Path, synchronous: str | None) -> dict[str, Any]:
    """Return the product's own settings, weakened if a control asks for it, and with a checkpoint every few pages."""
    made = database(replace(settings.SAFECONDUCT, database=f"sqlite:{path}"))
    told = str(made["OPTIONS"]["init_command"])
    if synchronous is not None:
        assert "synchronous=FULL" in told
        told = told.replace("synchronous=FULL", f"synchronous={synchronous}")
    told = f"{told}PRAGMA wal_autocheckpoint={PAGES_BETWEEN_CHECKPOINTS};"
    return {**made, "OPTIONS": {**made["OPTIONS"], "init_command": told}}


def make(root: Path) -> None:
    """Make an empty ledger with the tables of the real migrations."""
    with own_database(settings_of(root / NAME, None), "ledger"):
        pass


def _connect(root: Path, synchronous: str | None) -> None:
    chosen, before = settings_of(root / NAME, synchronous), connections["default"]
    module = import_module(f"{chosen['ENGINE']}.base")
    connections["default"] = module.DatabaseWrapper({**before.settings_dict, **chosen}, "default")


@dataclass(frozen=True)
class Appending:
    """``rounds`` times a connection appends ``entries`` entries and closes, as each request of a face does."""

    root: Path
    synchronous: str | None = None
    rounds: int = 4
    entries: int = 10

    def __call__(self, say: Say) -> None:
        if self.synchronous is not None:
            # The product refuses to append without FULL; the control shows why.
            steps._check_durable = lambda: None
        _connect(self.root, self.synchronous)
        for number in range(self.rounds):
            for place in range(self.entries):
                with transaction.atomic(durable=True):
                    subject = f"{number * self.entries + place:032x}"
                    facts = {"number": place}
                    made = steps.record(actor=ACTOR, now=START, kind="tests.append", subject=subject, facts=facts)
                    if place % 3 == 0:
                        steps.commit_public(now=START, commitment=bytes(32))
                say("entry", made.index)
            connection.close()


class LedgerJudge:
    """Opens what is left as a fresh process does, and holds it against a run that nothing disturbed."""

    def __init__(self, finished: Path, work: Path) -> None:
        """Read the undisturbed run's rows, and prove its tree once."""
        self.path = work / NAME
        with sqlite3.connect(finished / NAME) as opened:
            self.rows = {table: _rows(opened, table) for table in TABLES}
        opened.close()
        nodes = {(level, index): bytes(value) for _, _, level, index, value in _by_name(self.rows["ledger_node"])}
        leaves = sorted((row[2], bytes(row[3])) for row in self.rows["ledger_leaf"])
        assert [index for index, _ in leaves] == list(range(len(leaves)))
        assert all(nodes[0, index] == leaf_hash(data) for index, data in leaves)
        tree.root(len(leaves), lambda level, index: nodes[level, index])
        self.states: dict[int, dict[str, Any]] = defaultdict(dict)

    def judge(self, left: dict[str, bytes], promises: list[tuple[str, Any]]) -> str:
        """Return what is wrong, or nothing."""
        promised = max((index + 1 for name, index in promises if name == "entry"), default=0)
        for old in self.path.parent.glob(f"{NAME}*"):
            old.unlink()
        for name, data in left.items():
            if name.startswith(NAME):
                (self.path.parent / name).write_bytes(data)
        if not self.path.exists():
            return "lost: the database"
        opened = sqlite3.connect(self.path)
        try:
            return self._read(opened, promised)
        except sqlite3.DatabaseError as error:
            return f"damaged: {error}"
        finally:
            with suppress(sqlite3.DatabaseError):
                opened.close()

    def _read(self, opened: sqlite3.Connection, promised: int) -> str:
        if (told := opened.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            return f"damaged: {told}"
        size = next((row[0] for row in opened.execute("SELECT size FROM ledger_logstate WHERE log = 'private'")), 0)
        if size < promised:
            return f"lost: {promised - size} acknowledged entries"
        expected = self._expected(size)
        for table in TABLES[1:5]:
            if _rows(opened, table) != expected[table]:
                return f"torn: {table} at {size}"
        return ""

    def _expected(self, size: int) -> dict[str, Any]:
        """Return the rows of the undisturbed run when the log had this size."""
        if not self.states[size]:
            entries = [row for row in self.rows["ledger_entry"] if row[1] < size]
            ids = {row[0] for row in entries}
            self.states[size] = {
                "ledger_leaf": [row for row in self.rows["ledger_leaf"] if row[2] < size],
                "ledger_node": [row for row in self.rows["ledger_node"] if (row[3] + 1) << row[2] <= size],
                "ledger_entry": entries,
                "ledger_opening": [row for row in self.rows["ledger_opening"] if row[0] in ids],
            }
        return self.states[size]


def _rows(opened: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    columns = {
        "ledger_leaf": 'id, log, "index", data',
        "ledger_node": 'id, log, level, "index", hash',
        "ledger_entry": 'id, "index"',
        "ledger_opening": "entry_id, kind, subject, body, salt",
    }.get(table, "*")
    return sorted(opened.execute(f"SELECT {columns} FROM {table}"), key=repr)  # noqa: S608 - fixed names


def _by_name(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [row for row in rows if row[1] == "private"]
