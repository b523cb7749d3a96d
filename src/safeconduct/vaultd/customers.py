"""What happens to a whole customer's records: the region where they lie, and their end. No row is answered here.

1. An erasure is the end of every version of the customer's key, in one transaction that is on the disk and out of the
   write-ahead log before the answer. Nothing that follows it needs to happen for it to hold (GDPR Art. 17).
2. Copies of this store that were made before open until the epochs end under which the key was wrapped; the instant is
   told when the last of them ended, and the keepers of their escrow have overwritten it (``rotate-keys.md``).
3. Preserved copies have other keys. Nothing answered here differs by whether there are any (18 U.S.C. 2703(f), 2705).
4. Nothing of an erased customer is taken in again.
"""

import json
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.periods import instant_text, parse_instant
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.entries import Entries
from safeconduct.vaultd.keys import KeyRing
from safeconduct.vaultd.objects import IDENTIFIER
from safeconduct.vaultd.regions import Regions
from safeconduct.vaultd.store import Store

ERASE, PLACE = "records.erase_customer", "records.place_customer"


class CustomerErasedError(ConflictError):
    """A customer of these rows was erased."""

    code = "SC-CUSTOMER-ERASED"
    cure = "Leave the rows of erased customers out, then import again; nothing of it was taken."


class NotErasedError(BadInputError):
    """Nobody erased this customer."""

    code = "SC-NOT-ERASED"


class Customers:
    """Places and erases customers, each under one proven entry."""

    def __init__(self, *, store: Store, ring: KeyRing, clock: Clock, entries: Entries, regions: Regions) -> None:
        """Keep the parts it works on."""
        self._store = store
        self._ring = ring
        self._clock = clock
        self._entries = entries
        self._regions = regions

    def place(self, *, customer: str, region: str, proof: JsonValue) -> dict[str, Any]:
        """Decide where a customer's records will lie; raises ``RegionSetError`` once some were sealed."""
        _known(customer)
        with self._store.writing():
            entry = self._entries.admit(
                proof, op="place_customer", act=customer, kind=PLACE, subject=customer, facts={"region": region}
            )
            if (before := self._entries.answered(entry)) is not None:
                return before
            self._regions.place(customer=customer, region=region)
            return self._entries.finish(entry, {"customer": customer, "region": region})

    def erase(self, *, customer: str, asked: str, proof: JsonValue) -> dict[str, Any]:
        """Destroy the customer's key; the same customer again answers as before. Never while the clocks disagree."""
        _known(customer)
        self._clock.require_settled()
        told = {"asked": instant_text(parse_instant(asked))}
        with self._store.writing():
            entry = self._entries.admit(
                proof, op="erase_customer", act=customer, kind=ERASE, subject=customer, facts=told
            )
            if (before := self._entries.answered_once("erase_customer", customer)) is None:
                destroyed = instant_text(destroy(self._store, self._ring, self._clock.now(), customer, told["asked"]))
                before = self._entries.finish(entry, {"customer": customer, **told, "destroyed": destroyed})
        # The wrapped key stood in the log, too; whoever asks again makes sure that it no longer does.
        self._store.truncate()
        return before

    def told(self, *, customer: str) -> dict[str, Any]:
        """Return what a customer is told of their erasure; raises ``NotErasedError``."""
        row = self._store.one("SELECT * FROM erasure WHERE customer = ?", (customer,))
        if row is None:
            raise NotErasedError(customer)
        names = ("customer", "asked", "destroyed", "unreadable")
        return {name: row[name] for name in names}

    def require_none_erased(self, rows: pa.Table) -> None:
        """Raise ``CustomerErasedError`` where a row is an erased customer's."""
        gone = [row["customer"] for row in self._store.all("SELECT customer FROM erasure")]
        if gone and "customer" in rows.column_names:
            inside = pc.is_in(rows["customer"].cast(pa.string()), pa.array(gone, pa.string()))
            if pc.any(inside).as_py():
                raise CustomerErasedError


def destroy(store: Store, ring: KeyRing, now: datetime, customer: str, asked: str) -> datetime:
    """Destroy every version of a customer's key and note when; call inside a transaction."""
    owner = f"customer/{customer}"
    rows = store.all("SELECT DISTINCT epoch FROM wrapped_key WHERE owner = ? ORDER BY epoch", (owner,))
    # Older copies may have it under any epoch that has not ended yet, from before a rewrapping that broke off.
    epochs = sorted({row["epoch"] for row in rows} | {one.name for one in ring.epochs.alive})
    ring.destroy(owner)
    values = (customer, asked, instant_text(now), json.dumps(epochs))
    store.run("INSERT OR IGNORE INTO erasure VALUES (?, ?, ?, ?, NULL, NULL)", values)
    return now


def end_copies(store: Store, alive: list[str], now: datetime) -> int:
    """Note the erasures whose last epoch has ended, so that older copies of the store open for nobody."""
    done = 0
    for row in store.all("SELECT customer, epochs FROM erasure WHERE unreadable IS NULL"):
        if not set(json.loads(row["epochs"])) & set(alive):
            values = (instant_text(now), row["customer"])
            done += store.run("UPDATE erasure SET unreadable = ? WHERE customer = ?", values)
    return done


def _known(customer: str) -> None:
    if not IDENTIFIER.fullmatch(customer):
        raise BadInputError("A customer is named by the id of their records.")
