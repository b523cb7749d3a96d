"""Key derivation (HKDF-SHA-512) and key wrapping (AES-256-GCM under a key that is used once).

Contexts are JSON objects; their canonical bytes (RFC 8785) are bound into every derivation, so a key made for
one place is of no use in another. Format: ``docs/formats/sealed-object.md``.
"""

import hmac
import os

from safeconduct.core.base.canonical import JsonValue, canonical_json
from safeconduct.core.base.ids import Randomness
from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.primitives import KEY_BYTES, TAG_BYTES, Gcm256, hkdf_sha512, hmac_sha256

SALT_BYTES = 32
COMMITMENT_BYTES = 32

Context = dict[str, JsonValue]
"""What a seal is for: room, object, kind, version and the like. Bound into the key, never stored with the seal."""

WRAP_MAGIC = b"SCWRAP"
WRAP_VERSION = 1
WRAPPED_BYTES = len(WRAP_MAGIC) + 1 + SALT_BYTES + COMMITMENT_BYTES + KEY_BYTES + TAG_BYTES

_ONCE = bytes(12)  # The nonce of a key that seals exactly one message.


def require_key(key: bytes) -> bytes:
    """Return ``key`` if it is 32 bytes; raises ``SealError`` otherwise."""
    if len(key) != KEY_BYTES:
        raise SealError("A key has 32 bytes.")
    return key


def fresh_salt(key: bytes, what: bytes, randomness: Randomness) -> bytes:
    """Return a 32-byte salt made of new random bytes, hedged with the secret ``key`` and with ``what`` it will salt.

    Should a source of randomness ever repeat, other content still gets another salt, so no key ever meets a used nonce.
    """
    drawn = randomness(SALT_BYTES)
    if len(drawn) != SALT_BYTES:
        raise SealError("The source of randomness gave too little.")
    return hmac_sha256(require_key(key), b"safeconduct/v1/salt\n" + drawn + what)


def new_key(randomness: Randomness = os.urandom) -> bytes:
    """Return 32 random bytes."""
    return require_key(randomness(KEY_BYTES))


def _expand(key: bytes, salt: bytes, label: bytes, context: Context, length: int) -> bytes:
    info = b"safeconduct/v1/" + label + b"\n" + canonical_json(context)
    return hkdf_sha512(require_key(key), salt=salt, info=info, length=length)


def derive(key: bytes, *, salt: bytes, context: Context) -> bytes:
    """Return the 32-byte key that ``key`` yields for ``salt`` and ``context`` (HKDF-SHA-512, RFC 5869)."""
    return _expand(key, salt, b"derive", context, KEY_BYTES)


def derive_committed(key: bytes, *, salt: bytes, context: Context) -> tuple[bytes, bytes]:
    """Return the 32-byte key for ``salt`` and ``context``, and 32 bytes that commit to it and tell nothing of it.

    AES-GCM alone opens one ciphertext under two keys; whoever keeps the commitment can refuse the second.
    """
    material = _expand(key, salt, b"derive-committed", context, KEY_BYTES + COMMITMENT_BYTES)
    return material[:KEY_BYTES], material[KEY_BYTES:]


def wrap(kek: bytes, key: bytes, context: Context, randomness: Randomness = os.urandom) -> bytes:
    """Return ``key`` (32 bytes) wrapped under ``kek`` for ``context``: 119 bytes, different on every call."""
    salt = fresh_salt(key, kek, randomness)
    material = _expand(kek, salt, b"wrap", context, KEY_BYTES + COMMITMENT_BYTES)
    head = WRAP_MAGIC + bytes([WRAP_VERSION]) + salt + material[KEY_BYTES:]
    return head + Gcm256(material[:KEY_BYTES]).seal(_ONCE, key, head)


def unwrap(kek: bytes, wrapped: bytes, context: Context) -> bytes:
    """Return the key inside ``wrapped``; raises ``SealError`` for another key, another context or damage."""
    start = len(WRAP_MAGIC) + 1
    if len(wrapped) != WRAPPED_BYTES or wrapped[:start] != WRAP_MAGIC + bytes([WRAP_VERSION]):
        raise SealError("This is not a wrapped key of version 1.")
    body = start + SALT_BYTES + COMMITMENT_BYTES
    material = _expand(kek, wrapped[start : start + SALT_BYTES], b"wrap", context, KEY_BYTES + COMMITMENT_BYTES)
    if not hmac.compare_digest(material[KEY_BYTES:], wrapped[start + SALT_BYTES : body]):
        raise SealError("The key was wrapped under another key or for another place.")
    return Gcm256(material[:KEY_BYTES]).open(_ONCE, wrapped[body:], wrapped[:body])
