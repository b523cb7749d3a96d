"""Durable leases: one journey's use of one safe-conduct over pinned segments."""

import json
from datetime import datetime

from safeconduct.core.base.periods import instant_text, parse_instant
from safeconduct.core.conduct.leases import Lease, LeaseTakenError, take_lease
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.records import Pinned
from safeconduct.vaultd.store import Row, Store


class Leases:
    """Every lease ever taken; none is ever removed."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        """Keep the store."""
        self._store = store
        self._clock = clock

    def take(
        self, *, digest: str, journey: str, expires: datetime, segments: list[Pinned]
    ) -> tuple[Lease, list[Pinned]]:
        """Return the lease and its pinned segments: new, or the same journey's; raises ``LeaseTakenError``."""
        with self._store.writing():
            row = self._store.one("SELECT * FROM lease WHERE digest = ?", (digest,))
            taken = self._store.one("SELECT digest FROM lease WHERE journey = ?", (journey,))
            if taken is not None and taken["digest"] != digest:
                raise LeaseTakenError("This journey already works under another safe-conduct.")
            lease = take_lease(
                digest=digest,
                journey=journey,
                expires=expires,
                revoked=False,
                existing=None if row is None else _lease(row),
                segments=tuple(one.id for one in segments),
                now=self._clock.now(),
            )
            if row is None:
                pinned = json.dumps([vars(one) for one in segments])
                values = (digest, journey, pinned, instant_text(lease.begun), "leased")
                self._store.run("INSERT INTO lease VALUES (?, ?, ?, ?, ?)", values)
                return lease, segments
        return lease, _pinned(row)

    def state(self, digest: str) -> str | None:
        """Return ``leased``, ``collected`` or ``released``, or None."""
        row = self._store.one("SELECT state FROM lease WHERE digest = ?", (digest,))
        return None if row is None else str(row["state"])

    def journey(self, digest: str) -> str | None:
        """Return the journey that holds the lease, or None."""
        row = self._store.one("SELECT journey FROM lease WHERE digest = ?", (digest,))
        return None if row is None else str(row["journey"])

    def move(self, digest: str, before: str, after: str) -> None:
        """Write a lease's next state; call inside a transaction. Raises ``LeaseTakenError`` if it is not ``before``."""
        moved = self._store.run("UPDATE lease SET state = ? WHERE digest = ? AND state = ?", (after, digest, before))
        if moved != 1:
            raise LeaseTakenError("The lease is not where this act takes it up.")


def _pinned(row: Row) -> list[Pinned]:
    return [Pinned(**one) for one in json.loads(row["segments"])]


def _lease(row: Row) -> Lease:
    return Lease(
        digest=row["digest"],
        journey=row["journey"],
        begun=parse_instant(row["at"]),
        segments=tuple(one.id for one in _pinned(row)),
    )
