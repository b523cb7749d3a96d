"""The hierarchy of keys: root, one epoch KEK per month, one key per customer, matter or purpose, wrapped in the store.

Object keys are derived one level further down by ``core.sealing.objects``, once per seal.
"""

import os
import threading
from dataclasses import dataclass

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.ids import Randomness
from safeconduct.core.sealing import keys as sealing_keys
from safeconduct.core.sealing.objects import open_sealed, seal
from safeconduct.core.sealing.signing import SigningKey
from safeconduct.core.segments.errors import CustomerKeyDestroyedError
from safeconduct.core.tlog.notes import Signer
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.store import Store

SYSTEM, INDEX, DIRECTORY = "system", "index", "directory"
SEGMENT_INDEX, SEGMENT_DIRECTORY = "segment-index", "segment-directory"
NO_SALT = bytes(32)


class KeyGoneError(NotPermittedError):
    """The key was destroyed or never existed: what it sealed cannot be read."""

    code = "SC-KEY-GONE"
    cure = "Nothing can bring it back. The erasure is in the ledger."


class KeyRing:
    """What an unsealed vault process holds in memory. Without it nothing in the store can be opened."""

    def __init__(self, *, store: Store, root: bytes, clock: Clock, randomness: Randomness = os.urandom) -> None:
        """Keep the root key; every other key is unwrapped when it is first needed."""
        self._store = store
        self._root = root
        self._clock = clock
        self._randomness = randomness
        self._known: dict[tuple[str, int], bytes] = {}
        self._lock = threading.RLock()

    def newest(self, owner: str) -> tuple[int, bytes]:
        """Return version and key that new seals for ``owner`` use, making the first version if there is none."""
        with self._lock, self._store.writing():
            row = self._store.one("SELECT max(version) AS version FROM wrapped_key WHERE owner = ?", (owner,))
            version = None if row is None else row["version"]
            if version is None:
                epoch = f"epoch/{self._clock.now():%Y-%m}"
                return 1, self._make(owner, epoch, self._epoch(epoch))
            return int(version), self.version(owner, int(version))

    def version(self, owner: str, version: int) -> bytes:
        """Return one version of an owner's key; raises ``KeyGoneError`` once it was destroyed."""
        with self._lock:
            if (owner, version) in self._known:
                return self._known[owner, version]
            row = self._store.one("SELECT * FROM wrapped_key WHERE owner = ? AND version = ?", (owner, version))
            if row is None:
                raise KeyGoneError
            kek = self._root if row["epoch"] == "root" else self.version(row["epoch"], 1)
            key = sealing_keys.unwrap(kek, row["wrapped"], _wrapping(owner, version))
            self._known[owner, version] = key
            return key

    def existing(self, owner: str) -> bytes:
        """Return the newest key of an owner without ever making one; raises ``KeyGoneError``."""
        row = self._store.one("SELECT max(version) AS version FROM wrapped_key WHERE owner = ?", (owner,))
        if row is None or row["version"] is None:
            raise KeyGoneError
        return self.version(owner, int(row["version"]))

    def destroy(self, owner: str) -> None:
        """Destroy every version of an owner's key: what it sealed becomes unreadable."""
        with self._lock, self._store.writing():
            self._store.run("DELETE FROM wrapped_key WHERE owner = ?", (owner,))
            self._known = {name: key for name, key in self._known.items() if name[0] != owner}

    def _epoch(self, epoch: str) -> bytes:
        row = self._store.one("SELECT 1 FROM wrapped_key WHERE owner = ?", (epoch,))
        return self._make(epoch, "root", self._root) if row is None else self.version(epoch, 1)

    def _make(self, owner: str, epoch: str, kek: bytes) -> bytes:
        key = sealing_keys.new_key(self._randomness)
        wrapped = sealing_keys.wrap(kek, key, _wrapping(owner, 1), self._randomness)
        self._store.run("INSERT INTO wrapped_key VALUES (?, 1, ?, ?)", (owner, epoch, wrapped))
        self._known[owner, 1] = key
        return key

    def seal_field(self, place: str, data: bytes) -> bytes:
        """Return ``data`` sealed for one field of the store; ``place`` names table, column and row."""
        return seal(self.newest(SYSTEM)[1], _field(place), data, self._randomness)

    def open_field(self, place: str, sealed: bytes) -> bytes:
        """Return what ``seal_field`` sealed at the same place."""
        return open_sealed(self.newest(SYSTEM)[1], _field(place), sealed)

    def signer(self, purpose: str) -> Signer:
        """Return the signing key for ``issuer``, ``log`` or ``public_log``."""
        row = self._store.one("SELECT * FROM signing_key WHERE purpose = ?", (purpose,))
        if row is None:
            raise KeyGoneError
        return Signer(row["name"], self.open_field(f"signing_key/{purpose}", row["key_sealed"]))

    def add_signer(self, purpose: str, name: str) -> Signer:
        """Make a signing key; it never leaves the store in clear."""
        signer = Signer(name, SigningKey.generate(self._randomness).raw)
        sealed = self.seal_field(f"signing_key/{purpose}", signer.seed)
        values = (purpose, name, signer.verifier.public_key, sealed)
        self._store.run("INSERT INTO signing_key VALUES (?, ?, ?, ?)", values)
        return signer


@dataclass(frozen=True, kw_only=True)
class RecordKeys:
    """The keys of the sealed record store.

    Attributes:
        ring: the unsealed keys.
        matter: the matter whose preserved copies are meant; None for the records themselves.
        writes: whether a customer's first key may be made; a reader never makes one.
    """

    ring: KeyRing
    matter: str | None = None
    writes: bool = False

    def customer_key(self, customer: str) -> bytes:
        """Return the key over one customer's record pages; raises ``CustomerKeyDestroyedError``."""
        if self.matter is not None:
            return self._preserved({"use": "customer", "customer": customer})
        owner = f"customer/{customer}"
        if self.writes:
            return self.ring.newest(owner)[1]
        try:
            return self.ring.existing(owner)
        except KeyGoneError:
            raise CustomerKeyDestroyedError from None

    def index_key(self) -> bytes:
        """Return the key of the blind token index."""
        if self.matter is not None:
            return self._preserved({"use": SEGMENT_INDEX})
        return self.ring.newest(SEGMENT_INDEX)[1]

    def directory_key(self) -> bytes:
        """Return the key of the segment directories."""
        if self.matter is not None:
            return self._preserved({"use": SEGMENT_DIRECTORY})
        return self.ring.newest(SEGMENT_DIRECTORY)[1]

    def _preserved(self, context: dict[str, str]) -> bytes:
        owner = f"preservation/{self.matter}"
        key = self.ring.newest(owner)[1] if self.writes else self.ring.existing(owner)
        return sealing_keys.derive(key, salt=NO_SALT, context={"room": "vault", **context})


def _wrapping(owner: str, version: int) -> dict[str, str | int]:
    return {"room": "vault", "use": "wrapped-key", "owner": owner, "version": version}


def _field(place: str) -> dict[str, str | int]:
    return {"room": "vault", "use": "field", "place": place, "version": 1}
