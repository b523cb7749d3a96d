"""Tells two ways of being refused apart by their time alone, if they can be: Welch's test on interleaved samples."""

import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

KEPT = 0.8
"""The share of each sample that counts: the slowest fifth is the machine's, not the program's."""


@dataclass(frozen=True)
class Compared:
    """Two samples: how many of each, their difference in microseconds, and Welch's t."""

    each: int
    apart_us: float
    t: float


def trimmed(sample: list[int]) -> list[int]:
    return sorted(sample)[: max(2, int(len(sample) * KEPT))]


def welch(first: list[int], second: list[int]) -> Compared:
    one, two = trimmed(first), trimmed(second)
    apart = statistics.fmean(one) - statistics.fmean(two)
    spread = math.sqrt(statistics.variance(one) / len(one) + statistics.variance(two) / len(two))
    return Compared(len(first), apart / 1000, apart / spread if spread else math.inf)


def compare(first: Callable[[], object], second: Callable[[], object], *, each: int) -> Compared:
    """Time both, one after the other in turns, so that whatever else the machine does falls on both alike."""
    samples: tuple[list[int], list[int]] = ([], [])
    for turn in range(each):
        order = (0, 1) if turn % 2 else (1, 0)
        for place in order:
            begun = time.perf_counter_ns()
            (first, second)[place]()
            samples[place].append(time.perf_counter_ns() - begun)
    return welch(*samples)
