"""Counts days from one day to another, and keeps how.

1. The day from which is counted is not counted; the last one is (Fed. R. Crim. P. 45(a)(1)(A)).
2. Working days skip the weekend and the holidays of the country and state that count.
3. Calendar days run through; where the rule says so, a last day that is no working day rolls to the next one
   (Fed. R. Crim. P. 45(a)(1)(C)) or, for a day that we set ourselves, to the one before (Policy 5).
4. What was skipped and what was rolled over stays with the result, so that a person can count it again.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

DAYS, WORKING_DAYS = "days", "working_days"
NO_ROLL, NEXT, PREVIOUS = "none", "next", "previous"
ONE = timedelta(days=1)
LONGEST_ROLL = 31
"""No country closes for a month; a calendar that says so is not followed further."""


class Closed(Protocol):
    """Knows on which days nobody works."""

    def closed(self, day: date) -> str:
        """Return why nobody works on ``day``, or empty."""
        ...


@dataclass(frozen=True, kw_only=True)
class Reckoning:
    """How a last day was found.

    Attributes:
        start: the day from which was counted.
        unit: ``days`` or ``working_days``.
        count: how many.
        roll: ``none``, ``next`` or ``previous``.
        skipped: the holidays that were not counted or were rolled over, with their names; weekends are not listed.
        last: the last day.
    """

    start: date
    unit: str
    count: int
    roll: str
    skipped: tuple[tuple[date, str], ...]
    last: date


def reckon(*, start: date, count: int, unit: str, roll: str, calendar: Closed) -> Reckoning:
    """Return the last day of ``count`` days or working days after ``start``."""
    skipped: list[tuple[date, str]] = []
    if unit == WORKING_DAYS:
        day = _forward(start, count, calendar, skipped)
    else:
        day = _rolled(start + timedelta(days=count), roll, calendar, skipped)
    return Reckoning(start=start, unit=unit, count=count, roll=roll, skipped=tuple(sorted(skipped)), last=day)


def _forward(start: date, count: int, calendar: Closed, skipped: list[tuple[date, str]]) -> date:
    day = start
    while count > 0:
        day += ONE
        if not _is_closed(day, calendar, skipped):
            count -= 1
    return day


def _rolled(day: date, roll: str, calendar: Closed, skipped: list[tuple[date, str]]) -> date:
    if roll == NO_ROLL:
        return day
    step = ONE if roll == NEXT else -ONE
    moved = day
    for _ in range(LONGEST_ROLL):
        if not _is_closed(moved, calendar, skipped):
            return moved
        moved += step
    return day


def _is_closed(day: date, calendar: Closed, skipped: list[tuple[date, str]]) -> bool:
    why = calendar.closed(day)
    if why and why != "weekend":
        skipped.append((day, why))
    return bool(why)


def working_days_before(day: date, count: int, calendar: Closed) -> date:
    """Return the day that lies ``count`` working days before ``day``."""
    while count > 0:
        day -= ONE
        if not calendar.closed(day):
            count -= 1
    return day
