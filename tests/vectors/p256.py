"""A second implementation of ECDSA on P-256, from the textbook, slow and open: it makes signatures for the tests."""

import hashlib

PRIME = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
A = PRIME - 3
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
GENERATOR = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
Point = tuple[int, int] | None


def add(one: Point, two: Point) -> Point:
    """Return the sum of two points; None is the one at infinity."""
    if one is None or two is None:
        return one or two
    if one[0] == two[0]:
        if (one[1] + two[1]) % PRIME == 0:
            return None
        slope = (3 * one[0] * one[0] + A) * pow(2 * one[1], -1, PRIME)
    else:
        slope = (two[1] - one[1]) * pow(two[0] - one[0], -1, PRIME)
    x = (slope * slope - one[0] - two[0]) % PRIME
    return x, (slope * (one[0] - x) - one[1]) % PRIME


def times(number: int, point: Point) -> Point:
    """Return a multiple of a point."""
    found: Point = None
    while number:
        if number & 1:
            found = add(found, point)
        point = add(point, point)
        number >>= 1
    return found


def public(secret: int) -> tuple[int, int]:
    """Return the public point."""
    point = times(secret, GENERATOR)
    assert point is not None
    return point


def sign(secret: int, message: bytes, nonce: int) -> tuple[int, int]:
    """Return r and s over the SHA-256 of ``message``."""
    point = times(nonce, GENERATOR)
    assert point is not None
    r = point[0] % ORDER
    hashed = int.from_bytes(hashlib.sha256(message).digest(), "big")
    return r, pow(nonce, -1, ORDER) * (hashed + r * secret) % ORDER


def _integer(value: int) -> bytes:
    data = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes([len(data)]) + data


def der(r: int, s: int) -> bytes:
    """Return the two numbers as DER."""
    body = _integer(r) + _integer(s)
    return b"\x30" + bytes([len(body)]) + body
