"""Passkey ceremonies: a fresh nonce for one person, one act and one object; an assertion uses it up.

1. A nonce lives ten minutes and is used once, whatever comes of the answer.
2. The challenge binds the origin's host, the role, the object's digest and the nonce.
3. The passkey is the named person's own, enrolled for exactly this host.
"""

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from json import loads
from typing import Any

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.configuration import Face
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.ids import Randomness
from safeconduct.core.conduct.passkeys import challenge, verify_assertion
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.roster import Roster
from safeconduct.vaultd.store import Store

LIFE_SECONDS = 600
NONCE_BYTES = 32
DECOY = "decoy"


class NonceError(NotPermittedError):
    """The challenge is unknown, was used, is too old or was made for another act."""

    code = "SC-NONCE"
    cure = "Load the page again and answer the fresh challenge."


@dataclass(frozen=True)
class Offer:
    """What a person is asked to answer: ``challenge`` in base64url without padding."""

    nonce: str
    challenge: str
    role: str
    rp_id: str
    credentials: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the form that the page's script and the driver read."""
        return {**vars(self), "credentials": list(self.credentials)}


@dataclass(frozen=True)
class Answered:
    """A ceremony that held."""

    person: str
    role: str
    nonce: str
    credential: str


class Ceremonies:
    """Challenges and their answers at the approve and open origins."""

    def __init__(self, *, store: Store, roster: Roster, clock: Clock, randomness: Randomness = os.urandom) -> None:
        """Keep the store of nonces and the roster of passkeys."""
        self._store = store
        self._roster = roster
        self._clock = clock
        self._randomness = randomness

    def offer(self, *, face: Face, person: str, role: str, digest: str) -> Offer:
        """Return a fresh challenge; a person without a passkey gets one too, which nothing can answer."""
        nonce = self._randomness(NONCE_BYTES).hex()
        made = challenge(domain=face.host, role=role, digest_hex=digest, nonce=nonce).hex()
        ends = self._clock.wall() + LIFE_SECONDS
        with self._store.writing():
            # What has ended is refused whether it stands here or not; kept, every offer would search more of them.
            self._store.run("DELETE FROM nonce WHERE ends < ?", (self._clock.wall(),))
            values = (made, nonce, person, face.host, role, digest, ends)
            self._store.run("INSERT INTO nonce VALUES (?, ?, ?, ?, ?, ?, ?, 0)", values)
        known = tuple(one.as_json()["credential_id"] for one in self._roster.credentials(person, face.host))
        if person and not known:
            known = (self._decoy(person, face.host),)
        return Offer(nonce=nonce, challenge=_text(made), role=role, rp_id=face.host, credentials=known)

    def _decoy(self, person: str, host: str) -> str:
        """Return the same invented passkey for an unknown person each time, so that asking tells nobody who is one."""
        with self._store.writing():
            secret = self._store.setting(DECOY)
            if secret is None:
                secret = self._randomness(NONCE_BYTES).hex()
                self._store.put_setting(DECOY, secret)
        return _text(hmac.new(bytes.fromhex(secret), f"{host}\n{person}".encode(), hashlib.sha256).hexdigest())

    def answer(self, *, face: Face, person: str, roles: frozenset[str], digest: str, assertion: JsonValue) -> Answered:
        """Return the person if the assertion answers a live challenge of theirs for this object and role."""
        said = _said_challenge(assertion)
        with self._store.writing():
            row = self._store.one("SELECT * FROM nonce WHERE challenge = ?", (said,))
            spent = self._store.run("UPDATE nonce SET used = 1 WHERE challenge = ? AND used = 0", (said,))
        if row is None or spent != 1 or row["ends"] <= self._clock.wall():
            raise NonceError
        if (row["person"], row["domain"], row["digest"]) != (person, face.host, digest) or row["role"] not in roles:
            raise NonceError("It was made for another act.")
        expected = challenge(domain=face.host, role=row["role"], digest_hex=digest, nonce=row["nonce"])
        # A challenge for nobody in particular is answered by whoever the passkey belongs to.
        person = person or self._roster.owner_of(str(assertion.get("id")), face.host)
        credential = self._roster.credential(person, str(assertion.get("id")), face.host)
        used = verify_assertion(
            credential=credential, assertion=assertion, expected=expected, origin=face.origin, rp_id=face.host
        )
        with self._store.writing():
            self._roster.count_use(used)
        return Answered(person=person, role=row["role"], nonce=row["nonce"], credential=str(assertion["id"]))


def _said_challenge(assertion: JsonValue) -> str:
    try:
        data = loads(_decoded(assertion["response"]["clientDataJSON"]))
        return _decoded(data["challenge"]).hex()
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise NonceError("The answer names no challenge.") from error


def _decoded(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except Base64Error as error:
        raise ValueError(text[:0]) from error


def _text(hexadecimal: str) -> str:
    return urlsafe_b64encode(bytes.fromhex(hexadecimal)).decode().rstrip("=")
