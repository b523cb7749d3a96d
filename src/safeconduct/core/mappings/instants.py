"""How a store writes instants, there and back to UTC milliseconds.

1. ``zoned`` is an instant that the store itself keeps with its zone; ``epoch_s``, ``epoch_ms`` and ``epoch_us`` are
   whole numbers since 1970 in UTC. Both are compared in the store exactly.
2. ``local`` is a timestamp without zone, ``text`` a written one; the mapping names their zone. A local hour that the
   end of summer time repeats is read as the mapping says (``earlier``, ``later``), and without that word refused. An
   hour that its beginning leaves out never was: a row that names one is refused.
3. Local and written instants are looked for a little more widely (``MARGIN``), because neither runs with UTC; what the
   margin brings in is dropped after reading, and nothing else is.
4. Our records count milliseconds: a finer instant is cut, never rounded up.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from safeconduct.core.base.periods import to_utc

MARGIN = timedelta(hours=26)
"""More than the widest distance between two zones, so that every row of the window is in it."""
TICK = timedelta(milliseconds=1)
FIRST, LAST = datetime(1, 1, 2, 12, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
WRITTEN = (
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S.%fZ",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y%m%d%H%M%S",
)
"""Written forms whose order as text is their order in time, so that a store can compare them."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TimeKind(StrEnum):
    """How an instant stands in a column."""

    ZONED = "zoned"
    LOCAL = "local"
    TEXT = "text"
    EPOCH_S = "epoch_s"
    EPOCH_MS = "epoch_ms"
    EPOCH_US = "epoch_us"


PER_SECOND = {TimeKind.EPOCH_S: 1, TimeKind.EPOCH_MS: 1_000, TimeKind.EPOCH_US: 1_000_000}
Stored = datetime | int | str


class InstantFaultError(ValueError):
    """The value is no instant; the word says why."""


@dataclass(frozen=True)
class Instants:
    """How one column holds instants."""

    kind: TimeKind
    zone: str = ""
    form: str = ""
    ambiguous: str = ""

    @property
    def margin(self) -> timedelta:
        """Return how far around a window the store is asked."""
        return MARGIN if self.kind in (TimeKind.LOCAL, TimeKind.TEXT) else timedelta(0)

    def at_least(self, instant: datetime) -> Stored:
        """Return the value from which on a stored instant is not before ``instant``."""
        return self._stored(_up(_clamped(instant, -self.margin)), up=True)

    def below(self, instant: datetime) -> Stored:
        """Return the value before which a stored instant is before ``instant``."""
        return self._stored(_up(_clamped(instant, self.margin)), up=True)

    def after(self, instant: datetime) -> Stored:
        """Return the value after which a stored instant may be after ``instant``."""
        return self._stored(_clamped(instant, -self.margin), up=False)

    def _stored(self, instant: datetime, *, up: bool) -> Stored:
        if self.kind in PER_SECOND:
            counted = (instant - EPOCH) // timedelta(microseconds=1) * PER_SECOND[self.kind]
            return -(-counted // 1_000_000) if up else counted // 1_000_000
        if self.kind is TimeKind.ZONED:
            return instant
        local = instant.astimezone(ZoneInfo(self.zone or "UTC"))
        if self.kind is TimeKind.LOCAL:
            return local.replace(tzinfo=None)
        return local.strftime(self.form.replace("%Y", f"{local.year:04d}"))

    def read(self, value: object) -> datetime:
        """Return the instant in UTC, cut to the millisecond; raises ``InstantFaultError``."""
        try:
            found = self._read(value)
        except (OverflowError, ValueError) as error:
            raise error if isinstance(error, InstantFaultError) else InstantFaultError("not_an_instant") from error
        return found.replace(microsecond=found.microsecond // 1000 * 1000)

    def _read(self, value: object) -> datetime:
        if self.kind in PER_SECOND:
            if isinstance(value, bool) or not isinstance(value, int):
                raise InstantFaultError("not_a_whole_number")
            return EPOCH + timedelta(microseconds=value * 1_000_000 // PER_SECOND[self.kind])
        if self.kind is TimeKind.TEXT:
            if not isinstance(value, str):
                raise InstantFaultError("not_text")
            value = datetime.strptime(value, self.form)  # noqa: DTZ007 - the zone is the mapping's, put on below
            if self.form.endswith("Z"):
                return value.replace(tzinfo=UTC)
        if not isinstance(value, datetime):
            raise InstantFaultError("not_a_timestamp")
        has_zone = value.tzinfo is not None
        if has_zone != (self.kind is TimeKind.ZONED or self.form.endswith("%z")):
            raise InstantFaultError("has_a_zone" if has_zone else "has_no_zone")
        return to_utc(value) if has_zone else self.placed(value)

    def placed(self, local: datetime) -> datetime:
        """Return the instant at which the clocks of the zone showed ``local``; raises ``InstantFaultError``."""
        zone = ZoneInfo(self.zone)
        earlier, later = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        if earlier == later:
            return earlier
        if earlier.astimezone(zone).replace(tzinfo=None) != local:
            raise InstantFaultError("hour_left_out")
        if not self.ambiguous:
            raise InstantFaultError("hour_repeated")
        return earlier if self.ambiguous == "earlier" else later


def _up(instant: datetime) -> datetime:
    beyond = instant.microsecond % 1000
    return instant + TICK - timedelta(microseconds=beyond) if beyond else instant


def _clamped(instant: datetime, by: timedelta) -> datetime:
    if by < timedelta(0):
        return instant + by if instant > FIRST - by else min(instant, FIRST)
    return instant + by if instant < LAST - by else max(instant, LAST)
