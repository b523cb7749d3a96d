"""Three clocks, none of them believed alone: the host's calendar, the seconds since it started, a log witness's time.

1. Something is *over* only when every clock says so; an alarm is *reached* as soon as one does.
2. Clocks that stand more than five minutes apart, or a calendar behind an instant on which all had agreed, disagree:
   nothing is done by itself until they agree again.
3. The time since the start is tied to the calendar once for each start of the machine, where a witness is expected at
   its first word that agrees. From then on it follows nothing: a calendar walked away in small steps is left alone.
4. A witness's time is a lower bound: it is what stands in its newest cosignature. Only to compare it, it is carried on
   by the seconds that both other clocks say have passed.
Served: SECURITY T19 and section 6, "Clock skew". Everything here is pure; an edge reads the host and keeps the memory.
"""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from safeconduct.core.base.canonical import canonical_json, parse_canonical
from safeconduct.core.base.errors import DamagedError, SafeconductError, UnavailableError

TOLERANCE = timedelta(minutes=5)
FIRST, LAST = datetime(1970, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


class ClocksDisagreeError(UnavailableError):
    """The clocks disagree, so nothing is done by the clock."""

    code = "SC-CLOCKS"
    cure = "Set the host's time right. Work goes on by itself when all clocks agree again."


class ClockMemoryError(DamagedError):
    """What was kept of the clocks cannot be read."""

    code = "SC-CLOCK-MEMORY"


def instant(seconds: float) -> datetime:
    """Return the instant of Unix ``seconds``; one beyond what a calendar holds is its first or last day."""
    try:
        return min(max(datetime.fromtimestamp(seconds, tz=UTC), FIRST), LAST)
    except (OverflowError, ValueError, OSError):
        return FIRST if seconds < 0 else LAST


@dataclass(frozen=True)
class Host:
    """What one machine says at one moment.

    Attributes:
        wall: its calendar, Unix seconds.
        boot: its seconds since it started, asleep or not.
        boot_id: names this start of the machine.
    """

    wall: float
    boot: float
    boot_id: str


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """The three clocks at one moment.

    Attributes:
        wall: the host's calendar.
        boot: the time since the start, tied to the calendar when that was last known to be right.
        witness: the time in the witness's newest cosignature; None before the first, or where none is expected.
        carried: the same, carried on until now; None unless it was heard since the machine started.
        mark: the latest instant that all had reached while they agreed.
        awaits_witness: whether nothing is over without a witness.
    """

    wall: datetime
    boot: datetime
    witness: datetime | None = None
    carried: datetime | None = None
    mark: datetime = FIRST
    awaits_witness: bool = False

    @classmethod
    def of(cls, now: datetime) -> Self:
        """Return clocks that all say ``now``: a demonstration's."""
        return cls(wall=now, boot=now)

    @property
    def shown(self) -> tuple[datetime, ...]:
        """Return what each clock says now."""
        heard = self.carried or self.witness
        return (self.wall, self.boot) if heard is None else (self.wall, self.boot, heard)

    @property
    def agree(self) -> bool:
        """Return whether the clocks stand together and time has not gone back: rule 2."""
        low, high = min(self.wall, self.boot), max(self.wall, self.boot)
        if self.carried is not None:
            low, high = min(low, self.carried), max(high, self.carried)
        elif self.witness is not None:
            high = max(high, self.witness)
        return high - low <= TOLERANCE and self.wall >= self.mark - TOLERANCE

    def require_agreement(self) -> None:
        """Raise ``ClocksDisagreeError``."""
        if not self.agree:
            raise ClocksDisagreeError

    @property
    def settled(self) -> bool:
        """Return whether the clocks agree and an expected witness was heard since the machine started.

        What can never be taken back waits for this: until then the calendar stands alone.
        """
        return self.agree and (self.carried is not None or not self.awaits_witness)

    def over(self, end: datetime) -> bool:
        """Return whether every clock says that ``end`` has come: rule 1."""
        return self.earliest >= end

    def reached(self, due: datetime) -> bool:
        """Return whether any clock says that ``due`` has come: rule 1."""
        return self.latest >= due

    @property
    def earliest(self) -> datetime:
        """Return the instant that all clocks have reached; the first of all where an expected witness was not heard."""
        if self.witness is None:
            return FIRST if self.awaits_witness else min(self.wall, self.boot)
        return min(self.wall, self.boot, self.witness)

    @property
    def latest(self) -> datetime:
        """Return the latest instant that any clock shows, or on which they once agreed."""
        return max(*self.shown, self.mark)

    @property
    def likely(self) -> datetime:
        """Return the middle one of three, the later one of two: what acts are dated with."""
        shown = sorted(self.shown)
        return shown[len(shown) // 2]


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What is kept of the clocks between two readings and over restarts. Times are Unix seconds.

    Attributes:
        boot_id: the start of the machine that ``boot`` counts from.
        boot: seconds since that start when ``anchor`` was tied to them.
        anchor: the calendar at ``boot``.
        confirmed: whether the anchor is tied; until then it follows the calendar.
        mark: the latest instant that all had reached while they agreed.
        awaits_witness: whether a witness is expected.
        witness: the time in the newest cosignature.
        witness_boot: seconds since the start when it was heard; None if that was before this start.
        witness_wall: the calendar when it was heard.
    """

    boot_id: str
    boot: float
    anchor: float
    confirmed: bool
    mark: float
    awaits_witness: bool
    witness: float | None = None
    witness_boot: float | None = None
    witness_wall: float = 0.0

    @property
    def text(self) -> str:
        """Return the form in which it is stored."""
        return canonical_json(asdict(self)).decode()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return what ``text`` wrote; raises ``ClockMemoryError``."""
        try:
            value: dict[str, Any] = parse_canonical(text.encode())
            return cls(**value)
        except (TypeError, SafeconductError) as error:
            raise ClockMemoryError from error


def begin(before: Memory | None, host: Host, *, awaits_witness: bool) -> Memory:
    """Return the memory to go on with: the one kept, or after a start of the machine an anchor that is not yet tied."""
    if before is not None and before.boot_id == host.boot_id:
        return replace(before, awaits_witness=awaits_witness)
    made = Memory(
        boot_id=host.boot_id,
        boot=host.boot,
        anchor=host.wall,
        confirmed=False,
        mark=before.mark if before else 0.0,
        awaits_witness=awaits_witness,
        witness=before.witness if before else None,
    )
    return observed(made, host)


def _boot_time(memory: Memory, host: Host) -> float:
    return memory.anchor + host.boot - memory.boot if memory.confirmed else host.wall


def _carried(memory: Memory, host: Host) -> float | None:
    if memory.witness is None or memory.witness_boot is None:
        return None
    return memory.witness + max(0.0, min(host.boot - memory.witness_boot, host.wall - memory.witness_wall))


def read(memory: Memory, host: Host) -> Clocks:
    """Return what the clocks say at this moment."""
    carried = _carried(memory, host)
    return Clocks(
        wall=instant(host.wall),
        boot=instant(_boot_time(memory, host)),
        witness=None if memory.witness is None else instant(memory.witness),
        carried=None if carried is None else instant(carried),
        mark=instant(memory.mark),
        awaits_witness=memory.awaits_witness,
    )


def observed(memory: Memory, host: Host) -> Memory:
    """Return the memory after a look at the clocks; while they disagree or a witness is unheard, nothing is tied."""
    found = read(memory, host)
    if not found.settled:
        return memory
    # Not the calendar: where it and the seconds jump as one, the witness's last word is what they have not passed.
    moved = replace(memory, mark=max(memory.mark, found.earliest.timestamp()))
    return moved if memory.confirmed else replace(moved, boot=host.boot, anchor=host.wall, confirmed=True)


def witnessed(memory: Memory, host: Host, time: float) -> Memory:
    """Return the memory after a cosignature of ``time`` was heard and checked; the one heard last counts."""
    return observed(replace(memory, witness=time, witness_boot=host.boot, witness_wall=host.wall), host)
