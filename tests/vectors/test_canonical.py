"""Canonical JSON against RFC 8785's own examples, and against ECMAScript itself, on which RFC 8785 is defined.

No file of the folder covers it. The examples are the RFC's (section 3.2 and appendix B), retyped as data; the others
are random, and the answers are those of the JavaScript engine's own number and string writing.
"""

import json
import math
import random
import struct
from typing import Any

import pytest
from tests import soaking
from tests.conformance.second_verifier import Second, second_verifier, text_of

from safeconduct.core.base.canonical import MAX_SAFE_INTEGER, canonical_json, parse_canonical
from safeconduct.core.base.errors import DamagedError

NUMBERS = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]
"""RFC 8785, appendix B: an IEEE 754 double in hexadecimal, and its text."""

OBJECT = {
    "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
    "literals": [None, True, False],
}
OBJECT_BYTES = (
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
    '"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
).encode()
ORDER = ["\r", "1", "\x80", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
"""RFC 8785, section 3.2.3: members in the order of UTF-16 code units."""


def test_the_numbers_of_the_rfc() -> None:
    for bits, text in NUMBERS:
        value = struct.unpack(">d", bytes.fromhex(bits))[0]
        assert canonical_json(value) == text.encode()
    for bits in ("7fffffffffffffff", "7ff0000000000000"):
        with pytest.raises(DamagedError):
            canonical_json(struct.unpack(">d", bytes.fromhex(bits))[0])


def test_the_object_and_the_order_of_the_rfc() -> None:
    assert canonical_json(OBJECT) == OBJECT_BYTES
    shuffled = dict.fromkeys(sorted(ORDER, reverse=True), 0)
    assert list(json.loads(canonical_json(shuffled))) == ORDER


def random_double(rng: random.Random) -> float:
    kind = rng.random()
    if kind < 0.4:
        value = struct.unpack(">d", rng.randbytes(8))[0]
        return value if math.isfinite(value) else 0.0
    if kind < 0.7:
        return rng.choice((-1, 1)) * rng.randrange(10**17) / 10 ** rng.randrange(30)
    return float(rng.randrange(-(2**60), 2**60)) if kind < 0.9 else rng.random() * 10 ** rng.randrange(-10, 25)


def random_text(rng: random.Random) -> str:
    letters = (*range(0x80), 0xFF, 0x2028, 0x2029, 0xFEFF, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF)
    return "".join(chr(rng.choice(letters)) for _ in range(rng.randrange(8)))


def random_value(rng: random.Random, depth: int = 0) -> Any:
    kind = rng.randrange(8 if depth < 3 else 6)
    if kind < 2:
        return random_double(rng)
    if kind < 4:
        return random_text(rng)
    if kind == 4:
        return rng.randrange(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER + 1)
    if kind == 5:
        return rng.choice((None, True, False))
    if kind == 6:
        return [random_value(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {random_text(rng): random_value(rng, depth + 1) for _ in range(rng.randrange(4))}


def compare(second: Second, values: list[Any]) -> int:
    """Compare what we write with what the engine writes; return how many values."""
    answers = second.ask([{"check": "canonical", "value": value} for value in values])
    for value, answer in zip(values, answers, strict=True):
        assert answer["ok"], answer
        assert canonical_json(value).decode() == answer["value"], repr(value)
    return len(values)


def test_we_write_what_ecmascript_writes() -> None:
    rng = random.Random(soaking.seed("rfc8785"))  # noqa: S311 - repeatable tests
    done = 0
    with second_verifier() as second:
        for _ in range(soaking.count(3, 60)):
            done += compare(second, [random_double(rng) for _ in range(2000)])
            done += compare(second, [random_text(rng) for _ in range(1500)])
            done += compare(second, [random_value(rng) for _ in range(400)])
    assert done >= 10_000
    soaking.report("rfc8785", values=done)


SPELLINGS = [
    b'{"a":1,"a":1}',
    b'{"b":1,"a":2}',
    b"[1.0]",
    b"[1e2]",
    b"[-0]",
    b"[01]",
    b"[1 ]",
    b'["\\u0041"]',
    b'["\\/"]',
    b"\xef\xbb\xbf[]",
    b"[9007199254740992]",
    b"[-9007199254740993]",
    b'["\\ud800"]',
    b'["\xff"]',
    b"[NaN]",
    b"",
    b"[]\n",
    b"[1e400]",
    b"[100000000000000000000]",
    b'{"1":1,"10":1,"2":1}',
    b'{"__proto__":1}',
    b"[1e+21]",
    b"[5e-324]",
    b'"\x7f"',
    b"[]",
    b"{}",
    b"null",
    b"0",
    b"-1",
    b'""',
    b"true",
    b"[9007199254740991]",
    b'["\xf0\x9f\x98\x80"]',
    b'["\\u001f"]',
]


def test_both_take_and_refuse_the_same_spellings() -> None:
    with second_verifier() as second:
        answers = second.ask([{"check": "parse", "data": text_of(data)} for data in SPELLINGS])
    taken = 0
    for data, answer in zip(SPELLINGS, answers, strict=True):
        try:
            parse_canonical(data)
            ours = True
        except DamagedError:
            ours = False
        assert ours == answer["ok"], data
        taken += ours
    assert 10 < taken < len(SPELLINGS) - 10
