"""What leaves: sealed to its holders, with a signed note, never earlier than it may, the same at a second call."""

from base64 import b64encode
from pathlib import Path

import pytest
from tests.vaultd.refusals import code_of
from tests.vaultd.story import MATTER, Story, officer_keys

from safeconduct.core.base.canonical import JsonValue, sha256_hex
from safeconduct.core.packages.build import Package
from safeconduct.core.packages.envelope import Envelope
from safeconduct.core.sealing.recipients import decrypt_age, fingerprint, new_identity
from safeconduct.core.tlog.notes import Verifier, open_note
from safeconduct.core.verification.trust import Trust
from safeconduct.core.verification.verify import verify
from safeconduct.vaultd.delivery import Delivery

PDF = b"%PDF-1.7 a letter"
REFERENCE = "7KQ2-M4XW-9TBC"


def released(story: Story, **facts: JsonValue) -> tuple[str, list[JsonValue]]:
    digest, journey = story.approved(), "b" * 32
    given = {"digest": digest, "journey": journey}
    made = story.act("collect", "government_requests.authorise", facts=given | facts, digest=digest, journey=journey)
    story.sign(made["release_digest"], "mara")
    return made["release_digest"], story.release(made["release_digest"])["files"]


def test_the_note_beside_the_file_is_the_issuers(ready: Story) -> None:
    _, files = released(ready, reference=REFERENCE)
    assert [one["name"] for one in files] == [f"{REFERENCE}.zip.age", f"{REFERENCE}.zip.age.note"]
    sealed, note = ((ready.configuration.outbox / one["name"]).read_bytes() for one in files)
    issuer = Verifier.from_vkey(ready.call("status")["keys"]["issuer"])
    Envelope.parse(open_note(note.decode(), [issuer]).text).check(name=files[0]["name"], data=sealed)
    assert Package.from_zip(decrypt_age(sealed, officer_keys()[0])).folder == REFERENCE


def test_a_second_call_hands_out_the_same_bytes(ready: Story) -> None:
    digest, files = released(ready)
    before = [(ready.configuration.outbox / one["name"]).read_bytes() for one in files]
    assert ready.release(digest)["files"] == files
    assert [(ready.configuration.outbox / one["name"]).read_bytes() for one in files] == before


def test_a_crash_between_the_files_and_the_record_is_made_good(ready: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = ready.collect(ready.approved())["release_digest"]
    ready.sign(digest, "mara")
    whole = Delivery._lay_out

    def breaks_off(self: Delivery, **given: JsonValue) -> list[JsonValue]:
        whole(self, **given)
        raise InterruptedError

    monkeypatch.setattr(Delivery, "_lay_out", breaks_off)
    with pytest.raises(InterruptedError):
        ready.release(digest)
    monkeypatch.setattr(Delivery, "_lay_out", whole)
    files = ready.release(digest)["files"]
    for one in files:
        assert sha256_hex((ready.configuration.outbox / one["name"]).read_bytes()) == one["sha256"]


def test_the_readable_package_opens_for_listed_officers_until_it_ends(ready: Story) -> None:
    digest, _ = released(ready)
    delivery = ready.vault.opened.delivery
    assert delivery.package(digest=digest, person="officer-1")[1][:2] == b"PK"
    assert code_of(lambda: delivery.package(digest=digest, person="aline")) == "SC-UNKNOWN-OBJECT"
    ready.call("set_clock", now="2026-07-02T21:00:00Z")
    assert code_of(lambda: delivery.package(digest=digest, person="officer-1")) == "SC-EXPIRED"


def test_an_unreleased_package_opens_for_nobody(ready: Story) -> None:
    digest = ready.collect(ready.approved())["release_digest"]
    assert (
        code_of(lambda: ready.vault.opened.delivery.package(digest=digest, person="officer-1")) == "SC-UNKNOWN-OBJECT"
    )


def test_a_package_put_in_the_place_of_the_released_one_is_refused(ready: Story) -> None:
    names = {"kind": "paper", "owner": {"matter": MATTER}, "data": b64encode(b"PK").decode()}
    assert code_of(lambda: ready.call("seal", object="released-" + "0" * 40, **names)) == "SC-CALL"
    assert code_of(lambda: ready.call("seal", **names | {"kind": "package"})) == "SC-CALL"


def letter(story: Story, **changes: JsonValue) -> str:
    sealed = story.call("seal", kind="letter", owner={"matter": MATTER}, data=b64encode(PDF).decode())["object"]
    recipient = officer_keys()[1]
    body = {
        "version": 1,
        "kind": "letter",
        "id": "0" * 32,
        "requested_by": "aline",
        "matter": MATTER,
        "letter_kind": "refusal",
        "to": {
            "organisation_name": "Calder County Sheriff Office",
            "person_name": "Deputy L. Marrow",
            "key_fingerprint": fingerprint(recipient),
            "recipient": recipient,
        },
        "object": sealed,
        "sha256": sha256_hex(PDF),
        "subject": "Your request",
        "summary": "The paper is not signed.",
        "silence": None,
    }
    digest: str = story.call("propose", kind="letter", body=body | changes)["digest"]
    return digest


def issue(story: Story, digest: str) -> JsonValue:
    return story.act("issue_letter", "government_requests.issue_letter", facts={"digest": digest}, digest=digest)


def test_a_letter_leaves_under_a_second_persons_signature(story: Story) -> None:
    digest = letter(story)
    assert code_of(lambda: issue(story, digest)) == "SC-QUORUM"
    story.sign(digest, "ravi")
    files = issue(story, digest)["files"]
    assert decrypt_age((story.configuration.outbox / files[0]["name"]).read_bytes(), officer_keys()[0]) == PDF
    assert issue(story, digest)["files"] == files


def test_the_opened_letter_is_verified_with_the_note_that_came_with_it(story: Story, tmp_path: Path) -> None:
    digest = letter(story)
    story.sign(digest, "ravi")
    names = [one["name"] for one in issue(story, digest)["files"]]
    opened = {
        name.removesuffix(".age"): decrypt_age((story.configuration.outbox / name).read_bytes(), officer_keys()[0])
        for name in names
        if name.endswith(".age")
    }
    assert sorted(name.partition(".")[2] for name in opened) == ["pdf", "pdf.note"]
    for name, data in opened.items():
        (tmp_path / name).write_bytes(data)
    trust = Trust.read(story.configuration.public / "trust.json")
    path = next(tmp_path.glob("*.pdf"))
    assert all(result.ok for result in verify(path, trust))
    path.write_bytes(path.read_bytes() + b" ")
    assert not all(result.ok for result in verify(path, trust))


def test_a_letter_other_than_the_approved_one_does_not_leave(story: Story) -> None:
    changed = letter(story, sha256=sha256_hex(b"another letter"))
    story.sign(changed, "ravi")
    assert code_of(lambda: issue(story, changed)) == "SC-DAMAGED"
    to = story.vault.opened.consents.body(changed).as_json()["to"] | {"recipient": new_identity()[1]}
    misled = letter(story, to=to)
    story.sign(misled, "ravi")
    assert code_of(lambda: issue(story, misled)) == "SC-HOLDER-KEY"


def test_a_case_paper_is_no_letter(story: Story) -> None:
    paper = story.call("seal", kind="paper", owner={"matter": MATTER}, data=b64encode(PDF).decode())["object"]
    digest = letter(story, object=paper)
    story.sign(digest, "ravi")
    assert code_of(lambda: issue(story, digest)) == "SC-UNKNOWN-OBJECT"


def test_a_notice_waits_for_the_end_of_silence(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    silence = {"until": "2026-07-01T00:00:00Z", "persons": ["ravi"]}
    digest = letter(story, letter_kind="notice", silence=silence)
    story.sign(digest, "ravi")
    assert code_of(lambda: issue(story, digest)) == "SC-SILENCE"
    with monkeypatch.context() as patch:
        patch.setattr(Delivery, "_may_speak", lambda *_: None)
        assert issue(story, digest)["files"]
    endless = letter(story, id="1" * 32, letter_kind="notice", silence=silence | {"until": None})
    story.sign(endless, "ravi")
    story.call("set_clock", now="2026-06-25T00:00:00Z")
    assert code_of(lambda: issue(story, endless)) == "SC-SILENCE"
