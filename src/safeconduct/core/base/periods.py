"""Half-open UTC windows made from local dates and zones, half-years, and working days.

Instants are timezone-aware and kept in UTC. A window is ``[start, end)``. JSON form: RFC 3339 in UTC with ``Z``.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from safeconduct.core.base.errors import BadInputError

SATURDAY = 5


class PeriodError(BadInputError):
    """The period is not one that a clock can hold."""

    code = "SC-PERIOD"


def to_utc(instant: datetime) -> datetime:
    """Return ``instant`` in UTC; raises ``PeriodError`` for one without a zone."""
    if instant.tzinfo is None:
        raise PeriodError("An instant needs a time zone.")
    return instant.astimezone(UTC)


def instant_text(instant: datetime) -> str:
    """Return ``instant`` as RFC 3339 in UTC, to the microsecond when it has one."""
    return to_utc(instant).isoformat().replace("+00:00", "Z")


def parse_instant(text: str) -> datetime:
    """Return the instant that ``instant_text`` wrote; raises ``PeriodError`` for any other text."""
    try:
        instant = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise PeriodError("An instant is written like 2026-02-01T05:00:00Z.") from error
    if instant.tzinfo is None or instant_text(instant) != text:
        raise PeriodError("An instant is written like 2026-02-01T05:00:00Z.")
    return to_utc(instant)


@dataclass(frozen=True, order=True)
class Window:
    """A half-open span of time: from ``start`` until, not including, ``end``."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Keep both ends in UTC and refuse an empty or backward window."""
        object.__setattr__(self, "start", to_utc(self.start))
        object.__setattr__(self, "end", to_utc(self.end))
        if self.start >= self.end:
            raise PeriodError("The window ends before it starts.")

    def holds(self, instant: datetime) -> bool:
        """Return whether ``instant`` lies in the window."""
        return self.start <= to_utc(instant) < self.end

    def within(self, outer: "Window") -> bool:
        """Return whether every instant of this window lies in ``outer``."""
        return outer.start <= self.start and self.end <= outer.end

    def overlap(self, other: "Window") -> "Window | None":
        """Return the common part, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Window(start, end) if start < end else None

    def as_json(self) -> dict[str, str]:
        """Return the canonical form."""
        return {"from": instant_text(self.start), "until": instant_text(self.end)}

    @classmethod
    def from_json(cls, value: dict[str, str]) -> "Window":
        """Return the window that ``as_json`` wrote."""
        return cls(parse_instant(value["from"]), parse_instant(value["until"]))


def zone(name: str) -> ZoneInfo:
    """Return the IANA zone ``name``; raises ``PeriodError`` for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PeriodError(f"There is no time zone called {name!r}.") from error


def first_instant(day: date, zone_name: str) -> datetime:
    """Return the first instant of ``day`` in the zone, in UTC.

    Where clocks jump over midnight, the missing hour is read with the offset of before: the same instant.
    """
    return datetime.combine(day, time.min, tzinfo=zone(zone_name)).astimezone(UTC)


def window_of_days(first: date, last: date, zone_name: str) -> Window:
    """Return the window that covers ``first`` through ``last``, both included, as days of the zone."""
    if last < first:
        raise PeriodError("The last day is before the first.")
    return Window(first_instant(first, zone_name), first_instant(last + timedelta(days=1), zone_name))


@dataclass(frozen=True, order=True)
class HalfYear:
    """A reporting half-year, such as 2026-H1; its days are days in UTC."""

    year: int
    half: int

    def __post_init__(self) -> None:
        """Refuse a third half."""
        if self.half not in (1, 2):
            raise PeriodError("A half-year is 1 or 2.")

    @property
    def window(self) -> Window:
        """Return its window in UTC."""
        if self.half == 1:
            return window_of_days(date(self.year, 1, 1), date(self.year, 6, 30), "UTC")
        return window_of_days(date(self.year, 7, 1), date(self.year, 12, 31), "UTC")

    def __str__(self) -> str:
        return f"{self.year}-H{self.half}"


def add_working_days(start: date, count: int, holidays: AbstractSet[date]) -> date:
    """Return the day ``count`` working days after ``start``, skipping weekends and ``holidays``."""
    day = start
    remaining = count
    while remaining > 0:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY and day not in holidays:
            remaining -= 1
    return day
