"""The house under the sky: the rules that the worker and the notice page follow, and the old way as the control."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from tests.clocks.sky import DAY, HOUR, MINUTE, ZONES, Sky, day_is_over, disturb, heal, odd_day

from safeconduct.core.base.clocks import Clocks, instant
from safeconduct.rooms.government_requests.rules.alarms import AlarmKind, Moments, moments_to_ring, ringing
from safeconduct.rooms.government_requests.rules.deadlines import end_of_office, silence_ends
from safeconduct.rooms.government_requests.rules.notice import NoticeTooEarlyError, check_release
from safeconduct.rooms.government_requests.rules.words import Process


@dataclass
class Order:
    """One silenced matter: the day through which the order binds, and what the house did about it."""

    day: date
    zone: str
    moments: Moments
    truly_over: float
    raised: set[tuple[AlarmKind, float]] = field(default_factory=set)
    noticed: bool = False

    @classmethod
    def make(cls, chance: random.Random, zone: str, day: date) -> "Order":
        until = silence_ends(until=day, zone_name=zone)
        answer = end_of_office(day, zone) if chance.random() < 0.5 else None
        copy = until if chance.random() < 0.5 else None
        moments = Moments(answer_due_at=answer, preserved_until=copy, silence_until=until)
        return cls(day=day, zone=zone, moments=moments, truly_over=day_is_over(day, zone))


def may_leave(order: Order, clocks: Clocks) -> bool:
    """Ask the product's own gate whether the notice may leave."""
    try:
        check_release(
            process=Process.SEARCH_WARRANT,
            state="closed",
            silenced=True,
            silence_until=order.moments.silence_until,
            now=clocks.earliest,
        )
    except NoticeTooEarlyError:
        return False
    return True


def three_clocks(sky: Sky, orders: list[Order], during: Callable[[], None]) -> None:
    """Do one round as the worker does it: ring by the latest, end by the earliest, ask again before each act."""
    sky.hear()
    clocks = sky.read()
    for order in orders:
        order.raised |= {(kind, at.timestamp()) for kind, at in ringing(order.moments, clocks)}
    for order in orders:
        during()
        clocks = sky.read()
        if not clocks.agree:
            sky.count("stopped")
            return
        if not order.noticed and may_leave(order, clocks):
            order.noticed = True


def one_clock(sky: Sky, orders: list[Order], during: Callable[[], None]) -> None:
    """Do one round the old way, by the host's calendar alone, read once: the control."""
    now = instant(sky.host().wall)
    clocks = Clocks.of(now)
    for order in orders:
        order.raised |= {(kind, at.timestamp()) for kind, at in ringing(order.moments, clocks)}
    for order in orders:
        during()
        if not order.noticed and may_leave(order, clocks):
            order.noticed = True


House = Callable[[Sky, list[Order], Callable[[], None]], None]


@dataclass
class Outcome:
    """What the oracle, which has the true time, says of many schedules."""

    schedules: int = 0
    rounds: int = 0
    early: int = 0
    missed: int = 0
    stuck: int = 0
    wrong_ends: int = 0
    notices: int = 0
    alarms: int = 0
    mid_job: int = 0
    events: dict[str, int] = field(default_factory=dict)


def play(house: House, chance: random.Random, told: Outcome) -> None:
    """Play one schedule: clocks go wrong and right again, rounds are worked, and the oracle looks at each."""
    zone = chance.choice(ZONES)
    day = odd_day(chance, zone)
    orders = [Order.make(chance, zone, day) for _ in range(chance.randrange(1, 4))]
    told.wrong_ends += any(one.moments.silence_until != instant(one.truly_over) for one in orders)
    sky = Sky(true=orders[0].truly_over - chance.uniform(0.2, 45) * DAY, witnessed=chance.random() < 0.8)
    for _ in range(chance.randrange(9, 15)):
        left = orders[0].truly_over - sky.true
        sky.true += chance.choice((15.0, MINUTE, HOUR, DAY, max(0.0, left - 30), abs(left) * 0.6, 0.0, 7 * DAY))
        if chance.random() < 0.75:
            disturb(sky, chance)
        work(house, sky, orders, chance, told)
    end(house, sky, orders, told)
    told.schedules += 1
    for name, number in sky.counts.items():
        told.events[name] = told.events.get(name, 0) + number


def work(house: House, sky: Sky, orders: list[Order], chance: random.Random, told: Outcome) -> None:
    """Work one round, perhaps with a clock jumping between two of its acts, and hold it against the true time."""
    before = [one.noticed for one in orders]

    def during() -> None:
        if chance.random() < 0.1:
            told.mid_job += 1
            disturb(sky, chance)

    due = sky.true
    house(sky, orders, during)
    told.rounds += 1
    for order, was in zip(orders, before, strict=True):
        if order.noticed and not was:
            told.notices += 1
            told.early += sky.true < order.truly_over
        ring = {(kind, at.timestamp()) for kind, at in moments_to_ring(order.moments) if at.timestamp() <= due}
        told.missed += len(ring - order.raised)
        order.raised |= ring
        told.alarms += len(ring)


def end(house: House, sky: Sky, orders: list[Order], told: Outcome) -> None:
    """Set every clock right: within a round all that is over must be done, or the house stands still for ever."""
    heal(sky)
    sky.true = max(sky.true, orders[0].truly_over) + 10 * MINUTE
    heal(sky)
    for _ in range(2):
        house(sky, orders, lambda: None)
        sky.true += 15.0
    told.stuck += sum(not one.noticed for one in orders)
