import os
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rooms.people.world import (
    AGENCY,
    COLLEAGUE,
    COMPANY,
    DESK,
    DESK_ORIGIN,
    FOUNDER,
    NOW,
    OFFICER,
    account,
    answer,
    passkey,
    settle,
)

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.conduct.passkeys import PasskeyError
from safeconduct.rooms.government_requests.rules import permissions as government_requests
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.people import actions, queries, steps
from safeconduct.rooms.people.rules import ABSOLUTE_LIMIT, IDLE_LIMIT, PERMISSIONS, Permission, Role, session_stands

pytestmark = pytest.mark.usefixtures("story_database")


def signed_in(key: object, expected: bytes, *, face: str = "desk", origin: str = DESK_ORIGIN) -> steps.SignedIn:
    said = answer(key, expected, origin)  # type: ignore[arg-type]  # a software passkey
    return actions.sign_in(now=NOW, assertion=said, expected=expected, origin=DESK_ORIGIN, rp_id=DESK, face=face)


def test_a_passkey_signs_its_person_in_and_leaves_an_entry() -> None:
    settle()
    key = passkey()
    mine = account(COLLEAGUE, key)
    event = signed_in(key, os.urandom(32))
    assert (event.account, event.person) == (mine, COLLEAGUE)
    assert [entry.kind for entry in ledger.history(subject=COLLEAGUE)][-1] == "people.sign_in"


def test_an_answer_to_another_challenge_or_from_another_origin_is_refused() -> None:
    settle()
    key = passkey()
    account(COLLEAGUE, key)
    said = answer(key, os.urandom(32))
    with pytest.raises(PasskeyError):
        actions.sign_in(now=NOW, assertion=said, expected=os.urandom(32), origin=DESK_ORIGIN, rp_id=DESK, face="desk")
    with pytest.raises(PasskeyError):
        signed_in(key, os.urandom(32), origin="https://open.safeconduct.localhost:8446")


def test_an_unknown_passkey_is_refused_like_a_wrong_one() -> None:
    settle()
    known = passkey()
    account(COLLEAGUE, known)
    with pytest.raises(PasskeyError) as unknown:
        signed_in(passkey(), os.urandom(32))
    assert unknown.value.code == "SC-PASSKEY"


def test_one_person_with_two_accounts_is_one_person() -> None:
    settle()
    first, second = account(COLLEAGUE, passkey()), account(COLLEAGUE, passkey())
    assert first != second
    assert {queries.actor_for(account=one, now=NOW).person for one in (first, second)} == {COLLEAGUE}


def test_a_passkey_belongs_to_one_account_for_ever() -> None:
    settle()
    key = passkey()
    account(COLLEAGUE, key)
    with pytest.raises(actions.AlreadyEnrolledError):
        account(OFFICER, key)


def test_an_officer_does_not_sign_in_at_the_desk_nor_a_colleague_at_the_portal() -> None:
    settle()
    officer, colleague = account(OFFICER), account(COLLEAGUE)
    for who, face in ((officer, "desk"), (colleague, "portal")):
        with pytest.raises(queries.NoStandingError):
            actions.sign_in_demonstration(now=NOW, account=who, face=face, demonstration=True)
    assert actions.sign_in_demonstration(now=NOW, account=officer, face="portal", demonstration=True).person == OFFICER


def test_one_click_exists_in_a_demonstration_only() -> None:
    settle()
    with pytest.raises(PasskeyError):
        actions.sign_in_demonstration(now=NOW, account=account(COLLEAGUE), face="desk", demonstration=False)


def test_rights_end_with_the_role_with_suspension_and_with_nothing_else() -> None:
    settle(until=NOW + timedelta(days=1))
    mine = account(COLLEAGUE)
    assert Permission.MATTER_READ in queries.actor_for(account=mine, now=NOW).permissions
    with pytest.raises(queries.NoStandingError):
        queries.actor_for(account=mine, now=NOW + timedelta(days=1))
    actions.suspend(actor=FOUNDER, now=NOW, person=COLLEAGUE)
    with pytest.raises(queries.NoStandingError):
        queries.actor_for(account=mine, now=NOW)


def test_nobody_enrols_without_the_permission() -> None:
    settle()
    nobody = Actor(person=COLLEAGUE, account="x", organisation=COMPANY)
    with pytest.raises(NotPermittedError):
        actions.open_account(actor=nobody, now=NOW, person=COLLEAGUE)
    with pytest.raises(NotPermittedError):
        actions.suspend(actor=nobody, now=NOW, person=OFFICER)


def test_a_clearance_is_of_one_person_and_one_matter() -> None:
    settle()
    mine, other = account(COLLEAGUE), account(OFFICER)
    steps.clear(person=COLLEAGUE, matter="f" * 32)
    steps.clear(person=COLLEAGUE, matter="f" * 32)
    assert queries.actor_for(account=mine, now=NOW).clearances == {"f" * 32}
    assert queries.actor_for(account=other, now=NOW).clearances == frozenset()
    steps.withdraw_clearance(person=COLLEAGUE, matter="f" * 32)
    assert queries.clearances_of(person=COLLEAGUE) == frozenset()


def test_an_organisation_is_read_back() -> None:
    settle()
    (found,) = queries.agencies()
    assert (found.id, found.country, found.governmental) == (AGENCY, "US", True)
    asked = frozenset({AGENCY, "0" * 32})
    assert queries.organisation_name_objects(organisations=asked) == {AGENCY: found.name_object}


def test_the_one_list_knows_every_permission_a_room_asks_for() -> None:
    known = {permission.value for permission in Permission}
    assert {permission.value for permission in government_requests.Permission} <= known


def test_counsel_alone_determines_and_only_a_second_reader_beside_the_desk_releases() -> None:
    holders = {one: {role for role in Role if one in PERMISSIONS[role]} for one in Permission}
    assert holders[Permission.MATTER_DETERMINE] == {Role.COUNSEL}
    assert Role.APPROVER not in holders[Permission.PACKAGE_RELEASE]
    assert holders[Permission.QUESTION_ANSWER] == {Role.OFFICER}
    assert Role.OFFICER not in holders[Permission.MATTER_READ]


@given(
    idle=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=2)),
    age=st.timedeltas(timedelta(0), timedelta(days=2)),
)
def test_a_session_never_outlives_either_limit(idle: timedelta, age: timedelta) -> None:
    stands = session_stands(began=NOW - age, last=NOW - idle, now=NOW)
    assert stands == (idle < IDLE_LIMIT and age < ABSOLUTE_LIMIT)
    assert not session_stands(began=NOW + timedelta(seconds=1), last=NOW, now=NOW)
