"""A Merkle tree over stored nodes: only complete subtrees are stored, so a stored node never changes.

``read(level, index)`` returns a stored node. Every function reads O(log n) nodes. Proofs are those of RFC 6962,
sections 2.1.1 and 2.1.2, from the leaf upwards.
"""

from collections.abc import Sequence

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.tlog.merkle import EMPTY_ROOT, ReadNode, node_hash, pair_hashes

Node = tuple[int, int, bytes]
"""Level, index and hash of a complete subtree."""


class TreeSizeError(BadInputError):
    """The tree has no such leaf or size."""

    code = "SC-TREE-SIZE"


def append_nodes(size: int, leaf_hash: bytes, read: ReadNode) -> list[Node]:
    """Return the nodes to store when a leaf is appended to a tree of ``size`` leaves, the leaf itself first."""
    level, index, value = 0, size, leaf_hash
    nodes = [(level, index, value)]
    while index & 1:
        value = node_hash(read(level, index - 1), value)
        level, index = level + 1, index >> 1
        nodes.append((level, index, value))
    return nodes


def _span(start: int, end: int, read: ReadNode) -> bytes:
    """Return the root over leaves ``[start, end)``; ``start`` is aligned as the splits of RFC 6962 leave it."""
    count = end - start
    found: list[bytes] = []
    while count:
        level = count.bit_length() - 1
        found.append(read(level, start >> level))
        start += 1 << level
        count -= 1 << level
    value = found.pop()
    while found:
        value = node_hash(found.pop(), value)
    return value


def _split(count: int) -> int:
    """Return the largest power of two smaller than ``count``."""
    return 1 << ((count - 1).bit_length() - 1)


def root(size: int, read: ReadNode) -> bytes:
    """Return the root of the first ``size`` leaves."""
    if size < 0:
        raise TreeSizeError("A size is not negative.")
    return _span(0, size, read) if size else EMPTY_ROOT


def inclusion(index: int, size: int, read: ReadNode) -> list[bytes]:
    """Return the proof that leaf ``index`` stands in the tree of ``size`` leaves; raises ``TreeSizeError``."""
    if not 0 <= index < size:
        raise TreeSizeError(f"Leaf {index} is not in a tree of {size}.")
    start, end = 0, size
    proof: list[bytes] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_span(middle, end, read))
            end = middle
        else:
            proof.append(_span(start, middle, read))
            start = middle
    return proof[::-1]


def consistency(old: int, new: int, read: ReadNode) -> list[bytes]:
    """Return the proof that the tree of ``old`` leaves is a prefix of the tree of ``new``; empty for 0 or equal."""
    if not 0 <= old <= new:
        raise TreeSizeError(f"A tree of {old} is not a prefix of a tree of {new}.")
    if old in (0, new):
        return []
    start, end, whole = 0, new, True
    proof: list[bytes] = []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_span(middle, end, read))
            end = middle
        else:
            proof.append(_span(start, middle, read))
            start, whole = middle, False
    if not whole:
        proof.append(_span(start, end, read))
    return proof[::-1]


class MemoryTree:
    """A tree held in memory, level by level: what builders of small trees and tests use."""

    def __init__(self, leaf_hashes: Sequence[bytes] = ()) -> None:
        """Start with the given leaf hashes, in order."""
        self._levels: list[list[bytes]] = [[]]
        self.extend(leaf_hashes)

    @property
    def size(self) -> int:
        """Return the number of leaves."""
        return len(self._levels[0])

    def append(self, leaf_hash: bytes) -> None:
        """Append one leaf hash."""
        levels, level, value = self._levels, 0, leaf_hash
        while True:
            if level == len(levels):
                levels.append([])
            row = levels[level]
            row.append(value)
            if len(row) & 1:
                return
            value = node_hash(row[-2], value)
            level += 1

    def extend(self, leaf_hashes: Sequence[bytes]) -> None:
        """Append leaf hashes in order, level by level instead of leaf by leaf."""
        levels, level, values = self._levels, 0, leaf_hashes
        while values:
            if level == len(levels):
                levels.append([])
            row = levels[level]
            paired = len(row) & ~1
            row.extend(values)
            values = pair_hashes(row[paired:])
            level += 1

    def read(self, level: int, index: int) -> bytes:
        """Return a stored node."""
        return self._levels[level][index]

    def root(self) -> bytes:
        """Return the root of the whole tree."""
        return root(self.size, self.read)
