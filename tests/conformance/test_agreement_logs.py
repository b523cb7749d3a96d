"""Both verifiers agree on random logs and on corruptions of them: folders, heads, proofs of entries."""

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import soaking
from tests.conformance.random_logs import HARMFUL, SOUND, TRUST_BYTES, RandomLog, random_log
from tests.conformance.second_verifier import Comparison, accepts, files_of, second_verifier, text_of, weakened
from tests.core.verification.samples import TRUST

from safeconduct.core.base.errors import DamagedError
from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.notes import split_note
from safeconduct.core.tlog.proofs import verify_consistency
from safeconduct.core.tlog.tile_reader import TileReader
from safeconduct.core.tlog.tree import consistency
from safeconduct.core.verification.logs import check_ledger

VARIANTS = 12


class Folder:
    """One folder in memory that is brought to each variant by writing only what differs."""

    def __init__(self, path: Path) -> None:
        self.path, self.there = path, dict[str, bytes]()

    def show(self, files: dict[str, bytes]) -> None:
        for name in set(self.there) - set(files):
            (self.path / name).unlink()
        for name, data in files.items():
            if self.there.get(name) != data:
                (self.path / name).parent.mkdir(parents=True, exist_ok=True)
                (self.path / name).write_bytes(data)
        self.there = dict(files)

    def clear(self) -> None:
        shutil.rmtree(self.path)
        self.path.mkdir()
        self.there = {}


@pytest.fixture
def folder() -> Iterator[Folder]:
    base = "/dev/shm" if Path("/dev/shm").is_dir() and os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - memory
    with tempfile.TemporaryDirectory(dir=base) as path:
        yield Folder(Path(path))


def check(log: RandomLog, folder: Folder) -> None:
    """Do what a reader of a log does with our own functions: the folder, then that it continues the head kept."""
    check_ledger("log", folder.path, TRUST)
    if log.known is None:
        return
    head = Checkpoint.parse(split_note((folder.path / "checkpoint").read_text())[0])
    old = log.known["size"]
    if old > head.size:
        raise DamagedError("The log was cut.")
    proof = consistency(old, head.size, TileReader(folder.path, head.size).read)
    known = bytes.fromhex(log.known["root"])
    verify_consistency(old_size=old, old_root=known, new_size=head.size, new_root=head.root, proof=proof)


def compare(comparison: Comparison, log: RandomLog, label: str, folder: Folder) -> None:
    folder.show(log.files)
    case = {"check": "log", "trust": text_of(TRUST_BYTES), "files": files_of(log.files), "known": log.known}
    comparison.add(label, case, ours=accepts(lambda: check(log, folder)))


def compare_logs(comparison: Comparison, rng: random.Random, folder: Folder, wanted: int) -> None:
    """Compare random logs and variants of them until there were enough, or the verifiers came apart."""
    while comparison.count < wanted and not comparison.apart:
        folder.clear()
        log = random_log(rng)
        for _ in range(VARIANTS):
            change = rng.choice(SOUND if rng.random() < 0.5 else HARMFUL)
            compare(comparison, change(log, rng), change.__name__, folder)


def test_both_agree_on_random_logs_and_corruptions(folder: Folder) -> None:
    rng = random.Random(soaking.seed("second-logs"))  # noqa: S311 - repeatable tests
    wanted = soaking.count(700, 70_000)
    with second_verifier() as second:
        comparison = Comparison(second)
        compare_logs(comparison, rng, folder, wanted)
        comparison.check()
    told = {"cases": comparison.count, "accepted": comparison.accepted.total(), "refused": comparison.refused.total()}
    soaking.report("second-logs", **told)
    assert {change.__name__ for change in (*SOUND, *HARMFUL)} <= set(comparison.accepted) | set(comparison.refused)
    assert comparison.accepted["nothing"] > 0 == comparison.refused["nothing"]
    for never in ("leaf_rewritten", "shrunk", "another_key", "witness_only", "odd_spelling", "enormous_head"):
        assert comparison.refused[never] > 0 == comparison.accepted[never], never


@pytest.mark.parametrize("check", ["the tiles give another root", "the log was forked", "not a size"])
def test_a_weakened_second_verifier_is_noticed(check: str, folder: Folder, tmp_path: Path) -> None:
    """The control: without one of its checks the second verifier must come apart from ours."""
    name = "notes.js" if check == "not a size" else "log.js"
    with second_verifier(weakened(tmp_path, name, check)) as second:
        comparison = Comparison(second, batch=60)
        compare_logs(comparison, random.Random(7), folder, 1200)  # noqa: S311 - it must fail the same way each time
        comparison.check_apart()
