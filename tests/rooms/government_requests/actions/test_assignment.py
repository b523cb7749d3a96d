"""A matter changes hands: who may, to whom, and what is left behind."""

from typing import Any

import pytest
from tests.rooms.government_requests.papers import SILENCE, paper
from tests.rooms.government_requests.world import World

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.queries import assignment, books
from safeconduct.rooms.government_requests.queries.access import UnknownMatterError
from safeconduct.rooms.government_requests.rules.assignment import HandoverError, HandoverReasonError


@pytest.fixture(autouse=True)
def _staff(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    able = frozenset({world.analyst.person, world.colleague.person, world.stranger.person})
    monkeypatch.setattr(assignment, "able_to_take", lambda **_now: able)


def _hand_over(world: World, matter: str, to: str, **more: Any) -> None:
    actions.hand_over(**{"actor": world.analyst, "now": world.now, "matter": matter, "to": to, **more})


def test_what_nobody_has_goes_to_a_colleague_who_then_takes_it(world: World) -> None:
    matter = world.receive()
    _hand_over(world, matter, world.colleague.person)
    assert (world.row(matter).holder, world.row(matter).state) == (world.colleague.person, "received")
    actions.take(actor=world.colleague, now=world.now, matter=matter)
    assert world.kinds(matter)[-2:] == ["hand_over", "take"]


def test_the_reason_is_sealed_and_stands_in_no_entry(world: World) -> None:
    matter = world.reviewed()
    _hand_over(world, matter, world.colleague.person, reason="  On leave from Monday. ")
    line = assignment.handovers(actor=world.analyst, matter=matter)[0]
    assert (line.was, line.to, line.by) == (world.analyst.person, world.colleague.person, world.analyst.person)
    assert world.sealed_json(line.reason)["words"] == "On leave from Monday."
    assert books.alterations() == ()


def test_it_goes_back_to_nobody_and_without_a_reason_nowhere(world: World) -> None:
    matter = world.reviewed()
    with pytest.raises(HandoverReasonError):
        _hand_over(world, matter, "")
    _hand_over(world, matter, "", reason="Taken by mistake.")
    assert world.row(matter).holder == ""
    with pytest.raises(HandoverError):
        _hand_over(world, matter, "", reason="Again.")


def test_a_silenced_matter_goes_to_nobody_who_is_not_cleared(world: World) -> None:
    matter = world.receive(paper(silence=SILENCE), cleared=frozenset({world.colleague.person, world.analyst.person}))
    with pytest.raises(HandoverError):
        _hand_over(world, matter, world.stranger.person)
    with pytest.raises(UnknownMatterError):
        _hand_over(world, matter, world.colleague.person, actor=world.stranger)
    _hand_over(world, matter, world.colleague.person)
    assert world.row(matter).holder == world.colleague.person


def test_an_officer_hands_nothing_over(world: World) -> None:
    with pytest.raises(NotPermittedError):
        _hand_over(world, world.receive(), world.colleague.person, actor=world.officer)


def test_books_name_a_holder_that_no_entry_gives(world: World) -> None:
    matter = world.receive()
    row = world.row(matter)
    row.holder = world.stranger.person
    row.save()
    assert [one.part for one in books.alterations()] == ["holder"]
