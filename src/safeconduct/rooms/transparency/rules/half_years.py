"""Which half-years the desk shows, and what comes next for each.

1. A half-year is counted when it is over, by the day in UTC. (Counting rule 2.)
2. One version at a time is under way: built and to be read, or begun to be published.
3. What is published is never changed: after it only a restatement is left, which says why.
4. The numbers of a version that is not published are for those who build and publish, since they count matters that
   others may not know of (18 U.S.C. 2705(b)).
5. Counsel builds and publishes; a security engineer may build, and cannot publish.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from enum import StrEnum

from safeconduct.core.base.periods import HalfYear, to_utc

FIRST_MONTH_OF_SECOND_HALF = 7


class Next(StrEnum):
    """What comes next for a half-year."""

    WAIT = "wait"
    BUILD = "build"
    READ = "read"
    FINISH = "finish"
    RESTATE = "restate"


def half_year_of(day: date) -> HalfYear:
    """Return the half-year in which ``day`` lies."""
    return HalfYear(day.year, 2 if day.month >= FIRST_MONTH_OF_SECOND_HALF else 1)


def half_year_before(period: HalfYear) -> HalfYear:
    """Return the half-year before ``period``."""
    return HalfYear(period.year, 1) if period.half == 2 else HalfYear(period.year - 1, 2)  # noqa: PLR2004 - the second


def shown(*, now: datetime, known: Iterable[HalfYear]) -> tuple[HalfYear, ...]:
    """Return the half-year under way and those before it, back to the first one known and at least to the last."""
    here = half_year_of(to_utc(now).date())
    found = [here, half_year_before(here)]
    first = min((str(period) for period in known), default=str(here))
    while str(found[-1]) > first:
        found.append(half_year_before(found[-1]))
    return tuple(found)


def next_for(*, over: bool, states: Collection[str]) -> Next:
    """Return what comes next for a half-year whose versions are in ``states`` (rules 1 to 3)."""
    if "publishing" in states:
        return Next.FINISH
    if "built" in states:
        return Next.READ
    if "published" in states:
        return Next.RESTATE
    return Next.BUILD if over else Next.WAIT
