"""Names that somebody else chose: 255 seeds in ``seeds.json`` by what they try, and 2,000 made of them."""

import json
import random
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path

SEEDS: dict[str, str] = json.loads(Path(__file__).with_name("seeds.json").read_text("ascii"))
FULL = 2000
# Written here once more, and not taken from the program: what no page may hold raw.
RAW = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
ALLOWED_IN_JSON = re.compile(r"\\u[0-9a-f]{4}")
ENDINGS = (".pdf", ".PDF", ".pdf.exe", ".tiff", "", ".", "  ", ".pdf\x00.exe")


def endless(chance: random.Random) -> Iterator[str]:
    """Yield every seed, then seeds joined, wrapped, doubled and given endings, without end."""
    yield from SEEDS.values()
    every = list(SEEDS.values())
    while True:
        first, second = chance.choice(every), chance.choice(every)
        yield chance.choice(
            (first + second, f"{first}{chance.choice(ENDINGS)}", f"Sheriff {first} of {second}", first * 2)
        )


def names(count: int, chance: random.Random) -> list[str]:
    """Return ``count`` different names, the seeds first."""
    seen: dict[str, None] = {}
    for name in endless(chance):
        seen.setdefault(name)
        if len(seen) == count:
            break
    return list(seen)


def batches(found: list[str], size: int) -> Iterator[list[str]]:
    rest = iter(found)
    while part := list(islice(rest, size)):
        yield part


class Shape(HTMLParser):
    """The elements of a page and the names of their attributes: a name that adds one is markup."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[tuple[str, ...]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, *sorted(name for name, _ in attrs)))

    def handle_comment(self, data: str) -> None:
        self.parts.append(("comment", data))


def shape(text: str) -> list[tuple[str, ...]]:
    return Shape(text).parts
