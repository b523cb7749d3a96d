"""One ciphertext that AES-256-GCM opens under two keys, made on purpose.

The tag is linear in each block of ciphertext over GF(2^128), so one block can be chosen that gives both keys the same
tag.
"""

from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

REDUCTION = 0xE1 << 120
BLOCK = 16
FILLER = 0x5A


def multiply(one: int, two: int) -> int:
    """Return the product in GF(2^128) as GCM writes its elements."""
    product = 0
    for bit in range(127, -1, -1):
        if one >> bit & 1:
            product ^= two
        two = two >> 1 ^ (REDUCTION if two & 1 else 0)
    return product


def power(base: int, exponent: int) -> int:
    """Return a power; 2^128 - 2 gives the inverse."""
    result = 1 << 127
    while exponent:
        if exponent & 1:
            result = multiply(result, base)
        base = multiply(base, base)
        exponent >>= 1
    return result


@dataclass(frozen=True)
class Side:
    """What one of the two readers opens with."""

    key: bytes
    nonce: bytes
    bound: bytes = b""

    def _block(self, data: bytes) -> int:
        encryptor = Cipher(AES(self.key), ECB()).encryptor()  # noqa: S305 - the bare block function, to build a collision
        return int.from_bytes(encryptor.update(data) + encryptor.finalize(), "big")

    @property
    def hash_key(self) -> int:
        """Return H."""
        return self._block(bytes(BLOCK))

    def tag(self, first: int, second: int) -> int:
        """Return the tag of two blocks of ciphertext."""
        padded = self.bound + bytes(-len(self.bound) % BLOCK)
        blocks = [int.from_bytes(padded[at : at + BLOCK], "big") for at in range(0, len(padded), BLOCK)]
        lengths = (len(self.bound) * 8) << 64 | 2 * BLOCK * 8
        value, factor = 0, self.hash_key
        for block in (*blocks, first, second, lengths):
            value = multiply(value ^ block, factor)
        return value ^ self._block(self.nonce + b"\0\0\0\1")


def colliding(one: Side, two: Side) -> bytes:
    """Return two blocks and a tag that both sides open."""
    slope = power(one.hash_key, 3) ^ power(two.hash_key, 3)
    first = multiply(one.tag(0, FILLER) ^ two.tag(0, FILLER), power(slope, 2**128 - 2))
    tag = one.tag(first, FILLER)
    assert tag == two.tag(first, FILLER)
    return b"".join(value.to_bytes(BLOCK, "big") for value in (first, FILLER, tag))
