"""The public log's slots: exactly one leaf per fixed span of time, whatever happened in it.

A slot is a tree of ``2**height`` leaves. Entries (32-byte commitments) stand at random places, every other place
holds 32 random bytes that nobody can tell from a commitment, and what does not fit waits for the next slot. So
neither the log's growth nor a slot's shape tells how many entries there were.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from safeconduct.core.base.errors import BadInputError, SafeconductError
from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import instant_text, parse_instant, to_utc
from safeconduct.core.tlog.checkpoint import hash_text
from safeconduct.core.tlog.merkle import HASH_BYTES, leaf_hash
from safeconduct.core.tlog.proofs import ProofError, verify_inclusion
from safeconduct.core.tlog.tree import MemoryTree, inclusion

HEADER = "safeconduct/v1/slot"
MAX_HEIGHT = 16
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class SlotTree:
    """A filled slot.

    Attributes:
        height: the tree has ``2**height`` leaves.
        leaves: 32 bytes each, entries and gaps alike.
        places: for each entry that was placed, in the order given, its place.
    """

    height: int
    leaves: tuple[bytes, ...]
    places: tuple[int, ...]

    @property
    def root(self) -> bytes:
        """Return the slot's root."""
        return _tree(self.leaves).root()

    def path(self, place: int) -> list[bytes]:
        """Return the ``height`` hashes that lead from ``place`` to the root."""
        return inclusion(place, len(self.leaves), _tree(self.leaves).read)


def _tree(leaves: Sequence[bytes]) -> MemoryTree:
    return MemoryTree([leaf_hash(leaf) for leaf in leaves])


def _below(bound: int, randomness: Randomness) -> int:
    """Return a uniform number below ``bound`` (at most 2**32), without modulo bias."""
    limit = (1 << 32) - (1 << 32) % bound
    while (value := int.from_bytes(randomness(4), "big")) >= limit:
        pass
    return value % bound


def fill_slot(entries: Sequence[bytes], height: int, randomness: Randomness) -> SlotTree:
    """Return a slot with the first ``2**height`` of ``entries`` at random places; the caller carries the rest on."""
    if not 0 <= height <= MAX_HEIGHT:
        raise BadInputError("A slot's height is 0 to 16.")
    if any(len(entry) != HASH_BYTES for entry in entries):
        raise BadInputError("An entry of the public log is a commitment of 32 bytes.")
    capacity = 1 << height
    places = list(range(capacity))
    for last in range(capacity - 1, 0, -1):
        other = _below(last + 1, randomness)
        places[last], places[other] = places[other], places[last]
    leaves = [randomness(HASH_BYTES) for _ in range(capacity)]
    taken = places[: min(capacity, len(entries))]
    for place, entry in zip(taken, entries, strict=False):
        leaves[place] = entry
    return SlotTree(height, tuple(leaves), tuple(taken))


def slot_start(instant: datetime, hours: int) -> datetime:
    """Return the start of the slot that ``instant`` lies in; slots are counted in UTC from 1970."""
    if hours < 1:
        raise BadInputError("A slot lasts at least one hour.")
    span = timedelta(hours=hours)
    return EPOCH + (to_utc(instant) - EPOCH) // span * span


def slot_leaf(start: datetime, root: bytes) -> bytes:
    """Return the public log's leaf for a slot: three lines, the form, the slot's start and its root."""
    return f"{HEADER}\n{instant_text(start)}\n{hash_text(root)}\n".encode()


@dataclass(frozen=True)
class ProvenSlotEntry:
    """A commitment that stands in the public log.

    Attributes:
        commitment: 32 bytes.
        start: start of the slot it stands in.
        index: number of the slot's leaf.
    """

    commitment: bytes
    start: datetime
    index: int


def slot_proof(
    *, tree: SlotTree, place: int, start: datetime, index: int, size: int, path: list[bytes]
) -> dict[str, Any]:
    """Return the proof for the entry at ``place``; ``path`` is the slot leaf's inclusion in the log of ``size``."""
    return {
        "v": 1,
        "commitment": tree.leaves[place].hex(),
        "slot": {
            "start": instant_text(start),
            "place": place,
            "height": tree.height,
            "path": [value.hex() for value in tree.path(place)],
            "root": tree.root.hex(),
        },
        "log": {"index": index, "size": size, "inclusion": [value.hex() for value in path]},
    }


def check_slot_proof(proof: dict[str, Any], *, size: int, root: bytes, height: int | None = None) -> ProvenSlotEntry:
    """Return what ``proof`` shows to stand in the public log of ``size`` and ``root``; raises ``ProofError``."""
    try:
        slot, log = proof["slot"], proof["log"]
        commitment, slot_root = bytes.fromhex(proof["commitment"]), bytes.fromhex(slot["root"])
        path = [bytes.fromhex(value) for value in slot["path"]]
        outer = [bytes.fromhex(value) for value in log["inclusion"]]
        start = parse_instant(slot["start"])
        numbers = (slot["place"], slot["height"], log["index"], log["size"])
        version = proof["v"]
    except (KeyError, TypeError, ValueError, SafeconductError) as error:
        raise ProofError("A part of the proof is missing or is not what it should be.") from error
    if any(type(number) is not int for number in (*numbers, version)) or version != 1:
        raise ProofError("The proof is not one of version 1.")
    place, found, index, claimed = numbers
    if not 0 <= found <= MAX_HEIGHT or len(commitment) != HASH_BYTES or claimed != size or height not in (None, found):
        raise ProofError("The proof is for another log, size or height.")
    verify_inclusion(leaf=leaf_hash(commitment), index=place, size=1 << found, root=slot_root, proof=path)
    verify_inclusion(leaf=leaf_hash(slot_leaf(start, slot_root)), index=index, size=size, root=root, proof=outer)
    return ProvenSlotEntry(commitment, start, index)
