"""The public log's slots and the entries in them, held against its leaves."""

from datetime import datetime

from safeconduct.core.tlog.merkle import HASH_BYTES
from safeconduct.core.tlog.slots import MAX_HEIGHT, SlotTree, slot_leaf, slot_start
from safeconduct.rooms.ledger.models import Leaf, LogState, PublicEntry, PublicPlace, PublicSlot
from safeconduct.rooms.ledger.queries import LedgerDamagedError
from safeconduct.rooms.ledger.rules import NONCE_BYTES, PUBLIC, SLOT_HEIGHT, public_entry_id


def check_slots(*, size: int) -> None:
    """Raise ``LedgerDamagedError`` naming the first slot, place or public entry that is not what the log commits to."""
    slots = list(PublicSlot.objects.order_by("index"))
    if len(slots) != size:
        raise LedgerDamagedError(f"The public log has {size} leaves and {len(slots)} slots.")
    leaves = dict(Leaf.objects.filter(log=PUBLIC).values_list("index", "data"))
    filled: list[tuple[bytes, ...]] = []
    for number, slot in enumerate(slots):
        filled.append(_check_slot(number, slot, bytes(leaves[number])))
    _check_entries(filled)
    if slots:
        _check_opening(slots)


def _check_slot(number: int, slot: PublicSlot, leaf: bytes) -> tuple[bytes, ...]:
    data, name = bytes(slot.leaves), f"Slot {number} of the public log"
    if slot.index != number:
        raise LedgerDamagedError(f"{name} is missing.")
    if slot.height != SLOT_HEIGHT or not 0 <= slot.height <= MAX_HEIGHT or len(data) != HASH_BYTES << slot.height:
        raise LedgerDamagedError(f"{name} is not full.")
    leaves = tuple(data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES))
    if slot_leaf(slot.start, SlotTree(slot.height, leaves, ()).root) != leaf:
        raise LedgerDamagedError(f"{name} is not what its leaf commits to.")
    return leaves


def _check_opening(slots: list[PublicSlot]) -> None:
    """Hold the moment at which the log was opened against its first slot."""
    opened: datetime = LogState.objects.get(log=PUBLIC).opened_at
    first = slots[0].start
    span = slots[1].start - first if len(slots) > 1 else None
    inside = first <= opened if span is None else first <= opened < first + span
    if not inside or slot_start(first, 1) != first:
        raise LedgerDamagedError("The public log was not opened in its first slot.")


def _check_entries(filled: list[tuple[bytes, ...]]) -> None:
    """Hold every public entry against its own id, and its place against the slot."""
    places = {one.entry_id: (one.slot_id, one.place) for one in PublicPlace.objects.all()}
    standing = {leaf for leaves in filled for leaf in leaves}
    for entry in PublicEntry.objects.all():
        commitment = bytes(entry.commitment)
        nonce = bytes.fromhex(entry.id)[:NONCE_BYTES]
        if public_entry_id(nonce=nonce, commitment=commitment, at=entry.at) != entry.id:
            raise LedgerDamagedError(f"Public entry {entry.id} is not the one that was queued.")
        slot, place = places.pop(entry.id, (None, None))
        if slot is None or place is None:
            if commitment in standing:
                raise LedgerDamagedError(f"Public entry {entry.id} stands in a slot and nobody knows where.")
        elif not (0 <= slot < len(filled) and 0 <= place < len(filled[slot])) or filled[slot][place] != commitment:
            raise LedgerDamagedError(f"Public entry {entry.id} is not at its place in slot {slot}.")
    if places:
        raise LedgerDamagedError("A place of the public log belongs to no entry.")
