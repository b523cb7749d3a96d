"""End what the law ends by itself: a preservation order that nobody explained in the days that the law gives.

1. Where the signed rulebook says that silence after the days ends the duty, the worker ends it on the day; a production
   order's duty goes on (Regulation (EU) 2023/1543, arts. 10(6), 11(5)).
2. Nothing is destroyed by it: a copy that was made ends on its own day, or by a person.
"""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.queries.lapsing import ends_by_law, unexplained
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import Outcome
from safeconduct.rooms.government_requests.steps import rows


class StillOwedError(ConflictError):
    """The duty under this paper goes on."""

    code = "SC-STILL-OWED"
    cure = "Wait for the last day of the question; for every other paper a person decides."


def lapse_order(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    at_least: datetime | None = None,
    randomness: Randomness = os.urandom,
) -> Moved:
    """End a matter whose question nobody answered in the days after which the law ends the duty.

    ``at_least`` is the instant that every clock has reached. Raises ``StillOwedError`` before, and for every paper of
    which the signed rulebook says nothing of the kind.
    """
    actor.require(Permission.MOVE_DEADLINE)
    with transaction.atomic(durable=True):
        row = rows.working(actor=actor, matter=matter)
        asked = unexplained(row=row, now=at_least or now)
        if asked is None or not ends_by_law(row=row, now=now):
            raise StillOwedError
        rows.advance(row, "refuse")
        rows.respond(row, outcome=Outcome.REFUSED, now=now)
        facts = {"due_at": instant_text(asked.due_at)}
        entry = rows.record(actor=actor, now=now, kind="lapse_order", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)
