"""Who is on duty: hours without anybody show, a handover leaves none, and an emergency is timed from the call."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rooms.government_requests.papers import paper
from tests.rooms.government_requests.world import World

from safeconduct.core.base.errors import SafeconductError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import duty
from safeconduct.rooms.government_requests.queries.duty import on_duty, roster
from safeconduct.rooms.government_requests.queries.following import following
from safeconduct.rooms.government_requests.rules.duty import AHEAD, DutyError, NobodyOnDutyError, gaps
from safeconduct.rooms.government_requests.rules.emergency import EmergencyError
from safeconduct.rooms.government_requests.rules.words import Process

BEGAN = datetime(2026, 3, 10, tzinfo=UTC)
HOURS = st.integers(-20, 80)


@pytest.fixture(autouse=True)
def _able(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    able = frozenset({world.analyst.person, world.colleague.person})
    monkeypatch.setattr(duty, "able_to_take", lambda **_when: able)


def _give(world: World, hours: int, *, begins: int = 0) -> str:
    who: dict[str, Any] = {"actor": world.analyst, "now": world.now, "person": world.analyst.person}
    starts = world.now + timedelta(hours=begins)
    return actions.give_duty(**who, starts=starts, ends=starts + timedelta(hours=hours)).duty


def test_a_handover_leaves_no_gap_and_both_on_record(world: World) -> None:
    first = _give(world, 12)
    end = world.now + timedelta(hours=12)
    world.now += timedelta(hours=4)
    actions.hand_over_duty(actor=world.analyst, now=world.now, duty=first, to=world.colleague.person)
    assert on_duty(now=world.now) == world.colleague.person
    assert on_duty(now=world.now - timedelta(seconds=1)) == world.analyst.person
    found = roster(actor=world.analyst, now=world.now)
    assert [(one.starts, one.ends) for one in found.gaps] == [(end, world.now + AHEAD)]
    with pytest.raises(SafeconductError):
        actions.hand_over_duty(actor=world.analyst, now=world.now, duty=first, to=world.colleague.person)


@pytest.mark.parametrize(("begins", "hours"), [(0, 0), (0, 24 * 15), (-10, 5)])
def test_what_is_no_duty_is_refused(world: World, begins: int, hours: int) -> None:
    with pytest.raises(DutyError):
        _give(world, hours, begins=begins)


def test_nobody_without_a_place_at_the_desk_has_it(world: World) -> None:
    span = {"starts": world.now, "ends": world.now + timedelta(hours=1)}
    with pytest.raises(DutyError):
        actions.give_duty(actor=world.analyst, now=world.now, person=world.officer.person, **span)


def test_an_emergency_is_timed_from_the_call_of_duty(world: World) -> None:
    matter = world.receive(paper(process=Process.EMERGENCY_REQUEST))
    with pytest.raises(NobodyOnDutyError):
        actions.call_duty(actor=world.colleague, now=world.now, matter=matter)
    _give(world, 8)
    world.now += timedelta(minutes=20)
    actions.call_duty(actor=world.colleague, now=world.now, matter=matter)
    told = following(actor=world.analyst, now=world.now + timedelta(minutes=7), matter=matter)
    times = {one.name: one.words for one in told.times}
    assert (times["To the call of duty"], times["From the call of duty"]) == ("20 minutes", "7 minutes")
    assert (told.on_duty, told.called) == (world.analyst.person, True)
    with pytest.raises(EmergencyError):
        actions.call_duty(actor=world.colleague, now=world.now, matter=world.receive())


@given(spans=st.lists(st.tuples(HOURS, st.integers(0, 30)), max_size=6))
def test_gaps_are_exactly_the_hours_that_no_duty_covers(spans: list[tuple[int, int]]) -> None:
    made = [(BEGAN + timedelta(hours=at), BEGAN + timedelta(hours=at + long)) for at, long in spans]
    found = gaps(made, now=BEGAN, until=BEGAN + timedelta(hours=60))
    for hour in range(60):
        at = BEGAN + timedelta(hours=hour, minutes=30)
        covered = any(starts <= at < ends for starts, ends in made)
        assert covered != any(one.starts <= at < one.ends for one in found)
