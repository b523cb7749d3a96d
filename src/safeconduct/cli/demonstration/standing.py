"""What does not change with the day: who holds which number, and how it is paid for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np
import pyarrow as pa

from safeconduct.cli.demonstration.blocks import Block, Whole
from safeconduct.cli.demonstration.company import CUSTOMER_COUNT, Customer, customers
from safeconduct.cli.demonstration.names import demonstration_id, fiction_number, mail_name, person_name, street_address
from safeconduct.cli.demonstration.targets import TARGETS, Target

_LARGEST, _SMALLEST = 640, 12
_HANDED_ON_EVERY = 19
"""Every so many numbers changed hands in spring: the window of a paper then decides whose name is given."""

_FIRST_DAY = datetime(2025, 10, 1, tzinfo=UTC)
_HANDED_ON = datetime(2026, 3, 17, 9, tzinfo=UTC)
_DAYS = 91
_SERVICES = ("voice and messaging", "messaging", "voice")
_MEANS = ("card", "direct debit", "invoice")
_AT = pa.timestamp("ms", tz="UTC")


@lru_cache(maxsize=1)
def number_counts() -> Whole:
    """Return how many numbers each customer holds."""
    ranks = np.arange(1, CUSTOMER_COUNT + 1, dtype=np.int64)
    return np.maximum(_LARGEST // ranks, _SMALLEST)


@lru_cache(maxsize=1)
def number_bases() -> Whole:
    """Return the index of each customer's first number."""
    counts = number_counts()
    return np.cumsum(counts) - counts


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One person's time with one number."""

    record_id: str
    customer: str
    number: str
    name: str
    address: str
    email: str
    service: str
    started_at: datetime
    ended_at: datetime | None


def _holding(customer: Customer, index: int, started: datetime, ended: datetime | None, *, second: bool) -> Holding:
    name = person_name(index + (8_000 if second else 0))
    return Holding(
        record_id=demonstration_id(index, f"holding {customer.id} {second}"),
        customer=customer.id,
        number=fiction_number(index),
        name=name,
        address=street_address(index + (8_000 if second else 0)),
        email=f"{mail_name(name)}@post{customer.index}.example",
        service=_SERVICES[index % len(_SERVICES)],
        started_at=started,
        ended_at=ended,
    )


@lru_cache(maxsize=2)
def holdings(seed: int) -> tuple[Holding, ...]:
    """Return who held which number when, by customer and number."""
    found = []
    sought = {(target.customer, target.place) for target in TARGETS.values()}
    counts, bases = number_counts().tolist(), number_bases().tolist()
    offsets = Block(seed=seed, number=1).below(_DAYS * 86_400, sum(counts)).tolist()
    for customer in customers(seed):
        for place in range(counts[customer.index]):
            index = bases[customer.index] + place
            started = _FIRST_DAY + timedelta(seconds=offsets[index])
            changes = index % _HANDED_ON_EVERY == 0 and (customer.index, place) not in sought
            found.append(_holding(customer, index, started, _HANDED_ON if changes else None, second=False))
            if changes:
                found.append(_holding(customer, index, _HANDED_ON + timedelta(days=3), None, second=True))
    return tuple(found)


def person_sought(seed: int, target: Target) -> Holding:
    """Return the subscriber row of the person whom a paper names."""
    number = fiction_number(int(number_bases()[target.customer]) + target.place)
    return next(holding for holding in holdings(seed) if holding.number == number)


def _payment(seed: int, holding: Holding, position: int) -> dict[str, object]:
    means = _MEANS[position % len(_MEANS)]
    tail = demonstration_id(seed, f"payment {position}")
    source = {"card": "card ending ", "direct debit": "account ending ", "invoice": "customer account "}[means]
    return {
        "record_id": tail,
        "customer": holding.customer,
        "number": holding.number,
        "means": means,
        "source": f"{source}{int(tail[:8], 16) % 10_000:04d}",
        "started_at": holding.started_at,
        "ended_at": holding.ended_at,
    }


def _by_month(rows: list[dict[str, object]], schema: pa.Schema) -> Iterator[pa.Table]:
    months: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        months.setdefault(f"{row['started_at']:%Y-%m}", []).append(row)
    for _, part in sorted(months.items()):
        yield pa.Table.from_pylist(part, schema=schema)


def tables(seed: int) -> Iterator[tuple[str, pa.Table]]:
    """Yield the subscribers and the payments, one table per month in which they started."""
    shared = [("record_id", pa.string()), ("customer", pa.string()), ("number", pa.string())]
    times = [("started_at", _AT), ("ended_at", _AT)]
    people = [(name, pa.string()) for name in ("name", "address", "email", "service")]
    money = [(name, pa.string()) for name in ("means", "source")]
    held = sorted(holdings(seed), key=lambda holding: holding.started_at)
    for table in _by_month([vars(holding) for holding in held], pa.schema([*shared, *people, *times])):
        yield "subscribers", table
    paid = [_payment(seed, holding, position) for position, holding in enumerate(held)]
    for table in _by_month(paid, pa.schema([*shared, *money, *times])):
        yield "payments", table
