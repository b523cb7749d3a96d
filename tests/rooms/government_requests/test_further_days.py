"""A hearing and the review of a file kept for litigation ring, and stand in the feed of whoever may know of them."""

from datetime import timedelta
from typing import Any

import icalendar
import pytest
from tests.rooms.government_requests.papers import SILENCE, paper
from tests.rooms.government_requests.world import World

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.queries.due import standing_alarms
from safeconduct.rooms.government_requests.queries.feeds import feed_text
from safeconduct.rooms.government_requests.rules.alarms import AlarmKind
from safeconduct.rooms.government_requests.tasks import due
from safeconduct.rooms.people import queries as people

HEARING, REVIEW = timedelta(days=20), timedelta(days=30)


@pytest.fixture
def reads(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    who = {one.account: one for one in (world.analyst, world.counsel, world.stranger)}

    def actor_for(*, account: str, now: Any) -> Actor:  # noqa: ARG001 - the same names as the real one
        return who[account]

    monkeypatch.setattr(people, "actor_for", actor_for)


def _prepared(world: World, **more: Any) -> str:
    matter = world.receive(paper(reply_by=None, **more), cleared=frozenset({world.counsel.person}))
    who: dict[str, Any] = {"actor": world.counsel, "now": world.now, "matter": matter}
    words = "Court of Calder, 12-cr-77."
    actions.call_custodian(**who, person=world.analyst.person, words=words, hearing_at=world.now + HEARING)
    actions.keep_for_litigation(**who, words="A suit.", review_at=world.now + REVIEW)
    return matter


def _rung(actor: Actor) -> set[AlarmKind]:
    return {one.kind for one in standing_alarms(actor=actor)} & {AlarmKind.HEARING, AlarmKind.LITIGATION}


def test_they_ring_in_time_and_stop_when_they_are_settled(world: World) -> None:
    _prepared(world)
    began = world.now
    for days, rung in ((12, set()), (14, {AlarmKind.HEARING}), (31, {AlarmKind.HEARING, AlarmKind.LITIGATION})):
        world.now = began + timedelta(days=days)
        due(now=world.now)
        assert _rung(world.counsel) == rung
    matter = Matter.objects.get()
    who: dict[str, Any] = {"actor": world.counsel, "now": world.now}
    actions.settle_testimony(**who, testimony=matter.testimonies.get().pk, event="excuse")
    actions.end_litigation(**who, matter=matter.pk)
    assert _rung(world.counsel) == set()


@pytest.mark.usefixtures("reads")
def test_they_stand_in_the_feed_also_of_a_closed_matter(world: World) -> None:
    matter = _prepared(world)
    for actor, act in ((world.analyst, actions.withdraw), (world.counsel, actions.except_notice)):
        more = {"exception": "nothing_disclosed"} if act is actions.except_notice else {}
        act(actor=actor, now=world.now, matter=matter, **more)
    actions.close(actor=world.analyst, now=world.now, matter=matter)
    token = actions.open_feed(actor=world.analyst, now=world.now).token
    read = icalendar.Calendar.from_ical(feed_text(token=token, now=world.now))
    assert {one["DTSTART"].dt for one in read.walk("VEVENT")} >= {world.now + HEARING, world.now + REVIEW}


@pytest.mark.usefixtures("reads")
def test_nobody_who_is_not_cleared_learns_of_them(world: World) -> None:
    tokens = {one.person: actions.open_feed(actor=one, now=world.now).token for one in (world.stranger, world.counsel)}
    before = feed_text(token=tokens[world.stranger.person], now=world.now)
    _prepared(world, silence=SILENCE)
    world.now += timedelta(days=31)
    due(now=world.now)
    assert _rung(world.stranger) == set()
    assert _rung(world.counsel) == {AlarmKind.HEARING, AlarmKind.LITIGATION}
    after = feed_text(token=tokens[world.stranger.person], now=world.now - timedelta(days=31))
    assert after == before
