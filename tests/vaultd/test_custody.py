"""A new vault, two custodians, the clock, heads and statements."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.vaultd.refusals import code_of
from tests.vaultd.story import CHEAP, CUSTODIANS, Story, configuration_in

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.tlog import tree
from safeconduct.core.tlog.checkpoint import open_checkpoint
from safeconduct.core.tlog.notes import Verifier, open_note
from safeconduct.core.verification.trust import Trust
from safeconduct.vaultd import durable
from safeconduct.vaultd.custody import PATIENCE_SECONDS
from safeconduct.vaultd.setup import initialise


def test_two_different_custodians_open_it(story: Story) -> None:
    story.call("seal_vault")
    assert story.call("unseal", custodian="ada", passphrase=CUSTODIANS["ada"]) == {"sealed": True, "given": 1}
    assert story.call("unseal", custodian="ada", passphrase=CUSTODIANS["ada"])["sealed"]
    assert code_of(lambda: story.call("unseal", custodian="ben", passphrase=CUSTODIANS["ada"])) == "SC-SEAL"
    assert story.call("unseal", custodian="ben", passphrase=CUSTODIANS["ben"]) == {"sealed": True, "given": 1}
    story.wall[0] += PATIENCE_SECONDS
    assert story.call("unseal", custodian="ada", passphrase=CUSTODIANS["ada"])["sealed"]
    assert not story.call("unseal", custodian="ben", passphrase=CUSTODIANS["ben"])["sealed"]


def test_a_vault_is_made_once_and_with_people_who_can_change_its_roster(tmp_path: Path) -> None:
    configuration = configuration_in(tmp_path)
    with pytest.raises(Exception, match="SC-FIRST-ROSTER"):
        initialise(configuration, custodians=CUSTODIANS, roster=[], cost=CHEAP)
    people = [{"id": one, "name": one, "roles": ["approver"], "credentials": []} for one in ("a", "b")]
    keys = initialise(configuration, custodians=CUSTODIANS, roster=people, cost=CHEAP)
    assert Trust.read(configuration.public / "trust.json").issuer.vkey == keys["issuer"]
    assert {path.stat().st_mode & 0o077 for path in configuration.vault_store.rglob("*") if path.is_file()} == {0}
    with pytest.raises(Exception, match="SC-VAULT-EXISTS"):
        initialise(configuration, custodians=CUSTODIANS, roster=people, cost=CHEAP)


def test_the_clock_only_goes_forward_and_only_in_a_demonstration(story: Story) -> None:
    story.call("set_clock", now="2026-06-19T00:00:00Z")
    assert story.call("status")["now"] == "2026-06-19T00:00:00Z"
    assert code_of(lambda: story.call("set_clock", now="2026-06-18T00:00:00Z")) == "SC-CLOCK"
    story.vault.clock._demonstration = None
    assert code_of(lambda: story.call("set_clock", now="2027-06-18T00:00:00Z")) == "SC-NOT-PERMITTED"


def head(story: Story, since: int) -> dict[str, object]:
    size = len(story.log.openings)
    told = tree.consistency(since, size, story.log.read) if since else []
    root = tree.root(size, story.log.read).hex()
    return {"log": "private", "size": size, "root": root, "consistency": [one.hex() for one in told]}


def test_a_head_is_signed_only_if_it_continues_the_last_one(story: Story) -> None:
    for place in range(5):
        story.log.record("people.sign_in", f"subject-{place}")
    note = story.call("sign_head", **head(story, 0))["note"]
    key = Verifier.from_vkey(story.call("status")["keys"]["log"])
    opened = open_checkpoint(note, origin="log.northwind.example/private", verifiers=[key])
    assert opened.checkpoint.size == 5
    story.log.record("people.sign_in", "another")
    good = head(story, 5)
    assert code_of(lambda: story.call("sign_head", **good | {"root": "0" * 64})) == "SC-PROOF"
    assert code_of(lambda: story.call("sign_head", **good | {"size": 4})) == "SC-STALE-HEAD"
    assert story.call("sign_head", **good)["note"].startswith("log.northwind.example/private\n6\n")


def test_a_head_that_came_with_a_proof_is_remembered(ready: Story) -> None:
    seen = ready.call("status")["heads"]["private"]
    assert seen["size"] == len(ready.log.openings)
    assert code_of(lambda: ready.call("sign_head", log="private", size=1, root="0" * 64, consistency=[])) == (
        "SC-STALE-HEAD"
    )


def sign(story: Story, kind: str, text: str) -> str:
    proof = story.proof("transparency.publish", text_sha256=sha256_hex(text.encode()))
    note: str = story.call("sign_statement", kind=kind, text=text, proof=proof)["note"]
    return note


def test_a_statement_says_what_it_is_and_is_entered(story: Story) -> None:
    text = "safeconduct/v1/band\nperiod 2026-H1\n"
    issuer = Verifier.from_vkey(story.call("status")["keys"]["issuer"])
    assert open_note(sign(story, "band", text), [issuer]).text == text
    for wrong in ("safeconduct/v1/release\nreference X\n", "safeconduct/v1/sealed\nname x\n"):
        assert code_of(lambda wrong=wrong: sign(story, "band", wrong)) == "SC-BAD-INPUT"
    entered = story.proof("transparency.publish", text_sha256="0" * 64)
    assert code_of(lambda: story.call("sign_statement", kind="band", text=text, proof=entered)) == "SC-WRONG-ENTRY"


def test_a_trust_file_with_foreign_keys_is_not_signed(story: Story) -> None:
    ours = (story.configuration.public / "trust.json").read_text()
    assert sign(story, "trust", ours).startswith("safeconduct/v1/trust\nsha256 ")
    trust = Trust.parse(ours.encode())
    foreign = replace(trust, issuer=Verifier(trust.issuer.name, bytes(32))).data.decode()
    assert code_of(lambda: sign(story, "trust", foreign)) == "SC-TRUST-FILE"


def test_an_error_of_fsync_is_not_survived(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    assert code_of(lambda: story.call("seal", kind="paper", owner="directory", data="")) == "SC-STORAGE-FAILED"
    monkeypatch.undo()
    assert story.vault.store.one("SELECT count(*) AS number FROM object")["number"] == 0


def test_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "folder" / "file"
    durable.write(path, b"first")

    def fails(_self: Path, _target: Path) -> Path:
        raise InterruptedError

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(InterruptedError):
        durable.write(path, b"second")
    assert path.read_bytes() == b"first"
