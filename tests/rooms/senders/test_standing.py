"""One person suspends at once and for everything; two restore after a call; the vault process is told of it."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.rooms.people.world import AGENCY, COLLEAGUE, OFFICER
from tests.rooms.senders.ground import APPROVER, SECOND, Ground

from safeconduct.core.base.errors import BadInputError, ConflictError, NotPermittedError
from safeconduct.core.base.lifecycle import TransitionError
from safeconduct.rooms.people import queries as people
from safeconduct.rooms.people.models import Alarm
from safeconduct.rooms.senders import actions, tasks
from safeconduct.rooms.senders.models import Standing
from safeconduct.rooms.senders.queries import listing

SORTS = [("officer", OFFICER), ("organisation", AGENCY)]


def suspend(ground: Ground, sort: str, subject: str, **changes: Any) -> actions.Stood:
    given = {"actor": ground.first, "sort": sort, "subject": subject, "reason": "account_taken"}
    return actions.suspend(now=ground.now, **{**given, **changes})


@pytest.mark.parametrize(("sort", "subject"), SORTS)
def test_a_suspension_counts_at_once_and_for_everything(ground: Ground, sort: str, subject: str) -> None:
    ground.face("portal")
    officer = ground.browser(OFFICER)
    assert officer.get("/colleagues", secure=True).status_code == 200
    stood = suspend(ground, sort, subject)
    assert stood.vault_told
    assert [(one["sort"], one["subject"]) for one in ground.told] == [(sort, subject)]
    assert officer.get("/colleagues", secure=True)["Location"].startswith("/sign-in")
    with pytest.raises(people.NoStandingError):
        ground.actor(OFFICER)
    assert Alarm.objects.filter(code="SC-SUSPENDED", caller=COLLEAGUE).exists()
    assert ground.kinds(subject)[-1] == "senders.suspend"
    with pytest.raises(TransitionError):
        suspend(ground, sort, subject)


def test_a_vault_process_that_does_not_answer_is_told_again_under_the_same_entry(ground: Ground) -> None:
    ground.down = True
    stood = suspend(ground, "organisation", AGENCY)
    assert not stood.vault_told
    with pytest.raises(people.NoStandingError):
        ground.actor(OFFICER)
    tasks.due(now=ground.now)
    assert ground.told == []
    ground.down = False
    assert not listing.sender(actor=ground.first, sort="organisation", subject=AGENCY).vault_told
    tasks.due(now=ground.now)
    tasks.due(now=ground.now)
    assert len(ground.told) == 1
    assert listing.sender(actor=ground.first, sort="organisation", subject=AGENCY).vault_told


@pytest.mark.parametrize(("sort", "subject"), SORTS)
def test_two_people_and_a_number_of_our_own_restore(ground: Ground, sort: str, subject: str) -> None:
    own, elsewhere = ground.number(), ground.number(organisation="f" * 32, number="+12025550143")
    stood = suspend(ground, sort, subject)
    whose = {"now": ground.now, "standing": stood.standing}
    for wrong in (elsewhere, "9" * 32):
        with pytest.raises(ConflictError):
            actions.ask_restore(actor=ground.first, **whose, number=wrong)
    with pytest.raises(TransitionError):
        actions.restore(actor=ground.second, **whose)
    actions.ask_restore(actor=ground.first, **whose, number=own)
    with pytest.raises(ConflictError):
        actions.restore(actor=ground.first, **whose)
    with pytest.raises(NotPermittedError):
        actions.restore(actor=ground.actor(APPROVER), **whose)
    with pytest.raises(IntegrityError), transaction.atomic():
        Standing.objects.update(state="good", restored_by=COLLEAGUE)
    assert actions.restore(actor=ground.second, **whose).state == "good"
    assert ground.actor(OFFICER).person == OFFICER
    # Nothing of it reaches the vault process: only a fresh enrolment unlocks a key there.
    assert len(ground.told) == 1
    # Suspended again, what was asked before is void.
    suspend(ground, sort, subject)
    with pytest.raises(TransitionError):
        actions.restore(actor=ground.second, **whose)


def test_a_suspension_between_the_two_people_is_not_restored_by_the_first_call(ground: Ground) -> None:
    own, stood = ground.number(), suspend(ground, "officer", OFFICER)
    actions.ask_restore(actor=ground.first, now=ground.now, standing=stood.standing, number=own)
    suspend(ground, "officer", OFFICER, actor=ground.second, reason="agency_asks")
    with pytest.raises(TransitionError):
        actions.restore(actor=ground.second, now=ground.now, standing=stood.standing)


def test_restoring_an_officer_of_a_suspended_agency_lets_nobody_in(ground: Ground) -> None:
    own = ground.number()
    suspend(ground, "organisation", AGENCY)
    stood = suspend(ground, "officer", OFFICER)
    actions.ask_restore(actor=ground.first, now=ground.now, standing=stood.standing, number=own)
    actions.restore(actor=ground.second, now=ground.now, standing=stood.standing)
    with pytest.raises(people.NoStandingError):
        ground.actor(OFFICER)


def test_nobody_new_is_let_in_for_a_suspended_agency(ground: Ground) -> None:
    number, registration = ground.number(), ground.registered()
    suspend(ground, "organisation", AGENCY)
    actions.record_call(actor=ground.first, now=ground.now, registration=registration, number=number, reached=True)
    with pytest.raises(ConflictError):
        actions.confirm_call(actor=ground.second, now=ground.now, registration=registration)


def test_colleagues_and_strangers_are_not_suspended_here_and_a_reason_is_listed(ground: Ground) -> None:
    for subject in (COLLEAGUE, SECOND, "9" * 32):
        with pytest.raises(NotPermittedError):
            suspend(ground, "officer", subject)
    with pytest.raises(BadInputError):
        suspend(ground, "officer", OFFICER, reason="because of their name")
    with pytest.raises(BadInputError):
        suspend(ground, "customer", OFFICER)
    with pytest.raises(NotPermittedError):
        suspend(ground, "officer", OFFICER, actor=ground.actor(APPROVER))
    assert not Standing.objects.exists()
