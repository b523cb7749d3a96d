"""What follows an answer: every answered matter is settled or on the list; demands and incidents have their ends."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from tests.rooms.government_requests.papers import OF_KIND, SILENCE, paper
from tests.rooms.government_requests.world import CUSTOMER, World
from tests.soaking import count, report, seed

from safeconduct.core.base.errors import NotPermittedError, SafeconductError
from safeconduct.core.base.lifecycle import TransitionError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import Incident, ProcessDemand
from safeconduct.rooms.government_requests.queries import open_notices as listing
from safeconduct.rooms.government_requests.queries.books import alterations
from safeconduct.rooms.government_requests.queries.due import standing_alarms
from safeconduct.rooms.government_requests.queries.following import following
from safeconduct.rooms.government_requests.queries.impostors import signals_of
from safeconduct.rooms.government_requests.queries.open_notices import count_open, open_notices
from safeconduct.rooms.government_requests.rules.emergency import EmergencyError
from safeconduct.rooms.government_requests.rules.incidents import IncidentCause, IncidentError
from safeconduct.rooms.government_requests.rules.paper import Selector
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome, NoticeException, Process

WITHOUT_END = replace(SILENCE, until=None)
FAULT = actions.Fault(words="x", why="Because.", cure="Sign it.")


def _history(world: World, chance: random.Random, number: int) -> tuple[str, bool, bool]:
    """Take a matter some way; return it, whether it was answered, and whether its notice is settled, by hand."""
    silenced = chance.random() < 0.4
    ends = chance.random() < 0.6
    silence = None if not silenced else SILENCE
    own = Selector(kind="phone", value=f"+1202555{number:04d}")
    served = paper(silence=silence, selectors=(own,))
    if silence is not None and not ends:
        served = paper(silence=WITHOUT_END, selectors=(own,))
    way = chance.choice(("received", "withdrawn", "refused", "released"))
    settled = silenced and ends
    if way == "received":
        return world.receive(served), False, settled
    if way == "withdrawn":
        matter = world.receive(served)
        actions.withdraw(actor=world.officer, now=world.now, matter=matter)
    elif way == "refused":
        matter = world.receive(served)
        actions.take(actor=world.analyst, now=world.now, matter=matter)
        world.find(matter, FindingOutcome.NOT_MET, FindingKind.VALID)
        actions.refuse(actor=world.analyst, now=world.now, matter=matter, faults=(FAULT,), to=world.party)
    else:
        matter = world.released(served)
    if not silenced and chance.random() < 0.5:
        settled = True
        if way == "released":
            world.notified(matter)
        else:
            exception = NoticeException.NOTHING_DISCLOSED
            actions.except_notice(actor=world.counsel, now=world.now, matter=matter, exception=exception)
    return matter, True, settled


def _unsettled(world: World) -> list[tuple[str, bool, bool]]:
    """Return one that anybody sees and one that is silenced without an end: both answered, neither settled."""
    taken = []
    for silence in (None, WITHOUT_END):
        matter = world.receive(paper(silence=silence))
        actions.withdraw(actor=world.officer, now=world.now, matter=matter)
        taken.append((matter, True, False))
    return taken


def _compare(world: World, rounds: int) -> dict[str, int]:
    chance = random.Random(seed("open notices"))  # noqa: S311 - a repeatable choice
    taken = _unsettled(world) + [_history(world, chance, number) for number in range(rounds)]
    by_hand = {matter for matter, answered, settled in taken if answered and not settled}
    actor = world.counsel
    seen = {matter for matter, _, _ in taken if not world.row(matter).silenced or matter in actor.clearances}
    assert {one.id for one in open_notices(actor=actor)} == by_hand & seen
    assert count_open(actor=actor) == len(by_hand & seen)
    worker = world.analyst
    assert {one.id for one in open_notices(actor=worker)} == by_hand
    return {"rounds": rounds, "open": len(by_hand), "hidden": len(by_hand - seen)}


def test_the_open_set_is_what_a_count_by_hand_says(world: World) -> None:
    figures = _compare(world, count(16, 400))
    report("open notices", **figures)
    assert figures["open"] > figures["hidden"] > 0


def test_control_a_list_that_forgets_those_without_an_end_is_caught(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_settled", lambda row: row.notice_state == "prohibited")
    with pytest.raises(AssertionError):
        _compare(world, 0)


def _answered_emergency(world: World) -> str:
    return world.released(paper(**OF_KIND[Process.EMERGENCY_REQUEST]))


def test_process_is_demanded_after_an_emergency_and_rings_until_it_is(world: World) -> None:
    matter = _answered_emergency(world)
    before = following(actor=world.analyst, now=world.now, matter=matter)
    assert (before.adopted, before.disclosed, before.demand) == (True, True, "")
    actions.demand_process(actor=world.analyst, now=world.now, matter=matter, to=world.party)
    assert ProcessDemand.objects.get(matter=matter).due_at == world.now + timedelta(days=7)
    with pytest.raises(NotPermittedError):
        actions.settle_demand(actor=world.analyst, now=world.now, matter=matter, arrived=False)
    actions.settle_demand(actor=world.counsel, now=world.now, matter=matter, arrived=False)
    actions.settle_demand(actor=world.analyst, now=world.now, matter=matter, arrived=True)
    with pytest.raises(TransitionError):
        actions.demand_process(actor=world.analyst, now=world.now, matter=matter, to=world.party)
    assert alterations() == ()
    ordinary = world.released()
    with pytest.raises(EmergencyError):
        actions.demand_process(actor=world.analyst, now=world.now, matter=ordinary, to=world.party)


def test_an_incident_locks_again_tells_the_controller_and_closes_only_then(world: World) -> None:
    matter = world.released()
    who: dict[str, Any] = {"now": world.now, "matter": matter}
    actions.report_incident(actor=world.analyst, **who, cause=IncidentCause.WRONG_RECEIVER)
    found = Incident.objects.get(matter=matter)
    assert found.locked_again
    assert found.controller_due_at == world.now + timedelta(hours=72)
    assert [one["digest"] for one in world.vault.ops("revoke")] == [world.row(matter).scope_digest]
    actions.recall_package(actor=world.analyst, **who, incident=found.pk, to=world.party)
    with pytest.raises(IncidentError):
        actions.settle_incident(actor=world.counsel, **who, incident=found.pk, confirmed=False)
    actions.tell_controller(actor=world.analyst, **who, incident=found.pk, customer=CUSTOMER, to=world.party)
    actions.settle_incident(actor=world.analyst, **who, incident=found.pk, confirmed=True)
    actions.settle_incident(actor=world.counsel, **who, incident=found.pk, confirmed=False)
    assert Incident.objects.get(matter=matter).state == "closed"
    assert alterations() == ()
    with pytest.raises(DatabaseError), transaction.atomic():
        Incident.objects.filter(matter=matter).update(state="known")


def test_silence_keeps_an_incident_from_the_controller_and_nothing_is_sent_before_anything_left(world: World) -> None:
    silenced = world.released(paper(silence=SILENCE))
    actions.report_incident(actor=world.analyst, now=world.now, matter=silenced, cause=IncidentCause.TOO_MUCH)
    found = Incident.objects.get(matter=silenced)
    with pytest.raises(IncidentError):
        actions.tell_controller(
            actor=world.analyst,
            now=world.now,
            matter=silenced,
            incident=found.pk,
            customer=CUSTOMER,
            to=world.party,
        )
    with pytest.raises(SafeconductError):
        actions.report_incident(
            actor=world.analyst, now=world.now, matter=world.receive(), cause=IncidentCause.TOO_MUCH
        )
    assert standing_alarms(actor=world.stranger) == ()


def test_signals_of_other_matters_stop_at_clearance(world: World) -> None:
    world.receive(paper(silence=SILENCE))
    world.now += timedelta(hours=1)
    second = world.receive()
    seen = {one.code for one in signals_of(actor=world.analyst, matter=second)}
    unseen = {one.code for one in signals_of(actor=world.stranger, matter=second)}
    assert "first_contact" not in seen
    assert "first_contact" in unseen
