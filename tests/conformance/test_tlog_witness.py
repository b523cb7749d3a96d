"""The log witness as a real process on a real socket, asked by the real client, killed and started again."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.conformance.witness_process import START, running

from safeconduct.cli.witness import WitnessKeyError, create_key, read_key, read_logs
from safeconduct.core.tlog import tree
from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.merkle import leaf_hash
from safeconduct.core.tlog.notes import Signer, Verifier, open_note, sign_note
from safeconduct.core.tlog.tree import MemoryTree
from safeconduct.core.tlog.witness import MAX_REQUEST_BYTES, AddCheckpoint, write_request
from safeconduct.rooms.ledger.wire import Answer, WitnessAwayError, add_checkpoint

LOG = Signer("log.example/public", bytes(32))
TREE = MemoryTree([leaf_hash(bytes([number])) for number in range(40)])
FORK = MemoryTree([leaf_hash(bytes([number, 1])) for number in range(40)])


def request(old: int, size: int, source: MemoryTree = TREE) -> bytes:
    note = sign_note(Checkpoint(LOG.name, size, tree.root(size, source.read)).text, LOG)
    return write_request(AddCheckpoint(old, tuple(tree.consistency(old, size, source.read)), note))


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Verifier]:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "logs").write_text(f"# the demonstration\n{LOG.verifier.vkey}\n")
    return tmp_path, create_key(tmp_path / "key", "witness.example/w1")


@pytest.fixture(autouse=True)
def _blocker(django_db_blocker: object) -> None:
    """The client looks whether a transaction is open; it needs no database for that."""


def ask(folder: Path, body: bytes) -> Answer:
    return add_checkpoint(path=folder / "w.sock", body=body)


def test_it_cosigns_growth_and_remembers_over_a_kill(place: tuple[Path, Verifier]) -> None:
    folder, witness = place
    with running(folder) as process:
        answer = ask(folder, request(0, 9))
        text = Checkpoint(LOG.name, 9, tree.root(9, TREE.read)).text
        note = open_note(f"{text}\n{answer.body}", [witness])
        assert (answer.status, note.cosigners) == (200, {"witness.example/w1"})
        assert note.signatures[0].time is not None
        assert ask(folder, request(9, 9)).status == 200
        process.kill()
        process.wait()
    with running(folder):
        assert ask(folder, request(0, 12)) == Answer(409, "9\n")
        assert ask(folder, request(9, 12, FORK)).status == 422
        assert ask(folder, request(9, 9, FORK)).status == 409
        assert ask(folder, request(9, 12)).status == 200


def test_it_answers_what_it_does_not_know_as_the_page_says(place: tuple[Path, Verifier]) -> None:
    folder, _ = place
    other = Signer("other.example", bytes(32))
    forger = Signer(LOG.name, bytes(range(32)))
    with running(folder):
        for signer, status in ((other, 404), (forger, 403)):
            note = sign_note(Checkpoint(signer.name, 3, bytes(32)).text, signer)
            assert ask(folder, write_request(AddCheckpoint(0, (), note))).status == status
        assert ask(folder, b"nonsense").status == 400
        assert ask(folder, b"x" * (MAX_REQUEST_BYTES + 1)).status in {400, 413}
        assert ask(folder, request(0, 3)).status == 200


def test_a_second_process_on_the_same_state_does_not_start(place: tuple[Path, Verifier]) -> None:
    folder, _ = place
    with running(folder):
        command = [sys.executable, "-c", START, "--socket", str(folder / "x.sock"), "--state", str(folder / "state")]
        second = subprocess.run(
            [*command, "--key", str(folder / "key")], capture_output=True, text=True, timeout=30, check=False
        )
        assert second.returncode != 0
        assert "SC-WITNESS-TAKEN" in second.stderr
        assert ask(folder, request(0, 3)).status == 200


def test_a_witness_that_cannot_keep_its_state_cosigns_nothing_and_stops(place: tuple[Path, Verifier]) -> None:
    folder, _ = place
    with running(folder) as process:
        assert ask(folder, request(0, 3)).status == 200
        state = next((folder / "state").glob("*.json"))
        state.unlink()
        state.mkdir()
        (state / "in the way").write_text("x")
        answer = ask(folder, request(0, 5))
        assert answer.status == 500
        assert LOG.name not in answer.body
        assert process.wait(timeout=20) == 6


def test_a_witness_that_is_away_is_named(tmp_path: Path) -> None:
    with pytest.raises(WitnessAwayError):
        ask(tmp_path, request(0, 3))


def test_key_files_are_private_kept_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "key"
    verifier = create_key(path, "witness.example/w1")
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(path).verifier == verifier
    with pytest.raises(WitnessKeyError):
        create_key(path, "witness.example/w2")
    path.write_text(LOG.private_text)
    for wrong in (path, tmp_path / "none"):
        with pytest.raises(WitnessKeyError):
            read_key(wrong)
    logs = tmp_path / "logs"
    logs.write_text(f"\n# both\nother.example/log {LOG.verifier.vkey}\n{LOG.verifier.vkey} # ours\n")
    assert read_logs(logs) == {"other.example/log": (LOG.verifier,), LOG.name: (LOG.verifier,)}
