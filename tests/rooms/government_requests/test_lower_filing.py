"""A paper filed with lower assurance: from an unverified sender, until two people have called the agency back."""

from dataclasses import replace

import pytest
from tests.rooms.government_requests.papers import paper
from tests.rooms.government_requests.world import World

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions.closing import CallBackError
from safeconduct.rooms.government_requests.models import LowerFiling, Matter
from safeconduct.rooms.government_requests.queries import books
from safeconduct.rooms.government_requests.queries.sender import enrolled_and_sure, is_verified, waits_for_call
from safeconduct.rooms.people.rules import AGENCY, CODE, held_at


def filed(world: World, assurance: str) -> Matter:
    officer = replace(world.officer, assurance=assurance)
    held = held_at(permissions=officer.permissions, assurance=assurance)
    officer = replace(officer, permissions=held)
    return Matter.objects.get(pk=world.receive(paper(), actor=officer, channel="portal", transcript=()))


def called(world: World, row: Matter, *, reached: bool) -> None:
    by = frozenset({world.analyst.person, world.counsel.person})
    actions.record_call_back(
        actor=world.analyst, now=world.now, matter=row.pk, source="our_directory", reached=reached, by=by
    )


@pytest.mark.parametrize("assurance", [CODE, AGENCY])
def test_it_waits_for_a_call_that_reached_the_agency(world: World, assurance: str) -> None:
    row = filed(world, assurance)
    assert LowerFiling.objects.get(matter=row).assurance == assurance
    assert waits_for_call(row)
    assert not enrolled_and_sure(row)
    assert not is_verified(row=row, person=world.officer.person)
    called(world, row, reached=False)
    assert not is_verified(row=row, person=world.officer.person)
    called(world, row, reached=True)
    assert enrolled_and_sure(row)
    assert is_verified(row=row, person=world.officer.person)
    assert books.alterations() == ()


def test_the_same_paper_with_a_passkey_waits_for_nothing(world: World) -> None:
    row = filed(world, "passkey")
    assert enrolled_and_sure(row)
    assert is_verified(row=row, person=world.officer.person)
    with pytest.raises(CallBackError):
        called(world, row, reached=True)


def test_a_row_that_says_otherwise_than_its_entry_is_found(world: World) -> None:
    row = filed(world, CODE)
    LowerFiling.objects.filter(matter=row).delete()
    assert [one.part for one in books.alterations()] == ["its filing"]


@pytest.mark.parametrize("assurance", [CODE, AGENCY])
def test_a_session_of_lower_assurance_makes_no_token(world: World, assurance: str) -> None:
    with pytest.raises(NotPermittedError):
        actions.create_api_token(actor=replace(world.officer, assurance=assurance), now=world.now, days=30)
