"""Commitments: hiding, binding, and the proof that the vault process demands."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.tlog import tree
from safeconduct.core.tlog.entries import CommitmentError, check, commit
from safeconduct.core.tlog.entry_proofs import check_entry_proof
from safeconduct.core.tlog.merkle import EMPTY_ROOT, leaf_hash
from safeconduct.core.tlog.proofs import ProofError
from safeconduct.core.tlog.tree import MemoryTree

OPENING = {"v": 1, "kind": "a.b", "actor": {"person": "p"}, "at": "2026-01-01T00:00:00Z", "subject": "s", "facts": {}}
SALT = bytes(range(32))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), JSON, max_size=4), st.binary(min_size=32, max_size=32))
def test_an_opening_fits_its_leaf_and_no_other_salt(opening: dict[str, Any], salt: bytes) -> None:
    leaf = commit(opening, salt)
    check(leaf=leaf, opening=opening, salt=salt)
    with pytest.raises(CommitmentError):
        check(leaf=leaf, opening=opening, salt=bytes([salt[0] ^ 1]) + salt[1:])
    with pytest.raises(CommitmentError):
        check(leaf=leaf, opening={**opening, "more": 1}, salt=salt)


def test_a_salt_has_32_bytes() -> None:
    with pytest.raises(BadInputError):
        commit(OPENING, b"short")
    with pytest.raises(CommitmentError):
        check(leaf=bytes(32), opening=OPENING, salt=b"short")


def proof() -> dict[str, Any]:
    log = MemoryTree([leaf_hash(commit(OPENING, bytes([number] * 32))) for number in range(3)])
    log.append(leaf_hash(commit(OPENING, SALT)))
    log.append(leaf_hash(b"later"))
    return {
        "opening": OPENING,
        "salt": SALT.hex(),
        "index": 3,
        "size": 5,
        "root": log.root().hex(),
        "inclusion": [value.hex() for value in tree.inclusion(3, 5, log.read)],
        "consistency": {"from": 2, "hashes": [value.hex() for value in tree.consistency(2, 5, log.read)]},
    }


def old_root() -> bytes:
    return MemoryTree([leaf_hash(commit(OPENING, bytes([number] * 32))) for number in range(2)]).root()


def test_a_good_proof_gives_the_entry() -> None:
    proven = check_entry_proof(proof(), since_size=2, since_root=old_root())
    assert (proven.index, proven.size, proven.opening) == (3, 5, OPENING)


@pytest.mark.parametrize(
    "change",
    [
        {"opening": {**OPENING, "subject": "t"}},
        {"opening": {**OPENING, "v": 2}},
        {"opening": {**OPENING, "more": 1}},
        {"opening": "text"},
        {"opening": {1: object()}},
        {"salt": "00"},
        {"salt": "zz"},
        {"index": 2},
        {"index": True},
        {"index": -1},
        {"size": 4},
        {"size": "5"},
        {"root": "00" * 32},
        {"inclusion": []},
        {"inclusion": ["00" * 31]},
        {"consistency": {"from": 0, "hashes": []}},
        {"consistency": {"from": 2, "hashes": []}},
        {"consistency": None},
    ],
)
def test_a_proof_with_one_part_changed_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ProofError):
        check_entry_proof({**proof(), **change}, since_size=2, since_root=old_root())


def test_a_proof_that_does_not_continue_what_the_checker_saw_is_refused() -> None:
    with pytest.raises(ProofError):
        check_entry_proof(proof(), since_size=2, since_root=bytes(32))
    with pytest.raises(ProofError):
        check_entry_proof(proof(), since_size=0, since_root=EMPTY_ROOT)
    with pytest.raises(ProofError):
        check_entry_proof(None, since_size=0, since_root=EMPTY_ROOT)
