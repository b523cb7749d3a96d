"""The vault process's two states. One person may seal it; two custodians must unseal it."""

import threading
from collections.abc import Mapping
from pathlib import Path

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.errors import UnavailableError
from safeconduct.core.sealing import keyfile
from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.keyfile import Share
from safeconduct.vaultd import durable
from safeconduct.vaultd.clock import Clock

PATIENCE_SECONDS = 300


class SealedError(UnavailableError):
    """The vault is sealed."""

    code = "SC-SEALED"
    cure = "Two key custodians must unseal it."


class Custody:
    """Gathers custodians' shares. The first share waits five minutes for the second, in memory only."""

    def __init__(self, *, path: Path, clock: Clock) -> None:
        """Take the sealed key file."""
        self._path = path
        self._clock = clock
        self._waiting: tuple[Share, float] | None = None
        self._lock = threading.Lock()

    @property
    def custodians(self) -> tuple[str, ...]:
        """Return the custodians' names."""
        return keyfile.custodians(self._path.read_bytes())

    @property
    def given(self) -> int:
        """Return how many shares wait."""
        waiting = self._waiting
        return int(waiting is not None and self._clock.wall() < waiting[1])

    def give(self, *, custodian: str, passphrase: str) -> bytes | None:
        """Take one custodian's passphrase; return the root key once two different ones held, else None.

        A wrong pair discards both, and says no more than that: nobody can test one passphrase alone.
        """
        data = self._path.read_bytes()
        share = keyfile.share_of(data, custodian=custodian, passphrase=passphrase)
        with self._lock:
            waiting, self._waiting = self._waiting, None
            if waiting is None or self._clock.wall() >= waiting[1] or waiting[0].custodian == custodian:
                self._waiting = (share, self._clock.wall() + PATIENCE_SECONDS)
                return None
        try:
            return keyfile.open_with_shares(data, waiting[0], share)
        except SealError as error:
            raise SealError("One of the two passphrases is wrong; both must be given again.") from error

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the key file as it lies on the disk."""
        return sha256_hex(self._path.read_bytes())

    @property
    def cost(self) -> keyfile.Cost:
        """Return what one guess of a passphrase costs by the key file."""
        return keyfile.cost_of(self._path.read_bytes())

    def open_at_once(self, passphrases: Mapping[str, str]) -> bytes:
        """Return the root key, given the passphrases of two custodians together; raises ``SealError``."""
        try:
            return keyfile.open_keyfile(self._path.read_bytes(), passphrases)
        except SealError as error:
            raise SealError("Two custodians of today must give their passphrases; one of them is wrong.") from error

    def replace(self, data: bytes) -> None:
        """Put a new key file in the place of the old one, whose bytes are overwritten."""
        with self._lock:
            self._waiting = None
            durable.replace_secret(self._path, data)
