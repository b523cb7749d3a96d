"""What may be allowed of what was asked, and what is left out and why.

1. A category that the process cannot reach is left out (18 U.S.C. 2703).
2. An item that a catch-all sweeps in is left out unless a person read categories in its words (U.S. Const. amend. IV).
3. An identifier that is not well formed is left out (Policy 4).
4. A period that runs on after service is cut at the end of that day (Policy 4).
5. Narrowing never widens: what is allowed lies within what was asked.
6. A safe-conduct carries a ceiling of rows: a quarter more than the forecast, to the next hundred (Policy 4).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from safeconduct.core.base.periods import Window, first_instant
from safeconduct.core.conduct.scope import MOST_SELECTORS
from safeconduct.rooms.government_requests.rules.findings.facts import Facts
from safeconduct.rooms.government_requests.rules.findings.particularized import is_catch_all
from safeconduct.rooms.government_requests.rules.identifiers import well_formed
from safeconduct.rooms.government_requests.rules.law import Law
from safeconduct.rooms.government_requests.rules.paper import Paper, Selector
from safeconduct.rooms.government_requests.rules.words import CATEGORY_NAMES, Category

Named = TypeVar("Named")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A scope before it is bound to customers: identifiers, categories, period."""

    selectors: tuple[Selector, ...]
    categories: tuple[Category, ...]
    window: Window | None

    def as_json(self) -> dict[str, Any]:
        """Return the sealed form."""
        return {
            "selectors": [selector.as_json() for selector in self.selectors],
            "categories": [str(category) for category in self.categories],
            "window": self.window.as_json() if self.window else None,
        }

    def covers(self, other: "Asked") -> bool:
        """Return whether ``other`` lies within this: rule 5."""
        if self.window and not (other.window and other.window.within(self.window)):
            return False
        return set(other.selectors) <= set(self.selectors) and set(other.categories) <= set(self.categories)


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Words of the paper that are not answered, and why: both are shown to the approvers and the officer."""

    words: str
    why: str

    def as_json(self) -> dict[str, str]:
        """Return the form that a safe-conduct carries."""
        return {"words": self.words, "why": self.why}


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """What the paper asked, what may be allowed, and what is left out."""

    asked: Asked
    allowed: Asked
    left_out: tuple[LeftOut, ...]

    @property
    def changed(self) -> bool:
        """Return whether anything was left out."""
        return bool(self.left_out)


def plain_asked(*, paper: Paper, law: Law, window: Window | None) -> Asked:
    """Return what the rules allow of ``paper`` with a period that a person states where the paper names none."""
    reach = set(law.obtainable.value)
    named = {category for item in paper.items for category in item.categories}
    return Asked(
        selectors=tuple(selector for selector in paper.selectors if well_formed(selector)),
        categories=tuple(sorted(category for category in named if category in reach)),
        window=window,
    )


def narrow(facts: Facts) -> Narrowed:
    """Return the widest scope that the rules above allow for the paper, with what they leave out."""
    paper = facts.paper
    left: list[LeftOut] = []
    kept_items = []
    for item in paper.items:
        if is_catch_all(item) and not item.categories:
            left.append(LeftOut(words=item.words, why="It names no category that can be searched for."))
        else:
            kept_items.append(item)
    reach = set(facts.law.obtainable.value)
    asked_categories = tuple(sorted({category for item in kept_items for category in item.categories}))
    for category in asked_categories:
        if category not in reach:
            why = f"This process does not reach it ({facts.law.obtainable.citation})."
            left.append(LeftOut(words=CATEGORY_NAMES[category], why=why))
    why = "It is not an identifier by which records are found."
    left += [LeftOut(words=selector.value, why=why) for selector in paper.selectors if not well_formed(selector)]
    window, cut = _cut(facts)
    left += cut
    return Narrowed(
        asked=Asked(selectors=paper.selectors, categories=paper.categories, window=paper.window),
        allowed=Asked(
            selectors=tuple(selector for selector in paper.selectors if well_formed(selector)),
            categories=tuple(category for category in asked_categories if category in reach),
            window=window,
        ),
        left_out=tuple(left),
    )


def _cut(facts: Facts) -> tuple[Window | None, list[LeftOut]]:
    window = facts.paper.window
    if window is None:
        return None, []
    end = first_instant(facts.served_on + timedelta(days=1), facts.paper.zone)
    if window.end <= end:
        return window, []
    left = [LeftOut(words="The period after the day of service", why="It would be interception, not stored records.")]
    return (Window(window.start, end) if window.start < end else None), left


def ceiling_for(counted: int) -> int:
    """Return the ceiling of rows for a forecast of ``counted``: rule 6."""
    return max(1, -(-counted * 5 // 400)) * 100


def in_parts(selectors: Sequence[Named]) -> Iterator[Sequence[Named]]:
    """Yield the identifiers in parts as large as one item of a scope may name."""
    for start in range(0, len(selectors), MOST_SELECTORS):
        yield selectors[start : start + MOST_SELECTORS]
