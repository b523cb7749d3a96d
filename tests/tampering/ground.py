"""A small real ledger in all its parts: the database file, both logs' tiles, the witness's state, the vault's heads."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper
from tests.own_database import own_database, sqlite_settings
from tests.rooms.ledger.world import ALICE, MATTER, START, at, seeded

from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.fsck import FsckError, fsck
from safeconduct.core.tlog.notes import COSIGNATURE, Signer, sign_note
from safeconduct.core.tlog.witness import Accepted, AddCheckpoint, Refused, judge, write_request
from safeconduct.core.tlog.witness_state import WitnessState
from safeconduct.rooms.ledger import actions, queries, steps
from safeconduct.rooms.ledger.actions import SeenHead

SIGNERS = {log: Signer(f"log.example/{log}", bytes([number]) * 32) for number, log in enumerate(("private", "public"))}
WITNESS = Signer("witness.example/w", bytes([7]) * 32, COSIGNATURE)
KEYS = [*(one.verifier for one in SIGNERS.values()), WITNESS.verifier]
LOGS = ("private", "public")
PAGE = 1024


@dataclass(frozen=True)
class Ground:
    """Where everything lies, and what the vault process saw last."""

    folder: Path
    vault: dict[str, SeenHead]

    @property
    def database(self) -> Path:
        return self.folder / "ledger.sqlite3"

    def tiles(self, log: str) -> Path:
        return self.folder / f"tiles-{log}"

    @property
    def state(self) -> Path:
        return self.folder / "witness"

    def copy(self, folder: Path) -> "Ground":
        shutil.copytree(self.folder, folder)
        return Ground(folder, dict(self.vault))


def record(number: int) -> str:
    with transaction.atomic():
        facts = {"n": number, "state": "received"}
        return steps.record(
            actor=ALICE, now=at(number), kind="a.b", subject=MATTER, facts=facts, randomness=seeded(number)
        ).id


def cosign(state: Path, log: str, note: str, since: int, proof: list[bytes]) -> str | Refused:
    """Ask the witness as its process does: judge, store, then sign."""
    memory = WitnessState(state)
    try:
        request = write_request(AddCheckpoint(since, tuple(proof), note))
        keys = {SIGNERS[log].name: (SIGNERS[log].verifier,)}
        verdict = judge(request, logs=keys, seen=memory.seen)
        if isinstance(verdict, Refused):
            return verdict
        assert isinstance(verdict, Accepted)
        memory.store(verdict.checkpoint.origin, verdict.seen)
        return verdict.reply(WITNESS, time=1_770_000_000)
    finally:
        memory.close()


def sign(ground: Ground, log: str) -> None:
    """Have the head signed, cosigned and published, as the worker does."""
    since = queries.last_cosigned_size(log=log, name=WITNESS.name)
    head = queries.head_to_sign(log=log)
    note = sign_note(Checkpoint(SIGNERS[log].name, head.size, bytes.fromhex(head.root)).text, SIGNERS[log])
    with transaction.atomic():
        steps.store_head(log=log, note=note)
    line = cosign(ground.state, log, note, since, queries.consistency_proof(log=log, old=since, new=head.size))
    assert isinstance(line, str)
    with transaction.atomic():
        steps.add_cosignature(log=log, size=head.size, line=line)
    ground.vault[log] = SeenHead("the vault process", head.size, head.root)
    actions.publish_checkpoint(folder=ground.tiles(log), log=log)


def grow(ground: Ground, first: int, last: int) -> None:
    for number in range(first, last):
        record(number)
        if number % 2:
            with transaction.atomic():
                now = at(number * 24)
                steps.commit_public(now=now, commitment=bytes([number]) * 32, randomness=seeded(number))
    actions.close_slots(now=START + timedelta(days=last), hours=24 * 5, randomness=seeded(last))
    for log in LOGS:
        sign(ground, log)


def build(folder: Path) -> tuple[Ground, Ground]:
    """Make the ledger; return it, and a snapshot of all its parts from its middle."""
    ground = Ground(folder / "now", {})
    ground.folder.mkdir(parents=True)
    settings = sqlite_settings(ground.folder)
    with own_database(settings, "ledger"):
        grow(ground, 0, 6)
        settle(ground.database)
        old = ground.copy(folder / "old")
        gone = queries.entries_after(index=1)[0].entry
        with transaction.atomic():
            steps.erase_opening(actor=ALICE, now=at(9), entry=gone, sealed_object="e" * 32)
        grow(ground, 6, 11)
    for one in (ground, old):
        compact(one.database)
    return ground, old


def settle(path: Path) -> None:
    """Bring everything into the one file."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert path.exists()


def compact(path: Path) -> None:
    """Write the file anew with small pages and without a journal, so that every byte of it can be tried."""
    link = sqlite3.connect(path, isolation_level=None)
    for words in ("PRAGMA journal_mode=DELETE", f"PRAGMA page_size={PAGE}", "VACUUM"):
        link.execute(words)
    link.close()


@contextmanager
def on(path: Path) -> Iterator[None]:
    """Point Django at a database file, as the command does; what it does to the file does not matter."""
    before = connections["default"]
    options = {"timeout": 1}
    made = DatabaseWrapper(
        {**before.settings_dict, "NAME": str(path), "OPTIONS": options, "ATOMIC_REQUESTS": False}, "default"
    )
    connections["default"] = made
    try:
        yield
    finally:
        made.close()
        connections["default"] = before


def database_says(ground: Ground, *, seen: bool = True) -> str:
    """Return what ``check_log`` names in the database that Django is on, or an empty text if all is whole."""
    for log in LOGS:
        others = [ground.vault[log]] if seen else []
        try:
            actions.check_log(log=log, keys=KEYS, seen=others)
        except queries.LedgerDamagedError as error:
            return error.detail or error.message
    return ""


def tiles_say(ground: Ground, log: str, newest: int = 0) -> str:
    """Return what ``fsck`` names in a folder, or an empty text."""
    try:
        fsck(ground.tiles(log), origin=SIGNERS[log].name, verifiers=KEYS, quorum=1, newest=newest)
    except FsckError as error:
        return error.detail or error.message
    return ""


DUMP = (
    "SELECT log, size FROM ledger_logstate NOT INDEXED",
    """SELECT julianday(opened_at) >= julianday((SELECT min(start) FROM ledger_publicslot))
       AND julianday(opened_at) < julianday((SELECT max(start) FROM ledger_publicslot))
       FROM ledger_logstate NOT INDEXED WHERE log = 'public'""",
    'SELECT log, "index", data FROM ledger_leaf NOT INDEXED',
    'SELECT log, level, "index", hash FROM ledger_node NOT INDEXED',
    'SELECT id, "index" FROM ledger_entry NOT INDEXED',
    "SELECT entry_id, kind, subject, at, body, salt FROM ledger_opening NOT INDEXED",
    "SELECT entry_id, ordered_by_id, sealed_object FROM ledger_erasure NOT INDEXED",
    "SELECT log, size, root, note FROM ledger_head NOT INDEXED",
    "SELECT h.log, h.size, name, line FROM ledger_cosignature NOT INDEXED LEFT JOIN ledger_head h ON h.id = head_id",
    "SELECT id, commitment, at FROM ledger_publicentry NOT INDEXED",
    'SELECT "index", start, height, leaves FROM ledger_publicslot NOT INDEXED',
    "SELECT entry_id, slot_id, place FROM ledger_publicplace NOT INDEXED",
)  # fmt: skip
"""All that the ledger says, read by SQLite alone. Not read: row numbers that stand for nothing, and when a log was
opened, from which nothing is derived but the public log's first of two slots."""


def said_by(path: Path) -> list[Any] | str:
    """Return the ledger's content by an independent reader, or why it cannot be read."""
    link = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    link.text_factory = bytes
    try:
        return [
            sorted((tuple((type(value).__name__, value) for value in row) for row in link.execute(words)), key=repr)
            for words in DUMP
        ]
    except (sqlite3.Error, ValueError, OverflowError) as error:
        return f"unreadable: {type(error).__name__}"
    finally:
        link.close()
