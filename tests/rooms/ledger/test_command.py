"""``safeconduct ledger`` on a database: what it prints of a whole ledger, and that it fails on a damaged one."""

import argparse
import json

import pytest
from django.db import connection, transaction
from tests.rooms.ledger.world import ALICE, MATTER, at

from safeconduct.cli import ledger as command
from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.entry_proofs import check_entry_proof
from safeconduct.core.tlog.merkle import EMPTY_ROOT
from safeconduct.core.tlog.notes import Signer, sign_note
from safeconduct.rooms.government_requests.queries import books
from safeconduct.rooms.ledger import queries, steps

pytestmark = pytest.mark.usefixtures("sqlite_ledger")
SIGNER = Signer("log.example/private", bytes(32))


@pytest.fixture(autouse=True)
def no_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    """This database holds a ledger and no matters; tests/functional has both."""
    monkeypatch.setattr(books, "require_unaltered", lambda: 0)


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args([*words, "--log", "private"]))


def record() -> str:
    with transaction.atomic():
        return steps.record(actor=ALICE, now=at(0), kind="a.b", subject=MATTER, facts={"n": 1}).id


def test_a_whole_ledger_is_called_whole_and_a_damaged_one_fails(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(5):
        record()
    assert run("fsck", "--json") == 0
    assert json.loads(capsys.readouterr().out) | {"root": ""} == {
        "compared": [],
        "matters": 0,
        "signatures": False,
        "heads": 0,
        "log": "private",
        "openings": 5,
        "root": "",
        "size": 5,
    }
    assert run("fsck") == 0
    assert "5 readable entries" in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER ledger_opening_no_update")
        cursor.execute("UPDATE ledger_opening SET kind = 'x.y' WHERE body LIKE '%a.b%'")
    with pytest.raises(queries.LedgerDamagedError):
        run("fsck")


def test_an_entry_is_proven_and_the_head_printed(capsys: pytest.CaptureFixture[str]) -> None:
    entry = record()
    assert run("prove", "--entry", entry) == 0
    proof = json.loads(capsys.readouterr().out)
    assert check_entry_proof(proof, since_size=0, since_root=EMPTY_ROOT).opening["subject"] == MATTER
    with pytest.raises(command.NoCheckpointError):
        run("checkpoint")
    head = queries.head()
    note = sign_note(Checkpoint(SIGNER.name, head.size, bytes.fromhex(head.root)).text, SIGNER)
    with transaction.atomic():
        steps.store_head(log="private", note=note)
    assert run("checkpoint") == 0
    assert capsys.readouterr().out == note
