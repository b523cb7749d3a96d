"""What the worker does: take up open journeys, end silence and copies on their day. Every step is a recorded act."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta

from safeconduct.core.base.actors import Actor, system_actor
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.base.ids import Randomness
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions.journeys import finish
from safeconduct.rooms.government_requests.queries.due import copies_over, open_journeys, silences_over
from safeconduct.rooms.government_requests.rules.permissions import Permission

WORKER = frozenset({Permission.PROHIBIT.value, Permission.END_PRESERVATION.value})
SETTLE = timedelta(minutes=5)
"""An open journey younger than this belongs to the request that began it."""


def due(*, now: datetime, randomness: Randomness = os.urandom) -> tuple[str, ...]:
    """Do what has fallen due by ``now`` and return it, as ``act:id``; what is refused waits for the next round."""
    actor = system_actor(permissions=WORKER)
    rounds: tuple[tuple[str, tuple[str, ...], Callable[[Actor, str], object]], ...] = (
        (
            "journey",
            open_journeys(before=now - SETTLE),
            lambda who, one: finish(actor=who, now=now, journey=one, randomness=randomness),
        ),
        (
            "silence",
            silences_over(now=now),
            lambda who, one: actions.end_silence(actor=who, now=now, matter=one, randomness=randomness),
        ),
        (
            "copy",
            copies_over(now=now),
            lambda who, one: actions.end_preservation(actor=who, now=now, matter=one, randomness=randomness),
        ),
    )
    done = []
    for name, found, act in rounds:
        for one in found:
            try:
                act(actor, one)
            except SafeconductError:
                # The refusal names itself again in the next round; the queue shows the clock meanwhile.
                continue
            done.append(f"{name}:{one}")
    return tuple(done)
