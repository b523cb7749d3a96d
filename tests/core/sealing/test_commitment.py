"""A ciphertext that AES-GCM accepts under two keys is refused under the second one by the key commitment.

The collision is made on purpose: with two blocks of ciphertext the tag is linear in the first block over GF(2^128), so
one block can be chosen that gives both keys the same tag. Plain AES-GCM falls for it; that is the negative control.
"""

from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from safeconduct.core.base.canonical import canonical_json
from safeconduct.core.sealing import objects
from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.keys import derive

ALPHA, BETA = bytes([1]) * 32, bytes([2]) * 32
CONTEXT = {"kind": "letter"}
REDUCTION = 0xE1 << 120
LENGTHS = (2 * 128).to_bytes(16, "big")


def multiply(one: int, two: int) -> int:
    product = 0
    for bit in range(127, -1, -1):
        if one >> bit & 1:
            product ^= two
        two = two >> 1 ^ (REDUCTION if two & 1 else 0)
    return product


def power(base: int, exponent: int) -> int:
    result = 1 << 127
    while exponent:
        if exponent & 1:
            result = multiply(result, base)
        base = multiply(base, base)
        exponent >>= 1
    return result


@dataclass(frozen=True)
class Message:
    """What the specification derives for one message."""

    key: bytes
    nonce: bytes
    commitment: bytes

    def block(self, data: bytes) -> int:
        encryptor = Cipher(AES(self.key), ECB()).encryptor()  # noqa: S305 - the bare block function, to build a collision
        return int.from_bytes(encryptor.update(data) + encryptor.finalize(), "big")


def message_of(master: bytes, header: bytes, salt: bytes) -> Message:
    object_key = derive(master, salt=header[8:], context=CONTEXT)
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + header + canonical_json(CONTEXT)
    material = HKDFExpand(SHA512(), 32 + 12 + 32, info).derive(object_key)
    return Message(material[:32], material[32:44], material[44:])


def colliding_chunk(one: Message, two: Message) -> bytes:
    """Return two blocks and a tag that are valid under both keys and nonces."""
    sides = [(side.block(bytes(16)), side.block(side.nonce + b"\0\0\0\1")) for side in (one, two)]
    (first_h, first_mask), (second_h, second_mask) = sides
    second_block = 0x5A
    known = multiply(second_block, power(first_h, 2) ^ power(second_h, 2))
    known ^= multiply(int.from_bytes(LENGTHS, "big"), first_h ^ second_h) ^ first_mask ^ second_mask
    slope = power(first_h, 3) ^ power(second_h, 3)
    first_block = multiply(known, power(slope, 2**128 - 2))
    tag = multiply(first_block, power(first_h, 3)) ^ multiply(second_block, power(first_h, 2))
    tag ^= multiply(int.from_bytes(LENGTHS, "big"), first_h) ^ first_mask
    return b"".join(value.to_bytes(16, "big") for value in (first_block, second_block, tag))


def test_a_two_key_collision_opens_under_one_key_only() -> None:
    blob = objects.seal(ALPHA, CONTEXT, b"x" * 32)
    header, salt = blob[: objects.HEADER_BYTES], blob[objects.HEADER_BYTES : objects.HEADER_BYTES + 24]
    alpha, beta = message_of(ALPHA, header, salt), message_of(BETA, header, salt)
    chunk = colliding_chunk(alpha, beta)

    # The control: without a commitment both keys accept, and read different things.
    readings = {AESGCM(side.key).decrypt(side.nonce, chunk, None) for side in (alpha, beta)}
    assert len(readings) == 2

    for key, side, other in ((ALPHA, alpha, BETA), (BETA, beta, ALPHA)):
        forged = header + salt + side.commitment + chunk
        assert objects.open_sealed(key, CONTEXT, forged) in readings
        with pytest.raises(SealError):
            objects.open_sealed(other, CONTEXT, forged)
