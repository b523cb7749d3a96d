"""Statements under the issuer's key: reports, bands, trust documents. Their first line says what they are."""

from typing import Any

from safeconduct.core.base.canonical import JsonValue, sha256_hex
from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.tlog.notes import sign_note
from safeconduct.core.verification.trust import Trust, TrustError
from safeconduct.vaultd.entries import Entries
from safeconduct.vaultd.keys import KeyRing
from safeconduct.vaultd.store import Store

KINDS = ("report", "band", "trust")
FIRST_LINE = "safeconduct/v1/{kind}"


class Statements:
    """Signs what a caller wrote, but never anything that another of our formats could mistake for its own."""

    def __init__(self, *, configuration: Configuration, store: Store, ring: KeyRing, entries: Entries) -> None:
        """Keep the issuer's key at hand."""
        self._configuration = configuration
        self._store = store
        self._ring = ring
        self._entries = entries

    def _trust(self, text: str) -> str:
        """Return the statement about a trust file, if that names our own keys and no easier quorum than configured."""
        trust, purposes = Trust.parse(text.encode()), ("issuer", "log", "public_log")
        ours = tuple(self._ring.signer(purpose).verifier for purpose in purposes)
        quorum = self._configuration.witness_quorum
        if (trust.issuer, trust.log, trust.public_log) != ours or trust.quorum < quorum:
            raise TrustError("It does not name this vault's own keys and quorum.")
        return trust.statement

    def sign(self, *, kind: str, text: str, proof: JsonValue) -> dict[str, Any]:
        """Return the signed note over ``text``, which starts with the line of its kind."""
        if kind not in KINDS:
            raise BadInputError(f"A statement is one of {', '.join(KINDS)}.")
        said = self._trust(text) if kind == "trust" else text
        if not said.startswith(FIRST_LINE.format(kind=kind) + "\n"):
            raise BadInputError(f"The text starts with the line {FIRST_LINE.format(kind=kind)}.")
        told = sha256_hex(text.encode())
        with self._store.writing():
            entry = self._entries.admit(
                proof,
                op="sign_statement",
                act=f"{kind}/{told}",
                kind="transparency.publish",
                subject=None,
                facts={"text_sha256": told},
            )
            note = sign_note(said, self._ring.signer("issuer"))
            return self._entries.finish(entry, {"note": note})
