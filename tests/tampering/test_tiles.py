"""Every byte and every length of the published files and of the witness's memory; old copies; a second head."""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import soaking
from tests.rooms.ledger.world import seeded
from tests.tampering.ground import (
    KEYS,
    LOGS,
    SIGNERS,
    Ground,
    cosign,
    database_says,
    on,
    record,
    sign,
    tiles_say,
)
from tests.vaultd.story import Story, begin

from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.merkle import EMPTY_ROOT, leaf_hash
from safeconduct.core.tlog.notes import sign_note, split_note
from safeconduct.core.tlog.proofs import ProofError
from safeconduct.core.tlog.tile_reader import TileReader
from safeconduct.core.tlog.tiles import CHECKPOINT, TileConflictError, write_checkpoint, write_tiles
from safeconduct.core.tlog.tree import MemoryTree
from safeconduct.core.tlog.witness import Refused
from safeconduct.core.tlog.witness_state import StateError
from safeconduct.rooms.ledger import actions, queries, steps
from safeconduct.rooms.ledger.actions import SeenHead


@pytest.fixture(autouse=True)
def unblocked(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def files_of(ground: Ground, log: str) -> list[Path]:
    return sorted(path for path in ground.tiles(log).rglob("*") if path.is_file())


def head_of(ground: Ground, log: str) -> Checkpoint:
    return Checkpoint.parse(split_note((ground.tiles(log) / CHECKPOINT).read_text("utf-8"))[0])


def attempts(path: Path, chance: random.Random, most: int) -> Iterator[bytes]:
    """Yield the file with each bit changed, then cut off at each length; at most so many of each."""
    data = path.read_bytes()
    bits = range(8 * len(data))
    for bit in bits if most >= len(bits) else chance.sample(bits, most):
        yield data[: bit // 8] + bytes([data[bit // 8] ^ (1 << bit % 8)]) + data[bit // 8 + 1 :]
    lengths = range(len(data))
    yield from (data[:length] for length in (lengths if most >= len(lengths) else chance.sample(lengths, most)))


def test_every_bit_and_every_length_of_every_published_file_is_named(ground: Ground) -> None:
    chance = random.Random(soaking.seed("tiles"))  # noqa: S311 - repeatable tests
    told = {"tried": 0, "named": 0, "files": 0}
    for log in LOGS:
        assert tiles_say(ground, log) == ""
        for path in files_of(ground, log):
            data, name = path.read_bytes(), path.relative_to(ground.tiles(log)).as_posix()
            told["files"] += 1
            for changed in attempts(path, chance, soaking.count(12, 10**6)):
                path.write_bytes(changed)
                words = tiles_say(ground, log)
                told["tried"] += 1
                # The part that is named is the file itself, what it is compared with, or the head over both.
                told["named"] += bool(words) and any(one in words for one in (name, CHECKPOINT, "tile/"))
            path.unlink()
            told["tried"] += 1
            # An older partial file that is gone is no damage: the one that grew from it holds all that it held.
            whole = name.count(".p/") and tiles_say(ground, log) == ""
            told["named"] += bool(whole or tiles_say(ground, log))
            path.write_bytes(data)
    soaking.report("tile-flips", **told, silent=told["tried"] - told["named"])
    assert told["tried"] == told["named"] > 100


def test_every_bit_of_the_witnesss_memory_is_named(ground: Ground) -> None:
    """A witness whose memory was changed says so, or refuses the log's next honest head."""
    chance = random.Random(soaking.seed("witness-state"))  # noqa: S311 - repeatable tests
    tried = named = 0
    with on(ground.database):
        known = {log: queries.last_cosigned_size(log=log, name="witness.example/w") for log in LOGS}
        record(50)
        head = queries.head_to_sign(log="private")
        note = sign_note(
            Checkpoint(SIGNERS["private"].name, head.size, bytes.fromhex(head.root)).text, SIGNERS["private"]
        )
        proof = queries.consistency_proof(log="private", old=known["private"], new=head.size)
        origin = SIGNERS["private"].name
        path = next(one for one in ground.state.glob("*.json") if origin in one.read_text("utf-8"))
        data = path.read_bytes()
        for changed in attempts(path, chance, soaking.count(25, 10**6)):
            path.write_bytes(changed)
            tried += 1
            try:
                named += isinstance(cosign(ground.state, "private", note, known["private"], proof), Refused)
            except StateError:
                named += 1
        path.write_bytes(data)
        assert isinstance(cosign(ground.state, "private", note, known["private"], proof), str)
    soaking.report("witness-state-flips", tried=tried, named=named, silent=tried - named)
    assert tried == named > 20


Back = Callable[[Ground, Ground], None]


def old_database(now: Ground, old: Ground) -> None:
    shutil.copy(old.database, now.database)


def old_tiles(now: Ground, old: Ground) -> None:
    for log in LOGS:
        shutil.rmtree(now.tiles(log))
        shutil.copytree(old.tiles(log), now.tiles(log))


def old_witness(now: Ground, old: Ground) -> None:
    shutil.rmtree(now.state)
    shutil.copytree(old.state, now.state)


def who_names_it(ground: Ground) -> dict[str, str]:
    """Ask everybody who holds a part, in turn: what the vault process, the folder and the witness say."""
    found = {}
    with on(ground.database):
        if words := database_says(ground):
            found["vault"] = words
        for log in LOGS:
            signed = queries.signed_head(log=log)
            assert signed is not None
            if words := tiles_say(ground, log, newest=max(signed.size, ground.vault[log].size)):
                found["tiles"] = words
            head = head_of(ground, log)
            seen = SeenHead("the published folder", head.size, head.root.hex())
            try:
                actions.check_log(log=log, keys=KEYS, seen=[seen])
            except queries.LedgerDamagedError as error:
                found["folder"] = error.detail or ""
            since = queries.last_cosigned_size(log=log, name="witness.example/w")
            proof = queries.consistency_proof(log=log, old=since, new=signed.size)
            answer = cosign(ground.state, log, signed.note.split("\u2014 witness")[0], since, proof)
            if isinstance(answer, Refused):
                found["witness"] = f"{answer.status} {answer.body.strip()}"
    return found


CASES: tuple[tuple[tuple[Back, ...], set[str]], ...] = (
    ((), set()),
    ((old_database,), {"vault", "folder", "witness"}),
    ((old_tiles,), {"tiles"}),
    ((old_witness,), {"witness"}),
    ((old_database, old_tiles), {"vault", "witness", "tiles"}),
    ((old_database, old_witness), {"vault", "folder"}),
    ((old_tiles, old_witness), {"tiles", "witness"}),
    ((old_database, old_tiles, old_witness), {"vault", "tiles"}),
)


@pytest.mark.parametrize(("parts", "named_by"), CASES)
def test_an_old_copy_is_named_by_whoever_was_not_put_back(
    grounds: tuple[Ground, Ground], ground: Ground, parts: tuple[Back, ...], named_by: set[str]
) -> None:
    for put_back in parts:
        put_back(ground, grounds[1])
    found = who_names_it(ground)
    assert set(found) == named_by, found
    # Each names the size that it saw; the witness says where it stands.
    assert all(any(letter.isdigit() for letter in words) for words in found.values()), found


def fork(ground: Ground, log: str) -> tuple[str, MemoryTree, list[bytes]]:
    """Return a second head of the same size, signed with the log's own key, and the tree it is of."""
    head, reader = head_of(ground, log), TileReader(ground.tiles(log), head_of(ground, log).size)
    leaves = [reader.entry(index) for index in range(head.size)]
    leaves[1] = leaves[1][:-1] + bytes([leaves[1][-1] ^ 1])
    built = MemoryTree([leaf_hash(leaf) for leaf in leaves])
    return sign_note(Checkpoint(SIGNERS[log].name, head.size, built.root()).text, SIGNERS[log]), built, leaves


def lay_out(folder: Path, built: MemoryTree, leaves: list[bytes], note: str) -> None:
    """Write the tiles of one history under the head of another."""
    write_tiles(folder, old_size=0, size=built.size, read=built.read, entries=lambda start, stop: leaves[start:stop])
    write_checkpoint(folder, note)


@pytest.mark.parametrize("log", LOGS)
def test_a_second_head_of_the_same_size_is_refused_by_all(ground: Ground, tmp_path: Path, log: str) -> None:
    note, built, leaves = fork(ground, log)
    size = built.size
    # The witness that cosigned the first.
    refused = cosign(ground.state, log, note, size, [])
    assert isinstance(refused, Refused)
    assert (refused.status, "another root" in refused.body) == (409, True)
    with on(ground.database):
        with pytest.raises((steps.HeadError, queries.LedgerDamagedError)):
            steps.store_head(log=log, note=note)
        other = SeenHead("the auditor", size, built.root().hex())
        with pytest.raises(queries.LedgerDamagedError, match=f"of size {size} that the auditor saw is not one"):
            actions.check_log(log=log, keys=KEYS, seen=[other])
    # The folder: the head alone put in the other's place, and then everything under it too.
    honest = (ground.tiles(log) / CHECKPOINT).read_text("utf-8")
    (ground.tiles(log) / CHECKPOINT).write_text(note, "utf-8")
    assert "0 of 1 log witnesses" in tiles_say(ground, log)
    whole = Ground(tmp_path / "forked", ground.vault)
    write_tiles(
        whole.tiles(log), old_size=0, size=size, read=built.read, entries=lambda start, stop: leaves[start:stop]
    )
    write_checkpoint(whole.tiles(log), honest)
    assert "the tiles give another root than the one signed" in tiles_say(whole, log)
    write_checkpoint(ground.tiles(log), note)
    with on(ground.database), pytest.raises(TileConflictError):
        actions.publish_checkpoint(folder=ground.tiles(log), log=log)


def test_the_vault_process_signs_no_second_head_and_no_smaller_one(tmp_path: Path) -> None:
    story: Story = begin(tmp_path / "instance")
    try:
        heads = story.vault.opened.heads
        roots = [MemoryTree([leaf_hash(seeded(seed)(8)) for _ in range(3)]).root().hex() for seed in (1, 2)]
        assert heads.sign(log="public", size=3, root=roots[0], consistency=[])
        with pytest.raises(ProofError):
            heads.sign(log="public", size=3, root=roots[1], consistency=[])
        assert story.call("sign_head", log="public", size=3, root=roots[0], consistency=[])["note"]
        for size, root in ((2, roots[0]), (0, EMPTY_ROOT.hex())):
            with pytest.raises(Exception, match="smaller"):
                heads.sign(log="public", size=size, root=root, consistency=[])
    finally:
        story.vault.close()


def test_without_the_comparison_of_roots_a_forked_folder_looks_whole(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a verifier that only compares tiles with each other."""
    note = (ground.tiles("public") / CHECKPOINT).read_text("utf-8")
    _, built, leaves = fork(ground, "public")
    forked = Ground(tmp_path / "forked", ground.vault)
    write_tiles(
        forked.tiles("public"),
        old_size=0,
        size=built.size,
        read=built.read,
        entries=lambda start, stop: leaves[start:stop],
    )
    write_checkpoint(forked.tiles("public"), note)
    assert tiles_say(forked, "public") != ""
    signed = Checkpoint.parse(split_note(note)[0]).root
    monkeypatch.setattr(MemoryTree, "root", lambda _tree: signed)
    assert tiles_say(forked, "public") == ""


def test_the_ledger_goes_on_after_all_this(ground: Ground) -> None:
    with on(ground.database):
        record(60)
        sign(ground, "private")
        assert database_says(ground) == ""
    assert tiles_say(ground, "private") == ""
