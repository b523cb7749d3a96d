"""After a removal nothing more is accepted: no session, grant, signature, passkey or delivery that was open before."""

import os
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import clear_url_caches
from tests.functional.attacks.pages import alarms, visit
from tests.functional.attacks.test_four_eyes import roster_body
from tests.rooms.people.world import COLLEAGUE, DESK, FOUNDER, NOW, account, passkey, session_of, settle
from tests.vaultd.refusals import code_of
from tests.vaultd.story import MATTER, Story, begin, call_rows, holder_body, subscriber_rows

from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.rooms.people import actions, queries
from safeconduct.rooms.people.models import Account, Alarm, Membership
from safeconduct.rooms.people.rules import Role
from safeconduct.site import clock


@pytest.fixture
def story(tmp_path: Path) -> Any:
    made = begin(tmp_path / "instance")
    made.enrol_officer()
    made.import_rows("calls", call_rows())
    made.import_rows("subscribers", subscriber_rows())
    yield made
    made.vault.close()


def apply(story: Story, kind: str, body: dict[str, Any], *signers: str) -> None:
    digest = story.call("propose", kind=kind, body=body)["digest"]
    for person in signers:
        story.sign(digest, person)
    story.act("enrol", "people.enrol", subject="x", facts={"digest": digest}, digest=digest)


def remove(story: Story, person: str, *signers: str) -> None:
    apply(story, "roster", roster_body(person, os.urandom(16).hex(), change="remove"), *signers)


def third_approver(story: Story) -> None:
    faces = story.configuration.faces
    keys = {face: SoftwarePasskey.create(rp_id=faces[face].host, randomness=os.urandom) for face in ("approve", "open")}
    story.passkeys["otto"] = keys
    credentials = [one.credential().as_json() for one in keys.values()]
    apply(story, "roster", roster_body("otto", os.urandom(16).hex(), credentials=credentials), "ines", "petra")


def test_a_signature_of_somebody_removed_since_does_not_count(story: Story) -> None:
    third_approver(story)
    digest = story.call("propose", kind="safe-conduct", body=conduct(story))["digest"]
    story.sign(digest, "ravi")
    story.sign(digest, "otto")
    remove(story, "otto", "ines", "petra")
    assert code_of(lambda: story.collect(digest)) == "SC-QUORUM"
    story.sign(digest, "ines")
    assert story.collect(digest)["release_digest"]


def conduct(story: Story) -> dict[str, Any]:
    from tests.vaultd.story import conduct_body  # noqa: PLC0415 - beside its one use

    return conduct_body(story)


def test_a_session_at_the_approve_origin_ends_with_its_person(story: Story) -> None:
    third_approver(story)
    digest = story.call("propose", kind="safe-conduct", body=conduct(story))["digest"]
    page, key = visit(story, "approve"), story.passkeys["otto"]["approve"]
    assert page.sign_in("otto", key) == 200
    assert page.ask(f"/a/{digest}")[0] == 200
    said = page.assertion(f"/a/{digest}/challenge?act=approve", key)
    remove(story, "otto", "ines", "petra")
    before = alarms(story)
    assert page.ask(f"/a/{digest}")[0] in (403, 404)
    assert page.ask(f"/a/{digest}/approve", {"person": "otto", "assertion": said})[0] in (403, 404)
    assert page.sign_in("otto", key) in (403, 404)
    assert sum(alarms(story).values()) >= sum(before.values()) + 3
    assert story.call("approvals", digest=digest)["approvals"] == []


def test_an_open_grant_reads_nothing_once_its_person_is_removed(story: Story) -> None:
    data = b64encode(b"the words of the paper").decode()
    paper = story.call("seal", kind="transcript", owner={"matter": MATTER}, data=data)["object"]
    page = visit(story, "open")
    assert page.sign_in("dov", story.passkeys["dov"]["open"]) == 200
    grant = story.grant("dov")
    assert story.call("read_case", matter=MATTER, grant=grant, objects=[paper])["objects"]
    assert b"the words" in page.ask(f"/object/{paper}")[1]
    remove(story, "dov", "ines", "petra")
    assert code_of(lambda: story.call("read_case", matter=MATTER, grant=grant, objects=[paper])) == "SC-GRANT"
    status, content = page.ask(f"/object/{paper}")
    assert status in (403, 404)
    assert b"the words" not in content
    assert sum(alarms(story).values()) > 0


def released(story: Story) -> str:
    digest = story.approved()
    release = str(story.collect(digest)["release_digest"])
    story.sign(release, "mara")
    return release


def test_a_removed_officer_gets_nothing_not_even_what_was_released(story: Story) -> None:
    release = released(story)
    story.release(release)
    page, key = visit(story, "open"), story.passkeys["officer-1"]["open"]
    said = page.assertion(f"/package/{release}/challenge?person=officer-1", key)
    assert page.ask(f"/package/{release}", {"person": "officer-1", "assertion": said})[0] == 200
    assert page.ask(f"/package/{release}/file")[1].startswith(b"PK")
    remove(story, "officer-1", "ines", "petra")
    assert page.ask(f"/package/{release}/file")[0] in (303, 403, 404)
    asked = page.assertion(f"/package/{release}/challenge?person=officer-1", key)
    assert page.ask(f"/package/{release}", {"person": "officer-1", "assertion": asked})[0] in (403, 404)
    assert alarms(story)


def test_nothing_is_released_to_an_officer_who_was_removed_meanwhile(story: Story) -> None:
    release = released(story)
    remove(story, "officer-1", "ines", "petra")
    assert code_of(lambda: story.release(release)) == "SC-NOT-ENROLLED"
    assert list(story.configuration.outbox.glob("*.age")) == []


def test_an_officers_old_passkey_ends_with_the_new_one(story: Story) -> None:
    old = story.passkeys["officer-1"]["open"]
    new = SoftwarePasskey.create(rp_id=old.rp_id, randomness=os.urandom)
    body = holder_body(story, id=os.urandom(16).hex(), passkey=new.credential().as_json())
    apply(story, "holder", body, "ravi", "ines")
    page = visit(story, "open")
    assert page.sign_in("officer-1", old) in (403, 404)
    assert page.sign_in("officer-1", new) == 200
    assert alarms(story)["SC-NOT-ENROLLED"] == 1


@pytest.fixture
def desk(story_database: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    assert story_database.exists()
    settings.FACE, settings.ROOT_URLCONF = "desk", "safeconduct.site.urls_desk"
    monkeypatch.setattr(clock, "now", lambda: NOW)
    clear_url_caches()
    settle(roles=frozenset({Role.COUNSEL, Role.ANALYST}))
    client = Client(headers={"host": "testserver"})
    mine = account(COLLEAGUE, passkey(DESK))
    session = client.session
    session.update(session_of(mine))
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    assert client.get("/alarms", secure=True).status_code == 200
    return client


def role_removed() -> None:
    Membership.objects.filter(person_id=COLLEAGUE).update(ends=NOW)


def suspended() -> None:
    actions.suspend(actor=FOUNDER, now=NOW, person=COLLEAGUE)


def account_closed() -> None:
    Account.objects.update(closed_at=NOW)


@pytest.mark.parametrize("ended", [role_removed, suspended, account_closed], ids=lambda one: one.__name__)
def test_an_open_session_ends_with_the_right_and_raises_an_alarm(desk: Client, ended: Any) -> None:
    # A membership ends at an instant that is later than its start.
    Membership.objects.update(starts=NOW - timedelta(days=1))
    ended()
    answer = desk.get("/alarms", secure=True)
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=/alarms")
    assert Alarm.objects.filter(code="SC-NO-STANDING", gate="page").exists()
    assert desk.get("/alarms", secure=True).status_code == 302
    with pytest.raises(queries.NoStandingError):
        queries.actor_for(account=Account.objects.get().pk, now=NOW)


def test_one_role_less_is_one_right_less_at_the_next_click(desk: Client) -> None:
    Membership.objects.filter(role="counsel").delete()
    assert desk.get("/alarms", secure=True).status_code == 404
    assert Alarm.objects.filter(code="SC-NOT-PERMITTED", gate="alarms", caller=COLLEAGUE).exists()
