"""C2SP chunked encryption: Wycheproof through the function that opens the message inside a sealed object."""

import hashlib
import os
import zlib

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from tests.vectors.published import AS_PUBLISHED, NO_FLAG, REFUSED, Table, Vector, run, vectors

from safeconduct.core.base.canonical import canonical_json
from safeconduct.core.sealing import objects
from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.keys import derive

CHUNK = 16 * 1024

TABLE: Table = {
    NO_FLAG: (AS_PUBLISHED, "plain messages of many lengths"),
    "CounterRollover": (AS_PUBLISHED, "the chunk counter carries into the base nonce"),
    "ChunkReordering": (AS_PUBLISHED, "exchanged chunks"),
    "InvalidKeySize": (AS_PUBLISHED, "our object keys have 32 bytes"),
    "ModifiedCiphertext": (AS_PUBLISHED, "damage in header or chunk"),
    "PartialPlaintext": (AS_PUBLISHED, "others may give out the whole chunks before the bad one; we give out nothing"),
    "ValidFinalChunk": (AS_PUBLISHED, "the last chunk alone is sound; the message is not"),
    "TrailingData": (AS_PUBLISHED, "bytes after the last chunk"),
    "Truncation": (AS_PUBLISHED, "cut in header, tag or at a chunk"),
    "WrongContext": (AS_PUBLISHED, "sealed for another place"),
    "WrongKey": (AS_PUBLISHED, "sealed under another key"),
    "HeaderFailure": (AS_PUBLISHED, "the commitment or the header is false"),
}


def opens(_: Vector, vector: Vector) -> bool:
    message = zlib.decompress(bytes.fromhex(vector["ct"]))
    try:
        found = objects._open_message(bytes.fromhex(vector["key"]), bytes.fromhex(vector["ctx"]), message)
    except SealError:
        return False
    assert len(found) == vector["msgLength"]
    assert hashlib.sha512(found).hexdigest() == vector["msgSha512"]
    return True


def test_every_vector() -> None:
    assert run("c2sp_chunked_encryption_aes_256_gcm", TABLE, opens) == {"accepted": 10, "refused": 25}


def test_messages_of_the_suite_with_128_bits_are_all_refused() -> None:
    other = dict.fromkeys(TABLE, (REFUSED, "suites are not negotiated: this one is not ours"))
    assert run("c2sp_chunked_encryption_aes_128_gcm", other, opens) == {"refused": 35}


def second_reader(object_key: bytes, bound: bytes, message: bytes) -> bytes:
    """Open a message with the bare cipher, as the C2SP page says; it shares nothing with the library's own opener."""
    salt, commitment, chunks = message[:24], message[24:56], message[56:]
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + bound
    material = HKDFExpand(SHA512(), 32 + 12 + 32, info).derive(object_key)
    assert material[44:] == commitment
    base, found = int.from_bytes(material[32:44], "big"), b""
    for number, start in enumerate(range(0, len(chunks), CHUNK + 16)):
        nonce = (base ^ number).to_bytes(12, "big")
        found += AESGCM(material[:32]).decrypt(nonce, chunks[start : start + CHUNK + 16], None)
    return found


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
def test_what_we_seal_a_second_reader_opens(size: int) -> None:
    key, context = bytes(range(32)), {"kind": "letter"}
    blob = objects.seal(key, context, os.urandom(size))
    header = blob[: objects.HEADER_BYTES]
    object_key = derive(key, salt=header[8:], context=context)
    opened = second_reader(object_key, header + canonical_json(context), blob[objects.HEADER_BYTES :])
    assert opened == objects.open_sealed(key, context, blob)


def test_the_second_reader_reads_the_published_messages() -> None:
    read = 0
    for _, vector in vectors("c2sp_chunked_encryption_aes_256_gcm"):
        if vector["result"] == "valid":
            message = zlib.decompress(bytes.fromhex(vector["ct"]))
            found = second_reader(bytes.fromhex(vector["key"]), bytes.fromhex(vector["ctx"]), message)
            assert hashlib.sha512(found).hexdigest() == vector["msgSha512"]
            read += 1
    assert read == 10
