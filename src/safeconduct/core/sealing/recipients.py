"""Recipients outside the house: standard age v1 files (X25519) that the public ``age`` tool opens.

Specification: C2SP age. Delivery rules: ``docs/formats/age-delivery.md``.
"""

import hashlib

import pyrage

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.sealing.age_header import AgeKindError, require_x25519
from safeconduct.core.sealing.errors import SealError

HYBRID_IDENTITY = "AGE-SECRET-KEY-PQ-1"


class RecipientError(BadInputError):
    """This is not an age recipient that we can seal to."""

    code = "SC-RECIPIENT"
    cure = "Ask the officer for the line that starts with age1, and confirm its fingerprint by telephone."


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        parsed = pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise RecipientError("It does not parse as an X25519 recipient.") from error
    if str(parsed) != text:
        # One key, one spelling: otherwise one key could be listed twice, or have two fingerprints.
        raise RecipientError("It is not written in lower case on one line.")
    return parsed


def _identity(text: str) -> pyrage.x25519.Identity:
    if text.startswith(HYBRID_IDENTITY):
        raise AgeKindError("The identity is a post-quantum hybrid key.")
    try:
        return pyrage.x25519.Identity.from_str(text)
    except pyrage.IdentityError as error:
        raise RecipientError("It does not parse as an X25519 identity.") from error


def new_identity() -> tuple[str, str]:
    """Return a new (identity, recipient): the secret line and the public line, as ``age-keygen`` prints them."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def recipient_of(identity: str) -> str:
    """Return the public line of a secret one; raises ``RecipientError``."""
    return str(_identity(identity).to_public())


def encrypt_age(data: bytes, recipients: list[str]) -> bytes:
    """Return ``data`` as an age file that any one of ``recipients`` opens; raises ``RecipientError``.

    Every recipient is named once: a doubled line would hide how many people can read the file.
    """
    if not recipients or len(set(recipients)) != len(recipients):
        raise RecipientError("There must be at least one recipient, each of them once.")
    return bytes(pyrage.encrypt(data, [_recipient(text) for text in recipients]))


def decrypt_age(data: bytes, identity: str) -> bytes:
    """Return what the age file holds for ``identity``.

    Raises:
        RecipientError: ``identity`` is no X25519 identity.
        AgeHeaderError: the header is not spelled as C2SP age demands.
        AgeKindError: the file or the identity is of a kind that we do not open.
        SealError: another identity, or damage; no byte is given out.
    """
    key = _identity(identity)
    require_x25519(data)
    try:
        return bytes(pyrage.decrypt(data, [key]))
    except pyrage.DecryptError as error:
        raise SealError("The age file does not open with this identity.") from error


def fingerprint(recipient: str) -> str:
    """Return the recipient's fingerprint: 64 hexadecimal characters, SHA-256 of the line without its newline."""
    return hashlib.sha256(str(_recipient(recipient)).encode("ascii")).hexdigest()


def spoken(fingerprint_text: str) -> str:
    """Return a fingerprint in groups of four, as two people read it to each other on the telephone."""
    return " ".join(fingerprint_text[start : start + 4] for start in range(0, len(fingerprint_text), 4))
