"""Executor grants at the desk: under an authorised scope, for a named executor, entered before and after."""

import os
from dataclasses import replace
from typing import Any

import pytest
from tests.rooms.government_requests.papers import SILENCE, paper
from tests.rooms.government_requests.world import World

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions.executors import NoSuchExecutorError, NothingAuthorisedError
from safeconduct.rooms.government_requests.actions.journeys import finish
from safeconduct.rooms.government_requests.models import Journey
from safeconduct.rooms.government_requests.queries import books
from safeconduct.rooms.government_requests.queries.access import UnknownMatterError

ANSWER = {
    "files": [{"name": "executor-x.age", "sha256": "e" * 64, "size": 9}],
    "until": "2026-07-15T18:00:00Z",
    "keys": 4,
    "segments": 3,
    "customers": 1,
    "pages": 9,
}


@pytest.fixture
def house(world: World) -> World:
    world.settings.SAFECONDUCT = replace(world.settings.SAFECONDUCT, executors={"spark": "age1…"})
    world.vault._grant_executor = lambda _payload: ANSWER  # type: ignore[attr-defined]
    return world


def ask(house: World, matter: str, **more: Any) -> Any:
    told: dict[str, Any] = {"actor": house.analyst, "now": house.now, "matter": matter, "executor": "spark"} | more
    return actions.grant_executor(**told)


def test_what_left_is_entered_with_how_many_keys(house: World) -> None:
    matter = house.authorised()
    made = ask(house, matter)
    assert (made.file, made.keys, made.segments, made.until) == ("executor-x.age", 4, 3, ANSWER["until"])
    (sent,) = house.vault.ops("grant_executor")
    row = house.row(matter)
    assert (sent["digest"], sent["journey"], sent["executor"]) == (row.scope_digest, row.collect_journey, "spark")
    assert house.kinds(matter)[-2:] == ["grant_executor", "executor_granted"]
    assert row.state == "authorised"
    # The same journey still collects, and a second grant has an id of its own.
    actions.collect(actor=house.analyst, now=house.now, matter=matter)
    assert ask(house, matter).grant != made.grant
    assert books.alterations() == ()
    Journey.objects.filter(act="grant_executor").update(result=ANSWER | {"keys": 5})
    assert {str(one.part) for one in books.alterations()} == {"its journeys"}


def test_nothing_is_asked_of_the_vault_without_an_authorised_scope(house: World) -> None:
    for matter in (house.reviewed(), house.proposed()):
        with pytest.raises(NothingAuthorisedError):
            ask(house, matter)
    matter = house.authorised()
    with pytest.raises(NoSuchExecutorError):
        ask(house, matter, executor="other")
    with pytest.raises(NotPermittedError):
        ask(house, matter, actor=house.officer)
    assert not house.vault.ops("grant_executor")
    assert not Journey.objects.filter(act="grant_executor").exists()
    assert "grant_executor" not in house.kinds(matter)


def test_a_silenced_matter_is_absent_for_who_is_not_cleared(house: World) -> None:
    matter = house.authorised(paper(silence=SILENCE))
    with pytest.raises(UnknownMatterError):
        ask(house, matter, actor=house.stranger)


def test_a_grant_that_broke_off_is_taken_up_again(house: World) -> None:
    matter = house.authorised()
    house.vault.down.add("grant_executor")
    with pytest.raises(Exception, match=r"SC-TEST-DOWN|does not answer"):
        ask(house, matter)
    assert house.kinds(matter)[-1] == "grant_executor"
    house.vault.down.clear()
    journey = Journey.objects.get(act="grant_executor", done_at=None)
    finish(actor=house.analyst, now=house.now, journey=journey.pk, randomness=os.urandom)
    assert house.kinds(matter)[-1] == "executor_granted"
