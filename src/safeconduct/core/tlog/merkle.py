"""The two hashes of RFC 6962, section 2.1: one for leaves, one for inner nodes, under different prefixes."""

from collections.abc import Callable
from hashlib import sha256

HASH_BYTES = 32

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree with no leaves."""

ReadNode = Callable[[int, int], bytes]
"""Reads the stored hash of the complete subtree over leaves ``[index * 2**level, (index + 1) * 2**level)``."""


def leaf_hash(data: bytes) -> bytes:
    """Return the 32-byte hash of a leaf's bytes."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()
