"""Sealed objects: files in the vault's store, a row each; papers, transcripts, letters, names, packages, receipts."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.errors import BadInputError, ConflictError, NotPermittedError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import instant_text
from safeconduct.core.sealing.objects import open_sealed, seal
from safeconduct.vaultd import durable
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.keys import DIRECTORY, KeyRing
from safeconduct.vaultd.store import Row, Store

KIND = re.compile(r"[a-z][a-z_]{1,31}")
IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
NAME_KIND = "name"
CASE_KINDS = frozenset(
    {"transcript", "case_file", "letter", "question", "answer", "receipt", "reading", "confirmation", "mail", "history"}
)
"""What a case grant opens over the socket; an upload (``paper``) opens only on the open origin."""
PRIVILEGED_KINDS = frozenset({"advice"})
"""What the same grant opens for counsel alone; for everybody else there is no such object, and no page shows it."""
OUR_KINDS = frozenset({"package", "receipt", "release_form", "clean_copy", "reading", "confirmation", "fake_plan"})
"""What only the vault process itself may seal."""


class UnknownObjectError(NotPermittedError):
    """There is no such object here."""

    code = "SC-UNKNOWN-OBJECT"
    cure = "Nothing is there for you under this id."


class ObjectExistsError(ConflictError):
    """An object with this id is already sealed."""

    code = "SC-OBJECT-EXISTS"


@dataclass(frozen=True)
class Sealed:
    """A sealed object's row: ``owner`` is ``matter/<id>``, ``customer/<id>`` or ``directory``."""

    id: str
    kind: str
    owner: str
    sha256: str

    @property
    def matter(self) -> str | None:
        """Return the matter that owns it, or None."""
        return self.owner.removeprefix("matter/") if self.owner.startswith("matter/") else None


class Objects:
    """Seals and opens objects. Only callers inside the vault process decide who may see what was opened."""

    def __init__(
        self, *, store: Store, ring: KeyRing, clock: Clock, folder: Path, randomness: Randomness = os.urandom
    ) -> None:
        """Keep the folder that only this process may read."""
        self._store = store
        self._ring = ring
        self._clock = clock
        self._folder = folder / "objects"
        self._randomness = randomness

    def put(self, *, kind: str, owner: str, data: bytes, object_id: str | None = None) -> str:
        """Seal ``data`` and return its id; the same bytes under the same id again are accepted."""
        if not KIND.fullmatch(kind):
            raise BadInputError("A kind of object is a word in small letters.")
        name = new_id(self._randomness) if object_id is None else object_id
        if not IDENTIFIER.fullmatch(name):
            raise BadInputError("An object id is 32 hexadecimal characters.")
        with self._store.writing():
            if self._known(name, kind, owner, data):
                return name
            version, key = self._ring.newest(owner)
            blob = seal(key, _context(name, kind, version), data, self._randomness)
            durable.write(self._path(name), blob)
            values = (name, kind, owner, version, len(data), sha256_hex(data), instant_text(self._clock.now()))
            self._store.run("INSERT INTO object VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        return name

    def _known(self, name: str, kind: str, owner: str, data: bytes) -> bool:
        row = self._store.one("SELECT * FROM object WHERE id = ?", (name,))
        if row is None:
            return False
        if (row["kind"], row["owner"], row["sha256"]) != (kind, owner, sha256_hex(data)):
            raise ObjectExistsError
        return True

    def has(self, object_id: str) -> bool:
        """Return whether there is such an object."""
        return self._store.one("SELECT 1 FROM object WHERE id = ?", (object_id,)) is not None

    def find(self, object_id: str) -> Sealed:
        """Return an object's row; raises ``UnknownObjectError``."""
        row = self._row(object_id)
        return Sealed(id=row["id"], kind=row["kind"], owner=row["owner"], sha256=row["sha256"])

    def of_owner(self, *, kind: str, owner: str) -> list[tuple[str, str]]:
        """Return id and instant of an owner's objects of one kind, oldest first."""
        rows = self._store.all("SELECT id, at FROM object WHERE owner = ? AND kind = ? ORDER BY at, id", (owner, kind))
        return [(row["id"], row["at"]) for row in rows]

    def open(self, object_id: str) -> bytes:
        """Return what the object holds; raises ``SealError`` for damage, ``KeyGoneError`` after erasure."""
        row = self._row(object_id)
        key = self._ring.version(row["owner"], row["key_version"])
        blob = self._path(row["id"]).read_bytes()
        return open_sealed(key, _context(row["id"], row["kind"], row["key_version"]), blob)

    def names(self, object_ids: list[str]) -> dict[str, str]:
        """Return the directory's names; an id that is no name is left out."""
        found = {}
        for object_id in object_ids:
            row = self._store.one("SELECT kind, owner FROM object WHERE id = ?", (object_id,))
            if row is not None and (row["kind"], row["owner"]) == (NAME_KIND, DIRECTORY):
                found[object_id] = self.open(object_id).decode("utf-8", "replace")
        return found

    def _row(self, object_id: str) -> Row:
        row = self._store.one("SELECT * FROM object WHERE id = ?", (object_id,))
        if row is None:
            raise UnknownObjectError
        return row

    def _path(self, object_id: str) -> Path:
        return self._folder / object_id[:2] / f"{object_id}.sealed"


def _context(object_id: str, kind: str, version: int) -> dict[str, str | int]:
    return {"room": "vault", "object": object_id, "kind": kind, "version": version}
