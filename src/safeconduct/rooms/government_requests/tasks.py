"""What the worker does: ring, take up open journeys, end silence and copies on their day. Each act is recorded.

Alarms rise by the latest of the clocks; silence and copies end by the earliest, and not while the clocks disagree.
"""

import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta

from safeconduct.core.base.actors import Actor, system_actor
from safeconduct.core.base.clocks import Clocks
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.base.ids import Randomness
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions.journeys import finish
from safeconduct.rooms.government_requests.actions.lapse import lapse_order
from safeconduct.rooms.government_requests.actions.mail_fetching import fetch_mail
from safeconduct.rooms.government_requests.actions.seeding import fakes_due
from safeconduct.rooms.government_requests.queries.books import require_unaltered
from safeconduct.rooms.government_requests.queries.deadlines import deadlines_to_reckon
from safeconduct.rooms.government_requests.queries.due import (
    alarms_to_raise,
    copies_over,
    open_journeys,
    silences_over,
)
from safeconduct.rooms.government_requests.queries.lapsing import orders_to_lapse
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.queries.retention import cases_over
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.steps.ringing import raise_alarm
from safeconduct.rooms.government_requests.steps.tickets import begin_calls, make_calls

WORKER = frozenset(
    {
        Permission.PROHIBIT.value,
        Permission.END_PRESERVATION.value,
        Permission.RECEIVE.value,
        Permission.MOVE_DEADLINE.value,
        Permission.ERASE.value,
        Permission.SEED.value,
    }
)
LOGGER = logging.getLogger("safeconduct.worker")
SETTLE = timedelta(minutes=5)
"""An open journey younger than this belongs to the request that began it."""
ReadClocks = Callable[[], Clocks]


def due(*, now: datetime, read: ReadClocks | None = None, randomness: Randomness = os.urandom) -> tuple[str, ...]:
    """Do what has fallen due and return it, as ``act:id``; what is refused waits for the next round.

    ``read`` reads the clocks and is asked again before each act; without it every clock says ``now``. Raises
    ``ClocksDisagreeError`` once alarms are raised and open journeys are taken up, and ``RowsAlteredError`` at the end
    where somebody wrote past the program.
    """
    look = read if read is not None else lambda: Clocks.of(now)
    actor = system_actor(permissions=WORKER)
    done = _days(actor=actor, now=now, randomness=randomness)
    for matter, kind, at in list(alarms_to_raise(clocks=look())):
        raise_alarm(matter=matter, kind=kind, due_at=at, now=now)
    done += _each(
        "journey",
        open_journeys(before=now - SETTLE),
        lambda one: finish(actor=actor, now=now, journey=one, randomness=randomness),
    )
    done += fakes_due(actor=actor, now=now, randomness=randomness)
    done += _mail(now=now, randomness=randomness)
    _tickets(now=now, randomness=randomness)
    look().require_agreement()

    def by_the_clock(act: Callable[..., object]) -> Callable[[str], object]:
        def one_matter(one: str) -> object:
            clocks = look()
            clocks.require_agreement()
            # Its entry tells the time at which the clocks were asked, not that at which the round began: a clock that
            # was put right in between would else leave an entry from before the very end that it records.
            told = clocks.likely
            return act(actor=actor, now=told, at_least=clocks.earliest, matter=one, randomness=randomness)

        return one_matter

    done += _each("silence", silences_over(now=look().earliest), by_the_clock(actions.end_silence))
    done += _each("copy", copies_over(now=look().earliest), by_the_clock(actions.end_preservation))
    done += _each("order", orders_to_lapse(now=look().earliest), by_the_clock(lapse_order))
    done += _each("case", cases_over(now=look().earliest), by_the_clock(actions.erase_case))
    require_unaltered(now=now)
    return tuple(done)


def _days(*, actor: Actor, now: datetime, randomness: Randomness) -> list[str]:
    """Move the days that a holiday or a question moves, before alarms are looked at; a bad calendar moves none."""
    try:
        found = deadlines_to_reckon()
    except SafeconductError as error:
        LOGGER.warning("Days were not reckoned again.", extra={"task": "deadlines", "event": error.code})
        return []
    moved = []
    for one in found:
        try:
            entry = actions.move_deadline(actor=actor, now=now, matter=one, randomness=randomness).entry
        except SafeconductError:
            continue
        moved += [f"deadline:{one}"] if entry else []
    return moved


def _mail(*, now: datetime, randomness: Randomness) -> list[str]:
    """Take in the mail that waits; a place that cannot be read keeps it, and the clocks go on."""
    try:
        found = fetch_mail(actor=system_actor(permissions=WORKER), now=now, randomness=randomness)
    except SafeconductError as error:
        LOGGER.warning("Mail was not taken in.", extra={"task": "mail", "event": error.code})
        return []
    return [f"mail:{one}" for one in found]


def _tickets(*, now: datetime, randomness: Randomness) -> None:
    """Tell the ticket system of changes, where there is one; what it does not take is told again later."""
    place = configuration().tickets
    if place is None:
        return
    try:
        begin_calls(now=now, randomness=randomness)
        _, failed = make_calls(place=place, now=now)
    except SafeconductError as error:
        LOGGER.warning("The ticket system was not called.", extra={"task": "tickets", "event": error.code})
    else:
        if failed:
            LOGGER.warning("The ticket system did not answer.", extra={"task": "tickets", "event": "SC-TICKETS"})


def _each(name: str, found: tuple[str, ...], act: Callable[[str], object]) -> list[str]:
    done = []
    for one in found:
        try:
            act(one)
        except SafeconductError:
            # The refusal names itself again in the next round; the queue shows the clock meanwhile.
            continue
        done.append(f"{name}:{one}")
    return done
