"""Move a running deadline: a holiday was entered, or the law says that a question rested the clock."""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.queries.deadlines import standing_deadline
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.steps import deadlines, rows


class DeadlineStandsError(ConflictError):
    """This day does not move."""

    code = "SC-DEADLINE-STANDS"
    cure = "The paper's own day, an hour, and the day of a matter that was answered stay as they are."


def move_deadline(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Moved:
    """Reckon the day for our answer again and move it; where it stays, nothing is recorded.

    Raises ``DeadlineStandsError`` for a day that the paper names and for a matter that was answered.
    """
    actor.require(Permission.MOVE_DEADLINE)
    with transaction.atomic(durable=True):
        row = rows.working(actor=actor, matter=matter)
        standing = standing_deadline(row)
        if standing is None or standing.start_on is None or row.responded_at is not None:
            raise DeadlineStandsError
        moved = deadlines.reckoned_again(row=row, standing=standing)
        if moved.due.at == standing.due_at:
            deadlines.keep_unmoved(standing=standing, moved=moved, now=now)
            return Moved(matter=matter, state=row.state, entry="")
        facts = {
            "from": instant_text(standing.due_at),
            "to": instant_text(moved.due.at),
            "cause": moved.cause,
            "calendar": moved.calendar.edition,
        }
        entry = rows.record(actor=actor, now=now, kind="move_deadline", row=row, facts=facts, randomness=randomness)
        deadlines.keep_moved(row=row, moved=moved, now=now, entry=entry)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)
