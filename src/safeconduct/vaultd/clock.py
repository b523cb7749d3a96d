"""The vault process's own clocks: its time, which a demonstration may move forward, and the machine's true time.

A demonstration's time begins where it was set and runs on with this process, so that its grants end as real ones do:

1. It moves in whole minutes. What a script does within a minute of setting the clock has the same dates at every run.
2. A minute is written to the store before anybody sees it, so a restarted process never goes behind what it once said.
3. It can be set forward, never back. The machine's calendar plays no part; only its monotonic seconds do.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from safeconduct.core.base.errors import ConflictError, NotPermittedError
from safeconduct.core.base.periods import instant_text, parse_instant
from safeconduct.vaultd.store import Store

SETTING = "clock"
STEP_SECONDS = 60


class ClockError(ConflictError):
    """The clock only moves forward."""

    code = "SC-CLOCK"


class Clock:
    """Two clocks. ``now`` dates acts and ends consents; ``wall`` ends nonces and sessions and is never set."""

    def __init__(
        self,
        *,
        store: Store,
        demonstration: str | None,
        wall: Callable[[], float] = time.time,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the demonstration's first instant, or None on a live instance, whose time is the machine's."""
        self._store = store
        self._demonstration = demonstration
        self._wall = wall
        self._elapsed = elapsed
        self._lock = threading.Lock()
        self._anchor = self._stored() if demonstration is not None else datetime.fromtimestamp(0, tz=UTC)
        self._since = elapsed()

    def _stored(self) -> datetime:
        return parse_instant(self._store.setting(SETTING) or self._demonstration or "")

    def now(self) -> datetime:
        """Return the instant that acts are dated with, in UTC."""
        if self._demonstration is None:
            return datetime.fromtimestamp(self._wall(), tz=UTC)
        stored = self._stored()
        with self._lock:
            steps = int((self._elapsed() - self._since) // STEP_SECONDS)
            reached = self._anchor + timedelta(seconds=steps * STEP_SECONDS)
            if stored > reached:
                self._anchor, self._since, reached = stored, self._elapsed(), stored
        # Not under the lock: whoever holds the store may be asking for the time.
        if reached > stored:
            self._keep(reached)
        return reached

    def _keep(self, instant: datetime) -> None:
        with self._store.writing():
            if instant > self._stored():
                self._store.put_setting(SETTING, instant_text(instant))

    def wall(self) -> float:
        """Return the machine's seconds since 1970."""
        return self._wall()

    def set(self, instant: datetime) -> datetime:
        """Move the demonstration's clock forward and return its time; raises ``NotPermittedError`` on a live instance.

        An instant that the clock has passed by itself since it was last set is accepted and moves nothing; an earlier
        one raises ``ClockError``.
        """
        if self._demonstration is None:
            raise NotPermittedError("Only a demonstration's clock can be set.")
        now = self.now()
        with self._lock:
            if instant < self._anchor:
                raise ClockError("That instant is past.")
            if instant <= now:
                return now
        self._keep(instant)
        return self.now()
