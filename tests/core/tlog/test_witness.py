"""The log witness's judgement: it cosigns growth, and nothing else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.tlog import tree
from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.merkle import leaf_hash
from safeconduct.core.tlog.notes import COSIGNATURE, Signer, open_note, sign_note
from safeconduct.core.tlog.tree import MemoryTree
from safeconduct.core.tlog.witness import Accepted, AddCheckpoint, Refused, Seen, judge, parse_request, write_request
from safeconduct.core.tlog.witness_state import StateError, StateTakenError, WitnessState

LOG = Signer("log.example/public", bytes(32))
WITNESS = Signer("witness.example", bytes(range(32)), COSIGNATURE)
LOGS = {LOG.name: (LOG.verifier,)}
TREE = MemoryTree([leaf_hash(bytes([number])) for number in range(60)])
FORK = MemoryTree([leaf_hash(bytes([number, 1])) for number in range(60)])


def request(old: int, size: int, *, source: MemoryTree = TREE, signer: Signer = LOG) -> bytes:
    note = sign_note(Checkpoint(signer.name, size, tree.root(size, source.read)).text, signer)
    proof = tree.consistency(old, size, source.read) if old <= size else []
    return write_request(AddCheckpoint(old, tuple(proof), note))


def ask(body: bytes, seen: Seen) -> Accepted | Refused:
    return judge(body, logs=LOGS, seen=lambda _: seen)


def seen_at(size: int) -> Seen:
    return Seen(size, tree.root(size, TREE.read))


def status(answer: Accepted | Refused) -> int:
    return 200 if isinstance(answer, Accepted) else answer.status


@given(old=st.integers(0, 60), new=st.integers(0, 60))
def test_growth_is_cosigned_and_shrinking_never(old: int, new: int) -> None:
    answer = ask(request(old, new), seen_at(old))
    if old > new:
        assert status(answer) == 400
        return
    assert isinstance(answer, Accepted)
    assert answer.seen == seen_at(new)
    note = open_note(f"{answer.note.text}\n{answer.reply(WITNESS, time=9)}", [WITNESS.verifier])
    assert note.signatures[0].time == 9


@given(old=st.integers(1, 60), new=st.integers(1, 60))
def test_another_history_is_never_cosigned(old: int, new: int) -> None:
    answer = ask(request(old, new, source=FORK), seen_at(old))
    assert status(answer) == {True: 400, False: 409 if old == new else 422}[old > new]


def test_a_wrong_old_size_is_told_the_right_one() -> None:
    answer = ask(request(3, 9), seen_at(5))
    assert answer == Refused(409, "5\n", "text/x.tlog.size")


def test_unknown_logs_and_keys_are_refused() -> None:
    assert status(ask(request(0, 3, signer=Signer("other.example", bytes(32))), Seen())) == 404
    assert status(ask(request(0, 3, signer=Signer(LOG.name, bytes(range(32)))), Seen())) == 403


@pytest.mark.parametrize(
    "body", [b"", b"old 1\n\n", b"old -1\n\nx", b"old 01\n\nx", b"\xff", b"old 0\nAAAA\n\nx", b"0\n\nx"]
)
def test_what_is_no_request_is_a_bad_request(body: bytes) -> None:
    assert status(ask(body, Seen())) == 400


def test_a_first_head_needs_an_empty_proof() -> None:
    good = parse_request(request(0, 9))
    wrong = AddCheckpoint(0, (bytes(32),), good.note)
    assert status(ask(write_request(wrong), Seen())) == 422
    many = AddCheckpoint(0, (bytes(32),) * 64, good.note)
    assert status(ask(write_request(many), Seen())) == 400


def test_a_state_outlives_its_process_and_is_held_by_one(tmp_path: Path) -> None:
    state = WitnessState(tmp_path)
    assert state.seen(LOG.name) == Seen()
    state.store(LOG.name, seen_at(9))
    with pytest.raises(StateTakenError):
        WitnessState(tmp_path)
    state.close()
    again = WitnessState(tmp_path)
    assert again.seen(LOG.name) == seen_at(9)
    again.close()


def test_a_damaged_state_is_never_a_fresh_start(tmp_path: Path) -> None:
    state = WitnessState(tmp_path)
    state.store(LOG.name, seen_at(9))
    path = next(tmp_path.glob("*.json"))
    good = path.read_bytes()
    for bad in (b"", good[:-1], good.replace(b"9", b'"9"'), good.replace(b"log.", b"lag.")):
        path.write_bytes(bad)
        with pytest.raises(StateError):
            state.seen(LOG.name)
    state.close()


def test_control_a_witness_without_memory_would_cosign_both_histories() -> None:
    """Negative control: forgetting the state is exactly what makes the fork pass."""
    assert status(ask(request(0, 9), Seen())) == 200
    assert status(ask(request(0, 9, source=FORK), Seen())) == 200
    assert status(ask(request(9, 9, source=FORK), seen_at(9))) == 409
