"""Secrets of officers' one-time codes. One is told once, when it is made; afterwards only a verdict leaves.

1. A secret is made under a proven entry, and takes the place of an earlier one of its account.
2. Five wrong codes in a row stop it for a quarter of an hour; twenty end it, and only a new call-back makes another
   (NIST SP 800-63B, section 5.2.2).
3. A used step never serves again. Used steps and wrong codes are counted here, where the web's database cannot reach.
4. An unknown, stopped or ended one is computed like any other and answered like a wrong code.
"""

import os
from datetime import timedelta
from typing import Any

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import instant_text, parse_instant
from safeconduct.core.conduct.one_time_codes import NEVER, SECRET_BYTES, secret_text, serving_step
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.entries import Entries
from safeconduct.vaultd.keys import KeyRing
from safeconduct.vaultd.store import Row, Store

STOPS_AFTER, ENDS_AFTER = 5, 20
STOPPED_FOR = timedelta(minutes=15)
NOBODYS = bytes(SECRET_BYTES)


class OneTimeCodes:
    """Makes secrets, and says whether a code serves now."""

    def __init__(self, *, store: Store, ring: KeyRing, clock: Clock, entries: Entries) -> None:
        """Keep the parts it needs."""
        self._store = store
        self._ring = ring
        self._clock = clock
        self._entries = entries

    def make(self, *, key: str, account: str, proof: JsonValue, randomness: Randomness = os.urandom) -> dict[str, Any]:
        """Make the secret ``key`` for an account and tell it, this once: ``{"secret"}``; asked again, it is the same.

        The answer is kept sealed until the first right code, so that a lost answer costs no call.
        """
        with self._store.writing():
            entry = self._entries.admit(
                proof,
                op="make_code",
                act=key,
                kind="senders.make_code",
                subject=key,
                facts={"account": account},
            )
            row = self._row(key)
            if row is None:
                now = instant_text(self._clock.now())
                self._store.run(
                    "UPDATE one_time_code SET ended_at = ? WHERE account = ? AND ended_at IS NULL", (now, account)
                )
                sealed = self._ring.seal_field(_place(key), randomness(SECRET_BYTES))
                values = (key, account, sealed, now, NEVER)
                self._store.run("INSERT INTO one_time_code VALUES (?, ?, ?, ?, ?, 0, NULL, NULL)", values)
                row = self._row(key)
            del entry
        told = row is not None and row["last_step"] == NEVER and row["ended_at"] is None
        return {"secret": secret_text(self._secret(row)) if told else ""}

    def check(self, *, key: str, code: str) -> dict[str, Any]:
        """Return ``{"serves": bool}`` for a code typed now, and count it."""
        with self._store.writing():
            row, now = self._row(key), self._clock.now()
            step = serving_step(
                self._secret(row), typed=code, at=now, after=NEVER if row is None else int(row["last_step"])
            )
            if row is None or row["ended_at"] is not None:
                return {"serves": False}
            if row["stopped_until"] is not None and now < parse_instant(row["stopped_until"]):
                return {"serves": False}
            if step is None:
                self._count_wrong(key, int(row["wrong"]) + 1)
                return {"serves": False}
            self._store.run(
                "UPDATE one_time_code SET last_step = ?, wrong = 0, stopped_until = NULL WHERE id = ?", (step, key)
            )
            return {"serves": True}

    def _count_wrong(self, key: str, wrong: int) -> None:
        now = self._clock.now()
        stopped = instant_text(now + STOPPED_FOR) if wrong % STOPS_AFTER == 0 else None
        ended = instant_text(now) if wrong >= ENDS_AFTER else None
        values = (wrong, stopped, ended, key)
        self._store.run("UPDATE one_time_code SET wrong = ?, stopped_until = ?, ended_at = ? WHERE id = ?", values)

    def _row(self, key: str) -> Row | None:
        return self._store.one("SELECT * FROM one_time_code WHERE id = ?", (key,))

    def _secret(self, row: Row | None) -> bytes:
        return NOBODYS if row is None else self._ring.open_field(_place(row["id"]), row["secret_sealed"])


def _place(key: str) -> str:
    return f"code/secret/{key}"
