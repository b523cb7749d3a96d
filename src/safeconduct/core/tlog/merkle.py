"""The two hashes of RFC 6962, section 2.1: one for leaves, one for inner nodes, under different prefixes."""

from collections.abc import Callable, Iterable, Sequence
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


def leaf_hashes(leaves: Iterable[bytes]) -> list[bytes]:
    """Return the hash of each leaf; the same as ``leaf_hash`` one by one, in a third of the overhead."""
    return [sha256(b"\x00" + data).digest() for data in leaves]


def pair_hashes(values: Sequence[bytes]) -> list[bytes]:
    """Return the hash over each two neighbours; a last one without a neighbour is left out."""
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(values[::2], values[1::2], strict=False)]
