"""Rows, keys and stores for the segment suites. Everything is random from a seed; nothing is a real number."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from safeconduct.core.segments.errors import CustomerKeyDestroyedError
from safeconduct.core.segments.tables import TABLES, WORDS

CUSTOMERS = [hashlib.sha256(f"customer {number}".encode()).hexdigest()[:32] for number in range(6)]
OTHERS = ("48484", "NORTHWIND", "+442071838750", "+81312345678901")
MONTH = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


@dataclass
class Keys:
    """Keys made from a word; those of ``destroyed`` customers are gone."""

    word: str = "test"
    destroyed: set[str] = field(default_factory=set)

    def _key(self, name: str) -> bytes:
        return hashlib.sha256(f"{self.word} {name}".encode()).digest()

    def customer_key(self, customer: str) -> bytes:
        if customer in self.destroyed:
            raise CustomerKeyDestroyedError
        return self._key(f"customer {customer}")

    def index_key(self) -> bytes:
        return self._key("index")

    def directory_key(self) -> bytes:
        return self._key("directory")


def numbers(rng: np.random.Generator, count: int) -> list[str]:
    """Mostly numbers, and some senders that are none: a short code, a name, a number of another length."""
    found = [f"+1202555{place:04d}" for place in rng.integers(100, 160, count)]
    return [
        OTHERS[place] if place < len(OTHERS) else one
        for place, one in zip(rng.integers(0, 40, count), found, strict=True)
    ]


def instants(rng: np.random.Generator, count: int, window: tuple[datetime, datetime] = MONTH) -> pa.Array:
    start, end = (int(instant.timestamp() * 1000) for instant in window)
    return pa.array(rng.integers(start, end, count)).cast(pa.timestamp("ms", tz="UTC"))


def make_rows(table: str, count: int, seed: int = 1) -> pa.Table:
    """Return ``count`` random rows of ``table``; dated ones lie in March 2026."""
    rng = np.random.default_rng(seed)
    columns: dict[str, pa.Array] = {
        "record_id": pa.array(
            [hashlib.sha256(f"{table}{seed}{row}".encode()).hexdigest()[:32] for row in range(count)]
        ),
        "customer": pa.array([CUSTOMERS[place] for place in np.minimum(rng.geometric(0.4, count) - 1, 5)]),
        "at": instants(rng, count),
        "own_number": pa.array(numbers(rng, count)),
        "other_number": pa.array(numbers(rng, count)),
        "number": pa.array(numbers(rng, count)),
        "email": pa.array([f"person{place}@mail.example" for place in rng.integers(0, 40, count)]),
        "duration_s": pa.array(rng.integers(0, 900, count).astype(np.int32)),
        "started_at": instants(rng, count),
    }
    late = (datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC))
    columns["ended_at"] = pa.array(instants(rng, count, late).to_pylist(), pa.timestamp("ms", tz="UTC"))
    columns["ended_at"] = pa.array(
        [
            None if chance else end
            for chance, end in zip(rng.integers(0, 2, count), columns["ended_at"].to_pylist(), strict=True)
        ],
        pa.timestamp("ms", tz="UTC"),
    )
    names = TABLES[table].schema.names
    words = {name: pa.array([f"{name} {row % 7}" for row in range(count)]) for name in names if name not in columns}
    known = WORDS.get("status", ())
    if "status" in words:
        words["status"] = pa.array(
            [f"status {row}" if row % 9 == 0 else known[row % len(known)] for row in range(count)]
        )
    return pa.table({name: (columns | words)[name] for name in names})


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"
