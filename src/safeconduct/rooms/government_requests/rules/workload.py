"""Ages of open matters, and the picture of who has how many.

1. A matter's age is counted in whole days from its receipt, not from when somebody took it: the agency waits from then.
2. The picture holds the same numbers as its table, in the same order, from zero, in fills that survive grey.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

AGES = (("to 7 days", timedelta(days=7)), ("8 to 30 days", timedelta(days=30)))
OLDER = "over 30 days"
AGE_WORDS = (*(words for words, _ in AGES), OLDER)
WIDTH, LABEL, TAIL, ROW, BAR, GAP = 690, 164, 48, 40, 26, 2
FILLS = ("c3", "c2", "c1")
"""The older, the darker."""


@dataclass(frozen=True)
class Part:
    """A rectangle of one bar."""

    x: float
    y: float
    width: float
    fill: str


@dataclass(frozen=True)
class Bar:
    """One person's bar: its words, where they stand, its parts, and the total behind it."""

    label: str
    y: float
    parts: tuple[Part, ...]
    total: int
    total_x: float


@dataclass(frozen=True)
class Picture:
    """A drawing and its size."""

    width: int
    height: int
    base: int
    thick: int
    bars: tuple[Bar, ...]


def picture(rows: Sequence[tuple[str, Sequence[int]]]) -> Picture:
    """Return lying bars: each row is a label and one number for each age."""
    most = max((sum(numbers) for _, numbers in rows), default=0) or 1
    scale = (WIDTH - LABEL - TAIL - GAP * len(FILLS)) / most
    bars = []
    for place, (label, numbers) in enumerate(rows):
        x, top, parts = float(LABEL), float(place * ROW + (ROW - BAR) / 2), []
        for number, fill in zip(numbers, FILLS, strict=True):
            if number:
                parts.append(Part(round(x, 2), top, round(number * scale, 2), fill))
                x += number * scale + GAP
        bars.append(Bar(label, top + BAR / 2 + 4, tuple(parts), sum(numbers), round(x + 6, 2)))
    return Picture(WIDTH, max(len(rows), 1) * ROW, LABEL, BAR, tuple(bars))
