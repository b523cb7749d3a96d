"""Whether the paper calls the served company by its name, slips of the pen aside.

1. Capitals, points and the words for a company's form ("Inc.", "GmbH") make no other name (Policy 4).
2. A name that differs by a letter or two is a slip: the officer is asked, the paper is not refused.
3. Any other name is another company's: the paper was not served on us.
"""

import re

FORMS = frozenset(
    {"inc", "incorporated", "llc", "ltd", "limited", "corp", "corporation", "co", "company", "gmbh", "plc", "ag", "the"}
)
SLIP = 2


def plain(name: str) -> str:
    """Return the words that tell one company from another."""
    words = re.findall(r"\w+", re.sub(r"[.'\u2019]", "", name.casefold()))
    return " ".join(word for word in words if word not in FORMS)


def differs_by(first: str, second: str) -> int:
    """Return how many letters one has to change, add or leave out to make the one into the other."""
    row = list(range(len(second) + 1))
    for line, letter in enumerate(first, start=1):
        before, row[0] = row[0], line
        for place, other in enumerate(second, start=1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (letter != other))
    return row[-1]


def nearest(name: str, names: tuple[str, ...]) -> int:
    """Return by how many letters ``name`` differs from the nearest of ``names``."""
    return min(differs_by(plain(name), plain(one)) for one in names)
