import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.core.conduct.samples import seeded
from tests.core.packages.samples import ISSUER
from tests.core.verification.samples import (
    FORGER,
    LOG,
    PUBLIC,
    TRUST,
    WITNESS,
    code,
    faults,
    head,
    missed,
    sealed,
)

from safeconduct.core.base.periods import HalfYear
from safeconduct.core.tally.bands import BandStatement
from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.entries import commit
from safeconduct.core.tlog.merkle import leaf_hash
from safeconduct.core.tlog.notes import Signer, sign_note
from safeconduct.core.tlog.slots import fill_slot, slot_leaf, slot_proof
from safeconduct.core.tlog.tiles import write_tiles
from safeconduct.core.tlog.tree import MemoryTree, inclusion
from safeconduct.core.verification.trust import Trust, TrustedWitness, TrustError
from safeconduct.core.verification.verify import NOT_INDEPENDENT, notices, verify


def test_a_sealed_file_and_its_note_are_as_issued(tmp_path: Path) -> None:
    file = sealed(tmp_path)
    assert code(file) == code(tmp_path / f"{file.name}.note") == 0
    (tmp_path / f"{file.name}.note").rename(tmp_path / "7KQ2.zip.note")
    assert code(file) == code(tmp_path / "7KQ2.zip.note") == 0


def test_no_flipped_bit_of_a_sealed_file_or_its_note_goes_unnoticed(tmp_path: Path) -> None:
    file = sealed(tmp_path)
    note = tmp_path / f"{file.name}.note"
    assert missed(file, file.read_bytes()) == []
    assert missed(note, note.read_bytes()) == []
    assert missed(note, note.read_bytes(), verifier=lambda _note: code(file)) == []


def test_a_letter_is_a_file_with_a_note_too(tmp_path: Path) -> None:
    letter = sealed(tmp_path, name="refusal.pdf")
    assert code(letter) == 0
    letter.write_bytes(b"%PDF-1.7 another")
    assert [one.part for one in faults(letter)] == ["refusal.pdf"]


def test_swapped_missing_and_forged_notes_are_noticed(tmp_path: Path) -> None:
    one, two = sealed(tmp_path, name="one.age"), sealed(tmp_path, name="two.age")
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    assert code(one) == code(two) == 3
    one.write_bytes(first)
    (tmp_path / "two.age.note").replace(tmp_path / "one.age.note")
    assert code(one) == 3
    assert [found.part for found in faults(two)] == ["two.age.note"]
    forged = sealed(tmp_path, signer=FORGER, name="three.age")
    assert [found.part for found in faults(forged)] == ["three.age.note"]


def test_without_a_trust_file_a_forgery_is_not_told_from_the_real_one(tmp_path: Path) -> None:
    """Why the outcome without a trust file is never zero."""
    forged = sealed(tmp_path, signer=FORGER)
    assert [one.code for one in faults(forged, None)] == ["SC-ISSUER-NOT-VERIFIED"]


BAND = BandStatement(
    company="Northwind Messaging, Inc.",
    number="1",
    citation="50 U.S.C. 1874(a)(1)",
    publication=date(2026, 7, 15),
    bands=(("nsl_received", "0-999", HalfYear(2025, 2).window),),
)


@pytest.mark.parametrize("text", [BAND.text, TRUST.statement])
def test_a_statement_is_as_issued_and_no_flipped_bit_goes_unnoticed(tmp_path: Path, text: str) -> None:
    file = tmp_path / "band.note"
    note = sign_note(text, ISSUER)
    file.write_text(note)
    assert code(file) == 0
    assert missed(file, note.encode()) == []
    file.write_text(sign_note(text, FORGER))
    assert code(file) == 3


@pytest.mark.parametrize("text", ["safeconduct/v1/band\nexactly 7\n", "safeconduct/v1/report\n7 letters\n"])
def test_a_statement_without_its_form_is_refused_even_if_we_signed_it(tmp_path: Path, text: str) -> None:
    file = tmp_path / "band.note"
    file.write_text(sign_note(text, ISSUER))
    assert code(file) in (2, 3)


def test_a_head_is_as_issued_and_no_flipped_bit_goes_unnoticed(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint"
    file.write_text(head())
    assert code(file) == 0
    assert missed(file, head().encode()) == []


def test_heads_without_quorum_of_other_logs_or_other_keys_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint"
    file.write_text(head(LOG, cosigned=False))
    assert code(file) == 0
    for forged in (
        head(cosigned=False),
        head(Signer(PUBLIC.name, b"x" * 32)),
        head(Signer("log.other.example/public", b"x" * 32)),
        head(ISSUER),
    ):
        file.write_text(forged)
        assert code(file) == 3


def ledger(folder: Path, signer: Signer = LOG, entries: int = 5) -> Path:
    leaves = [f"entry {number}".encode() for number in range(entries)]
    tree = MemoryTree([leaf_hash(leaf) for leaf in leaves])
    write_tiles(folder, old_size=0, size=len(leaves), read=tree.read, entries=lambda start, stop: leaves[start:stop])
    (folder / "checkpoint").write_text(head(signer, leaves=tuple(leaves), cosigned=signer is PUBLIC))
    return folder


@pytest.mark.parametrize("signer", [LOG, PUBLIC])
def test_a_ledger_folder_is_as_issued_and_no_flipped_bit_goes_unnoticed(tmp_path: Path, signer: Signer) -> None:
    folder = ledger(tmp_path, signer)
    assert code(folder) == 0
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 3
    for file in files:
        assert missed(file, file.read_bytes(), verifier=lambda _file: code(folder)) == []
        assert code(folder) == 0


def test_a_ledger_whose_entry_was_rewritten_names_the_tile(tmp_path: Path) -> None:
    folder = ledger(tmp_path)
    bundle = next((folder / "tile" / "entries").rglob("*.p/5"))
    bundle.write_bytes(bundle.read_bytes().replace(b"entry 3", b"entry 9"))
    assert "entry 3" in faults(folder)[0].part


def test_a_ledger_without_a_trust_file_is_compared_with_its_own_head(tmp_path: Path) -> None:
    folder = ledger(tmp_path)
    assert [one.code for one in faults(folder, None)] == ["SC-ISSUER-NOT-VERIFIED"]
    tile = next((folder / "tile" / "0").rglob("*.p/5"))
    tile.write_bytes(bytes(160))
    assert code(folder, None) == 3


def test_upper_tiles_are_compared_without_a_trust_file_too(tmp_path: Path) -> None:
    folder = ledger(tmp_path, entries=300)
    assert [one.code for one in faults(folder, None)] == ["SC-ISSUER-NOT-VERIFIED"]
    upper = next((folder / "tile" / "1").rglob("*.p/1"))
    upper.write_bytes(bytes(32))
    assert "tile/1" in faults(folder, None)[0].part


def test_a_head_that_claims_an_endless_log_ends_at_its_first_missing_tile(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").write_text(sign_note(Checkpoint("x", 10**18, bytes(32)).text, FORGER))
    assert code(tmp_path, None) == code(tmp_path) == 3


def public_proof() -> dict[str, Any]:
    """Return the proof of one entry in a public log of three slots, with its opening."""
    opening, salt = {"v": 1, "kind": "transparency.publish"}, b"s" * 32
    slot = fill_slot([commit(opening, salt)], 3, seeded("slot"))
    starts = [datetime(2026, 7, day, tzinfo=UTC) for day in (1, 2, 3)]
    leaves = tuple(slot_leaf(start, slot.root if start == starts[1] else bytes(32)) for start in starts)
    tree = MemoryTree([leaf_hash(leaf) for leaf in leaves])
    proof = slot_proof(
        tree=slot,
        place=slot.places[0],
        start=starts[1],
        index=1,
        size=3,
        path=inclusion(1, 3, tree.read),
    )
    return {**proof, "checkpoint": head(leaves=leaves), "opening": opening, "salt": salt.hex()}


def test_a_proof_from_the_public_log_holds_and_no_altered_part_does(tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    proof = public_proof()
    file.write_text(json.dumps(proof))
    assert code(file) == 0
    assert [one.code for one in faults(file, None)] == ["SC-ISSUER-NOT-VERIFIED"]
    for change in (
        {"commitment": "00" * 32},
        {"slot": {**proof["slot"], "start": "2026-07-01T00:00:00Z"}},
        {"slot": {**proof["slot"], "place": (proof["slot"]["place"] + 1) % 8}},
        {"log": {**proof["log"], "index": 0}},
        {"checkpoint": head(LOG, cosigned=False)},
        {"checkpoint": head(cosigned=False)},
        {"checkpoint": 7},
        {"opening": {"v": 1, "kind": "transparency.retract"}},
        {"salt": "00" * 32},
        {"salt": None},
    ):
        file.write_text(json.dumps({**proof, **change}))
        assert code(file) == 3, change


def test_no_flipped_bit_of_a_proof_goes_unnoticed(tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    data = json.dumps(public_proof()).encode()
    assert missed(file, data) == []


def test_a_trust_file_reads_back_and_no_flipped_bit_makes_the_same_keys(tmp_path: Path) -> None:
    file = tmp_path / "trust.json"
    file.write_bytes(TRUST.data)
    assert Trust.read(file) == TRUST
    assert code(file) == 0
    assert missed(file, TRUST.data) == []


def test_a_new_trust_file_is_accepted_only_under_a_key_already_trusted(tmp_path: Path) -> None:
    file, note = tmp_path / "trust.json", tmp_path / "trust.json.note"
    rotated = replace(TRUST, issuer=Signer("log.northwind.example/issuer-2", b"n" * 32).verifier)
    file.write_bytes(rotated.data)
    assert code(file) == 2
    note.write_text(sign_note(rotated.statement, ISSUER))
    assert code(file) == code(note) == 0
    note.write_text(sign_note(rotated.statement, FORGER))
    assert code(file) == 3
    note.write_text(sign_note(TRUST.statement, ISSUER))
    assert code(file) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"name": "two\nlines"},
        {"demonstration": 1},
        {"quorum": True},
        {"quorum": 2},
        {"quorum": -1},
        {"surplus": 1},
        {"keys": {}},
        {"keys": {**TRUST.as_json()["keys"], "log": ISSUER.verifier.vkey}},
        {"keys": {**TRUST.as_json()["keys"], "log": WITNESS.verifier.vkey}},
        {"keys": {**TRUST.as_json()["keys"], "issuer": "issuer+00000000+AAAA"}},
        {"keys": {**TRUST.as_json()["keys"], "issuer": 7}},
        {"keys": {**TRUST.as_json()["keys"], "witnesses": [LOG.verifier.vkey]}},
        {"keys": {**TRUST.as_json()["keys"], "witnesses": {}}},
    ],
)
def test_a_trust_file_that_is_not_one_is_refused(change: dict[str, object]) -> None:
    value = {**TRUST.as_json(), **change}
    with pytest.raises(TrustError):
        Trust.from_json(json.loads(json.dumps(value)))


def test_a_reader_is_told_when_nobody_else_witnesses() -> None:
    assert NOT_INDEPENDENT in notices(TRUST)
    outside = TrustedWitness(key=WITNESS.verifier, operator="Someone else", independent=True)
    assert NOT_INDEPENDENT not in notices(replace(TRUST, witnesses=(outside,)))
    assert NOT_INDEPENDENT in notices(replace(TRUST, witnesses=(), quorum=0))
    assert notices(None) == []


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"hello", b"a\n\nb\n", b"[" * 100_000, b"%PDF-", b"PK\x03\x04"])
def test_anything_else_is_refused_with_a_code(tmp_path: Path, data: bytes) -> None:
    for name in ("thing", "thing.txt", "thing.note", "thing.zip", "thing.age", "trust.json"):
        (tmp_path / name).write_bytes(data)
        found = faults(tmp_path / name)
        assert found
        assert all(one.code.startswith("SC-") and one.exit_code for one in found)


def test_a_path_that_is_not_there_and_an_ordinary_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path):
        assert [one.exit_code for one in verify(path, TRUST)] == [2]
