"""The vault process's own database: SQLite, write-ahead log, ``synchronous=FULL``, one writer."""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from safeconduct.core.base.disk import StorageFailedError, sync_folder
from safeconduct.core.base.errors import UnavailableError
from safeconduct.vaultd.durable import PRIVATE_FILE, make_private
from safeconduct.vaultd.schema import CHANGES, TABLES, VERSION

Row = sqlite3.Row
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "trusted_schema=OFF")
"""Set on every connection. ``tests/faults/power`` shows what a weaker ``synchronous`` loses."""
BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
PRIMARY_CODE = 0xFF
DISK_ERRORS = ("disk I/O error", "database or disk is full", "database disk image is malformed")


class StoreError(UnavailableError):
    """The vault process's store cannot be used."""

    code = "SC-VAULT-STORE"


class StoreBusyError(StoreError):
    """Another writer held the store for too long; nothing of this act was done."""

    code = "SC-VAULT-BUSY"
    cure = "Make the same call again."


class ServedElsewhereError(StoreError):
    """Another vault process serves this store."""

    code = "SC-VAULT-TWICE"
    cure = "Stop that one first. Only one may sweep the outbox and answer at the socket."


@contextmanager
def held_alone(folder: Path) -> Iterator[None]:
    """Be the only process that serves the store in ``folder``; raises ``ServedElsewhereError``. It ends with us."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ServedElsewhereError from error
        yield
    finally:
        os.close(descriptor)


class Store:
    """One connection behind one lock: acts are few, and correctness is worth more than parallel writes."""

    def __init__(self, path: Path) -> None:
        """Open the store, creating its tables if the file is new."""
        make_private(path.parent)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, PRIVATE_FILE))
        self.lock = threading.RLock()
        """The one lock of the vault process's state. A part that keeps another beside it could wait for ever."""
        self._depth = 0
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        self._connection.row_factory = sqlite3.Row
        for pragma in PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        self._create()
        # SQLite names its log in the folder at the first commit and passes over an error in doing so; we do not.
        sync_folder(path.parent)

    def _create(self) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            self._connection.executescript(f"BEGIN IMMEDIATE; {TABLES} PRAGMA user_version={VERSION}; COMMIT;")
        elif version > VERSION:
            raise StoreError(f"It has version {version}; this program writes version {VERSION}.")
        for older in range(version or VERSION, VERSION):
            self._connection.executescript(
                f"BEGIN IMMEDIATE; {CHANGES[older]} PRAGMA user_version={older + 1}; COMMIT;"
            )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold one transaction: everything inside is durable together, or none of it is. It nests."""
        with self.lock:
            if self._depth == 0:
                self.run("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0 and self._connection.in_transaction:
                    self.run("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._commit()

    def _commit(self) -> None:
        try:
            self.run("COMMIT")
        except BaseException:
            # A transaction that could not end must not take in the next act.
            if self._connection.in_transaction:
                self.run("ROLLBACK")
            raise

    def _execute(self, statement: str, values: tuple[Any, ...]) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, values)
        except sqlite3.OperationalError as error:
            if any(words in str(error) for words in DISK_ERRORS):
                raise StorageFailedError("The store could not be read or written.") from error
            if error.sqlite_errorcode & PRIMARY_CODE in BUSY:
                raise StoreBusyError from error
            raise

    def run(self, statement: str, values: tuple[Any, ...] = ()) -> int:
        """Execute one statement and return how many rows it changed."""
        with self.lock:
            return self._execute(statement, values).rowcount

    def one(self, statement: str, values: tuple[Any, ...] = ()) -> Row | None:
        """Return the first row, or None."""
        with self.lock:
            found: Row | None = self._execute(statement, values).fetchone()
            return found

    def all(self, statement: str, values: tuple[Any, ...] = ()) -> list[Row]:
        """Return every row."""
        with self.lock:
            return self._execute(statement, values).fetchall()

    def truncate(self) -> None:
        """Bring everything into the main file and empty the write-ahead log: bytes that were replaced are gone."""
        with self.lock:
            busy = self.one("PRAGMA wal_checkpoint(TRUNCATE)")
            if busy is None or busy[0] != 0:
                raise StoreError("Another program keeps its write-ahead log open.")

    def setting(self, name: str) -> str | None:
        """Return a setting, or None."""
        row = self.one("SELECT value FROM setting WHERE name = ?", (name,))
        return None if row is None else str(row["value"])

    def put_setting(self, name: str, value: str) -> None:
        """Write a setting."""
        self.run(
            "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
        )

    def close(self) -> None:
        """Close the store."""
        with self.lock:
            self._connection.close()
