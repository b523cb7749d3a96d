"""How a paper came that nobody uploads as it is received: out of a mail, or by post, fax or hand.

1. Clocks run from the instant at which a paper reached us, not from its typing (Policy 5).
2. Somebody opened it, and that person is on record (Policy 4).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.periods import first_instant, zone

BY_PAPER = {"post": "By post", "fax": "By fax", "hand": "By hand"}
"""The ways of paper, which staff enter."""


class ArrivalError(BadInputError):
    """A paper arrives before it is entered, and somebody opens it."""

    code = "SC-ARRIVAL"
    cure = "Give the day on which it arrived, today or earlier, and who opened it."


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """When a paper reached us and who opened it; clocks run from that instant, not from its typing."""

    at: datetime
    opened_by: str


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Files sealed under a mail's id, which becomes the matter's: ``object, name, sha256, pages, role`` of each."""

    mail: str
    reference: str
    arrived: datetime
    files: tuple[dict[str, Any], ...]


def arrival_instant(*, day: date, now: datetime, zone_name: str) -> datetime:
    """Return the instant from which a paper's clocks run that arrived on ``day`` of the zone (rule 1).

    Today is now; an earlier day is its first instant; a day to come is refused by ``check_arrival``.
    """
    if day == now.astimezone(zone(zone_name)).date():
        return now
    return first_instant(day, zone_name)


def check_arrival(*, arrived: Arrived | None, taken: Taken | None, now: datetime) -> datetime:
    """Return the instant from which clocks run; raises ``ArrivalError`` for one to come or one that nobody opened."""
    if taken is not None:
        return taken.arrived
    if arrived is None:
        return now
    if arrived.at > now or not arrived.opened_by:
        raise ArrivalError
    return arrived.at
