"""Argon2id through the function that stretches custodians' passphrases. No file of the folder covers it.

The answers are those that the reference implementation (P-H-C/phc-winner-argon2, ``src/test.c``, version 0x13) checks
itself with, retyped as data; that implementation itself, in the ``argon2-cffi`` package, is the second one here.
"""

import random

import pytest
from argon2.low_level import Type, hash_secret_raw
from tests import soaking

from safeconduct.core.sealing.primitives import argon2id

ANSWERS = [
    ("password", "somesalt", 2, 16, 1, "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"),
    ("password", "somesalt", 2, 8, 1, "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"),
    ("password", "somesalt", 2, 8, 2, "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037"),
    ("password", "somesalt", 1, 16, 1, "f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98"),
    ("password", "somesalt", 4, 16, 1, "9025d48e68ef7395cca9079da4c4ec3affb3c8911fe4f86d1a2520856f63172c"),
    ("differentpassword", "somesalt", 2, 16, 1, "0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde"),
    ("password", "diffsalt", 2, 16, 1, "bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c"),
]
"""Secret, salt, passes, binary logarithm of the memory in KiB, lanes, 32 bytes."""


@pytest.mark.parametrize(("secret", "salt", "passes", "memory", "lanes", "answer"), ANSWERS)
def test_the_reference_answers(secret: str, salt: str, passes: int, memory: int, lanes: int, answer: str) -> None:
    found = argon2id(secret.encode(), salt=salt.encode(), memory_kib=2**memory, passes=passes, lanes=lanes)
    assert found.hex() == answer


def test_the_second_implementation_agrees() -> None:
    drawn = random.Random(soaking.seed("argon2id"))  # noqa: S311 - repeatable tests
    rounds = soaking.count(30, 1000)
    for _ in range(rounds):
        secret, salt = drawn.randbytes(drawn.randrange(0, 80)), drawn.randbytes(drawn.randrange(8, 64))
        lanes, passes = drawn.randrange(1, 5), drawn.randrange(1, 5)
        memory = drawn.randrange(8 * lanes, 8 * lanes + 200)
        ours = argon2id(secret, salt=salt, memory_kib=memory, passes=passes, lanes=lanes)
        theirs = hash_secret_raw(secret, salt, passes, memory, lanes, 32, Type.ID)
        assert ours == theirs
    soaking.report("argon2id", compared=rounds)
