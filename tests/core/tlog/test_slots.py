"""Slots of the public log: fixed shape, random places, nothing lost, every entry provable."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.tlog import tree
from safeconduct.core.tlog.merkle import leaf_hash
from safeconduct.core.tlog.proofs import ProofError
from safeconduct.core.tlog.slots import check_slot_proof, fill_slot, slot_leaf, slot_proof, slot_start
from safeconduct.core.tlog.tree import MemoryTree

START = datetime(2026, 1, 1, tzinfo=UTC)


def commitments(count: int) -> list[bytes]:
    return [sha256(number.to_bytes(4, "big")).digest() for number in range(count)]


@given(count=st.integers(0, 40), height=st.integers(0, 5), seed=st.integers(0, 2**32))
def test_what_fits_is_placed_once_and_the_shape_is_always_the_same(count: int, height: int, seed: int) -> None:
    entries = commitments(count)
    slot = fill_slot(entries, height, Random(seed).randbytes)  # noqa: S311 - repeatable tests
    assert len(slot.leaves) == 1 << height
    assert {len(leaf) for leaf in slot.leaves} == {32}
    assert len(set(slot.places)) == len(slot.places) == min(count, 1 << height)
    assert [slot.leaves[place] for place in slot.places] == entries[: 1 << height]
    assert len(set(slot.leaves)) == 1 << height


def test_places_are_spread_evenly() -> None:
    randomness = Random(7).randbytes  # noqa: S311 - repeatable tests
    seen = Counter(fill_slot(commitments(1), 3, randomness).places[0] for _ in range(4000))
    assert len(seen) == 8
    assert min(seen.values()) > 400
    assert max(seen.values()) < 600


def test_control_places_in_order_would_be_noticed() -> None:
    """Negative control: a slot filled from the left fails the evenness check above."""
    seen = Counter(0 for _ in range(4000))
    assert len(seen) != 8


def proof_of(place_in: int = 2) -> tuple[dict[str, object], int, bytes]:
    slot = fill_slot(commitments(5), 4, Random(1).randbytes)  # noqa: S311 - repeatable tests
    log = MemoryTree([leaf_hash(slot_leaf(START + timedelta(days=day), bytes([day] * 32))) for day in range(6)])
    log.append(leaf_hash(slot_leaf(START + timedelta(days=6), slot.root)))
    log.append(leaf_hash(b"later"))
    path = tree.inclusion(6, 8, log.read)
    place = slot.places[place_in]
    return (
        slot_proof(tree=slot, place=place, start=START + timedelta(days=6), index=6, size=8, path=path),
        8,
        log.root(),
    )


def test_an_entry_is_proven_through_its_slot() -> None:
    proof, size, root = proof_of()
    proven = check_slot_proof(proof, size=size, root=root, height=4)
    assert (proven.commitment, proven.index, proven.start) == (commitments(5)[2], 6, START + timedelta(days=6))
    assert check_slot_proof(json.loads(json.dumps(proof)), size=size, root=root) == proven


@settings(max_examples=80)
@given(st.data())
def test_any_changed_part_of_a_proof_is_refused(data: st.DataObject) -> None:
    proof, size, root = proof_of()
    text = json.dumps(proof)
    digits = [
        place for place, letter in enumerate(text) if letter in "0123456789abcdef" and text[place - 1] not in ' {,"'
    ]
    place = data.draw(st.sampled_from([one for one in digits if text[one].isdigit()]))
    changed = text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]
    with pytest.raises(ProofError):
        check_slot_proof(json.loads(changed), size=size, root=root, height=4)


def test_another_head_or_height_and_missing_parts_are_refused() -> None:
    proof, size, root = proof_of()
    for wrong_size, wrong_root, height in ((7, root, 4), (size, bytes(32), 4), (size, root, 5)):
        with pytest.raises(ProofError):
            check_slot_proof(proof, size=wrong_size, root=wrong_root, height=height)
    for member in ("v", "commitment", "slot", "log"):
        with pytest.raises(ProofError):
            check_slot_proof({key: value for key, value in proof.items() if key != member}, size=size, root=root)


def test_slots_are_counted_in_utc() -> None:
    assert slot_start(datetime(2026, 7, 1, 23, 59, tzinfo=UTC), 24) == datetime(2026, 7, 1, tzinfo=UTC)
    east = datetime.fromisoformat("2026-07-01T01:30:00+02:00")
    assert slot_start(east, 6) == datetime(2026, 6, 30, 18, tzinfo=UTC)
    with pytest.raises(BadInputError):
        slot_start(east, 0)


def test_what_is_no_commitment_or_height_is_refused() -> None:
    with pytest.raises(BadInputError):
        fill_slot([b"short"], 2, bytes)
    with pytest.raises(BadInputError):
        fill_slot([], 17, bytes)
