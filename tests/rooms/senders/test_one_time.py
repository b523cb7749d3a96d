"""One-time codes on the portal: after the call alone, once each, one answer for what does not fit, and less to do."""

from datetime import timedelta
from typing import Any

import pytest
from tests.rooms.senders.ground import Ground
from tests.rooms.senders.one_time_vault import SECRET, Codes

from safeconduct.core.conduct.one_time_codes import code_of, step_at
from safeconduct.rooms.people import queries as people
from safeconduct.rooms.people.models import SignIn
from safeconduct.rooms.people.rules import CODE, held_at, session_stands
from safeconduct.rooms.senders import actions
from safeconduct.rooms.senders.actions.one_time import OneTimeCodeError
from safeconduct.rooms.senders.models import OneTimeKey, Registration
from safeconduct.rooms.senders.rules.one_time import CONFIRM_WITHIN, app_address
from safeconduct.rooms.vault import wire

MAIL = "t.orr@harrow.example"
ONE_ANSWER = "This opens nothing now."


@pytest.fixture
def codes(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Codes:
    made = Codes(ground)
    monkeypatch.setattr(wire, "call", made.call)
    return made


def code(ground: Ground, ahead: int = 0) -> str:
    return code_of(SECRET, step_at(ground.now) + ahead)


def let_in(ground: Ground) -> actions.CodeMade:
    number, registration = ground.number(organisation=""), ground.registered()
    told = ground.called_back(registration, number).code
    reference = Registration.objects.get(pk=registration).reference
    host = ground.settings.SAFECONDUCT.faces["portal"].host
    given = {"reference": reference, "code": told, "rp_id": host, "address": "somewhere"}
    return actions.finish_with_code(now=ground.now, **given)


def confirmed(ground: Ground) -> str:
    made = let_in(ground)
    actions.confirm_code(now=ground.now, key=made.key, code=code(ground), address="somewhere")
    ground.now += timedelta(minutes=2)
    return made.key


def sign_in(ground: Ground, **changes: Any) -> Any:
    given = {"mail": MAIL, "code": code(ground), "address": "somewhere"}
    return actions.sign_in_with_code(now=ground.now, **{**given, **changes})


@pytest.mark.usefixtures("codes")
def test_after_the_call_and_a_first_code_it_opens_the_account(ground: Ground) -> None:
    key = confirmed(ground)
    assert OneTimeKey.objects.get(pk=key).state == "active"
    event = sign_in(ground, mail=f" {MAIL.upper()} ")
    assert SignIn.objects.get(pk=event.sign_in).assurance == CODE
    assert ground.kinds(key) == ["senders.make_code", "senders.confirm_code"]


@pytest.mark.usefixtures("codes")
def test_an_unconfirmed_secret_opens_nothing_and_can_be_confirmed_for_an_hour(ground: Ground) -> None:
    made = let_in(ground)
    with pytest.raises(OneTimeCodeError):
        sign_in(ground)
    ground.now += CONFIRM_WITHIN
    with pytest.raises(OneTimeCodeError):
        actions.confirm_code(now=ground.now, key=made.key, code=code(ground), address="somewhere")


def test_everything_that_does_not_fit_has_one_answer(codes: Codes, ground: Ground) -> None:
    confirmed(ground)
    sign_in(ground)
    used = code(ground)
    ground.settings.DEBUG = False
    ground.face("portal")
    answers = set()
    for mail, typed in ((MAIL, used), (MAIL, "000000"), ("nobody@harrow.example", code(ground, 1)), (MAIL, "x")):
        found = ground.browser().post("/sign-in/code", {"mail": mail, "code": typed}, secure=True)
        assert ONE_ANSWER in found.content.decode()
        answers.add(found.status_code)
    assert answers == {403}
    asked = [payload["key"] for op, payload in codes.calls if op == "check_code"]
    assert "0" * 32 in asked


@pytest.mark.usefixtures("codes")
def test_a_suspended_officer_stays_out_with_the_same_answer(ground: Ground) -> None:
    key = confirmed(ground)
    account = OneTimeKey.objects.get(pk=key).account
    person = people.actor_for(account=account, now=ground.now).person
    given = {"sort": "officer", "subject": person, "reason": "left_agency"}
    actions.suspend(actor=ground.first, now=ground.now, **given)
    with pytest.raises(OneTimeCodeError):
        sign_in(ground)


@pytest.mark.usefixtures("codes")
def test_a_second_registration_is_the_way_back_and_ends_the_first_secret(ground: Ground) -> None:
    first = confirmed(ground)
    second = confirmed(ground)
    states = {one.pk: one.state for one in OneTimeKey.objects.all()}
    assert states == {first: "ended", second: "active"}


@pytest.mark.usefixtures("codes")
def test_the_pages_lead_from_the_call_to_a_session(ground: Ground) -> None:
    number, registration = ground.number(organisation=""), ground.registered()
    told = ground.called_back(registration, number).code
    reference = Registration.objects.get(pk=registration).reference
    ground.face("portal")
    browser = ground.browser()
    wrong = browser.post("/register/finish/code", {"reference": reference, "code": "AAAA-BBBB-CCCC"}, secure=True)
    assert wrong.status_code == 400
    shown = browser.post("/register/finish/code", {"reference": reference, "code": told}, secure=True)
    assert "GEZD GNBV" in shown.content.decode()
    again = browser.post("/register/finish/code/confirm", {"code": "000000"}, secure=True)
    assert again.status_code == 400
    assert "GEZD" not in again.content.decode()
    done = browser.post("/register/finish/code/confirm", {"code": code(ground)}, secure=True)
    assert done.headers["Location"] == "/sign-in/code"
    ground.now += timedelta(minutes=2)
    entered = browser.post("/sign-in/code", {"mail": MAIL, "code": code(ground)}, secure=True)
    assert entered.status_code == 302
    assert browser.get("/sessions", secure=True).status_code == 200
    assert browser.get("/colleagues", secure=True).status_code == 404
    assert browser.post("/tokens", {"days": "30"}, secure=True).status_code == 404
    ground.now += timedelta(minutes=10)
    assert browser.get("/sessions", secure=True).status_code == 302


@pytest.mark.usefixtures("codes")
def test_a_session_of_lower_assurance_is_short_and_files_papers_only(ground: Ground) -> None:
    confirmed(ground)
    event = sign_in(ground)
    actor = people.actor_for(account=event.account, now=ground.now)
    assert held_at(permissions=actor.permissions, assurance=CODE) == {"government_requests.matter.receive"}
    assert held_at(permissions=actor.permissions, assurance="passkey") == actor.permissions
    began = ground.now
    for minutes, idle, stands in ((9, 9, True), (10, 10, False), (59, 1, True), (60, 1, False)):
        now = began + timedelta(minutes=minutes)
        last = now - timedelta(minutes=idle)
        assert session_stands(began=began, last=last, now=now, assurance=CODE) is stands
        assert session_stands(began=began, last=last, now=now)


def test_the_app_address_names_nobody() -> None:
    told = app_address(secret="K" * 32, company="Northwind & Co", reference="SC-1")
    assert told.startswith(f"otpauth://totp/Northwind---Co:SC-1?secret={'K' * 32}&")
