"""The primitives of this engine, each in one function, so that published vectors run through what really seals.

Nonces, salts and labels come from the callers, who choose them so that no key meets a nonce twice. Nobody outside this
engine and ``core/segments`` calls these.
"""

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from safeconduct.core.sealing.errors import SealError

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


class Gcm256:
    """AES-256-GCM (NIST SP 800-38D) with 12-byte nonces and whole tags; no other size is taken."""

    def __init__(self, key: bytes) -> None:
        """Refuse with ``SealError`` a key that is not 32 bytes."""
        if len(key) != KEY_BYTES:
            raise SealError("A key has 32 bytes.")
        self._cipher = AESGCM(key)

    def seal(self, nonce: bytes, plaintext: bytes, bound: bytes) -> bytes:
        """Return ciphertext and tag; ``nonce`` must never come again under this key; raises ``SealError``."""
        if len(nonce) != NONCE_BYTES:
            raise SealError("A nonce has 12 bytes.")
        return self._cipher.encrypt(nonce, plaintext, bound)

    def open(self, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
        """Return the plaintext of ciphertext and tag; raises ``SealError`` for any change of any part."""
        if len(nonce) != NONCE_BYTES or len(sealed) < TAG_BYTES:
            raise SealError("A nonce has 12 bytes and a tag 16.")
        try:
            return self._cipher.decrypt(nonce, sealed, bound)
        except InvalidTag as error:
            raise SealError("The tag is not that of these bytes.") from error


def hkdf_sha512(material: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    """Return ``length`` bytes of HKDF-SHA-512 (RFC 5869); raises ``SealError`` for more than 16,320."""
    try:
        return HKDF(algorithm=SHA512(), length=length, salt=salt, info=info).derive(material)
    except ValueError as error:
        raise SealError("HKDF gives at most 255 blocks.") from error


def one_step_sha384(secret: bytes, info: bytes) -> bytes:
    """Return 48 bytes of the one-step KDF with SHA-384 (NIST SP 800-56C Rev. 2, section 4.1, option 1; one round).

    For millions of keys a minute: ``secret`` is a whole 32-byte key (else ``SealError``), ``info`` begins with a part
    of fixed length.
    """
    if len(secret) != KEY_BYTES:
        raise SealError("A key has 32 bytes.")
    return hashlib.sha384(b"\x00\x00\x00\x01" + secret + info).digest()


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """Return the 32-byte HMAC-SHA-256 (RFC 2104) of ``message``."""
    return hmac.digest(key, message, hashlib.sha256)


def argon2id(secret: bytes, *, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
    """Return 32 bytes of Argon2id, version 0x13 (RFC 9106)."""
    kdf = Argon2id(salt=salt, length=KEY_BYTES, iterations=passes, lanes=lanes, memory_cost=memory_kib)
    return kdf.derive(secret)
