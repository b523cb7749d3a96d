"""What the worker does about seeded fakes: plan a month's, put into the drop folder what is due, reveal the rest."""

import os
from datetime import datetime

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.base.ids import Randomness
from safeconduct.rooms.government_requests.actions.fakes import plan_fake, reveal_fake
from safeconduct.rooms.government_requests.queries.fakes import fakes_a_month, fakes_to_reveal, planned_in
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.rules.fakes import Door, NoFakesError, month_of
from safeconduct.rooms.government_requests.steps.fakes import drop_due


def fakes_due(*, actor: Actor, now: datetime, randomness: Randomness = os.urandom) -> list[str]:
    """Plan, drop and reveal what is due, and return what was planned and revealed; a drop is told to nobody.

    Where no folder for mail is set up, nothing is planned by itself: a fake would have no way in.
    """
    try:
        return _planned(actor, now, randomness) + _revealed(actor, now, randomness)
    except (SafeconductError, OSError):
        # What was refused, or could not be written, is tried again in the next round.
        return []


def _planned(actor: Actor, now: datetime, randomness: Randomness) -> list[str]:
    place = configuration().mail
    if place is None or place.drop is None:
        return []
    month = month_of(now)
    try:
        missing = fakes_a_month(day=now.date()) - planned_in(month=month)
    except NoFakesError:
        missing = 0
    for _ in range(missing):
        plan_fake(actor=actor, now=now, month=month, door=Door.MAIL, randomness=randomness)
    drop_due(folder=place.drop)
    return [f"plan_fake:{month}"] * max(missing, 0)


def _revealed(actor: Actor, now: datetime, randomness: Randomness) -> list[str]:
    found = fakes_to_reveal(now=now)
    for one in found:
        reveal_fake(actor=actor, now=now, fake=one, randomness=randomness)
    return [f"reveal_fake:{one}" for one in found]
