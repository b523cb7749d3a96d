"""Entries: recorded with their act, proven, never changed, erasable without harm to the tree."""

import pytest
from django.db import IntegrityError, connection, transaction
from tests.rooms.ledger.world import ALICE, MATTER, at, seeded

from safeconduct.core.tlog.entry_proofs import check_entry_proof
from safeconduct.core.tlog.merkle import EMPTY_ROOT
from safeconduct.core.tlog.proofs import ProofError
from safeconduct.rooms.ledger import actions, queries, steps
from safeconduct.rooms.ledger.models import Opening
from safeconduct.rooms.ledger.rules import FactError

pytestmark = pytest.mark.usefixtures("ledger")


def record(number: int, subject: str = MATTER) -> steps.EntryRef:
    with transaction.atomic():
        return steps.record(
            actor=ALICE,
            now=at(number),
            kind="government_requests.review",
            subject=subject,
            facts={"number": number, "digest": "0f" * 32},
            randomness=seeded(number),
        )


def test_every_entry_is_proven_from_every_earlier_head() -> None:
    entries = [record(number) for number in range(9)]
    heads = [(size, queries.root_at(log="private", size=size)) for size in range(10)]
    assert heads[0][1] == EMPTY_ROOT
    for entry in entries:
        for size, root in heads:
            proven = check_entry_proof(queries.proof_for(entry=entry.id, since=size), since_size=size, since_root=root)
            assert (proven.index, proven.size) == (entry.index, 9)
            assert proven.opening["facts"]["number"] == entry.index


def test_a_proof_with_another_fact_or_head_is_refused() -> None:
    entry, _ = record(0), record(1)
    proof = queries.proof_for(entry=entry.id, since=1)
    root = queries.root_at(log="private", size=1)
    assert check_entry_proof(proof, since_size=1, since_root=root).opening["subject"] == MATTER
    other = {**proof, "opening": {**proof["opening"], "subject": "e" * 32}}
    for wrong, size, head in ((other, 1, root), (proof, 0, EMPTY_ROOT), (proof, 1, EMPTY_ROOT), ({}, 1, root)):
        with pytest.raises(ProofError):
            check_entry_proof(wrong, since_size=size, since_root=head)


def test_history_lists_one_subject_in_order_and_the_cursor_sees_all() -> None:
    for number in range(4):
        record(number, MATTER if number % 2 else "e" * 32)
    assert [line.facts["number"] for line in queries.history(subject=MATTER)] == [1, 3]
    assert [line.index for line in queries.entries_after(index=1)] == [2, 3]
    assert queries.history(subject=MATTER)[0].person == ALICE.person


def test_an_act_that_fails_leaves_no_entry() -> None:
    def failing_act() -> None:
        with transaction.atomic():
            steps.record(actor=ALICE, now=at(1), kind="a.b", subject="x", facts={})
            queries.proof_for(entry="f" * 32, since=0)

    record(0)
    with pytest.raises(queries.NoSuchEntryError):
        failing_act()
    assert queries.head().size == 1
    record(1)
    assert queries.head().root == queries.root_at(log="private", size=2).hex()


@pytest.mark.parametrize(
    "facts",
    [
        {"name": "Ann Example"},
        {"number": "+12025550143"},
        {"mail": "ann@example.org"},
        {"list": ["ok", "two words"]},
        {"Upper": "x"},
        {"share": 0.5},
        {"deep": {"a": {"b": {"c": {"d": 1}}}}},
    ],
)
def test_a_fact_that_could_be_a_personal_datum_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(FactError), transaction.atomic():
        steps.record(actor=ALICE, now=at(0), kind="a.b", subject="x", facts=facts)
    assert queries.head().size == 0


def test_no_row_can_be_changed_or_deleted() -> None:
    record(0)
    refused = 0
    statements = [
        "UPDATE ledger_leaf SET data = NULL",
        "UPDATE ledger_node SET hash = hash",
        'UPDATE ledger_entry SET "index" = 7',
        "UPDATE ledger_opening SET body = ''",
        "UPDATE ledger_logstate SET size = 0",
        "UPDATE ledger_logstate SET size = size + 2",
        "DELETE FROM ledger_leaf",
        "DELETE FROM ledger_node",
        "DELETE FROM ledger_opening",
        "DELETE FROM ledger_entry",
        "DELETE FROM ledger_logstate",
    ]
    for statement in statements:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        refused += 1
    assert refused == len(statements)
    assert queries.head().size == 1


def test_control_without_the_trigger_the_change_would_pass() -> None:
    """Negative control: it is the trigger that refuses."""
    record(0)
    drop = "DROP TRIGGER ledger_opening_no_update" + (" ON ledger_opening" if connection.vendor == "postgresql" else "")
    with connection.cursor() as cursor:
        cursor.execute(drop)
        cursor.execute("UPDATE ledger_opening SET kind = 'a.b'")
    assert Opening.objects.get().kind == "a.b"


def test_an_erased_entry_is_gone_and_the_tree_stays() -> None:
    entries = [record(number) for number in range(3)]
    root = queries.root_at(log="private", size=3)
    with transaction.atomic():
        order = steps.erase_opening(actor=ALICE, now=at(5), entry=entries[1].id)
    assert not Opening.objects.filter(entry_id=entries[1].id).exists()
    assert queries.root_at(log="private", size=3) == root
    assert queries.entry(entry=order.id).facts["entry"] == entries[1].id
    proof = queries.proof_for(entry=entries[2].id, since=3)
    assert check_entry_proof(proof, since_size=3, since_root=root).index == 2
    check = actions.check_log(log="private")
    assert (check.size, check.openings) == (4, 3)
    with pytest.raises(queries.NoSuchEntryError):
        queries.proof_for(entry=entries[1].id, since=0)
    with pytest.raises(queries.NoSuchEntryError), transaction.atomic():
        steps.erase_opening(actor=ALICE, now=at(6), entry=entries[1].id)


def test_outside_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(steps.LedgerClosedError):
        steps.record(actor=ALICE, now=at(0), kind="a.b", subject="x", facts={})


def test_a_proof_for_what_never_was_is_refused() -> None:
    entry = record(0)
    with pytest.raises(queries.NoSuchEntryError):
        queries.proof_for(entry="f" * 32, since=0)
    with pytest.raises(queries.NoSuchEntryError):
        queries.proof_for(entry=entry.id, since=2)
    with pytest.raises(queries.NoSuchEntryError):
        queries.root_at(log="private", size=2)
