"""A published folder: written once, grown, checked from its files alone; every damage is found and named."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safeconduct.core.tlog import tree
from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.fsck import FsckError, fsck
from safeconduct.core.tlog.merkle import leaf_hash
from safeconduct.core.tlog.notes import Signer, sign_note
from safeconduct.core.tlog.proof_files import ProofFile
from safeconduct.core.tlog.proofs import ProofError
from safeconduct.core.tlog.tile_reader import TileReader
from safeconduct.core.tlog.tiles import TileConflictError, TileError, write_checkpoint, write_tiles
from safeconduct.core.tlog.tree import MemoryTree

SIGNER = Signer("log.example/public", bytes(32))
SIZE = 517
STEPS = (1, 255, 256, 300, SIZE)


def entry(number: int) -> bytes:
    return f"entry {number}".encode()


LEAVES = [entry(number) for number in range(700)]
TREE = MemoryTree([leaf_hash(leaf) for leaf in LEAVES])


def publish(folder: Path, old: int, size: int) -> int:
    def leaves(start: int, stop: int) -> list[bytes]:
        return LEAVES[start:stop]

    written = write_tiles(folder, old_size=old, size=size, read=TREE.read, entries=leaves)
    head = Checkpoint(SIGNER.name, size, tree.root(size, TREE.read))
    write_checkpoint(folder, sign_note(head.text, SIGNER))
    return written


def check(folder: Path, *, hashes_only: bool = False) -> tuple[int, int, int, int]:
    report = fsck(folder, origin=SIGNER.name, verifiers=[SIGNER.verifier], hashes_only=hashes_only)
    return report.tiles, report.entries, report.older, len(report.beyond)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log")
    for old, size in zip((0, *STEPS), STEPS, strict=False):
        assert publish(folder, old, size) > 0
    return folder


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_grown_log_holds_together_and_every_file_was_looked_at(whole: Path) -> None:
    tiles, entries, older, beyond = check(whole)
    assert (tiles, entries, beyond) == (4, SIZE, 0)
    assert tiles + 3 + older + 1 == len(files(whole))
    assert publish(whole, SIZE, SIZE) == 0


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_flipped_bit_anywhere_is_found_and_its_file_named(whole: Path, tmp_path: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(files(whole)))
    good = path.read_bytes()
    place, bit = data.draw(st.integers(0, len(good) - 1)), data.draw(st.integers(0, 7))
    bad = bytearray(good)
    bad[place] ^= 1 << bit
    path.write_bytes(bad)
    try:
        with pytest.raises(FsckError) as caught:
            check(whole)
    finally:
        path.write_bytes(good)
    name = path.relative_to(whole).as_posix()
    bundle = name.replace("tile/0/", "tile/entries/")
    assert caught.value.part.split(" ")[0] in {name, bundle}
    assert tmp_path.exists()


def test_every_truncated_or_missing_needed_file_is_named(whole: Path, tmp_path: Path) -> None:
    needed = 0
    for path in files(whole):
        name = path.relative_to(whole)
        copy = tmp_path / "copy"
        shutil.copytree(whole, copy)
        (copy / name).write_bytes(path.read_bytes()[:-1])
        with pytest.raises(FsckError) as caught:
            check(copy)
        assert name.as_posix() in caught.value.part
        shutil.rmtree(copy)
        needed += 1
    assert needed == len(files(whole)) > 10


def test_a_missing_tile_and_a_stray_file_are_named(whole: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(whole, copy)
    (copy / "tile/0/001").unlink()
    with pytest.raises(FsckError, match="tile/0/001"):
        check(copy)
    shutil.copy(whole / "tile/0/001", copy / "tile/0/001")
    (copy / "tile/0/1").write_bytes(b"x")
    with pytest.raises(FsckError, match="tile/0/1"):
        check(copy)


def test_swapped_tiles_and_a_shorter_head_of_another_log_are_refused(whole: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(whole, copy)
    first, second = copy / "tile/entries/000", copy / "tile/entries/001"
    one, two = first.read_bytes(), second.read_bytes()
    first.write_bytes(two)
    second.write_bytes(one)
    with pytest.raises(FsckError, match="tile/entries/000 entry 0"):
        check(copy)
    first.write_bytes(one)
    second.write_bytes(two)
    write_checkpoint(copy, sign_note(Checkpoint(SIGNER.name, 3, bytes(32)).text, SIGNER))
    with pytest.raises(FsckError, match="checkpoint"):
        check(copy)


def test_a_consistent_forgery_signed_by_another_key_is_refused(whole: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(whole, copy)
    forger = Signer(SIGNER.name, bytes(range(32)))
    head = Checkpoint(SIGNER.name, SIZE, tree.root(SIZE, TREE.read))
    write_checkpoint(copy, sign_note(head.text, forger))
    with pytest.raises(FsckError, match="checkpoint"):
        check(copy)
    write_checkpoint(copy, sign_note(head.text, SIGNER))
    check(copy)


def test_another_history_is_never_written_over_the_first(tmp_path: Path) -> None:
    publish(tmp_path, 0, 300)
    other = MemoryTree([leaf_hash(b"other" + leaf) for leaf in LEAVES])
    with pytest.raises(TileConflictError):
        write_tiles(tmp_path, old_size=0, size=300, read=other.read, entries=None)


def test_a_stopped_publication_is_finished_by_the_next(tmp_path: Path) -> None:
    publish(tmp_path, 0, 100)
    write_tiles(tmp_path, old_size=100, size=400, read=TREE.read, entries=lambda start, stop: LEAVES[start:stop])
    (tmp_path / "tile/0/.001.new").write_bytes(b"torn")
    assert check(tmp_path)[3] > 0
    publish(tmp_path, 100, 400)
    assert check(tmp_path)[1] == 400


def test_a_folder_of_hashes_only_is_whole_only_when_that_was_agreed(tmp_path: Path) -> None:
    write_tiles(tmp_path, old_size=0, size=260, read=TREE.read, entries=None)
    head = Checkpoint(SIGNER.name, 260, tree.root(260, TREE.read))
    write_checkpoint(tmp_path, sign_note(head.text, SIGNER))
    assert check(tmp_path, hashes_only=True)[:2] == (3, 0)
    with pytest.raises(FsckError, match="tile/entries/000"):
        check(tmp_path)


def test_an_empty_log_is_whole(tmp_path: Path) -> None:
    publish(tmp_path, 0, 0)
    assert check(tmp_path) == (0, 0, 0, 0)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(index=st.integers(0, SIZE - 1))
def test_a_proof_read_from_tiles_alone_is_that_of_the_tree(whole: Path, index: int) -> None:
    reader = TileReader(whole, SIZE)
    path = tree.inclusion(index, SIZE, reader.read)
    assert path == tree.inclusion(index, SIZE, TREE.read)
    assert reader.entry(index) == LEAVES[index]
    note = (whole / "checkpoint").read_text("utf-8")
    proof = ProofFile.parse(ProofFile(index, tuple(path), note, b"extra").text)
    assert (proof.index, proof.extra, proof.note) == (index, b"extra", note)
    head = proof.check(LEAVES[index], origin=SIGNER.name, verifiers=[SIGNER.verifier]).checkpoint
    assert head.size == SIZE
    with pytest.raises(ProofError):
        proof.check(b"another", origin=SIGNER.name, verifiers=[SIGNER.verifier])


@pytest.mark.parametrize(
    "text", ["", "c2sp.org/tlog-proof@v1\n\nx", "c2sp.org/tlog-proof@v1\nindex -1\n\nx", "x\nindex 1\n\nx"]
)
def test_a_malformed_proof_file_is_refused(text: str) -> None:
    with pytest.raises(ProofError):
        ProofFile.parse(text)


def test_nodes_and_leaves_that_a_log_has_not_are_refused(whole: Path) -> None:
    reader = TileReader(whole, SIZE)
    for level, index in ((0, SIZE), (9, 1), (10, 0), (4, 32)):
        with pytest.raises(TileError):
            reader.read(level, index)
    with pytest.raises(TileError):
        reader.entry(SIZE)
