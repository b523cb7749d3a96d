"""The edge clock: the only place where the web faces, the worker and the commands read the time.

A live instance has three clocks (``core.base.clocks``). The worker keeps what is known of them in the database; a face
or a command that finds nothing there goes by the host alone.
"""

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.db import DatabaseError

from safeconduct.core.base import clocks
from safeconduct.core.base.clocks import ClockMemoryError, Clocks, Host, Memory
from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.periods import parse_instant
from safeconduct.site.models import ClockMemory

NAME = "clocks"
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
KNOWN_FOR = 5.0
"""Seconds for which a face goes by the memory that it read last."""
_known: dict[str, tuple[float, Memory | None]] = {}
_lock = Lock()


@lru_cache(maxsize=4)
def _offset(starts_at: str) -> timedelta:
    return parse_instant(starts_at) - datetime.now(UTC)


def host() -> Host:
    """Return what this machine says now."""
    started = BOOT_ID.read_text("ascii").strip() if BOOT_ID.exists() else ""
    return Host(wall=time.time(), boot=time.clock_gettime(time.CLOCK_BOOTTIME), boot_id=started)


def _kept() -> Memory | None:
    """Return what the worker wrote; raises ``DatabaseError``, or ``ClockMemoryError``."""
    row = ClockMemory.objects.filter(pk=NAME).first()
    return None if row is None else Memory.parse(row.text)


def _memory(here: Host, *, awaits_witness: bool) -> Memory:
    with _lock:
        at, found = _known.get(NAME, (None, None))
        if at is None or not 0 <= here.boot - at < KNOWN_FOR:
            # A face without its database refuses for that reason, by its own gates; what was known stays known.
            with suppress(DatabaseError, ClockMemoryError):
                found = _kept()
            _known[NAME] = (here.boot, found)
    return clocks.begin(found, here, awaits_witness=awaits_witness)


def read() -> Clocks:
    """Return what the clocks say now; a demonstration's all say the same."""
    configuration: Configuration = settings.SAFECONDUCT
    if configuration.demonstration is not None:
        return Clocks.of(now())
    here = host()
    return clocks.read(_memory(here, awaits_witness=configuration.witness_socket is not None), here)


def now() -> datetime:
    """Return the instant in UTC; a demonstration's clock starts at its configured ``now`` when the process starts."""
    configuration: Configuration = settings.SAFECONDUCT
    if configuration.demonstration is None:
        return read().likely
    return datetime.now(UTC) + _offset(configuration.demonstration.now)


def keep(*, witness: float | None = None) -> Clocks:
    """Look at the clocks and write down what is to be kept, with a cosignature's time if one was heard; for the worker.

    A demonstration keeps nothing. Memory that cannot be read is an error: beginning anew would forget that time went
    back.
    """
    configuration: Configuration = settings.SAFECONDUCT
    if configuration.demonstration is not None:
        return read()
    here = host()
    memory = clocks.begin(_kept(), here, awaits_witness=configuration.witness_socket is not None)
    memory = clocks.observed(memory, here) if witness is None else clocks.witnessed(memory, here, witness)
    ClockMemory.objects.update_or_create(pk=NAME, defaults={"text": memory.text})
    with _lock:
        _known[NAME] = (here.boot, memory)
    return clocks.read(memory, here)
