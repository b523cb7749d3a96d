"""Heads of a real ledger, cosigned by a real witness process; a ledger that lost entries gets no line."""

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from tests.conformance.witness_process import running
from tests.own_database import own_database, sqlite_settings
from tests.rooms.ledger.world import ALICE, MATTER, at, seeded

from safeconduct.cli.witness import create_key
from safeconduct.core.tlog.checkpoint import Checkpoint, open_checkpoint
from safeconduct.core.tlog.fsck import fsck
from safeconduct.core.tlog.notes import Signer, Verifier, sign_note
from safeconduct.core.tlog.tiles import TileConflictError
from safeconduct.rooms.ledger import actions, queries, steps
from safeconduct.rooms.ledger.wire import WitnessAwayError

SIGNER = Signer("log.example/private", bytes(32))


def grow(count: int, seed: int = 0) -> None:
    for number in range(count):
        with transaction.atomic():
            steps.record(
                actor=ALICE, now=at(number), kind="a.b", subject=MATTER, facts={}, randomness=seeded(seed + number)
            )
    head = queries.head_to_sign(log="private")
    note = sign_note(Checkpoint(SIGNER.name, head.size, bytes.fromhex(head.root)).text, SIGNER)
    with transaction.atomic():
        steps.store_head(log="private", note=note)


def cosign(folder: Path, witness: Verifier) -> bool:
    return actions.cosign(log="private", socket=folder / "w.sock", witness=witness)


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Verifier]:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "logs").write_text(f"{SIGNER.verifier.vkey}\n")
    return tmp_path, create_key(tmp_path / "key", "witness.example/w1")


@pytest.mark.usefixtures("ledger")
def test_each_head_is_cosigned_once_and_published_with_the_line(place: tuple[Path, Verifier]) -> None:
    folder, witness = place
    with pytest.raises(actions.NothingSignedError):
        cosign(folder, witness)
    with running(folder):
        for count in (3, 4):
            grow(count, count * 10)
            assert cosign(folder, witness)
            assert not cosign(folder, witness)
    signed = queries.signed_head()
    assert signed is not None
    keys = [SIGNER.verifier, witness]
    assert open_checkpoint(signed.note, origin=SIGNER.name, verifiers=keys).note.cosigners == {witness.name}
    actions.publish_checkpoint(folder=folder / "tiles", log="private")
    report = fsck(folder / "tiles", origin=SIGNER.name, verifiers=keys)
    assert (report.entries, report.opened.note.cosigners) == (7, {witness.name})


@pytest.mark.usefixtures("sqlite_ledger")
def test_a_witness_that_is_away_changes_nothing(place: tuple[Path, Verifier]) -> None:
    folder, witness = place
    grow(2)
    with pytest.raises(WitnessAwayError):
        cosign(folder, witness)
    with pytest.raises(WitnessAwayError), transaction.atomic():
        actions.cosign(log="private", socket=folder / "w.sock", witness=witness)
    signed = queries.signed_head()
    assert signed is not None
    assert signed.cosigners == ()


def test_a_restored_or_rewritten_ledger_gets_no_line(
    place: tuple[Path, Verifier],
    tmp_path: Path,
    django_db_blocker: Any,
) -> None:
    folder, witness = place
    for name in ("first", "shorter", "other"):
        (tmp_path / name).mkdir()
    with running(folder), django_db_blocker.unblock():
        with own_database(sqlite_settings(tmp_path / "first"), "ledger"):
            grow(6)
            assert cosign(folder, witness)
        with own_database(sqlite_settings(tmp_path / "shorter"), "ledger"):
            grow(4)
            with pytest.raises(actions.WitnessRefusedError, match="entries are gone"):
                cosign(folder, witness)
        with own_database(sqlite_settings(tmp_path / "other"), "ledger"):
            grow(6, seed=500)
            with pytest.raises(actions.WitnessRefusedError, match="another root"):
                cosign(folder, witness)
            grow(2, seed=900)
            with pytest.raises(actions.WitnessRefusedError, match="422"):
                cosign(folder, witness)


def test_a_restored_or_rewritten_ledger_is_not_published_over_the_first(
    tmp_path: Path,
    django_db_blocker: Any,
) -> None:
    folder = tmp_path / "tiles"
    for name in ("first", "shorter", "other"):
        (tmp_path / name).mkdir()
    with django_db_blocker.unblock():
        with own_database(sqlite_settings(tmp_path / "first"), "ledger"):
            grow(6)
            assert actions.publish_checkpoint(folder=folder, log="private").size == 6
        for name, seed in (("shorter", 0), ("other", 500)):
            with own_database(sqlite_settings(tmp_path / name), "ledger"):
                grow(4 if name == "shorter" else 9, seed)
                with pytest.raises(TileConflictError):
                    actions.publish_checkpoint(folder=folder, log="private")
    assert fsck(folder, origin=SIGNER.name, verifiers=[SIGNER.verifier]).entries == 6
