"""SHA-256 and Merkle trees: roots and proofs against two other implementations, for every size below 130.

No file of the folder covers them. Second implementations: pymerkle (RFC 9162, in memory) and, written here, RFC 6962's
own recursive definition; SHA-256's answers are the examples of FIPS 180-4.
"""

import hashlib
import random

import pytest
from pymerkle import InmemoryTree
from tests import soaking

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.tlog.merkle import EMPTY_ROOT, leaf_hash, node_hash
from safeconduct.core.tlog.proofs import ProofError, verify_consistency, verify_inclusion
from safeconduct.core.tlog.tree import MemoryTree, consistency, inclusion, root

MOST = 130
LEAVES = [f"leaf {number}".encode() for number in range(MOST)]
TREE = MemoryTree([leaf_hash(leaf) for leaf in LEAVES])

FIPS_180 = [
    (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
        b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ),
    (b"a" * 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
]


def naive(hashes: list[bytes]) -> bytes:
    """Return MTH of RFC 6962, section 2.1, as it is defined."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return hashlib.sha256(b"\x01" + naive(hashes[:k]) + naive(hashes[k:])).digest()


def test_the_examples_of_fips_180() -> None:
    assert [sha256_hex(data) for data, _ in FIPS_180] == [digest for _, digest in FIPS_180]


def test_roots_are_those_of_both_others() -> None:
    other = InmemoryTree(algorithm="sha256")
    hashes = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in LEAVES]
    assert root(0, TREE.read) == naive([]) == EMPTY_ROOT
    for size in range(1, MOST + 1):
        other.append_entry(LEAVES[size - 1])
        assert root(size, TREE.read) == naive(hashes[:size]) == other.get_root(size), size


def others_tree() -> InmemoryTree:
    other = InmemoryTree(algorithm="sha256")
    for leaf in LEAVES:
        other.append_entry(leaf)
    return other


def test_inclusion_proofs_are_pymerkles_and_hold() -> None:
    other, proofs = others_tree(), 0
    for size in range(1, MOST):
        known = root(size, TREE.read)
        for index in range(size):
            path = inclusion(index, size, TREE.read)
            if (size + index) % 3 == 0:
                assert other.prove_inclusion(index + 1, size).path[1:] == path or size == 1
            verify_inclusion(leaf=leaf_hash(LEAVES[index]), index=index, size=size, root=known, proof=path)
            proofs += 1
    assert proofs == MOST * (MOST - 1) // 2


def test_consistency_proofs_hold_for_every_pair_of_sizes() -> None:
    proofs = 0
    for new in range(MOST):
        for old in range(new + 1):
            path = consistency(old, new, TREE.read)
            roots = {"old_root": root(old, TREE.read), "new_root": root(new, TREE.read)}
            verify_consistency(old_size=old, new_size=new, proof=path, **roots)
            proofs += 1
    assert proofs == MOST * (MOST + 1) // 2


def refused_inclusion(index: int, size: int, known: bytes, path: list[bytes]) -> bool:
    try:
        verify_inclusion(leaf=leaf_hash(LEAVES[0]), index=index, size=size, root=known, proof=path)
    except ProofError:
        return True
    return False


def test_no_bent_inclusion_proof_holds() -> None:
    rng = random.Random(soaking.seed("rfc9162"))  # noqa: S311 - repeatable tests
    refused = 0
    for size in range(2, MOST):
        known, path = root(size, TREE.read), inclusion(0, size, TREE.read)
        assert not refused_inclusion(0, size, known, path)
        bent = [path[1:], path[:-1], [*path, bytes(32)], [bytes(32), *path], [*path[:-1], rng.randbytes(32)]]
        bent += [[path[-1], *path[:-1]]] if len(path) > 1 else []
        assert all(refused_inclusion(0, size, known, one) for one in bent), size
        assert refused_inclusion(rng.randrange(1, size), size, known, path)
        assert refused_inclusion(0, size, root(size - 1, TREE.read), path)
        assert refused_inclusion(size, size, known, path)
        refused += len(bent) + 3
    soaking.report("rfc9162", bent_proofs_refused=refused)
    assert refused > 1000


def test_a_rewritten_history_has_no_consistency_proof() -> None:
    for old in range(1, 64):
        fork = MemoryTree([leaf_hash(leaf) for leaf in [b"other", *LEAVES[1:MOST]]])
        for new in (old + 1, old + 7, 128):
            with pytest.raises(ProofError):
                verify_consistency(
                    old_size=old,
                    old_root=root(old, TREE.read),
                    new_size=new,
                    new_root=root(new, fork.read),
                    proof=consistency(old, new, fork.read),
                )


def test_leaves_and_nodes_never_meet() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) != leaf_hash(left + right)
