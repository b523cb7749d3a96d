"""The public log: one leaf per slot whatever happened, entries provable by strangers, nothing countable."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rooms.ledger.world import START, at, seeded

from safeconduct.core.tlog.checkpoint import Checkpoint, open_checkpoint
from safeconduct.core.tlog.fsck import fsck
from safeconduct.core.tlog.notes import Signer, sign_note
from safeconduct.core.tlog.slots import check_slot_proof
from safeconduct.rooms.ledger import actions, queries, rules, steps
from safeconduct.rooms.ledger.models import PublicEntry, PublicPlace, PublicSlot

SIGNER = Signer("log.example/public", bytes(32))


def sign_public_head() -> None:
    head = queries.head_to_sign(log="public")
    note = sign_note(Checkpoint(SIGNER.name, head.size, bytes.fromhex(head.root)).text, SIGNER)
    with transaction.atomic():
        steps.store_head(log="public", note=note)


def queue(number: int, hours: float) -> str:
    with transaction.atomic():
        return steps.commit_public(now=at(hours), commitment=bytes([number]) * 32, randomness=seeded(number))


def close(hours: float) -> actions.SlotsClosed:
    return actions.close_slots(now=at(hours), hours=24, randomness=seeded(99))


@pytest.mark.usefixtures("ledger")
def test_every_slot_closes_once_with_entries_or_without() -> None:
    actions.open_public_log(now=START, hours=24)
    assert close(10) == actions.SlotsClosed(0, 0)
    first = queue(1, 11)
    queue(2, 30)
    assert close(24 * 3) == actions.SlotsClosed(3, 3)
    assert close(24 * 3) == actions.SlotsClosed(0, 3)
    assert [slot.start.isoformat() for slot in PublicSlot.objects.order_by("index")] == [
        "2026-01-05T00:00:00+00:00",
        "2026-01-06T00:00:00+00:00",
        "2026-01-07T00:00:00+00:00",
    ]
    assert {len(bytes(slot.leaves)) for slot in PublicSlot.objects.all()} == {64 * 32}
    assert dict(PublicPlace.objects.values_list("entry_id", "slot_id"))[first] == 0
    assert sorted(PublicPlace.objects.values_list("slot_id", flat=True)) == [0, 1]


@pytest.mark.usefixtures("ledger")
def test_a_stranger_checks_a_public_entry_against_the_signed_head(tmp_path: Path) -> None:
    actions.open_public_log(now=START, hours=24)
    entry = queue(7, 1)
    assert queries.public_proof_for(public_entry=entry) is None
    close(24 * 5)
    assert queries.public_proof_for(public_entry=entry) is None
    sign_public_head()
    proof = queries.public_proof_for(public_entry=entry)
    assert proof is not None
    head = open_checkpoint(proof["checkpoint"], origin=SIGNER.name, verifiers=[SIGNER.verifier]).checkpoint
    proven = check_slot_proof(proof, size=head.size, root=head.root, height=rules.SLOT_HEIGHT)
    assert proven.commitment == bytes([7]) * 32
    published = actions.publish_checkpoint(folder=tmp_path, log="public")
    assert (published.size, published.files) == (5, 2)
    assert fsck(tmp_path, origin=SIGNER.name, verifiers=[SIGNER.verifier]).entries == 5
    close(24 * 300)
    sign_public_head()
    assert actions.publish_checkpoint(folder=tmp_path, log="public").size == 300
    report = fsck(tmp_path, origin=SIGNER.name, verifiers=[SIGNER.verifier])
    assert (report.entries, report.older) == (300, 2)
    assert actions.publish_checkpoint(folder=tmp_path, log="public").files == 0
    assert actions.check_log(log="public").size == 300


@pytest.mark.usefixtures("sqlite_ledger")
def test_what_finds_no_room_waits_for_the_next_slot_in_order() -> None:
    actions.open_public_log(now=START, hours=24)
    for number in range(70):
        queue(number, 1)
    close(24)
    assert PublicEntry.objects.filter(place_in_slot__isnull=True).count() == 6
    close(48)
    assert PublicPlace.objects.filter(slot_id=1).count() == 6
    assert PublicPlace.objects.count() == 70
    size = {len(bytes(slot.leaves)) for slot in PublicSlot.objects.all()}
    assert size == {2048}


@pytest.mark.usefixtures("sqlite_ledger")
def test_what_is_published_does_not_tell_how_many_entries_there_were(tmp_path: Path) -> None:
    """The folder of a busy company and that of an idle one have the same files of the same lengths."""
    shapes = []
    for busy in (False, True):
        folder = tmp_path / str(busy)
        with transaction.atomic():
            sid = transaction.savepoint()
            actions_in_one_transaction(busy=busy)
            publish(folder)
            transaction.savepoint_rollback(sid)
        files = (path for path in folder.rglob("*") if path.is_file())
        shapes.append(sorted((str(path.relative_to(folder)), path.stat().st_size) for path in files))
    assert shapes[0] == shapes[1]
    assert len(shapes[0]) == 3


def actions_in_one_transaction(*, busy: bool) -> None:
    state = steps.lock_log(log="public", now=START)
    for number in range(40 if busy else 0):
        steps.commit_public(now=at(1), commitment=bytes([number]) * 32)
    first = START.replace(hour=0, minute=0)
    for day in range(9):
        start = first + timedelta(days=day)
        actions._close_slot(state, start=start, end=start + timedelta(days=1), randomness=seeded(day))


def publish(folder: Path) -> None:
    sign_public_head()
    actions.publish_checkpoint(folder=folder, log="public")


@given(hours=st.lists(st.integers(0, 400), min_size=1, max_size=8), length=st.sampled_from([1, 6, 24, 168]))
@settings(max_examples=60)
def test_however_often_the_worker_looks_each_slot_is_due_once(hours: list[int], length: int) -> None:
    first, closed = START.replace(hour=0, minute=0), []
    for hour in sorted(hours):
        closed += rules.slots_due(first=first, closed=len(closed), now=at(hour), hours=length)
    assert closed == [first + timedelta(hours=number * length) for number in range(len(closed))]
    assert rules.slots_due(first=first, closed=len(closed), now=at(max(hours)), hours=length) == []
    assert first + timedelta(hours=(len(closed) + 1) * length) > at(max(hours))


@pytest.mark.usefixtures("ledger")
def test_a_clock_that_went_back_closes_nothing() -> None:
    actions.open_public_log(now=START, hours=24)
    close(72)
    assert close(24) == actions.SlotsClosed(0, 3)
    assert close(-500) == actions.SlotsClosed(0, 3)
    assert connection.in_atomic_block is False
