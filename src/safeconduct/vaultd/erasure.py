"""The end of a closed matter's file: its case key is destroyed under one proven entry, and nothing opens it again.

What people signed (the bodies of safe-conducts and letters) stays sealed under the vault's own key: it is the proof of
what was allowed. Files of the outbox were sealed to their holders and open for nobody here.
"""

from pathlib import Path
from typing import Any

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.periods import instant_text
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.entries import Entries
from safeconduct.vaultd.keys import KeyRing
from safeconduct.vaultd.store import Store


class CaseHeldError(ConflictError):
    """Something of this matter still stands."""

    code = "SC-CASE-HELD"
    cure = "End the preserved copy first, and let what was approved expire."


class CaseErasure:
    """Destroys one matter's case key and the files that it sealed."""

    def __init__(self, *, store: Store, ring: KeyRing, clock: Clock, entries: Entries, folder: Path) -> None:
        """Keep the parts it works on; ``folder`` is the vault's own."""
        self._store = store
        self._ring = ring
        self._clock = clock
        self._entries = entries
        self._folder = folder / "objects"

    def erase(self, *, matter: str, proof: JsonValue) -> dict[str, Any]:
        """Destroy the key of ``matter``; answers how many objects nothing opens any more.

        Raises ``CaseHeldError`` while a preserved copy stands or a package waits for its release; never runs while the
        clocks disagree.
        """
        self._clock.require_settled()
        owner = f"matter/{matter}"
        with self._store.writing():
            entry = self._entries.admit(
                proof,
                op="erase_case",
                act=matter,
                kind="government_requests.erase_case",
                subject=matter,
                facts={},
            )
            names = [row["id"] for row in self._store.all("SELECT id FROM object WHERE owner = ?", (owner,))]
            if (answer := self._entries.answered(entry)) is None:
                self._require_free(matter)
                self._ring.destroy(owner)
                answer = self._entries.finish(entry, {"erased": len(names)})
        # The key is gone for good; what it sealed is noise, and leaves without an order of its own;
        # asked again, it takes away what a crash left.
        self._store.truncate()
        for name in names:
            (self._folder / name[:2] / f"{name}.sealed").unlink(missing_ok=True)
        return answer

    def _require_free(self, matter: str) -> None:
        copied = "SELECT 1 FROM preservation WHERE matter = ? AND ended_at IS NULL"
        waiting = (
            "SELECT 1 FROM lease JOIN consent ON consent.digest = lease.digest"
            " WHERE consent.matter = ? AND lease.state <> 'released' AND consent.revoked_at IS NULL"
            " AND (consent.expires IS NULL OR consent.expires > ?)"
        )
        now = instant_text(self._clock.now())
        if self._store.one(copied, (matter,)) is not None or self._store.one(waiting, (matter, now)) is not None:
            raise CaseHeldError
