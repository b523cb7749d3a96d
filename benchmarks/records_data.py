"""Made-up call records for bench-records: the same bytes each time, every day by itself, nobody's numbers.

Raw 64-bit words of Philox and integer tables only, since numpy keeps its bit streams but not its distributions.
Customers follow Zipf's law (the first has 8 % of the calls, the median one two a day); numbers look like E.164 in an
area code that begins with 0 or 1, which nobody can have.
"""

import hashlib
import math
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

CUSTOMERS = 100_000
SUBSCRIBERS = 5_000_000
SPACE = 2_000_000_000
MULTIPLIER, SHIFT = 1_234_567_891, 987_654_321
DAY_MS = 86_400_000
BEGIN = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)
PLANTED = {1: 7_000_001, 100: 7_000_002, 10_000: 7_000_003}
"""How many calls of the first day go to each planted number (by its index): one, a hundred, ten thousand."""
ABSENT = 7_000_004
DIRECTIONS, STATUSES = ("inbound", "outbound"), ("completed", "no answer", "busy", "failed")
_TWO_TO_32 = 2**32
_PPM = 1_000_000


def _inverse(weights: list[int]) -> np.ndarray:
    """Return a table of 65,536 places in which each value stands in proportion to its weight."""
    ends = np.cumsum(weights) * 65_536 // sum(weights)
    return np.searchsorted(ends, np.arange(65_536), side="right")


class Generator:
    """All days of one seed."""

    def __init__(self, seed: int = 1) -> None:
        """Make the tables."""
        self._seed = seed
        weights = [_PPM * 1000 // rank for rank in range(1, CUSTOMERS + 1)]
        self._zipf = np.cumsum(np.array(weights, np.uint64))
        ids = [hashlib.sha256(f"{seed} customer {rank}".encode()).hexdigest()[:32] for rank in range(CUSTOMERS)]
        self.customers = pa.array(ids)
        self._own = np.array([max(1, 400 // rank) for rank in range(1, CUSTOMERS + 1)], np.uint64)
        self._first_own = SUBSCRIBERS + np.concatenate(([0], np.cumsum(self._own)[:-1])).astype(np.uint64)
        hours = [1000 + round(900 * math.sin((hour - 8) * math.pi / 12)) for hour in range(24)]
        self._hour = _inverse(hours)
        self._status = _inverse([780, 150, 50, 20])
        self._seconds = np.array([min(7200, round(-140 * math.log(1 - (n + 0.5) / 65_536))) for n in range(65_536)])

    def day(self, day: int, rows: int, *, planted: bool = True) -> pa.Table:
        """Return the calls of one day, in no order of time or customer."""
        raw = np.random.Philox(key=[self._seed, day << 32]).random_raw(7 * rows).reshape(7, rows)
        rank = np.searchsorted(self._zipf, raw[0] % self._zipf[-1], side="right")
        own = self._first_own[rank] + (raw[1] >> np.uint64(32)) % self._own[rank]
        other = self._peers(raw[1] & np.uint64(_TWO_TO_32 - 1), raw[2], rank)
        if planted and day == 0:
            for count, index in PLANTED.items():
                if count <= rows // 20:
                    other[np.arange(count) * (rows // count) + PLANTED_SHIFT[count]] = index
        low = [(raw[3] >> np.uint64(16 * part)) & np.uint64(65_535) for part in range(4)]
        at = BEGIN + day * DAY_MS + self._hour[low[0]] * 3_600_000 + (raw[4] % np.uint64(3_600_000)).astype(np.int64)
        status = self._status[low[3]]
        return pa.table(
            {
                "record_id": _hexadecimal(raw[5:7]),
                "customer": self.customers.take(pa.array(rank)),
                "at": pa.array(at).cast(pa.timestamp("ms", tz="UTC")),
                "own_number": numbers(own),
                "other_number": numbers(other),
                "direction": pa.array(DIRECTIONS).take(pa.array((low[1] > 65_535 * 22 // 100).astype(np.int8))),
                "duration_s": pa.array(np.where(status == 0, self._seconds[low[2]], 0).astype(np.int32)),
                "status": pa.array(STATUSES).take(pa.array(status)),
            }
        )

    def _peers(self, chance: np.ndarray, word: np.ndarray, rank: np.ndarray) -> np.ndarray:
        """Return whom they call: four of five from the customer's own circle, some far more often, else anybody."""
        half = np.uint64(32)
        part = word >> half
        skewed = ((part * part >> half) * part) >> half
        circle = np.uint64(2_000_000) // (rank.astype(np.uint64) + np.uint64(1)) + np.uint64(5)
        near = (rank.astype(np.uint64) * np.uint64(7919) + (skewed * circle >> half)) % np.uint64(SUBSCRIBERS)
        far = (word & np.uint64(_TWO_TO_32 - 1)) * np.uint64(SUBSCRIBERS) >> half
        return np.where(chance < np.uint64(_TWO_TO_32 * 4 // 5), near, far)


PLANTED_SHIFT = {1: 3, 100: 5, 10_000: 7}


def numbers(index: np.ndarray) -> pa.Array:
    """Return the made-up number of each index: ``+1``, an area code from 000 to 199, seven digits."""
    value = (index.astype(np.uint64) * np.uint64(MULTIPLIER) + np.uint64(SHIFT)) % np.uint64(SPACE)
    text = np.empty((len(index), 12), np.uint8)
    text[:, 0], text[:, 1] = ord("+"), ord("1")
    for place in range(11, 1, -1):
        text[:, place] = value % np.uint64(10) + np.uint64(ord("0"))
        value = value // np.uint64(10)
    return _strings(text)


def number(index: int) -> str:
    """Return the made-up number of one index."""
    return str(numbers(np.array([index], np.uint64))[0].as_py())


def _hexadecimal(words: np.ndarray) -> pa.Array:
    raw = np.ascontiguousarray(words.T).view(np.uint8).reshape(-1, 16)
    digits = np.frombuffer(b"0123456789abcdef", np.uint8)
    text = np.empty((len(raw), 32), np.uint8)
    text[:, 0::2], text[:, 1::2] = digits[raw >> 4], digits[raw & 15]
    return _strings(text)


def _strings(text: np.ndarray) -> pa.Array:
    count, width = text.shape
    offsets = (np.arange(count + 1) * width).astype(np.int32)
    buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(text.tobytes())]
    return pa.Array.from_buffers(pa.string(), count, buffers)
