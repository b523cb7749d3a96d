"""What a log witness keeps on disk: the last head of each log, synced before any cosignature leaves.

A witness that forgot its state could be shown a second history, so a damaged state is an error, never a fresh start.
"""

import fcntl
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from safeconduct.core.base.canonical import canonical_json, parse_canonical
from safeconduct.core.base.errors import ConflictError, DamagedError, SafeconductError
from safeconduct.core.tlog.checkpoint import hash_text, parse_hash
from safeconduct.core.tlog.tiles import write_durably
from safeconduct.core.tlog.witness import Seen

LOCK = "lock"


class StateError(DamagedError):
    """The witness's memory of a log is damaged."""

    code = "SC-WITNESS-STATE"
    cure = "Retire this witness key, or restore the state it had last; never start it without."


class StateTakenError(ConflictError):
    """Another witness process uses this state."""

    code = "SC-WITNESS-TAKEN"


class WitnessState:
    """A folder with one file per log, held by one process at a time."""

    def __init__(self, directory: Path) -> None:
        """Take the folder; raises ``StateTakenError`` while another process holds it."""
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._lock = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise StateTakenError from error

    def close(self) -> None:
        """Let the folder go."""
        with suppress(OSError):
            os.close(self._lock)

    def _path(self, origin: str) -> Path:
        return self._directory / f"{sha256(origin.encode()).hexdigest()}.json"

    def seen(self, origin: str) -> Seen:
        """Return the last head of the log ``origin``; raises ``StateError``."""
        try:
            data = self._path(origin).read_bytes()
        except FileNotFoundError:
            return Seen()
        try:
            value = parse_canonical(data)
            size, root = value["size"], parse_hash(value["root"])
        except (KeyError, TypeError, SafeconductError) as error:
            raise StateError(f"The log is {origin}.") from error
        if value.get("origin") != origin or type(size) is not int or size < 0:
            raise StateError(f"The log is {origin}.")
        return Seen(size, root)

    def store(self, origin: str, seen: Seen) -> None:
        """Put the new head on disk; an ``OSError`` passes upwards and must stop the process."""
        value = {"origin": origin, "size": seen.size, "root": hash_text(seen.root)}
        write_durably(self._path(origin), canonical_json(value))
