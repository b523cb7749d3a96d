"""``safeconduct ledger`` on folders: what it prints, and that damage makes it fail."""

import argparse
import json
from pathlib import Path

import pytest

from safeconduct.cli import ledger
from safeconduct.core.base.errors import BadInputError, SafeconductError
from safeconduct.core.tlog import tree
from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.fsck import FsckError
from safeconduct.core.tlog.merkle import leaf_hash
from safeconduct.core.tlog.notes import COSIGNATURE, Signer, sign_note
from safeconduct.core.tlog.proof_files import ProofFile
from safeconduct.core.tlog.tiles import write_checkpoint, write_tiles
from safeconduct.core.tlog.tree import MemoryTree

LOG = Signer("log.example/public", bytes(32))
WITNESS = Signer("witness.example", bytes(range(32)), COSIGNATURE)
LEAVES = [bytes([number]) for number in range(12)]
TREE = MemoryTree([leaf_hash(leaf) for leaf in LEAVES])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_tiles(tmp_path, old_size=0, size=12, read=TREE.read, entries=lambda start, stop: LEAVES[start:stop])
    head = Checkpoint(LOG.name, 12, tree.root(12, TREE.read))
    write_checkpoint(tmp_path, sign_note(head.text, LOG, WITNESS, time=7))
    return tmp_path


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    ledger.add_arguments(parser)
    return ledger.run(parser.parse_args(words))


def test_a_whole_log_is_called_whole(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = ("--key", LOG.verifier.vkey, "--key", WITNESS.verifier.vkey)
    assert run("fsck", str(folder), *keys, "--json") == 0
    value = json.loads(capsys.readouterr().out)
    assert (value["size"], value["entries"], value["cosigners"]) == (12, 12, ["witness.example"])
    assert run("fsck", str(folder), *keys) == 0
    assert "12 leaves" in capsys.readouterr().out


def test_a_trust_file_brings_the_keys(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = Signer("log.example/private", bytes([1] * 32)).verifier.vkey
    keys = {"log": other, "public_log": LOG.verifier.vkey, "witnesses": [{"vkey": WITNESS.verifier.vkey}]}
    trust = tmp_path / "trust.json"
    trust.write_text(json.dumps({"keys": keys}))
    assert run("fsck", str(folder), "--trust", str(trust), "--json") == 0
    assert json.loads(capsys.readouterr().out)["size"] == 12


def test_damage_or_an_unknown_key_fails(folder: Path) -> None:
    with pytest.raises(BadInputError):
        run("fsck", str(folder))
    with pytest.raises(BadInputError):
        run("fsck", str(folder), "--key", Signer("other.example", bytes(32)).verifier.vkey)
    forger = Signer(LOG.name, bytes([9] * 32)).verifier.vkey
    with pytest.raises(FsckError, match="checkpoint"):
        run("fsck", str(folder), "--key", forger)
    tile = folder / "tile/entries/000.p/12"
    tile.write_bytes(tile.read_bytes()[:-1] + b"\xff")
    with pytest.raises(FsckError, match="entry 11"):
        run("fsck", str(folder), "--key", LOG.verifier.vkey)


def test_a_proof_is_printed_that_a_stranger_can_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("prove", str(folder), "--index", "5") == 0
    proof = ProofFile.parse(capsys.readouterr().out)
    assert proof.check(LEAVES[5], origin=LOG.name, verifiers=[LOG.verifier]).checkpoint.size == 12
    with pytest.raises(SafeconductError):
        run("prove", str(folder), "--index", "12")
    with pytest.raises(BadInputError):
        run("prove", str(folder))
    with pytest.raises(BadInputError):
        run("prove")


def test_the_head_is_printed_word_for_word(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("checkpoint", str(folder)) == 0
    assert capsys.readouterr().out == (folder / "checkpoint").read_text("utf-8")
    assert run("checkpoint", str(folder), "--json") == 0
    assert json.loads(capsys.readouterr().out)["size"] == 12
    with pytest.raises(ledger.NoCheckpointError):
        run("checkpoint", str(tmp_path / "none"))
