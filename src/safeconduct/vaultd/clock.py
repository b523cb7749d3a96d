"""The vault process's own clocks: its time, which a demonstration may move forward, and the machine's true time.

A live instance's time comes from three clocks (``core.base.clocks``). What was kept of them is in the store, so that
neither a restart nor a calendar set back makes anything young again: what ends, ends by the latest of the clocks; what
must be over, is over by the earliest.

A demonstration's time begins where it was set and runs on with this process, so that its grants end as real ones do:

1. It moves in whole minutes. What a script does within a minute of setting the clock has the same dates at every run.
2. A minute is written to the store before anybody sees it, so a restarted process never goes behind what it once said.
3. It can be set forward, never back. The machine's calendar plays no part; only its monotonic seconds do.
"""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from safeconduct.core.base import clocks
from safeconduct.core.base.clocks import Clocks, ClocksDisagreeError, Host, Memory
from safeconduct.core.base.errors import ConflictError, NotPermittedError
from safeconduct.core.base.periods import instant_text, parse_instant
from safeconduct.vaultd.store import Store

SETTING, MEMORY = "clock", "clocks"
STEP_SECONDS = 60
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def boot_seconds() -> float:
    """Return the seconds since the machine started, asleep or not; nobody can set them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def boot_id() -> str:
    """Return the name of this start of the machine; empty where the system gives none."""
    return BOOT_ID.read_text("ascii").strip() if BOOT_ID.exists() else ""


class ClockError(ConflictError):
    """The clock only moves forward."""

    code = "SC-CLOCK"


class Clock:
    """``now`` dates acts and ends consents; ``wall`` ends nonces and sessions and is never set."""

    def __init__(
        self,
        *,
        store: Store,
        demonstration: str | None,
        wall: Callable[[], float] = time.time,
        elapsed: Callable[[], float] = boot_seconds,
        started: Callable[[], str] = boot_id,
        awaits_witness: bool = False,
    ) -> None:
        """Take the demonstration's first instant, or None on a live instance, whose time is the machine's."""
        self._store = store
        self._demonstration = demonstration
        self._wall = wall
        self._elapsed = elapsed
        self._started = started()
        self._lock = threading.Lock()
        self._since = elapsed()
        self._begun, self._since_start = wall(), self._since
        self._anchor = clocks.FIRST if demonstration is None else self._stored()
        if demonstration is None:
            kept = store.setting(MEMORY)
            before = None if kept is None else Memory.parse(kept)
            self._memory = self._kept = clocks.begin(before, self._host(), awaits_witness=awaits_witness)
            store.put_setting(MEMORY, self._memory.text)

    def _stored(self) -> datetime:
        return parse_instant(self._store.setting(SETTING) or self._demonstration or "")

    def _host(self) -> Host:
        return Host(wall=self._wall(), boot=self._elapsed(), boot_id=self._started)

    def read(self) -> Clocks:
        """Return what the clocks say now; a demonstration's all say the same."""
        if self._demonstration is not None:
            return Clocks.of(self._shown())
        with self._lock:
            host = self._host()
            self._memory = clocks.observed(self._memory, host)
            found = clocks.read(self._memory, host)
            due = _worth_keeping(self._kept, self._memory)
        # Not under the lock: whoever holds the store may be asking for the time.
        if due:
            self._remember()
        return found

    def _remember(self) -> None:
        with self._store.writing():
            self._kept = self._memory
            self._store.put_setting(MEMORY, self._kept.text)

    def witnessed(self, seconds: float) -> None:
        """Take the time of a cosignature that was checked; a demonstration has no use for it."""
        if self._demonstration is not None:
            return
        with self._lock:
            self._memory = clocks.witnessed(self._memory, self._host(), seconds)
        self._remember()

    def require_agreement(self) -> None:
        """Raise ``ClocksDisagreeError`` while the clocks do not stand together."""
        self.read().require_agreement()

    def require_settled(self) -> None:
        """Raise ``ClocksDisagreeError`` also until an expected witness was heard: for what is never taken back."""
        if not self.read().settled:
            raise ClocksDisagreeError

    def earliest(self) -> datetime:
        """Return the instant that every clock has reached: what must be over is over by this one."""
        return self.read().earliest

    def now(self) -> datetime:
        """Return the instant that acts are dated with and by which things end, in UTC: the latest of the clocks."""
        return self.read().latest

    def _shown(self) -> datetime:
        stored = self._stored()
        with self._lock:
            steps = int((self._elapsed() - self._since) // STEP_SECONDS)
            reached = self._anchor + timedelta(seconds=steps * STEP_SECONDS)
            if stored > reached:
                self._anchor, self._since, reached = stored, self._elapsed(), stored
        # Not under the lock, for the same reason.
        if reached > stored:
            self._keep(reached)
        return reached

    def _keep(self, instant: datetime) -> None:
        with self._store.writing():
            if instant > self._stored():
                self._store.put_setting(SETTING, instant_text(instant))

    def wall(self) -> float:
        """Return the machine's seconds since 1970; they go on when somebody sets its calendar back."""
        if self._demonstration is None:
            return self.now().timestamp()
        return max(self._wall(), self._begun + self._elapsed() - self._since_start)

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


def _worth_keeping(kept: Memory, now: Memory) -> bool:
    """Return whether so much has changed that it is written down: once a minute, and each new tie."""
    return now.mark - kept.mark >= STEP_SECONDS or now.confirmed != kept.confirmed
