"""Makes ``docs/images/records.svg`` from the lines of bench-records; the same lines give the same bytes.

Three small charts: milliseconds against millions of rows, both on scales of powers of ten, ours and the peer's.
"""

import json
import math
import sys
from pathlib import Path

PANELS = (
    ("day", "Five selectors, one day"),
    ("planted_100", "100 rows scattered over the archive"),
    ("planted_10000", "10,000 rows scattered over the archive"),
)
WIDTH, HEIGHT, LEFT, TOP, SIDE = 960, 330, 46, 64, 250
STEP = 312
OURS, PEER, INK, GRID = "#0b6e4f", "#b5541c", "#333333", "#d8d8d8"
Point = tuple[float, float]


def points(lines: list[dict[str, object]], name: str, who: str) -> list[Point]:
    """Return (millions of rows, milliseconds) of one contender for one question, by rows."""
    begin = f"records.search.{name}."
    found = []
    for line in lines:
        sizes = line["sizes"]
        if str(line["name"]).startswith(begin) and isinstance(sizes, dict):
            found.append((sizes["rows"] / 1e6, sizes["seconds"][who][1] * 1e3))
    return sorted(found)


def decades(values: list[float]) -> tuple[int, int]:
    """Return the powers of ten that enclose the values."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def text(x: float, y: float, words: str, *, anchor: str = "middle", size: int = 12, colour: str = INK) -> str:
    """Return words at a place."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{words}</text>'


def line(points: list[Point], colour: str) -> list[str]:
    """Return a line with a dot at each point."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    made = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>']
    return made + [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points]


def panel(left: float, title: str, ours: list[Point], peer: list[Point]) -> list[str]:
    """Return one chart."""
    across, up = decades([x for x, _ in ours]), decades([y for _, y in ours + peer])

    def place(point: Point) -> Point:
        x = left + (math.log10(point[0]) - across[0]) / (across[1] - across[0]) * SIDE
        return x, TOP + SIDE - 40 - (math.log10(point[1]) - up[0]) / (up[1] - up[0]) * (SIDE - 40)

    made = [text(left + SIDE / 2, TOP - 14, title, size=13)]
    for power in range(up[0], up[1] + 1):
        _, y = place((1, 10.0**power))
        made.append(f'<line x1="{left}" x2="{left + SIDE}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GRID}"/>')
        made.append(text(left - 6, y + 4, f"{10.0**power:g}", anchor="end", size=11))
    for x, _ in ours:
        made.append(text(place((x, 1))[0], TOP + SIDE - 22, f"{x:g}", size=11))
    return made + line([place(one) for one in peer], PEER) + line([place(one) for one in ours], OURS)


def svg(lines: list[dict[str, object]]) -> str:
    """Return the picture."""
    made = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif">',
        "<title>Search time against the size of the archive</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        text(LEFT, 24, "sealed, a key for each customer", anchor="start", colour=OURS),
        text(LEFT + 220, 24, "DuckDB on plain Parquet with bloom filters", anchor="start", colour=PEER),
        text(WIDTH - 12, 24, "milliseconds, by millions of rows", anchor="end"),
    ]
    for number, (name, title) in enumerate(PANELS):
        ours, peer = points(lines, name, "ours"), points(lines, name, "peer")
        if ours:
            made += panel(LEFT + number * STEP, title, ours, peer)
    return "\n".join([*made, "</svg>\n"])


def main(target: str, paths: list[str]) -> int:
    """Write the picture of the lines in these files."""
    lines = [json.loads(row) for path in paths for row in Path(path).read_text("utf-8").splitlines() if row]
    Path(target).write_text(svg(lines), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
