"""Random identifiers: long ones for machines, short ones for people. Never sequential, so they count nothing."""

from collections.abc import Callable

Randomness = Callable[[int], bytes]
"""A source of ``n`` random bytes: ``os.urandom`` at an edge, a seeded one in a test."""

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""No vowels, no 0/O, no 1/I/L: nothing that spells a word or is misread over a telephone."""

REFERENCE_LENGTH = 12


def new_id(randomness: Randomness) -> str:
    """Return 128 random bits as 32 hexadecimal characters."""
    return randomness(16).hex()


def new_reference(randomness: Randomness) -> str:
    """Return a reference for people, such as ``7KQ2-M4XW-9TBC``: 12 letters of 28, about 57 bits."""
    letters = [ALPHABET[int.from_bytes(randomness(4), "big") % len(ALPHABET)] for _ in range(REFERENCE_LENGTH)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, REFERENCE_LENGTH, 4))
