"""The sentences of a report, each computed from its tables.

1. A chart's title states what the table beside it shows, and nothing that the table does not show.
2. A share is rounded to a whole per cent for reading; data carry the counts only.
3. The period, the version and the day of publication stand above the headline.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from safeconduct.core.base.periods import HalfYear
from safeconduct.core.tally.counting import Tally

HALVES = {1: "January to June", 2: "July to December"}


@dataclass(frozen=True)
class Past:
    """One half-year in the table over time."""

    period: HalfYear
    received: int
    data_left: int

    @property
    def share(self) -> int:
        """Return the share answered with data, in whole per cent."""
        return round(100 * self.data_left / self.received) if self.received else 0


def period_words(period: HalfYear) -> str:
    """Return the half-year in words."""
    return f"{HALVES[period.half]} {period.year}"


def times(count: int) -> str:
    """Return ``count`` as how often."""
    return {0: "not once", 1: "once"}.get(count, f"{count} times")


def cases(count: int) -> str:
    """Return ``count`` as how many cases."""
    return {0: "no case", 1: "1 case"}.get(count, f"{count} cases")


def headline(found: Tally) -> tuple[str, str]:
    """Return the headline's two sentences."""
    asked = f"Governments asked us for customers\u2019 data {times(found.received)}."
    return asked, f"Data left in {cases(found.data_left)}."


def by_process(found: Tally) -> str:
    """Return the title of the first chart."""
    if not found.received:
        return "Nobody asked for data"
    return f"{found.by_process.total[1]} of {found.received} requests got all they asked for"


def by_country(found: Tally, *, home: str, home_name: str) -> str:
    """Return the title of the chart by country."""
    abroad = [numbers for key, _, numbers in found.by_country.rows if key != home]
    left = sum(numbers[1] for numbers in abroad)
    if not abroad:
        return f"Every paper came from {home_name}"
    if not left:
        return f"No paper from outside {home_name} got data from us directly"
    return f"Data left for {times(left)} on papers from outside {home_name}"


def over_time(past: Sequence[Past]) -> str:
    """Return the title of the chart over time."""
    if len(past) < 2:  # noqa: PLR2004 - a comparison needs two
        return "This is the first half-year we report"
    before, now = past[-2], past[-1]
    more = "More" if now.received > before.received else "Fewer" if now.received < before.received else "As many"
    share = "a larger" if now.share > before.share else "a smaller" if now.share < before.share else "the same"
    return f"{more} requests, {share} share answered with data"


def notices(found: Tally) -> str:
    """Return the title of the chart of notices."""
    before, after, prohibited, _, everything = found.notices.total
    told = f"Of the {times(everything)} data left, the customer was told {times(before + after)}"
    if everything == 0:
        return "No data left, so there was nothing to tell"
    if everything == 1:
        told = f"The one time data left, the customer was {'told' if before + after else 'not told'}"
    return f"{told}; {times(prohibited)} an order still forbids it" if prohibited else told
