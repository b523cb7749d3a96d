"""Sealed bytes of a far store, kept near: bounded, in pieces, and to be deleted at any time.

1. What lies here is what lies in the far store: sealed. No key and nothing clear comes near this file.
2. Each piece begins with its digest; one that does not agree is not there, and is fetched again.
3. Losing all of it costs time and nothing else, so nothing here is synced and no error here stops anybody.
"""

import hashlib
import threading
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path

from safeconduct.vaultd.durable import make_private

DIGEST_BYTES = 32
PART = ".part"


class SealedCache:
    """Pieces by name, the longest unused gone first."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        """Take stock of what an earlier run left."""
        self._folder = folder
        self._most = most_bytes
        self._lock = threading.Lock()
        make_private(folder)
        found = []
        for path in folder.iterdir():
            with suppress(OSError):
                if path.name.endswith(PART):
                    path.unlink()
                else:
                    stat = path.stat()
                    found.append((stat.st_mtime_ns, path.name, stat.st_size))
        self._held: OrderedDict[str, int] = OrderedDict((name, size) for _, name, size in sorted(found))
        self._bytes = sum(self._held.values())

    @property
    def held_bytes(self) -> int:
        """Return how many bytes are held, as far as we know."""
        return self._bytes

    def get(self, name: str) -> bytes | None:
        """Return a piece, or None where it is not here whole."""
        try:
            data = (self._folder / name).read_bytes()
        except OSError:
            return None
        if hashlib.sha256(data[DIGEST_BYTES:]).digest() != data[:DIGEST_BYTES]:
            self.drop([name])
            return None
        with self._lock:
            if name in self._held:
                self._held.move_to_end(name)
        return data[DIGEST_BYTES:]

    def put(self, name: str, piece: bytes) -> None:
        """Keep a piece where there is room for it."""
        size = DIGEST_BYTES + len(piece)
        if size > self._most:
            return
        part = self._folder / f"{name}{PART}"
        with self._lock:
            try:
                make_private(self._folder)
                part.write_bytes(hashlib.sha256(piece).digest() + piece)
                part.replace(self._folder / name)
            except OSError:
                with suppress(OSError):
                    part.unlink(missing_ok=True)
                return
            self._bytes += size - self._held.pop(name, 0)
            self._held[name] = size
            while self._bytes > self._most:
                oldest, freed = self._held.popitem(last=False)
                self._bytes -= freed
                with suppress(OSError):
                    (self._folder / oldest).unlink(missing_ok=True)

    def drop(self, names: list[str]) -> None:
        """Let go of pieces that turned out wrong, or whose file ended."""
        with self._lock:
            for name in names:
                self._bytes -= self._held.pop(name, 0)
                with suppress(OSError):
                    (self._folder / name).unlink(missing_ok=True)

    def begins(self, words: str) -> list[str]:
        """Return the pieces whose names begin so."""
        with self._lock:
            return [name for name in self._held if name.startswith(words)]
