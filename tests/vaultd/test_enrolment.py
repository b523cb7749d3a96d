"""Nobody comes onto the roster, or becomes an officer, but by two approvals of one exact body, once."""

import os

import pytest
from tests.vaultd.refusals import code_of
from tests.vaultd.story import Story, holder_body

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.core.sealing.recipients import new_identity
from safeconduct.vaultd.consents import Consents


def passkey(story: Story, face: str = "approve") -> dict[str, str]:
    host = story.configuration.faces[face].host
    return SoftwarePasskey.create(rp_id=host, randomness=os.urandom).credential().as_json()


def roster_body(story: Story, change: str = "add", **person: JsonValue) -> dict[str, JsonValue]:
    someone = {"id": "nora", "name": "Nora Vale", "roles": ["approver"], "credentials": [passkey(story)]}
    return {
        "version": 1,
        "kind": "roster",
        "id": "6" * 32,
        "requested_by": "aline",
        "change": change,
        "person": someone | person,
    }


def enrol(story: Story, kind: str, body: JsonValue, *signers: str) -> JsonValue:
    digest = story.call("propose", kind=kind, body=body)["digest"]
    for person in signers:
        story.sign(digest, person)
    return story.act("enrol", "people.enrol", facts={"digest": digest}, digest=digest)


def test_two_approvers_add_a_person_and_one_does_not(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    assert code_of(lambda: enrol(story, "roster", roster_body(story), "ines")) == "SC-QUORUM"
    assert enrol(story, "roster", roster_body(story), "ines", "petra") == {"enrolled": "nora"}
    assert story.vault.opened.roster.person("nora").roles == {"approver"}
    monkeypatch.setattr(Consents, "require_approved", lambda *_: ())
    assert enrol(story, "roster", roster_body(story, id="olga")) == {"enrolled": "olga"}


def test_an_approved_change_is_applied_once(story: Story) -> None:
    body = roster_body(story)
    enrol(story, "roster", body, "ines", "petra")
    digest = story.call("propose", kind="roster", body=body)["digest"]
    assert story.call("approvals", digest=digest)["state"] == "applied"
    again = {"facts": {"digest": digest}, "digest": digest}
    assert code_of(lambda: story.act("enrol", "people.enrol", **again)) == "SC-APPLIED"


def test_a_removed_persons_approvals_no_longer_count(story: Story) -> None:
    story.enrol_officer()
    digest = story.approved()
    gone = roster_body(story, "remove", id="ravi", name="Ravi Tester", credentials=[])
    assert enrol(story, "roster", gone, "ines", "petra") == {"removed": "ravi"}
    assert code_of(lambda: story.collect(digest)) == "SC-QUORUM"
    assert story.call("approvals", digest=digest)["state"] == "open"


def test_two_approvers_always_stay(story: Story) -> None:
    enrol(story, "roster", roster_body(story), "ines", "petra")
    with story.vault.store.writing():
        story.vault.opened.roster.remove_person("nora", "2026-06-18T15:00:00Z")
    gone = roster_body(story, "remove", id="petra", name="Petra Tester", credentials=[])
    digest = story.call("propose", kind="roster", body=gone)["digest"]
    assert code_of(lambda: story.sign(digest, "petra")) == "SC-MAY-NOT-SIGN"
    body = story.vault.opened.consents.body(digest)
    assert code_of(lambda: story.vault.opened.enrolment._change(body)) == "SC-LAST-APPROVER"


def test_one_authenticator_is_one_person(story: Story) -> None:
    taken = story.passkeys["ines"]["approve"].credential().as_json()
    twice = roster_body(story, credentials=[taken])
    assert code_of(lambda: enrol(story, "roster", twice, "ines", "petra")) == "SC-CREDENTIAL-TAKEN"


def test_a_passkey_for_another_host_is_not_enrolled(story: Story) -> None:
    desk = roster_body(story, credentials=[passkey(story, "desk")])
    assert code_of(lambda: enrol(story, "roster", desk, "ines", "petra")) == "SC-PASSKEY-HOST"
    officer = holder_body(story, passkey=passkey(story, "approve"))
    assert code_of(lambda: enrol(story, "holder", officer, "ravi", "ines")) == "SC-PASSKEY-HOST"


def test_an_officer_cannot_slip_into_a_colleagues_place(story: Story) -> None:
    disguised = holder_body(story, person="petra", passkey=passkey(story, "open"))
    assert code_of(lambda: enrol(story, "holder", disguised, "ravi", "ines")) == "SC-TWO-PLACES"
    story.enrol_officer()
    turned = roster_body(story, id="officer-1")
    assert code_of(lambda: enrol(story, "roster", turned, "ines", "petra")) == "SC-TWO-PLACES"


def test_an_officer_with_a_new_key_voids_what_was_approved_for_the_old_one(ready: Story) -> None:
    digest = ready.approved()
    changed = holder_body(ready, id="8" * 32, age_recipient=new_identity()[1])
    assert enrol(ready, "holder", changed, "ravi", "ines") == {"enrolled": "officer-1"}
    assert code_of(lambda: ready.collect(digest)) == "SC-HOLDER-KEY"


def test_a_safe_conduct_enrols_nobody(ready: Story) -> None:
    digest = ready.approved()
    wrong = {"facts": {"digest": digest}, "digest": digest}
    assert code_of(lambda: ready.act("enrol", "people.enrol", **wrong)) == "SC-NOT-PERMITTED"
