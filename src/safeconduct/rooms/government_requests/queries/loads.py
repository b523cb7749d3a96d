"""The open matters of one colleague, to be handed over together: within the clearance of whoever hands them over."""

from datetime import datetime

from django.db.models import Q

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.queries.queue import rows_of
from safeconduct.rooms.government_requests.queries.queue_rows import QueueRow
from safeconduct.rooms.government_requests.queries.queue_views import OPENED, keys_of

MOST_TOGETHER = 500


def load_of(*, actor: Actor, person: str, now: datetime) -> tuple[QueueRow, ...]:
    """Return the open matters that ``person`` has, by the clock that runs out first, 500 at most."""
    keys = keys_of(actor=actor, wanted=OPENED & Q(holder=person), start=0, size=MOST_TOGETHER)
    return rows_of(actor=actor, matters=keys, now=now)
