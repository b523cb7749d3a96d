"""Rotation: a new epoch KEK over every surviving key, the old ones destroyed; and a new root key for new custodians.

Every step is durable before the next begins, and each may be the last before a crash:

1. The new epoch is in the epoch file. Nothing lies under it yet.
2. Keys go over in batches, one transaction each; a key lies under one epoch or the other, both alive.
3. The answer is kept, the write-ahead log is emptied.
4. The old epochs leave the epoch file. A copy of the store from before opens for nobody from here on.

The same call again goes on where it stopped, and ``settle`` does at every unsealing what no longer needs a decision.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from safeconduct.core.base.canonical import JsonValue, sha256_hex
from safeconduct.core.base.disk import StorageFailedError
from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import instant_text
from safeconduct.core.sealing import keyfile
from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.keys import new_key
from safeconduct.core.tlog.entry_proofs import ProvenEntry
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.custody import Custody
from safeconduct.vaultd.customers import end_copies
from safeconduct.vaultd.entries import Entries
from safeconduct.vaultd.epochs import month_of
from safeconduct.vaultd.keys import KeyRing
from safeconduct.vaultd.store import Store

KIND, RENEW = "vault.rotate", "vault.renew"
BATCH = 2_000
BEGUN, PENDING = "rotation_begun", "root_rotation"
"""Settings: which entry began the newest epoch and how many it ends; the change of the root that is on its way."""


class EpochNameError(ConflictError):
    """The entry names another epoch than the one that would begin now."""

    code = "SC-EPOCH"
    cure = "Ask for the keys' status, then record the rotation with the epoch that it names as next."


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """Everything a rotation needs."""

    store: Store
    clock: Clock
    ring: KeyRing
    entries: Entries
    custody: Custody
    randomness: Randomness = os.urandom

    def status(self) -> dict[str, Any]:
        """Return the epochs alive with their keys, the next epoch's name, and whether a rotation is due or stopped."""
        held, newest = self.ring.held(), self.ring.epochs.newest
        now = self.clock.now()
        return {
            "epochs": [
                {
                    "name": one.name,
                    "began": instant_text(one.began),
                    "days": max(0, (now - one.began).days),
                    "keys": held[one.name],
                }
                for one in self.ring.epochs.alive
            ],
            "next": self.ring.next_epoch(),
            "due": newest is None or month_of(newest.name) < f"{now:%Y-%m}",
            "unfinished": len(held) > 1,
        }

    def rotate(self, *, epoch: str, proof: JsonValue) -> dict[str, Any]:
        """Begin ``epoch``, wrap every key under it, destroy the epochs before it; answers counts only."""
        entry = self._admit(proof, epoch, {"what": "epoch"})
        if (before := self.entries.answered(entry)) is None:
            older = self._begin(entry, epoch)
            keys = self._wrap_all()
            with self.store.writing():
                before = self.entries.finish(entry, {"epoch": epoch, "keys": keys, "destroyed": older})
        self._end_older()
        return before

    def rotate_root(
        self, *, epoch: str, current: Mapping[str, str], custodians: Mapping[str, str], proof: JsonValue
    ) -> dict[str, Any]:
        """Replace the root key and its custodians; a new epoch comes with it. Two custodians of today must be there.

        Raises ``SealError`` if their passphrases do not open the key file, ``CustodianError`` for the new ones.
        """
        entry = self._admit(proof, epoch, {"what": "root", "custodians": len(custodians)})
        if self.store.setting(PENDING) is not None:
            # A full disk may have stopped this process's last try after its key file was replaced.
            self.settle()
        if (before := self.entries.answered(entry)) is not None:
            return before
        if not self.ring.epochs.holds_root(self.custody.open_at_once(current)):
            raise SealError("The key file is not the one that this vault was opened with.")
        root = new_key(self.randomness)
        sealed = keyfile.create(
            root_key=root, passphrases=custodians, cost=self.custody.cost, randomness=self.randomness
        )
        older = self._begin(entry, epoch)
        self.ring.epochs.also_under(root)
        keys = self._wrap_all()
        answer = {"epoch": epoch, "custodians": len(custodians), "keys": keys, "destroyed": older}
        pending = {"entry": entry.index, "key_file": sha256_hex(sealed), "answer": answer}
        with self.store.writing():
            self.store.put_setting(PENDING, json.dumps(pending))
        self.custody.replace(sealed)
        self.ring.epochs.only_under(root)
        self.settle()
        return answer

    def renew(self, *, customer: str, proof: JsonValue) -> dict[str, Any]:
        """Make the next version of a customer's key for all that is sealed from now on; answers its number."""
        with self.store.writing():
            entry = self.entries.admit(proof, op="renew", act=customer, kind=RENEW, subject=customer, facts={})
            if (before := self.entries.answered(entry)) is not None:
                return before
            return self.entries.finish(entry, {"version": self.ring.renew(f"customer/{customer}")})

    def settle(self) -> None:
        """Bring what a crash left to the end that is decided already; nothing is decided here."""
        pending = json.loads(self.store.setting(PENDING) or "null")
        if pending is not None:
            with self.store.writing():
                # The key file is what decides: it was replaced, or the change of the root did not happen.
                if pending["key_file"] == self.custody.digest:
                    if not self.ring.epochs.newest_root:
                        raise StorageFailedError("The key file is a newer one than this process was opened with.")
                    self.entries.keep(pending["entry"], pending["answer"])
                self.store.run("DELETE FROM setting WHERE name = ?", (PENDING,))
        self.ring.epochs.settle()
        self._end_older()

    def _admit(self, proof: JsonValue, epoch: str, facts: dict[str, Any]) -> ProvenEntry:
        facts = {"epoch": epoch, **facts}
        what = facts["what"]
        return self.entries.admit(proof, op="rotate", act=f"{what}/{epoch}", kind=KIND, subject=epoch, facts=facts)

    def _begin(self, entry: ProvenEntry, epoch: str) -> int:
        """Begin the epoch, or go on with the one that this entry began; return how many epochs that ends."""
        newest, begun = self.ring.epochs.newest, json.loads(self.store.setting(BEGUN) or "{}")
        if newest is not None and newest.name == epoch and begun.get("entry") == entry.index:
            return int(begun["older"])
        if epoch != self.ring.next_epoch():
            raise EpochNameError(f"It names {epoch[:40]!r}.")
        older = len(self.ring.epochs.alive)
        with self.store.writing():
            self.store.put_setting(BEGUN, json.dumps({"entry": entry.index, "older": older}))
        self.ring.epochs.begin(epoch, self.clock.now())
        return older

    def _wrap_all(self) -> int:
        while self.ring.rewrap(BATCH):
            pass
        return list(self.ring.held().values())[-1]

    def _end_older(self) -> None:
        """Destroy every epoch but the newest that holds no key; the old bytes leave the store's files first."""
        with self.store.lock:
            held = self.ring.held()
            kept = [name for place, (name, keys) in enumerate(held.items(), start=1) if keys or place == len(held)]
            # A store without any key is one that was lost: what could open its backup stays.
            if any(held.values()) and len(kept) < len(held):
                self.store.truncate()
                self.ring.epochs.only(kept)
            end_copies(self.store, [one.name for one in self.ring.epochs.alive], self.clock.now())
