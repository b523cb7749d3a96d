"""bench-ledger: durable append against write and fdatasync, verification against bare hashing, and pymerkle."""

import hashlib
import os
import random
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import django
import pymerkle
from measure import Lines, arguments, interleaved, median, spread, timed, versions

from safeconduct.core.base.actors import Actor
from safeconduct.core.tlog import tree
from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.fsck import fsck
from safeconduct.core.tlog.merkle import leaf_hash, leaf_hashes
from safeconduct.core.tlog.notes import Signer, sign_note
from safeconduct.core.tlog.tiles import write_checkpoint, write_tiles
from safeconduct.core.tlog.tree import MemoryTree

ROOT = Path(__file__).resolve().parents[1]
ENTRY_BYTES = 174
BLOCK = bytes(4096)
ORIGIN = "bench.example/log"
NOW = datetime(2026, 6, 18, 15, tzinfo=UTC)
TABLES = """
PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
CREATE TABLE leaf (log TEXT, place INTEGER, data BLOB, UNIQUE (log, place));
CREATE TABLE node (log TEXT, level INTEGER, place INTEGER, hash BLOB, UNIQUE (log, level, place));
"""


def entries(count: int, seed: int) -> list[bytes]:
    """Return leaves as long as a committed entry, different and repeatable."""
    source = random.Random(seed)  # noqa: S311 - repeatable sizes, no secret
    return [source.randbytes(ENTRY_BYTES) for _ in range(count)]


class Core:
    """The ledger's tables and its tree in plain SQLite: what the design costs without the room around it."""

    def __init__(self, folder: Path) -> None:
        """Create the tables; every commit is on disk before it is answered."""
        self._connection = sqlite3.connect(folder / "core.sqlite3", isolation_level=None)
        self._connection.executescript(TABLES)
        self._known: dict[tuple[int, int], bytes] = {}
        self.size = 0

    def append(self, batch: list[bytes]) -> None:
        """Append a batch in one durable transaction."""
        run, known = self._connection.execute, self._known
        run("BEGIN IMMEDIATE")
        for data in batch:
            nodes = tree.append_nodes(self.size, leaf_hash(data), lambda level, place: known[level, place])
            run("INSERT INTO leaf VALUES ('private', ?, ?)", (self.size, data))
            self._connection.executemany("INSERT INTO node VALUES ('private', ?, ?, ?)", nodes)
            known.update({(level, place): value for level, place, value in nodes})
            self.size += 1
        run("COMMIT")

    def root(self) -> bytes:
        """Return the root of what is stored, read back from the table."""
        rows = self._connection.execute("SELECT data FROM leaf ORDER BY place")
        return MemoryTree(leaf_hashes(row[0] for row in rows)).root()


class Raw:
    """The limit: a block written at the end of a file, then fdatasync."""

    def __init__(self, folder: Path) -> None:
        """Open the file."""
        self._file = os.open(folder / "raw", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def append(self, times: int) -> None:
        """Write and flush so many blocks, one after the other."""
        for _ in range(times):
            os.write(self._file, BLOCK)
            os.fdatasync(self._file)


@contextmanager
def product(folder: Path) -> Iterator[Callable[[int], None]]:
    """Give the room's own append: an act recorded through the ledger's step, each in its durable transaction."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "safeconduct.site.settings.testing"
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - only once Django is set up
    from django.db import connections, transaction  # noqa: PLC0415 - the same
    from django.db.backends.sqlite3.base import DatabaseWrapper  # noqa: PLC0415 - the same

    from safeconduct.rooms.ledger import steps  # noqa: PLC0415 - the same
    from safeconduct.site.databases import SQLITE_OPTIONS  # noqa: PLC0415 - the same

    known = connections["default"].settings_dict
    own = {"NAME": str(folder / "product.sqlite3"), "OPTIONS": SQLITE_OPTIONS}
    connections["default"] = DatabaseWrapper({**known, **own}, "default")
    call_command("migrate", "ledger", verbosity=0)
    actor = Actor(person="a" * 32, account="b" * 32, organisation="self")
    facts = {"digest": "c" * 64, "journey": "d" * 32}

    def append(times: int) -> None:
        for _ in range(times):
            with transaction.atomic(durable=True):
                steps.record(actor=actor, now=NOW, kind="bench.append", subject="e" * 32, facts=facts)

    yield append
    connections["default"].close()


def rates(times: int, work: dict[str, Callable[[], object]], repeats: int) -> dict[str, list[float]]:
    """Return how many entries a second each contender appends, repeat by repeat."""
    return interleaved({name: partial(lambda one: times / timed(one), one) for name, one in work.items()}, repeats)


def appends(lines: Lines, folder: Path, *, times: int, repeats: int) -> None:
    """Measure durable appends, one at a time and in groups, against the flushes of the same disk."""
    raw, core, leaves = Raw(folder), Core(folder), entries(times, 1)
    peer = pymerkle.SqliteTree(str(folder / "pymerkle.sqlite3"))
    with product(folder) as record:
        work = {
            "raw": lambda: raw.append(times),
            "core": lambda: [core.append([leaf]) for leaf in leaves],
            "product": lambda: record(times),
            "pymerkle": lambda: [peer.append_entry(leaf) for leaf in leaves],
        }
        found = rates(times, work, repeats)
    assert core.root() == MemoryTree(leaf_hashes(leaves * repeats)).root() == peer.get_root()
    sizes = {"entries": times, "repeats": repeats, "per_second": {name: spread(one, 1) for name, one in found.items()}}
    limit = median(found["raw"])
    lines.at_least("ledger.append.core", median(found["core"]) / limit, 0.9, peer="write 4 KiB + fdatasync", **sizes)
    lines.at_least(
        "ledger.append.room", median(found["product"]) / limit, 0.05, peer="write 4 KiB + fdatasync", **sizes
    )
    against = median(found["core"]) / median(found["pymerkle"])
    lines.at_least("ledger.append.pymerkle_durable", against, 5, peer="pymerkle SqliteTree", **sizes)
    for group in (10, 100):
        groups = [leaves[start : start + group] for start in range(0, times, group)]
        found = rates(
            times,
            {
                "raw": partial(raw.append, len(groups)),
                "core": lambda groups=groups: [core.append(one) for one in groups],
            },
            repeats,
        )
        ratio = median(found["core"]) / limit
        told = {"entries": times, "group": group, "repeats": repeats, "per_second": spread(found["core"], 1)}
        lines.at_least(f"ledger.append.group_{group}", ratio, group / 5, peer="one fdatasync for each entry", **told)


def bare(leaves: list[bytes], pair: bytes) -> None:
    """Hash as often and as much as a tree needs, and do nothing else."""
    sha256 = hashlib.sha256
    for leaf in leaves:
        sha256(leaf).digest()
    for _ in range(len(leaves) - 1):
        sha256(pair).digest()


def verification(lines: Lines, folder: Path, *, count: int, repeats: int) -> None:
    """Measure the check of a whole log, in memory and from its folder, against bare hashing."""
    leaves = entries(count, 2)
    whole = MemoryTree(leaf_hashes(leaves))
    peer = pymerkle.InmemoryTree()
    for leaf in leaves[: count // 20]:
        peer.append_entry(leaf)
    assert peer.get_root() == MemoryTree(leaf_hashes(leaves[: count // 20])).root()
    signer = Signer(ORIGIN, bytes(32))
    write_tiles(folder / "log", old_size=0, size=count, read=whole.read, entries=lambda start, stop: leaves[start:stop])
    note = sign_note(Checkpoint(ORIGIN, count, whole.root()).text, signer)
    write_checkpoint(folder / "log", note)
    pair = b"\x01" + bytes(64)

    def folder_check() -> None:
        report = fsck(folder / "log", origin=ORIGIN, verifiers=[signer.verifier])
        assert report.entries == count

    def one_by_one() -> None:
        log = MemoryTree()
        for leaf in leaves:
            log.append(leaf_hash(leaf))

    def theirs() -> None:
        log = pymerkle.InmemoryTree()
        for leaf in leaves[: count // 20]:
            log.append_entry(leaf)

    work = {
        "bare": lambda: bare(leaves, pair),
        "memory": lambda: MemoryTree(leaf_hashes(leaves)).root(),
        "folder": folder_check,
        "one by one": one_by_one,
        "pymerkle": theirs,
    }
    seconds = interleaved({name: partial(timed, one) for name, one in work.items()}, repeats)
    sizes = {"entries": count, "bytes": ENTRY_BYTES, "repeats": repeats}
    told = {"seconds": {name: spread(one) for name, one in seconds.items()}}
    limit = median(seconds["bare"])
    lines.at_most("ledger.verify.memory", median(seconds["memory"]) / limit, 1.5, peer="bare SHA-256", **sizes, **told)
    lines.at_most("ledger.verify.folder", median(seconds["folder"]) / limit, 1.5, peer="bare SHA-256", **sizes, **told)
    ratio = 20 * median(seconds["pymerkle"]) / median(seconds["one by one"])
    lines.at_least("ledger.append.pymerkle_memory", ratio, 5, peer="pymerkle InmemoryTree", **sizes, **told)


def main() -> int:
    """Measure, and return the exit code."""
    given = arguments("durable append and verification of the ledger")
    kept = ROOT / "var" / "bench"
    kept.mkdir(parents=True, exist_ok=True)
    # On the disk of the checkout: a folder in memory would make every flush free.
    folder = Path(tempfile.mkdtemp(prefix="ledger-", dir=kept))
    lines = Lines(versions("pymerkle", "django", sqlite=sqlite3.sqlite_version))
    try:
        appends(lines, folder, times=20 if given.tiny else 1_000, repeats=given.repeats)
        verification(lines, folder, count=2_000 if given.tiny else 200_000, repeats=given.repeats)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return lines.end()


if __name__ == "__main__":
    sys.exit(main())
