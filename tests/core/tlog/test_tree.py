"""The tree against the plain recursive definition of RFC 6962 and against a library that we did not write."""

from hashlib import sha256

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.core.tlog.merkle import EMPTY_ROOT, leaf_hash, leaf_hashes
from safeconduct.core.tlog.proofs import ProofError, verify_consistency, verify_inclusion
from safeconduct.core.tlog.tree import MemoryTree, TreeSizeError, append_nodes, consistency, inclusion, root

EXHAUSTIVE = 33


def naive_root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def leaves_of(count: int) -> list[bytes]:
    return [number.to_bytes(4, "big") * 3 for number in range(count)]


def tree_of(count: int) -> MemoryTree:
    return MemoryTree([leaf_hash(leaf) for leaf in leaves_of(count)])


def flip(value: bytes, bit: int) -> bytes:
    return bytes(byte ^ (1 << bit % 8 if place == bit // 8 else 0) for place, byte in enumerate(value))


BIG = tree_of(600)


def test_every_root_below_the_limit_is_the_naive_one() -> None:
    leaves = leaves_of(EXHAUSTIVE)
    assert [root(size, BIG.read) for size in range(EXHAUSTIVE)] == [
        naive_root(leaves[:size]) for size in range(EXHAUSTIVE)
    ]


def test_every_proof_below_the_limit_holds_and_only_for_its_own_place() -> None:
    looked_at = 0
    for size in range(1, EXHAUSTIVE):
        top = root(size, BIG.read)
        for index in range(size):
            proof = inclusion(index, size, BIG.read)
            verify_inclusion(leaf=BIG.read(0, index), index=index, size=size, root=top, proof=proof)
            looked_at += 1
            with pytest.raises(ProofError):
                verify_inclusion(leaf=BIG.read(0, index + 1), index=index, size=size, root=top, proof=proof)
        for old in range(size + 1):
            proof = consistency(old, size, BIG.read)
            verify_consistency(old_size=old, old_root=root(old, BIG.read), new_size=size, new_root=top, proof=proof)
            with pytest.raises(ProofError):
                verify_consistency(old_size=old, old_root=flip(top, 3), new_size=size, new_root=top, proof=proof)
    assert looked_at == (EXHAUSTIVE - 1) * EXHAUSTIVE // 2


@given(size=st.integers(1, 599), data=st.data())
def test_an_inclusion_proof_holds_and_any_flipped_bit_is_refused(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof, top, leaf = inclusion(index, size, BIG.read), root(size, BIG.read), BIG.read(0, index)
    verify_inclusion(leaf=leaf, index=index, size=size, root=top, proof=proof)
    parts = [leaf, top, *proof]
    where = data.draw(st.integers(0, len(parts) - 1))
    parts[where] = flip(parts[where], data.draw(st.integers(0, 255)))
    with pytest.raises(ProofError):
        verify_inclusion(leaf=parts[0], index=index, size=size, root=parts[1], proof=parts[2:])


@given(size=st.integers(2, 599), data=st.data())
def test_a_consistency_proof_holds_and_any_flipped_bit_is_refused(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size - 1))
    proof, first, second = consistency(old, size, BIG.read), root(old, BIG.read), root(size, BIG.read)
    verify_consistency(old_size=old, old_root=first, new_size=size, new_root=second, proof=proof)
    parts = [first, second, *proof]
    where = data.draw(st.integers(0, len(parts) - 1))
    parts[where] = flip(parts[where], data.draw(st.integers(0, 255)))
    with pytest.raises(ProofError):
        verify_consistency(old_size=old, old_root=parts[0], new_size=size, new_root=parts[1], proof=parts[2:])


@given(size=st.integers(2, 599), data=st.data())
def test_a_proof_cut_or_lengthened_is_refused(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof, top, leaf = inclusion(index, size, BIG.read), root(size, BIG.read), BIG.read(0, index)
    for wrong in (proof[:-1], proof[1:], [*proof, top], [leaf, *proof]):
        with pytest.raises(ProofError):
            verify_inclusion(leaf=leaf, index=index, size=size, root=top, proof=wrong)
    old = data.draw(st.integers(1, size - 1))
    grown = consistency(old, size, BIG.read)
    for wrong in (grown[:-1], grown[1:], [*grown, top]):
        with pytest.raises(ProofError):
            verify_consistency(old_size=old, old_root=root(old, BIG.read), new_size=size, new_root=top, proof=wrong)


@given(size=st.integers(2, 599), data=st.data())
def test_a_tree_with_one_changed_leaf_does_not_continue_the_old_one(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    hashes = [leaf_hash(leaf) for leaf in leaves_of(size)]
    hashes[changed] = leaf_hash(b"rewritten")
    forged = MemoryTree(hashes)
    with pytest.raises(ProofError):
        verify_consistency(
            old_size=old,
            old_root=root(old, BIG.read),
            new_size=size,
            new_root=forged.root(),
            proof=consistency(old, size, forged.read),
        )


@settings(max_examples=20)
@given(st.integers(1, 200))
def test_an_independent_library_agrees_on_the_root(size: int) -> None:
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for leaf in leaves_of(size):
        other.append_entry(leaf)
    assert other.get_root() == root(size, BIG.read)


def test_the_empty_and_the_first_tree() -> None:
    assert root(0, BIG.read) == EMPTY_ROOT
    assert MemoryTree().size == 0
    assert root(1, BIG.read) == BIG.read(0, 0)
    verify_consistency(old_size=0, old_root=EMPTY_ROOT, new_size=7, new_root=root(7, BIG.read), proof=[])
    with pytest.raises(ProofError):
        verify_consistency(old_size=0, old_root=root(1, BIG.read), new_size=7, new_root=root(7, BIG.read), proof=[])


def test_stored_nodes_appended_one_by_one_are_those_of_the_whole_tree() -> None:
    stored: dict[tuple[int, int], bytes] = {}
    for size in range(100):
        for level, index, value in append_nodes(size, BIG.read(0, size), lambda *key: stored[key]):
            assert (level, index) not in stored
            stored[level, index] = value
            assert value == BIG.read(level, index)
    assert len(stored) == 100 + 50 + 25 + 12 + 6 + 3 + 1


def test_sizes_and_places_that_do_not_exist_are_refused() -> None:
    for wrong in (lambda: inclusion(3, 3, BIG.read), lambda: inclusion(-1, 3, BIG.read)):
        with pytest.raises(TreeSizeError):
            wrong()
    with pytest.raises(TreeSizeError):
        consistency(4, 3, BIG.read)
    with pytest.raises(TreeSizeError):
        root(-1, BIG.read)
    with pytest.raises(ProofError):
        verify_inclusion(leaf=BIG.read(0, 0), index=0, size=0, root=EMPTY_ROOT, proof=[])


def test_control_without_the_prefixes_an_inner_node_passes_as_a_leaf() -> None:
    """Negative control: the forgery works on a tree without prefixes, and only there."""

    def plain_root(leaves: list[bytes]) -> bytes:
        hashes = [sha256(leaf).digest() for leaf in leaves]
        while len(hashes) > 1:
            hashes = [sha256(left + right).digest() for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
        return hashes[0]

    honest = [b"a", b"b", b"c", b"d"]
    plain = [sha256(leaf).digest() for leaf in honest]
    assert plain_root([plain[0] + plain[1], plain[2] + plain[3]]) == plain_root(honest)
    hashes = [leaf_hash(leaf) for leaf in honest]
    forged = MemoryTree([leaf_hash(hashes[0] + hashes[1]), leaf_hash(hashes[2] + hashes[3])])
    assert forged.root() != MemoryTree(hashes).root()


@given(st.lists(st.lists(st.binary(max_size=3), max_size=9), max_size=6))
def test_many_leaves_at_once_give_the_tree_that_one_by_one_gives(parts: list[list[bytes]]) -> None:
    together, alone = MemoryTree(), MemoryTree()
    for part in parts:
        assert leaf_hashes(part) == [leaf_hash(data) for data in part]
        together.extend(leaf_hashes(part))
        for data in part:
            alone.append(leaf_hash(data))
    assert together._levels == alone._levels
