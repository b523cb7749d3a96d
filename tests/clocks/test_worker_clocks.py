"""The worker's round on real rows: silence ends, copies end and alarms rise while the clocks go wrong in its middle."""

import random
from datetime import timedelta
from typing import Any

import pytest
from tests import soaking
from tests.clocks.sky import DAY, HOUR, MINUTE, ZONES, Sky, changes, disturb, heal
from tests.rooms.government_requests.conftest import migrated, overlay, world
from tests.rooms.government_requests.papers import paper
from tests.rooms.government_requests.world import CUSTOMER, World

from safeconduct.core.base.clocks import Clocks, ClocksDisagreeError, instant
from safeconduct.core.base.errors import SafeconductError
from safeconduct.rooms.government_requests import actions, tasks
from safeconduct.rooms.government_requests.models import DueAlarm, Matter
from safeconduct.rooms.government_requests.queries.due import moments_of, standing_alarms
from safeconduct.rooms.government_requests.rules.alarms import AlarmKind, moments_to_ring

__all__ = ["migrated", "overlay", "world"]
SCHEDULES = 4, 300
COUNTS = ("rounds", "early", "missed", "stuck", "ended", "sent", "copies_early", "alarms", "stopped", "mid_job")


def silenced(world: World, chance: random.Random, sky: Sky) -> str:
    """Receive a paper, order silence until an odd day, and answer it: the notice is owed when the order ends."""
    zone = chance.choice(ZONES)
    world.now = instant(sky.true).replace(microsecond=0)
    today = world.now.date()
    served = paper(zone=zone, dated=today - timedelta(days=1), reply_by=today + timedelta(days=chance.randrange(3, 20)))
    matter = world.receive(served)
    near = [one for one in changes(zone, today.year) if today < one < today + timedelta(days=80)]
    day = chance.choice([*near, today + timedelta(days=chance.randrange(2, 60))])
    actions.prohibit_notice(
        actor=world.counsel, now=world.now, matter=matter, until=day, cleared=frozenset({world.analyst.person})
    )
    written = actions.draft_notice(
        actor=world.analyst, now=world.now, matter=matter, customer=CUSTOMER, to=world.party, agency="Calder"
    )
    world.vault.approved.add(written.digest)
    return matter


def work(sky: Sky, chance: random.Random, told: dict[str, int]) -> None:
    """Do a round of the worker; a clock may jump each time the round looks at the clocks."""

    def look() -> Clocks:
        if chance.random() < 0.15:
            told["mid_job"] += 1
            disturb(sky, chance)
        return sky.read()

    sky.hear()
    told["rounds"] += 1
    try:
        tasks.due(now=sky.read().likely, read=look)
    except ClocksDisagreeError:
        told["stopped"] += 1


def look_at(row: Matter, sky: Sky, before: Matter, told: dict[str, int]) -> None:
    """Hold what the round did against the true time."""
    true = instant(sky.true)
    assert row.silence_until is not None
    if before.silenced and not row.silenced:
        told["ended"] += 1
        told["early"] += true < row.silence_until
    if before.preservation_ended_at is None and row.preservation_ended_at is not None:
        told["copies_early"] += row.preserved_until is not None and true < row.preserved_until
    raised = set(DueAlarm.objects.filter(matter=row).values_list("kind", "due_at"))
    due = {(str(kind), at) for kind, at in moments_to_ring(moments_of(before)) if at <= true}
    told["missed"] += len(due - raised)
    told["alarms"] += len(due)


def play(world: World, chance: random.Random, told: dict[str, int], begins: float) -> None:
    sky = Sky(true=begins, witnessed=True)
    matter = silenced(world, chance, sky)
    over = world.row(matter).silence_until
    assert over is not None
    for _ in range(8):
        left = over.timestamp() - sky.true
        sky.true += chance.choice((15.0, HOUR, DAY, max(0.0, left - 30), abs(left) * 0.6, 0.0))
        disturb(sky, chance)
        before, moment = world.row(matter), sky.true
        work(sky, chance, told)
        assert sky.true == moment
        look_at(world.row(matter), sky, before, told)
        release(world, sky, matter, told)
    heal(sky)
    sky.true = max(sky.true, over.timestamp()) + 10 * MINUTE
    for _ in range(2):
        work(sky, random.Random(0), told)  # noqa: S311 - repeatable tests
        heal(sky)
        sky.true += 15.0
    told["stuck"] += world.row(matter).silenced
    told["ended"] += not world.row(matter).silenced


def release(world: World, sky: Sky, matter: str, told: dict[str, int]) -> None:
    """Try to let the notice leave, as the notice page does with what the clocks say."""
    clocks = sky.read()
    try:
        clocks.require_agreement()
        actions.release_notice(actor=world.colleague, now=clocks.likely, at_least=clocks.earliest, matter=matter)
    except SafeconductError:
        return
    told["sent"] += 1
    told["early"] += instant(sky.true) < (world.row(matter).silence_until or instant(sky.true))


def test_rounds_end_nothing_early_and_miss_no_alarm(world: World) -> None:
    seed = soaking.seed("worker-clocks")
    told, count = dict.fromkeys(COUNTS, 0), soaking.count(*SCHEDULES)
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")  # noqa: S311 - repeatable tests
        begins = instant(1_773_000_000.0 + chance.randrange(240) * DAY).timestamp()
        play(world, chance, told, begins)
    soaking.report("worker-clocks", schedules=count, **told)
    assert (told["early"], told["copies_early"], told["missed"], told["stuck"]) == (0, 0, 0, 0)
    assert min(told["ended"], told["alarms"], told["stopped"], told["mid_job"]) > 0


def test_with_one_clock_a_round_ends_silence_early(world: World) -> None:
    """The control: the round as it was, with the calendar alone."""
    chance, sky = random.Random(1), Sky(true=1_780_000_000.0, witnessed=True)  # noqa: S311 - repeatable tests
    matter = silenced(world, chance, sky)
    until = world.row(matter).silence_until
    assert until is not None
    sky.wall_off = until.timestamp() - sky.true
    with pytest.raises(ClocksDisagreeError):
        tasks.due(now=sky.read().likely, read=sky.read)
    assert world.row(matter).silenced
    # The alarm rose at once, by the one clock that says so, and stays when the calendar is set right.
    sky.wall_off = 0.0
    kinds = {line.kind for line in standing_alarms(actor=world.analyst)}
    assert AlarmKind.SILENCE_OVER in kinds
    assert standing_alarms(actor=world.stranger) == ()
    assert tasks.due(now=until, read=None) == (f"silence:{matter}",)
    assert instant(sky.true) < until


def test_a_notice_page_passes_on_what_every_clock_has_reached(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's three acts that wait for an end get the earliest clock, and none is done while the clocks disagree."""
    from django.test import RequestFactory  # noqa: PLC0415 - for this one use

    from safeconduct.rooms.government_requests.views import acts  # noqa: PLC0415 - the same

    seen: list[Any] = []
    monkeypatch.setitem(acts.PLAIN, "end-silence", (lambda **given: seen.append(given), "gov_notice"))
    monkeypatch.setattr(acts, "redirect", lambda *_: None)
    clocks = Clocks(wall=world.now, boot=world.now - timedelta(minutes=2), witness=world.now - timedelta(minutes=3))
    request = RequestFactory().post("/")
    request.actor, request.now, request.clocks = world.analyst, world.now, clocks  # type: ignore[attr-defined] # as the middleware does
    acts.plain_act(request, "a" * 32, "end-silence")
    assert seen[0]["at_least"] == world.now - timedelta(minutes=3)
    request.clocks = Clocks(wall=world.now, boot=world.now - timedelta(minutes=6))  # type: ignore[attr-defined] # the same
    with pytest.raises(ClocksDisagreeError):
        acts.plain_act(request, "a" * 32, "end-silence")
    assert len(seen) == 1
