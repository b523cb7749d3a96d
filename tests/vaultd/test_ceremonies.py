"""Passkeys at the vault's origins: fresh, single use, of the right person, host and origin."""

from typing import Any

import pytest
from tests.vaultd.refusals import code_of
from tests.vaultd.story import Story, answer

from safeconduct.core.base.canonical import JsonValue
from safeconduct.vaultd import ceremonies as module
from safeconduct.vaultd.ceremonies import Answered

DIGEST = "5" * 64


def held(
    story: Story, assertion: JsonValue, person: str = "ravi", digest: str = DIGEST, role: str = "counsel"
) -> Answered:
    return story.vault.opened.ceremonies.answer(
        face=story.configuration.faces["approve"],
        person=person,
        roles=frozenset({role}),
        digest=digest,
        assertion=assertion,
    )


def made(story: Story, person: str = "ravi", key: str = "approve", origin: str | None = None) -> dict[str, Any]:
    offer = story.offer(person, "counsel", DIGEST)
    return answer(story.passkeys[person][key], offer, origin or story.configuration.faces["approve"].origin)


def test_a_fresh_answer_holds(story: Story) -> None:
    assert held(story, made(story)).person == "ravi"


def test_a_replayed_answer_is_refused(story: Story) -> None:
    assertion = made(story)
    held(story, assertion)
    assert code_of(lambda: held(story, assertion)) == "SC-NONCE"
    story.vault.store.run("UPDATE nonce SET used = 0")
    assert held(story, assertion).person == "ravi"


def test_a_failed_answer_uses_the_nonce_up(story: Story) -> None:
    assertion = made(story)
    broken = assertion | {"response": assertion["response"] | {"signature": "AAAA"}}
    assert code_of(lambda: held(story, broken)) == "SC-PASSKEY"
    assert code_of(lambda: held(story, assertion)) == "SC-NONCE"


def test_an_old_answer_is_refused(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    assertion = made(story)
    story.wall[0] += 600
    assert code_of(lambda: held(story, assertion)) == "SC-NONCE"
    monkeypatch.setattr(module, "LIFE_SECONDS", 6000)
    assertion = made(story)
    story.wall[0] += 600
    assert held(story, assertion).person == "ravi"


@pytest.mark.parametrize("change", [{"digest": "6" * 64}, {"role": "approver"}, {"person": "ines"}])
def test_an_answer_for_another_act_is_refused(story: Story, change: dict[str, str]) -> None:
    assert code_of(lambda: held(story, made(story), **change)) == "SC-NONCE"


def test_another_page_cannot_ask_for_it(story: Story) -> None:
    evil = "https://approve.safeconduct.localhost.evil.example"
    assert code_of(lambda: held(story, made(story, origin=evil))) == "SC-PASSKEY"


def test_the_passkey_of_the_other_origin_does_not_count(story: Story) -> None:
    assert code_of(lambda: held(story, made(story, key="open"))) == "SC-NOT-ENROLLED"


def test_a_login_assertion_does_not_approve(story: Story) -> None:
    offer = story.offer("ravi", "sign-in", DIGEST)
    login = answer(story.passkeys["ravi"]["approve"], offer, story.configuration.faces["approve"].origin)
    assert code_of(lambda: held(story, login)) == "SC-NONCE"


def test_an_invented_person_is_nobody(story: Story) -> None:
    assert code_of(lambda: held(story, made(story), person="mallory")) == "SC-NONCE"


def test_a_challenge_for_nobody_is_answered_by_the_owner_of_the_passkey(story: Story) -> None:
    offer = story.offer("", "sign-in", DIGEST)
    login = answer(story.passkeys["ravi"]["approve"], offer, story.configuration.faces["approve"].origin)
    assert held(story, login, person="", role="sign-in").person == "ravi"


def test_what_has_ended_is_not_kept(story: Story) -> None:
    used, left = made(story), made(story)
    held(story, used)
    story.wall[0] += 601
    made(story)
    assert story.vault.store.one("SELECT COUNT(*) AS rows FROM nonce")["rows"] == 1
    for old in (used, left):
        assert code_of(lambda old=old: held(story, old)) == "SC-NONCE"
