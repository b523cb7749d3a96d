"""The third clock: the time in a log witness's newest cosignature over a head that this vault process signed.

Whoever calls can only hand in what the witness made: both signatures are checked, against keys of our own keeping.
"""

import json
from typing import Any

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.periods import instant_text
from safeconduct.core.tlog.checkpoint import open_checkpoint, origin_of
from safeconduct.core.tlog.notes import Verifier
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.keys import KeyRing
from safeconduct.vaultd.store import Store

WITNESSES = "witnesses"
"""The setting that holds the witnesses' vkeys, written when the instance is founded."""


class NoWitnessError(NotPermittedError):
    """No log witness of this instance signed that."""

    code = "SC-NO-WITNESS"


def witness_keys(store: Store) -> tuple[Verifier, ...]:
    """Return the keys of the log witnesses whose time counts here: those that the instance was founded with."""
    return tuple(Verifier.from_vkey(one) for one in json.loads(store.setting(WITNESSES) or "[]"))


def keep_witness_keys(store: Store, keys: tuple[Verifier, ...]) -> None:
    """Keep the witnesses' keys."""
    store.put_setting(WITNESSES, json.dumps([one.vkey for one in keys]))


class WitnessTime:
    """Takes the witness's word for the time."""

    def __init__(self, *, store: Store, ring: KeyRing, clock: Clock, log_origin: str) -> None:
        """Keep the parts."""
        self._store = store
        self._ring = ring
        self._clock = clock
        self._origin = origin_of(log_origin, "public")

    def take(self, note: str) -> dict[str, Any]:
        """Take the earliest of the times that our witnesses signed in ``note``; answers what the clocks say now.

        Raises ``NoWitnessError`` where none of them did, and what is wrong with a note of another log.
        """
        keys = witness_keys(self._store)
        own = self._ring.signer("public_log").verifier
        opened = open_checkpoint(note, origin=self._origin, verifiers=[own, *keys])
        times = [one.time for one in opened.note.signatures if one.time is not None]
        if not times:
            raise NoWitnessError
        self._clock.witnessed(float(min(times)))
        return clocks_told(self._clock)


def clocks_told(clock: Clock) -> dict[str, Any]:
    """Return the clocks as the socket answers them."""
    found = clock.read()
    return {
        "wall": instant_text(found.wall),
        "boot": instant_text(found.boot),
        "witness": None if found.witness is None else instant_text(found.witness),
        "agree": found.agree,
    }
