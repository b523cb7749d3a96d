"""What the ledger's tests share: an actor, a clock and a repeatable source of randomness."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from safeconduct.core.base.actors import Actor

START = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
ALICE = Actor(person="a" * 32, account="b" * 32, organisation="c" * 32)
MATTER = "d" * 32


def seeded(seed: int) -> Callable[[int], bytes]:
    return Random(seed).randbytes  # noqa: S311 - repeatable tests


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)
