"""Identifiers by the thousand, from a list: what is taken, what is folded, and what is wrong, line by line.

1. One identifier on each line; of several cells the first that is an identifier counts, and the others are notes.
2. A first line that holds none, above one that does, is a heading.
3. The same identifier twice is one. What fits no form is wrong and named by its line; nothing is guessed and nothing is
   left out silently: a list with a wrong line is not taken (Policy 4; particularity, 18 U.S.C. 2703).
4. A paper names 20,000 identifiers at most, typed and listed together.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from safeconduct.core.base.errors import BadInputError
from safeconduct.rooms.government_requests.rules.identifiers import of_another_kind, read_identifier, well_formed
from safeconduct.rooms.government_requests.rules.paper import Selector

MOST_SELECTORS = 20_000
MOST_SHOWN = 50
LONGEST_SHOWN = 60
KIND_NAMES = {
    "phone": "telephone numbers",
    "email": "e-mail addresses",
    "account": "accounts",
    "ip": "internet addresses",
    "imei": "numbers of telephones",
    "iccid": "numbers of telephones' cards",
    "card": "payment cards",
    "iban": "bank accounts",
    "domain": "hosts' names",
    "name": "names",
}


class TargetsError(BadInputError):
    """The list cannot be taken as it is."""

    code = "SC-TARGETS"
    cure = "Correct the lines that are named, and choose the file again; nothing of it was kept."


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """A line that holds no identifier, and how it begins."""

    line: int
    words: str


@dataclass(frozen=True, kw_only=True)
class Targets:
    """A list as it was read.

    Attributes:
        selectors: each identifier once, in the list's order.
        wrong: the lines that hold none.
        folded: how many lines named one that stood before.
        heading: whether the first line was taken for a heading.
    """

    selectors: tuple[Selector, ...]
    wrong: tuple[Wrong, ...]
    folded: int
    heading: bool

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """Return how many there are of each kind, the most first."""
        found = Counter(one.kind for one in self.selectors)
        return tuple((KIND_NAMES.get(kind, kind), number) for kind, number in found.most_common())


def _identifier(cells: tuple[str, ...]) -> Selector | None:
    for cell in cells:
        kind, value = read_identifier(cell)
        made = Selector(kind=kind, value=value)
        if kind != "name" and (well_formed(made) or of_another_kind(made)):
            return made
    return None


def read_targets(lines: Iterable[tuple[int, tuple[str, ...]]]) -> Targets:
    """Return what a list names: rules 1 to 3."""
    found: dict[Selector, None] = {}
    wrong: list[Wrong] = []
    folded, heading, first = 0, False, True
    for number, cells in lines:
        made = _identifier(cells)
        if made is None:
            wrong.append(Wrong(line=number, words=" ".join(cells)[:LONGEST_SHOWN]))
        elif made in found:
            folded += 1
        else:
            if len(wrong) == 1 and not found and not first:
                # Rule 2: one line alone, before any identifier.
                heading = True
                wrong.clear()
            found[made] = None
        first = False
    return Targets(selectors=tuple(found), wrong=tuple(wrong), folded=folded, heading=heading)


def require_targets(found: Targets, *, typed: int = 0) -> None:
    """Raise ``TargetsError`` unless every line was read and there are not too many: rules 3 and 4."""
    if found.wrong:
        told = ", ".join(str(one.line) for one in found.wrong[:MOST_SHOWN])
        more = f" and {len(found.wrong) - MOST_SHOWN} more" if len(found.wrong) > MOST_SHOWN else ""
        raise TargetsError(f"No identifier in line {told}{more}.")
    if not found.selectors:
        raise TargetsError("It names no identifier.")
    if len(found.selectors) + typed > MOST_SELECTORS:
        raise TargetsError(f"It names {len(found.selectors):,}; a paper names {MOST_SELECTORS:,} at most.")
