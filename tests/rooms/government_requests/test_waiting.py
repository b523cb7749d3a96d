"""The customer hears first: a package leaves after the customer's days, or counsel named why nobody waits."""

from datetime import timedelta
from itertools import product

import pytest
from tests.rooms.government_requests.papers import SILENCE, paper
from tests.rooms.government_requests.test_pages import ask, own_addresses
from tests.rooms.government_requests.world import World

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import WaitingException
from safeconduct.rooms.government_requests.queries.books import require_unaltered
from safeconduct.rooms.government_requests.rules.law import Ruling
from safeconduct.rooms.government_requests.rules.waiting import (
    Basis,
    CustomerFirstError,
    WaitingReason,
    WaitingReasonError,
    require_customer_first,
    require_reason,
    waiting,
)
from safeconduct.rooms.government_requests.rules.words import Process
from safeconduct.rooms.government_requests.views import acts, matter

__all__ = ["own_addresses"]
WORDS = "They wrote that they will not object."


def ready(world: World) -> str:
    name = world.collected()
    world.vault.approved.add(world.row(name).release_digest)
    return name


def send(world: World, name: str) -> None:
    actions.release(actor=world.colleague, now=world.now, matter=name)


def test_nothing_leaves_before_the_customer_was_told_and_has_had_their_days(world: World) -> None:
    name = ready(world)
    with pytest.raises(CustomerFirstError, match="not told"):
        send(world, name)
    world.notified(name)
    with pytest.raises(CustomerFirstError, match="days end on"):
        send(world, name)
    world.now += timedelta(days=7) - timedelta(seconds=1)
    with pytest.raises(CustomerFirstError):
        send(world, name)
    assert world.row(name).state == "collected"
    world.now += timedelta(seconds=1)
    send(world, name)
    assert world.row(name).state == "released"


def test_counsel_names_why_nobody_waits_and_it_must_be_true(world: World) -> None:
    name = ready(world)
    agreed = {"matter": name, "now": world.now, "reason": WaitingReason.CUSTOMER_AGREED, "words": WORDS}
    with pytest.raises(NotPermittedError):
        actions.waive_waiting(actor=world.analyst, **agreed)
    far = agreed | {"reason": WaitingReason.ANSWER_DAY}
    assert world.row(name).answer_due_at > world.now + timedelta(days=7)
    with pytest.raises(WaitingReasonError):
        actions.waive_waiting(actor=world.counsel, **far)
    actions.waive_waiting(actor=world.counsel, **agreed)
    with pytest.raises(WaitingReasonError, match="Nothing waits"):
        actions.waive_waiting(actor=world.counsel, **agreed)
    require_unaltered(now=world.now)
    send(world, name)
    assert WaitingException.objects.get().by == world.counsel.person


def test_a_prohibition_makes_nobody_wait(world: World) -> None:
    name = world.collected(paper(silence=SILENCE))
    world.vault.approved.add(world.row(name).release_digest)
    send(world, name)
    assert world.row(name).state == "released"


def test_the_package_page_says_what_it_waits_for(world: World) -> None:
    name = ready(world)
    page = ask(world, world.counsel, matter.package, matter=name).content.decode()
    assert "The customer was not told yet." in page
    assert "Enter why nobody waits" in page
    assert "Enter why nobody waits" not in ask(world, world.analyst, matter.package, matter=name).content.decode()
    post = {"reason": "customer_agreed", "words": WORDS}
    assert ask(world, world.counsel, acts.worded_act, post=post, matter=name, act="waive-waiting").status_code == 302
    page = ask(world, world.counsel, matter.package, matter=name).content.decode()
    assert "Counsel entered why nobody waits." in page


def test_every_combination_of_the_facts_against_a_second_table(world: World) -> None:
    signed, unsigned = (
        Ruling(value=7, provision="p", citation="c"),
        Ruling(value=None, provision="p", citation="c", status="ask_counsel"),
    )
    told = (None, world.now, world.now - timedelta(days=7), world.now - timedelta(days=7) + timedelta(seconds=1))
    seen = set()
    for process, owed, silent, at, excepted, wait in product(
        (Process.SEARCH_WARRANT, Process.EMERGENCY_REQUEST), (0, 1), (0, 1), told, (0, 1), (signed, unsigned)
    ):
        found = waiting(
            process=process,
            owed=bool(owed),
            silenced=bool(silent),
            told_at=at,
            excepted=bool(excepted),
            wait=wait,
            now=world.now,
        )
        free = not owed or silent or excepted or process is Process.EMERGENCY_REQUEST
        assert found.may_leave == bool(free or (wait is signed and at is told[2]))
        seen.add(found.basis)
        if not found.may_leave:
            with pytest.raises(CustomerFirstError):
                require_customer_first(found)
    assert seen == set(Basis)


def test_the_day_for_our_answer_is_a_reason_only_where_it_comes_first(world: World) -> None:
    facts = {"owed": True, "silenced": False, "told_at": None, "excepted": False}
    standing = waiting(
        process=Process.SUBPOENA, wait=Ruling(value=7, provision="p", citation="c"), now=world.now, **facts
    )  # type: ignore[arg-type] # by name
    days = timedelta(days=7)
    require_reason(
        reason=WaitingReason.ANSWER_DAY, standing=standing, answer_due=world.now + days - timedelta(1), now=world.now
    )
    with pytest.raises(WaitingReasonError):
        require_reason(reason=WaitingReason.ANSWER_DAY, standing=standing, answer_due=world.now + days, now=world.now)
