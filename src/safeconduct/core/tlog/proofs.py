"""Checking of inclusion and consistency proofs, after RFC 9162, sections 2.1.3.2 and 2.1.4.2. Verify raises."""

import hmac
from collections.abc import Sequence

from safeconduct.core.base.errors import DamagedError
from safeconduct.core.tlog.merkle import EMPTY_ROOT, HASH_BYTES, node_hash

MAX_PROOF = 63
"""No tree that a 64-bit size can describe needs a longer proof."""


class ProofError(DamagedError):
    """The proof does not lead to the root."""

    code = "SC-PROOF"
    cure = "Treat the log as altered until its operator shows a proof that holds."


def _check_hashes(values: Sequence[bytes]) -> None:
    if len(values) > MAX_PROOF + 1 or any(len(value) != HASH_BYTES for value in values):
        raise ProofError("A proof is at most 64 hashes of 32 bytes.")


def _same(left: bytes, right: bytes) -> bool:
    return hmac.compare_digest(left, right)


def verify_inclusion(*, leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that ``leaf`` (a 32-byte leaf hash) stands at ``index`` in the tree; raises ``ProofError``."""
    _check_hashes([leaf, root])
    _check_hashes(proof)
    if not 0 <= index < size:
        raise ProofError(f"Leaf {index} cannot be in a tree of {size}.")
    node, last, value = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("The proof is too long.")
        if node & 1 or node == last:
            value = node_hash(sibling, value)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            value = node_hash(value, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofError("The proof is too short.")
    if not _same(value, root):
        raise ProofError(f"Leaf {index} is not in this tree.")


def verify_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the old tree is a prefix of the new one; raises ``ProofError``.

    An empty old tree and equal sizes need an empty proof.
    """
    _check_hashes([old_root, new_root])
    _check_hashes(proof)
    if not 0 <= old_size <= new_size:
        raise ProofError(f"A tree of {old_size} cannot be a prefix of a tree of {new_size}.")
    if old_size in (0, new_size):
        expected = new_root if old_size else EMPTY_ROOT
        if proof or not _same(old_root, expected) or (new_size == 0 and not _same(new_root, EMPTY_ROOT)):
            raise ProofError("The roots differ, or a proof stands where none is needed.")
        return
    _verify_grown(old_size, old_root, new_size, new_root, list(proof))


def _verify_grown(old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: list[bytes]) -> None:
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise ProofError("The proof is too short.")
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_value = new_value = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("The proof is too long.")
        if node & 1 or node == last:
            old_value, new_value = node_hash(sibling, old_value), node_hash(sibling, new_value)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new_value = node_hash(new_value, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofError("The proof is too short.")
    if not (_same(old_value, old_root) and _same(new_value, new_root)):
        raise ProofError("The new tree does not continue the old one.")
