"""The heads of the two logs as the vault process last saw them, and its signature on the next one.

A head is remembered when it is signed and when it comes with a proof: no caller can later show another history.
"""

from dataclasses import dataclass

from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.periods import instant_text
from safeconduct.core.tlog.checkpoint import Checkpoint, origin_of
from safeconduct.core.tlog.merkle import EMPTY_ROOT
from safeconduct.core.tlog.notes import sign_note
from safeconduct.core.tlog.proofs import verify_consistency
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.keys import KeyRing
from safeconduct.vaultd.store import Store

LOGS = {"private": "log", "public": "public_log"}
"""Each log and the purpose of the key that signs its heads."""


class StaleHeadError(ConflictError):
    """The proof does not start at the head that the vault process saw last."""

    code = "SC-STALE-HEAD"
    cure = "Fetch the proof again from the size named here."

    def __init__(self, detail: str, size: int) -> None:
        """Keep the size that a proof must start from."""
        super().__init__(detail)
        self.size = size

    def as_json(self) -> dict[str, str]:
        """Return the error with the size to start from."""
        return super().as_json() | {"size": str(self.size)}


@dataclass(frozen=True)
class Head:
    """Size and root (hexadecimal) of one log."""

    size: int
    root: str


class Heads:
    """The last head of each log."""

    def __init__(self, *, store: Store, ring: KeyRing, clock: Clock, log_origin: str) -> None:
        """Keep what is needed to check and to sign."""
        self._store = store
        self._ring = ring
        self._clock = clock
        self._log_origin = log_origin

    def last(self, log: str) -> Head:
        """Return the last head seen; an empty log's before the first."""
        if log not in LOGS:
            raise BadInputError("The log is private or public.")
        row = self._store.one("SELECT size, root FROM head WHERE log = ?", (log,))
        return Head(0, EMPTY_ROOT.hex()) if row is None else Head(row["size"], row["root"])

    def remember(self, log: str, head: Head) -> None:
        """Write a head that was proven to continue the last one."""
        values = (log, head.size, head.root, instant_text(self._clock.now()))
        self._store.run(
            "INSERT INTO head VALUES (?, ?, ?, ?) ON CONFLICT (log) DO UPDATE SET "
            "size = excluded.size, root = excluded.root, at = excluded.at",
            values,
        )

    def sign(self, *, log: str, size: int, root: str, consistency: list[str]) -> str:
        """Return the signed checkpoint of a head that continues the last one; raises ``ProofError``."""
        with self._store.writing():
            last = self.last(log)
            if size < last.size:
                raise StaleHeadError("It is smaller than the last one seen.", last.size)
            verify_consistency(
                old_size=last.size,
                old_root=bytes.fromhex(last.root),
                new_size=size,
                new_root=bytes.fromhex(root),
                proof=[bytes.fromhex(one) for one in consistency],
            )
            self.remember(log, Head(size, root))
        checkpoint = Checkpoint(origin_of(self._log_origin, log), size, bytes.fromhex(root))
        return sign_note(checkpoint.text, self._ring.signer(LOGS[log]))
