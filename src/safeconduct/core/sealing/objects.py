"""Sealed objects: a short versioned header, then one Cobblestone-256 message (C2SP chunked encryption, AES-256-GCM).

The message's key commitment is checked before anything is decrypted, and not one byte is returned before the last
chunk has been authenticated. Format: ``docs/formats/sealed-object.md``.
"""

import io
import os

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from safeconduct.core.base.canonical import canonical_json
from safeconduct.core.base.ids import Randomness
from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.keys import SALT_BYTES, Context, derive

MAGIC = b"SCSEAL"
VERSION = 1
SUITE_COBBLESTONE_256 = 1
HEAD = MAGIC + bytes([VERSION, SUITE_COBBLESTONE_256])
HEADER_BYTES = len(HEAD) + SALT_BYTES
CHUNK_BYTES = 16 * 1024
TAG_BYTES = 16
MESSAGE_HEAD = 24 + 32
"""Cobblestone's own salt and its key commitment."""
MESSAGE_OVERHEAD = MESSAGE_HEAD + TAG_BYTES
"""What an empty message takes: its head and the tag of the last chunk."""

_DAMAGED = "It is damaged or incomplete, or it was sealed under another key or for another place."


def _bound(header: bytes, context: Context) -> bytes:
    return header + canonical_json(context)


def seal(key: bytes, context: Context, plaintext: bytes, randomness: Randomness = os.urandom) -> bytes:
    """Return ``plaintext`` sealed under ``key`` (32 bytes) for ``context``; every call makes a new object key.

    ``randomness`` gives the 32-byte salt of the object key; Cobblestone adds 24 bytes of its own.
    """
    salt = randomness(SALT_BYTES)
    if len(salt) != SALT_BYTES:
        raise SealError("The source of randomness gave too little.")
    header = HEAD + salt
    object_key = derive(key, salt=header[len(HEAD) :], context=context)
    encryptor = Cobblestone256Encryptor(object_key, _bound(header, context))
    # One buffer of the right size, handed out as it is: joining parts would touch as much fresh memory again.
    whole = io.BytesIO(bytes(HEADER_BYTES + sealed_bytes(len(plaintext))))
    with whole.getbuffer() as room:
        room[:HEADER_BYTES] = header
        written = encryptor.update_into(plaintext, room[HEADER_BYTES:])
        room[HEADER_BYTES + written :] = encryptor.finalize()
    return whole.getvalue()


def sealed_bytes(length: int) -> int:
    """Return the bytes of the message that seals ``length`` bytes: one tag for each full chunk, one for the last."""
    return MESSAGE_HEAD + length + TAG_BYTES * (length // CHUNK_BYTES + 1)


def open_sealed(key: bytes, context: Context, blob: bytes) -> bytes:
    """Return what ``seal`` sealed; raises ``SealError`` for another key or context, or any change of the bytes."""
    if blob[: len(HEAD)] != HEAD:
        raise SealError("This is not a sealed object of version 1.")
    if len(blob) < HEADER_BYTES + MESSAGE_OVERHEAD:
        raise SealError("The sealed object is incomplete.")
    header = blob[:HEADER_BYTES]
    object_key = derive(key, salt=header[len(HEAD) :], context=context)
    return _open_message(object_key, _bound(header, context), memoryview(blob)[HEADER_BYTES:])


def _open_message(object_key: bytes, bound: bytes, message: bytes | memoryview) -> bytes:
    """Return the whole message, or nothing: the pieces are joined only after the last one was authenticated."""
    try:
        decryptor = Cobblestone256Decryptor(object_key, bound)
        # No name is given to the first part: a traceback would keep it.
        return decryptor.update(message) + decryptor.finalize()
    except (InvalidTag, ValueError) as error:
        raise SealError(_DAMAGED) from error
