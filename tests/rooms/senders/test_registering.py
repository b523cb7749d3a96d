"""Nobody is let in but by two people, a number of our own and a code; a stranger learns nothing at any step."""

import json
import re
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.rooms.people.world import AGENCY, OFFICER
from tests.rooms.senders.ground import APPROVER, FORM, REGISTRANT, SECOND, THIRD, Ground

from safeconduct.core.base.errors import BadInputError, ConflictError, NotPermittedError
from safeconduct.core.base.lifecycle import TransitionError
from safeconduct.rooms.people import queries as people
from safeconduct.rooms.senders import actions, tasks
from safeconduct.rooms.senders.models import Allowance, DirectoryNumber, Registration
from safeconduct.rooms.senders.steps.allowances import AllowanceError


def finish(ground: Ground, registration: str, code: str, **changes: Any) -> str:
    row = Registration.objects.get(pk=registration)
    key = ground.passkey().credential().as_json()
    given = {"reference": row.reference, "code": code, "key": key, "rp_id": key["rp_id"], "address": "somewhere"}
    return actions.finish_registration(now=ground.now, **{**given, **changes})


def test_a_stranger_becomes_an_officer_by_a_call_of_two_and_a_code(ground: Ground) -> None:
    number, registration = ground.number(organisation=""), ground.registered()
    confirmed = ground.called_back(registration, number)
    opened = finish(ground, registration, confirmed.code.lower().replace("-", " "))
    actor = people.actor_for(account=opened, now=ground.now)
    assert (actor.person, actor.organisation) == (confirmed.person, confirmed.organisation)
    assert ground.kinds(registration) == [
        "senders.register",
        "senders.record_call",
        "senders.confirm_call",
        "senders.finish_registration",
    ]
    # The agency is entered as our directory calls it, not as the stranger did, and its number is its own from now on.
    listed = DirectoryNumber.objects.get(pk=number)
    assert people.organisation(organisation=confirmed.organisation).name_object == listed.name_object
    assert listed.organisation == confirmed.organisation
    assert confirmed.code not in str(Registration.objects.filter(pk=registration).values())


def test_one_person_alone_lets_nobody_in(ground: Ground) -> None:
    number, registration = ground.number(), ground.registered()
    actions.record_call(actor=ground.first, now=ground.now, registration=registration, number=number, reached=True)
    with pytest.raises(ConflictError):
        actions.confirm_call(actor=ground.first, now=ground.now, registration=registration)
    with pytest.raises(NotPermittedError):
        actions.confirm_call(actor=ground.actor(APPROVER), now=ground.now, registration=registration)
    rows = Registration.objects.filter(pk=registration)
    assert rows.get().state == "called"
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(confirmed_by=ground.first.person)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="enrolled", confirmed_by=SECOND, person="9" * 32)


def test_only_a_number_that_two_of_us_entered_is_called(ground: Ground) -> None:
    registration = ground.registered()
    proposed, retired = ground.number(confirmed=False), ground.number()
    actions.retire_number(actor=ground.first, now=ground.now, number=retired)
    whose = {"actor": ground.first, "now": ground.now, "registration": registration}
    for wrong in (proposed, retired, "9" * 32, ""):
        with pytest.raises(ConflictError):
            actions.record_call(**whose, number=wrong, reached=True)
    with pytest.raises(ConflictError):
        actions.confirm_number(actor=ground.first, now=ground.now, number=proposed)
    with pytest.raises(IntegrityError), transaction.atomic():
        DirectoryNumber.objects.filter(pk=proposed).update(state="current")
    assert Registration.objects.get(pk=registration).state == "received"


def test_a_number_retired_between_the_two_people_counts_for_neither(ground: Ground) -> None:
    number, registration = ground.number(), ground.registered()
    actions.record_call(actor=ground.first, now=ground.now, registration=registration, number=number, reached=True)
    actions.retire_number(actor=ground.actor(THIRD), now=ground.now, number=number)
    with pytest.raises(ConflictError):
        actions.confirm_call(actor=ground.second, now=ground.now, registration=registration)


def test_a_colleague_is_called_at_the_agencys_own_number_only(ground: Ground) -> None:
    officer = ground.actor(OFFICER)
    named = [
        actions.name_colleague(actor=officer, now=ground.now, registrant=replace(REGISTRANT, name=f"Colleague {one}"))
        for one in range(5)
    ]
    with pytest.raises(ConflictError):
        actions.name_colleague(actor=officer, now=ground.now, registrant=REGISTRANT)
    elsewhere, own = ground.number(organisation="f" * 32), ground.number(number="+12025550143")
    registration = named[0].registration
    with pytest.raises(ConflictError):
        actions.record_call(
            actor=ground.first, now=ground.now, registration=registration, number=elsewhere, reached=True
        )
    assert ground.called_back(registration, own).organisation == AGENCY


def test_a_code_serves_once_ends_within_the_hour_and_bears_five_tries(ground: Ground) -> None:
    number = ground.number()
    first = ground.called_back(registration := ground.registered(), number)
    for one in range(5):
        with pytest.raises(NotPermittedError):
            finish(ground, registration, "AAAA-BBBB-CCCC", address=f"place {one}")
    with pytest.raises(NotPermittedError):
        finish(ground, registration, first.code)
    actions.call_anew(actor=ground.first, now=ground.now, registration=registration)
    second = ground.called_back(registration, number)
    assert second.person == first.person
    with pytest.raises(NotPermittedError):
        finish(ground, registration, first.code, address="elsewhere")
    late = ground.now + timedelta(hours=1)
    with pytest.raises(NotPermittedError):
        actions.finish_registration(now=late, reference="", code=second.code, key=None, rp_id="", address="elsewhere")
    ground.now, before = late, ground.now
    with pytest.raises(NotPermittedError):
        finish(ground, registration, second.code, address="elsewhere")
    ground.now = before
    assert finish(ground, registration, second.code, address="elsewhere")
    with pytest.raises(NotPermittedError):
        finish(ground, registration, second.code, address="elsewhere")


def test_a_passkey_for_another_host_or_of_somebody_else_opens_no_account(ground: Ground) -> None:
    confirmed = ground.called_back(registration := ground.registered(), ground.number())
    other = ground.passkey().credential().as_json()
    with pytest.raises(BadInputError):
        finish(ground, registration, confirmed.code, key={**other, "rp_id": "desk.safeconduct.localhost"})
    finish(ground, registration, confirmed.code, key=other)
    again = ground.called_back(second := ground.registered(), ground.number(number="+12025550144"))
    with pytest.raises(NotPermittedError):
        finish(ground, second, again.code, key=other)
    assert Registration.objects.get(pk=second).state == "called_back"


def test_registrations_are_few_each_day_from_one_address_and_the_address_is_not_kept(ground: Ground) -> None:
    ground.face("portal")
    strangers = [ground.browser() for _ in range(7)]
    answers = [one.post("/register", FORM, secure=True, REMOTE_ADDR="203.0.113.9") for one in strangers]
    assert [one.status_code for one in answers] == [302] * 5 + [429] * 2
    assert strangers[0].post("/register", FORM, secure=True, REMOTE_ADDR="203.0.113.10").status_code == 302
    assert "203.0.113" not in str(list(Allowance.objects.values()))
    ground.now += timedelta(days=1)
    assert strangers[0].post("/register", FORM, secure=True, REMOTE_ADDR="203.0.113.9").status_code == 302
    Allowance.objects.filter(day=ground.now.date(), whose="everywhere").update(used=200)
    with pytest.raises(AllowanceError):
        actions.register(now=ground.now, registrant=REGISTRANT, address="a place that sent nothing")


def test_what_a_stranger_is_told_depends_on_nothing_that_is_known(ground: Ground) -> None:
    ground.face("portal")
    # The same agency and officer as before, an agency that is enrolled, and one that nobody knows.
    told = set()
    for one, words in enumerate(({}, {}, {"agency": "Name bbbb"}, {"agency": "Nobody's"})):
        client = ground.browser()
        answer = client.post("/register", {**FORM, **words}, secure=True, REMOTE_ADDR=f"203.0.113.{one}", follow=True)
        said = re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", "REFERENCE", answer.content.decode())
        told.add(re.sub(r'value="\w{64}"', "", said))
    assert len(told) == 1


def test_a_wrong_code_a_wrong_reference_and_a_lapsed_one_are_answered_alike(ground: Ground) -> None:
    confirmed = ground.called_back(registration := ground.registered(), ground.number())
    waiting = ground.registered()
    right = Registration.objects.get(pk=registration).reference
    early = Registration.objects.get(pk=waiting).reference
    ground.face("portal")
    host = ground.settings.SAFECONDUCT.faces["portal"]

    def answer(reference: str, code: str) -> tuple[int, str]:
        client = ground.browser()
        page = client.get("/register/finish", secure=True).content.decode()
        found = re.search(r'data-challenge="([^"]+)"', page)
        assert found is not None
        made = ground.passkey().registration(challenge=urlsafe_b64decode(found[1] + "=="), origin=host.origin)
        typed = {"reference": reference, "code": code, "made": json.dumps(made)}
        said = client.post("/register/finish", typed, secure=True)
        text = said.content.decode()
        return said.status_code, re.sub(r'(value|data-challenge)="[^"]*"', "", text)

    wrong = {answer(right, "AAAA-BBBB-CCCC"), answer("AAAA-BBBB-CCCC", confirmed.code), answer(early, confirmed.code)}
    assert len(wrong) == 1
    assert next(iter(wrong))[0] == 400
    assert answer(right, confirmed.code)[0] == 302
    assert Registration.objects.get(pk=registration).state == "enrolled"


def test_what_nobody_takes_up_lapses_and_what_is_refused_says_nothing(ground: Ground) -> None:
    old, refused = ground.registered(), ground.registered()
    actions.refuse_registration(actor=ground.first, now=ground.now, registration=refused)
    ground.now += timedelta(days=29)
    tasks.due(now=ground.now)
    assert Registration.objects.get(pk=old).state == "received"
    ground.now += timedelta(days=1)
    tasks.due(now=ground.now)
    assert {row.pk: row.state for row in Registration.objects.all()} == {old: "lapsed", refused: "refused"}
    with pytest.raises(TransitionError):
        actions.refuse_registration(actor=ground.first, now=ground.now, registration=refused)


def test_no_word_of_a_registration_stands_in_the_database(ground: Ground) -> None:
    ground.number(), ground.registered()
    kept = str([*Registration.objects.values(), *DirectoryNumber.objects.values()])
    for word in ("Harrow", "Tamsin", "Detective", "t.orr", "0142", "State directory"):
        assert word in str(ground.names.values())
        assert word not in kept
