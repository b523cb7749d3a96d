"""Ed25519 signing keys (RFC 8032) as raw bytes. A signing key is never escrowed: a lost one is replaced."""

import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from safeconduct.core.base.ids import Randomness
from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.keys import require_key


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 private key.

    Attributes:
        raw: the 32-byte seed; kept out of the representation so that no log can show it.
    """

    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a seed that is not 32 bytes."""
        require_key(self.raw)

    @classmethod
    def generate(cls, randomness: Randomness = os.urandom) -> "SigningKey":
        """Return a new key."""
        return cls(randomness(32))

    @property
    def public(self) -> bytes:
        """Return the public key: 32 raw bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.raw).public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """Return the 64-byte signature of ``data``."""
        return Ed25519PrivateKey.from_private_bytes(self.raw).sign(data)


def verify_signature(*, public: bytes, data: bytes, signature: bytes) -> None:
    """Raise ``SealError`` unless ``signature`` is that of ``public`` (32 raw bytes) over ``data``."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError) as error:
        raise SealError("The signature is not by this key over these bytes.") from error
