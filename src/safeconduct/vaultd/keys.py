"""The hierarchy of keys: root, epoch KEK, one key per customer, matter or purpose, wrapped in the store.

Object keys are derived one level further down by ``core.sealing.objects``, once per seal. The epoch KEKs lie in a file
of their own (``vaultd.epochs``); ``vaultd.rotation`` changes them.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.ids import Randomness
from safeconduct.core.sealing import keys as sealing_keys
from safeconduct.core.sealing.objects import open_sealed, seal
from safeconduct.core.sealing.signing import SigningKey
from safeconduct.core.segments.errors import CustomerKeyDestroyedError
from safeconduct.core.tlog.notes import Signer
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.epochs import Epoch, EpochFileError, Epochs, month_of, next_name
from safeconduct.vaultd.store import Store

SYSTEM, INDEX, DIRECTORY = "system", "index", "directory"
SEGMENT_INDEX, SEGMENT_DIRECTORY = "segment-index", "segment-directory"
NO_SALT = bytes(32)
AT_ONCE = 500
"""So many keys are asked for in one question."""
DESTROYED = "destroyed/"
"""Before an owner's name: the setting that keeps the last version that was destroyed."""


class KeyGoneError(NotPermittedError):
    """The key was destroyed or never existed: what it sealed cannot be read."""

    code = "SC-KEY-GONE"
    cure = "Nothing can bring it back. The erasure is in the ledger."


class KeyRing:
    """What an unsealed vault process holds in memory. Without it nothing in the store can be opened."""

    def __init__(self, *, store: Store, epochs: Epochs, clock: Clock, randomness: Randomness = os.urandom) -> None:
        """Keep the open epochs; every other key is unwrapped when it is first needed. Raises ``EpochFileError``."""
        self._store = store
        self._clock = clock
        self._randomness = randomness
        self.epochs = epochs
        self._known: dict[tuple[str, int], bytes] = {}
        # The store's own lock: with a second one, a reader and an act could each hold what the other waits for.
        self._lock = store.lock
        self._adopt()
        if epochs.newest is None and store.one("SELECT 1 FROM wrapped_key LIMIT 1") is not None:
            raise EpochFileError("It is not there.")

    def _adopt(self) -> None:
        """Move epochs that the first version kept in the store to the epoch file."""
        rows = self._store.all("SELECT owner, wrapped FROM wrapped_key WHERE epoch = 'root' ORDER BY owner")
        for row in rows:
            kek = self.epochs.unwrap(row["wrapped"], wrapping(row["owner"], 1))
            if self.epochs.find(row["owner"]) is None:
                self.epochs.adopt(row["owner"], kek, datetime.fromisoformat(f"{month_of(row['owner'])}-01T00:00:00Z"))
        if rows:
            with self._store.writing():
                self._store.run("DELETE FROM wrapped_key WHERE epoch = 'root'")
            self._store.truncate()

    def next_epoch(self) -> str:
        """Return the name of the epoch that a rotation would begin now."""
        newest = self.epochs.newest
        return next_name(None if newest is None else newest.name, self._clock.now())

    def newest(self, owner: str) -> tuple[int, bytes]:
        """Return version and key that new seals for ``owner`` use, making a first version if there is none."""
        with self._lock:
            version = self._newest_version(owner)
            if version is not None:
                return version, self.version(owner, version)
            with self._store.writing():
                # The number of a destroyed version is never used again: what it sealed is gone, not damaged.
                version = int(self._store.setting(f"{DESTROYED}{owner}") or 0) + 1
                return version, self._make(owner, version)

    def version(self, owner: str, version: int) -> bytes:
        """Return one version of an owner's key; raises ``KeyGoneError`` once it was destroyed."""
        with self._lock:
            if (owner, version) in self._known:
                return self._known[owner, version]
            row = self._store.one("SELECT * FROM wrapped_key WHERE owner = ? AND version = ?", (owner, version))
            epoch = None if row is None else self.epochs.find(row["epoch"])
            if row is None or epoch is None:
                raise KeyGoneError
            key = sealing_keys.unwrap(epoch.kek, row["wrapped"], wrapping(owner, version))
            self._known[owner, version] = key
            return key

    def _newest_version(self, owner: str) -> int | None:
        row = self._store.one("SELECT max(version) AS version FROM wrapped_key WHERE owner = ?", (owner,))
        return None if row is None or row["version"] is None else int(row["version"])

    def renew(self, owner: str) -> int:
        """Make the next version of an owner's key, for new seals; raises ``KeyGoneError`` if there is none to follow.

        Older versions stay for what they sealed.
        """
        with self._lock, self._store.writing():
            version = self._newest_version(owner)
            if version is None:
                raise KeyGoneError
            self._make(owner, version + 1)
            return version + 1

    def segment_version(self, segment: str, customer: str) -> int:
        """Return under which version of a customer's key their pages of a segment are sealed."""
        row = self._store.one("SELECT version FROM segment_key WHERE segment = ? AND customer = ?", (segment, customer))
        return 1 if row is None else int(row["version"])

    def existing(self, owner: str) -> bytes:
        """Return the newest key of an owner without ever making one; raises ``KeyGoneError``."""
        version = self._newest_version(owner)
        if version is None:
            raise KeyGoneError
        return self.version(owner, version)

    def newest_held(self, owner: str) -> tuple[int, bytes] | None:
        """Return version and key for new seals without ever making one; None where there is none."""
        with self._lock:
            version = self._newest_version(owner)
            return None if version is None else (version, self.version(owner, version))

    def newest_of(self, owners: Sequence[str]) -> dict[str, tuple[int, bytes]]:
        """Return what ``newest`` would for each of many owners, in one transaction."""
        found: dict[str, tuple[int, bytes]] = {}
        with self._lock, self._store.writing():
            for start in range(0, len(owners), AT_ONCE):
                part = owners[start : start + AT_ONCE]
                marks = ", ".join("?" * len(part))
                rows = self._store.all(
                    f"SELECT owner, max(version) AS version FROM wrapped_key WHERE owner IN ({marks}) GROUP BY owner",  # noqa: S608 - question marks only
                    tuple(part),
                )
                for owner, version in rows:
                    found[owner] = version, self._known.get((owner, version)) or self.version(owner, version)
            for owner in owners:
                if owner not in found:
                    found[owner] = self.newest(owner)
        return found

    def destroyed(self, kind: str) -> list[str]:
        """Return the names of the owners of a kind (``customer``) of whom a key was ever destroyed."""
        begin = f"{DESTROYED}{kind}/"
        rows = self._store.all("SELECT name FROM setting WHERE substr(name, 1, ?) = ?", (len(begin), begin))
        return sorted(row["name"].removeprefix(begin) for row in rows)

    def destroy(self, owner: str) -> None:
        """Destroy every version of an owner's key: what it sealed becomes unreadable."""
        with self._lock, self._store.writing():
            if (version := self._newest_version(owner)) is not None:
                self._store.put_setting(f"{DESTROYED}{owner}", str(version))
            self._store.run("DELETE FROM wrapped_key WHERE owner = ?", (owner,))
            self._known = {name: key for name, key in self._known.items() if name[0] != owner}

    def rewrap(self, most: int) -> int:
        """Wrap at most so many keys, that an older epoch holds, under the newest, in one transaction; return how many.

        Keys of an epoch that no longer exists stay as they are: nothing opens them.
        """
        with self._lock, self._store.writing():
            newest, older = self._wraps_under(), self.epochs.alive[:-1]
            marks = ", ".join("?" * len(older))
            rows = self._store.all(
                f"SELECT * FROM wrapped_key WHERE epoch IN ({marks}) LIMIT ?",  # noqa: S608 - question marks only
                (*(one.name for one in older), most),
            )
            for row in rows:
                key = self.version(row["owner"], row["version"])
                wrapped = sealing_keys.wrap(newest.kek, key, wrapping(row["owner"], row["version"]), self._randomness)
                self._store.run(
                    "UPDATE wrapped_key SET epoch = ?, wrapped = ? WHERE owner = ? AND version = ?",
                    (newest.name, wrapped, row["owner"], row["version"]),
                )
            return len(rows)

    def held(self) -> dict[str, int]:
        """Return how many keys lie under each epoch that is alive, oldest first."""
        rows = self._store.all("SELECT epoch, count(*) AS number FROM wrapped_key GROUP BY epoch")
        counts = {row["epoch"]: int(row["number"]) for row in rows}
        return {one.name: counts.get(one.name, 0) for one in self.epochs.alive}

    def _wraps_under(self) -> Epoch:
        return self.epochs.newest or self.epochs.begin(self.next_epoch(), self._clock.now())

    def _make(self, owner: str, version: int) -> bytes:
        epoch = self._wraps_under()
        key = sealing_keys.new_key(self._randomness)
        wrapped = sealing_keys.wrap(epoch.kek, key, wrapping(owner, version), self._randomness)
        self._store.run("INSERT INTO wrapped_key VALUES (?, ?, ?, ?)", (owner, version, epoch.name, wrapped))
        self._known[owner, version] = key
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
    """The keys of one segment of the sealed record store.

    Attributes:
        ring: the unsealed keys.
        segment: the segment's id.
        matter: the matter whose preserved copies are meant; None for the records themselves.
        writes: whether it seals, under each customer's newest key.
        makes: whether a customer's first key may be made; a reader and a compaction never make one.
        used: the version of each customer's key that was used in writing.
        at_hand: versions and keys that were fetched together, by owner.
    """

    ring: KeyRing
    segment: str
    matter: str | None = None
    writes: bool = False
    makes: bool = True
    used: dict[str, int] = field(default_factory=dict)
    at_hand: dict[str, tuple[int, bytes]] = field(default_factory=dict, repr=False)

    def fetch(self, customers: Sequence[str]) -> None:
        """Have the newest keys of these customers at hand, made in one transaction where they have none yet."""
        owners = [f"customer/{customer}" for customer in customers]
        if self.matter is None and self.writes and self.makes:
            self.at_hand.update(self.ring.newest_of(owners))

    def customer_key(self, customer: str) -> bytes:
        """Return the key over one customer's record pages; raises ``CustomerKeyDestroyedError``."""
        if self.matter is not None:
            return self._preserved({"use": "customer", "customer": customer})
        owner = f"customer/{customer}"
        if self.writes:
            if owner in self.at_hand:
                self.used[customer], key = self.at_hand[owner]
                return key
            found = self.ring.newest(owner) if self.makes else self.ring.newest_held(owner)
            if found is None:
                raise CustomerKeyDestroyedError
            self.used[customer], key = found
            return key
        try:
            return self.ring.version(owner, self.ring.segment_version(self.segment, customer))
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


def wrapping(owner: str, version: int) -> dict[str, str | int]:
    """Return the context of one wrapped key."""
    return {"room": "vault", "use": "wrapped-key", "owner": owner, "version": version}


def _field(place: str) -> dict[str, str | int]:
    return {"room": "vault", "use": "field", "place": place, "version": 1}
