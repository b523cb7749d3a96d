"""A sky with a true time that nobody in the house can read, and three clocks that may go wrong, each by itself.

The simulator alone knows the true time. It keeps one promise: at every moment at least one of the three clocks is
right; where none is, no rule could know. After a start of the machine the seconds since then know no date until the
calendar and the witness have agreed, so until then one of those two is right.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from safeconduct.core.base import clocks
from safeconduct.core.base.clocks import Clocks, Host, Memory

MINUTE, HOUR, DAY, YEAR = 60.0, 3600.0, 86400.0, 365.25 * 86400.0
JUMPS = (
    10 * YEAR, YEAR, 366 * DAY, 28 * DAY, DAY, 12 * HOUR, 2 * HOUR, HOUR, 30 * MINUTE, 6 * MINUTE, 4 * MINUTE, 59.0,
)  # fmt: skip
"""Ten years, a leap year, February, a wrong day, AM for PM, summer time, Lord Howe's half, and what still agrees."""
ZONES = (
    "UTC", "America/New_York", "Europe/Berlin", "America/Havana", "Asia/Beirut", "America/Sao_Paulo", "Africa/Cairo",
    "Australia/Lord_Howe", "Pacific/Apia", "America/Scoresbysund", "Atlantic/Azores", "Asia/Kolkata", "Pacific/Chatham",
)  # fmt: skip
YEARS = (2011, 2016, 2020, 2024, 2026, 2027, 2028, 2032)
ODD_DAYS = ((2, 28), (2, 29), (12, 31), (12, 30), (12, 29), (6, 30), (3, 1))
STEP = 900


@cache
def changes(zone: str, year: int) -> tuple[date, ...]:
    """Return the days of ``year`` on which the zone's offset changes."""
    where, first = ZoneInfo(zone), datetime(year, 1, 1, tzinfo=UTC)
    offsets = [(first + timedelta(days=day)).astimezone(where).utcoffset() for day in range(366)]
    return tuple((first + timedelta(days=day)).date() for day in range(1, 366) if offsets[day] != offsets[day - 1]) or (
        date(year, 3, 1),
    )


def odd_day(chance: random.Random, zone: str) -> date:
    """Return a day near which calendars go wrong: a leap day, a year's end, a change of summer time; or any day."""
    year, kind = chance.choice(YEARS), chance.randrange(4)
    if kind == 0:
        month, day = chance.choice(ODD_DAYS)
        leap = year % 4 == 0
        return date(year, month, day) if (month, day) != (2, 29) or leap else date(year, 2, 28)
    if kind in (1, 2):
        return chance.choice(changes(zone, year)) - timedelta(days=chance.randrange(3))
    return date(year, 1, 1) + timedelta(days=chance.randrange(365))


@cache
def day_is_over(day: date, zone: str) -> float:
    """Return the instant after the last at which a calendar in ``zone`` shows ``day`` or one before it: the oracle's.

    It walks back through the quarter hours from far beyond, so it shares no arithmetic with the rules.
    """
    where = ZoneInfo(zone)
    at = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() + 3 * DAY
    while datetime.fromtimestamp(at - STEP, where).date() > day:
        at -= STEP
    return at


@dataclass
class Sky:
    """The true time, the three clocks' errors, and what the house keeps of them."""

    true: float
    witnessed: bool
    wall_off: float = 0.0
    boot_off: float = 0.0
    witness_off: float = 0.0
    witness_away: bool = False
    started: float = 0.0
    starts: int = 1
    memory: Memory | None = None
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.started = self.true - 40 * DAY
        self.restart()
        self.hear()

    def host(self) -> Host:
        return Host(
            wall=self.true + self.wall_off,
            boot=self.true - self.started + self.boot_off,
            boot_id=f"start-{self.starts}",
        )

    def restart(self) -> None:
        """End the process and begin it again: what it knows is what it wrote down."""
        kept = None if self.memory is None else Memory.parse(self.memory.text)
        self.memory = clocks.begin(kept, self.host(), awaits_witness=self.witnessed)

    def start_machine(self) -> None:
        """Start the machine anew: its seconds begin again, and are right from now on."""
        self.starts += 1
        self.started, self.boot_off = self.true, 0.0
        self.restart()

    def hear(self) -> None:
        """Ask the witness for the time, if there is one and it answers."""
        if self.witnessed and not self.witness_away:
            self.memory = clocks.witnessed(self.known, self.host(), float(int(self.true + self.witness_off)))

    @property
    def known(self) -> Memory:
        assert self.memory is not None
        return self.memory

    def read(self) -> Clocks:
        self.memory = clocks.observed(self.known, self.host())
        return clocks.read(self.memory, self.host())

    def right(self) -> set[str]:
        """Return which clocks are right now; the seconds since the start only once they are tied to a date."""
        found = {"wall"} if self.wall_off == 0.0 else set()
        shown = clocks.read(self.known, self.host()).boot.timestamp()
        if self.known.confirmed and abs(shown - self.true) < 1.0:
            found.add("boot")
        if self.witnessed and self.witness_off == 0.0 and not self.witness_away:
            found.add("witness")
        return found

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1


def disturb(sky: Sky, chance: random.Random) -> None:
    """Let one thing happen that clocks do, unless no clock would be right after it."""
    what = chance.choice(("wall", "wall", "wall", "boot", "witness", "away", "heal", "heal", "restart", "machine"))
    by = chance.choice((-1, 1)) * chance.choice(JUMPS)
    right = sky.right()
    if what == "heal":
        heal(sky)
    elif what == "restart":
        sky.restart()
    elif what == "machine" and right - {"boot"}:
        sky.start_machine()
    elif what == "away" and right - {"witness"}:
        sky.witness_away = not sky.witness_away
    elif what in {"wall", "boot", "witness"} and right - {what}:
        setattr(sky, f"{what}_off", getattr(sky, f"{what}_off") + by)
    else:
        return
    sky.count(what)


def heal(sky: Sky) -> None:
    """Set the calendar and the witness right; wrong seconds since the start are set right by starting the machine."""
    sky.wall_off = sky.witness_off = 0.0
    sky.witness_away = False
    shown = clocks.read(sky.known, sky.host()).boot.timestamp()
    if sky.boot_off or abs(shown - sky.true) >= 1.0:
        sky.start_machine()
