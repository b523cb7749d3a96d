"""The geometry of the charts: numbers in, coordinates out. Colour is in classes, text in the template.

1. Bars begin at zero and share one scale; the largest total fills the width.
2. The order is that of the table. Segments are 2 px apart. Three fills at most, which survive grey.
3. A number stands in its segment when it fits, and each bar's total stands behind it.
4. National security is never drawn.
5. Each chart is drawn twice, for a wide window and for a phone: the letters keep their size, the bars give way.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 690
GAP = 2
LABEL = 164
TAIL = 40
ROW, BAR = 50, 30
PER_DIGIT = 9
PAD = 8
FILLS = ("c1", "c2", "c3")
TEXTS = ("on", "on-2", "")


@dataclass(frozen=True)
class Room:
    """What a drawing may fill: the width of its view box, of which ``label`` is kept for words at the left."""

    width: int = WIDTH
    label: int = LABEL
    narrow: bool = False


WIDE = Room()
PHONE = Room(width=350, label=132, narrow=True)


@dataclass(frozen=True)
class Segment:
    """A rectangle and the number in it; ``number`` is empty where it does not fit."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    text: str
    number: str


@dataclass(frozen=True)
class Bar:
    """One bar with its label and total and where those stand; ``to_left`` if the label ends at its place."""

    label: str
    label_x: float
    label_y: float
    total: int
    total_x: float
    total_y: float
    segments: tuple[Segment, ...]
    to_left: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart, ready for its template.

    Attributes:
        name: id of the drawing in its page.
        title: the finding.
        legend: (fill, words).
        width, height: of the view box.
        base: the base line, as x1, y1, x2, y2.
        upright: whether the bars stand.
        labelled: whether the parts carry their own words, so that there is no legend.
        narrow: whether it is drawn for a phone.
    """

    name: str
    title: str
    legend: tuple[tuple[str, str], ...]
    width: int
    height: int
    base: tuple[float, float, float, float]
    bars: tuple[Bar, ...]
    upright: bool = False
    labelled: bool = False
    narrow: bool = False


def _fits(number: int, width: float) -> bool:
    return width >= PER_DIGIT * len(str(number)) + PAD


def _legend(words: Sequence[str], fills: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(zip(fills, words, strict=False))


def lying(
    *,
    name: str,
    title: str,
    words: Sequence[str],
    rows: Sequence[tuple[str, Sequence[int]]],
    fills: Sequence[str] = FILLS,
    room: Room = WIDE,
) -> Chart:
    """Return a chart of lying bars; each row is a label and one number for each word of the legend."""
    most = max((sum(numbers) for _, numbers in rows), default=0) or 1
    scale = (room.width - room.label - TAIL - GAP * len(words)) / most
    bars = []
    for place, (label, numbers) in enumerate(rows):
        y, x = float(place * ROW + (ROW - BAR) / 2), float(room.label)
        segments = []
        for number, fill in zip(numbers, fills, strict=False):
            if number:
                width = round(number * scale, 2)
                shown = str(number) if _fits(number, width) else ""
                segments.append(Segment(round(x, 2), y, width, BAR, fill, TEXTS[FILLS.index(fill)], shown))
                x += width + GAP
        middle = y + BAR / 2 + 4
        bars.append(Bar(label, 0, middle, sum(numbers), round(x + PAD, 2), middle, tuple(segments)))
    height = max(len(rows), 1) * ROW
    base = (room.label, 0, room.label, height)
    legend = _legend(words, fills)
    return Chart(name, title, legend, room.width, height, base, tuple(bars), narrow=room.narrow)


def standing(
    *, name: str, title: str, words: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]], room: Room = WIDE
) -> Chart:
    """Return a chart of standing bars with two fills, the first at the bottom."""
    fills, top, body, foot = ("c1", "c3"), 28, 200, 30
    most = max((sum(numbers) for _, numbers in rows), default=0) or 1
    scale = (body - GAP) / most
    step = room.width / max(len(rows), 5)
    width = round(step * 0.62, 2)
    bars = []
    for place, (label, numbers) in enumerate(rows):
        x, y = round(place * step + 4, 2), float(top + body)
        segments = []
        for number, fill in zip(numbers, fills, strict=False):
            if number:
                height = round(number * scale, 2)
                y -= height
                shown = str(number) if height > BAR / 2 and fill == "c1" else ""
                segments.append(Segment(x, round(y, 2), width, height, fill, TEXTS[FILLS.index(fill)], shown))
                y -= GAP
        middle = round(x + width / 2, 2)
        bars.append(Bar(label, middle, top + body + 20, sum(numbers), middle, round(y - 6, 2), tuple(segments)))
    base = (0.0, float(top + body), float(room.width), float(top + body))
    legend, height = _legend(words, fills), top + body + foot
    return Chart(name, title, legend, room.width, height, base, tuple(bars), upright=True, narrow=room.narrow)


def band_of_parts(*, name: str, title: str, words: Sequence[str], numbers: Sequence[int], room: Room = WIDE) -> Chart:
    """Return one lying bar over the whole width; at most four parts, named above it or, on a phone, in a legend."""
    fills = ("c1", "c2", "c3", "c3")
    whole, width = sum(numbers) or 1, room.width if room.narrow else 2 * WIDTH
    scale = (width - GAP * len(numbers)) / whole
    x, bars = 0.0, []
    for word, number, fill in zip(words, numbers, fills, strict=True):
        if not number:
            continue
        wide = round(number * scale, 2)
        shown = str(number) if _fits(number, wide) else ""
        segment = Segment(round(x, 2), 24, wide, 40, fill, TEXTS[FILLS.index(fill)], shown)
        last = x + wide >= width - GAP * len(numbers) - 1
        label = word if not room.narrow and (last or wide >= len(word) * 7) else ""
        label_x = round(x + wide, 2) if last and wide < len(word) * 7 else round(x, 2)
        bars.append(Bar(label, label_x, 14, number, 0, 0, (segment,), to_left=label_x > x))
        x += wide + GAP
    legend, named = _legend(words, fills), not room.narrow
    return Chart(name, title, legend, width, 66, (0, 24, 0, 64), tuple(bars), labelled=named, narrow=room.narrow)
