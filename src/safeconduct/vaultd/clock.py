"""The vault process's own clocks: its time, which a demonstration may move forward, and the machine's true time."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from safeconduct.core.base.errors import ConflictError, NotPermittedError
from safeconduct.core.base.periods import instant_text, parse_instant
from safeconduct.vaultd.store import Store


class ClockError(ConflictError):
    """The clock only moves forward."""

    code = "SC-CLOCK"


class Clock:
    """Two clocks. ``now`` dates acts and ends consents; ``wall`` ends nonces and sessions and is never set."""

    def __init__(self, *, store: Store, demonstration: str | None, wall: Callable[[], float] = time.time) -> None:
        """Take the demonstration's first instant, or None on a live instance, whose time is the machine's."""
        self._store = store
        self._demonstration = demonstration
        self._wall = wall

    def now(self) -> datetime:
        """Return the instant that acts are dated with, in UTC."""
        if self._demonstration is None:
            return datetime.fromtimestamp(self._wall(), tz=UTC)
        return parse_instant(self._store.setting("clock") or self._demonstration)

    def wall(self) -> float:
        """Return the machine's seconds since 1970."""
        return self._wall()

    def set(self, instant: datetime) -> datetime:
        """Move the demonstration's clock forward; raises ``NotPermittedError`` on a live instance."""
        if self._demonstration is None:
            raise NotPermittedError("Only a demonstration's clock can be set.")
        if instant < self.now():
            raise ClockError("That instant is past.")
        with self._store.writing():
            self._store.put_setting("clock", instant_text(instant))
        return instant
