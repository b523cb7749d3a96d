"""Matters that belong together: which links there are, what a paper says of earlier ones, and how periods lie.

1. A person links two matters and says how and why; a link decides nothing (Policy 4).
2. Of one pair there is one link at a time; it is ended by a person with a reason, and never deleted.
3. Who may not know of either end sees no link (18 U.S.C. 2705(b); DESIGN 11.4).
4. A reference of ours that stands in a paper is looked for, and so is the authority's own number; what is found is
   shown only within one's clearance.
5. Periods are compared where the papers of both matters are open, and nowhere else.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.lifecycle import Lifecycle
from safeconduct.core.base.periods import Window

REFERENCE = re.compile(r"(?<![0-9A-Z-])[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}(?![0-9A-Z-])")
OTHER = re.compile(r"[\W_]+")
MOST_STATED = 20
OUR_REFERENCE, CASE_NUMBER = "ours", "case_number"
STATED = (CASE_NUMBER, OUR_REFERENCE)
"""What a paper can state of earlier matters; the authority's number is kept as a keyed blind index of that kind."""

LINK = Lifecycle(name="link", initial="standing", table={("standing", "unlink"): "ended"})


class LinkKind(StrEnum):
    """How a matter belongs to an earlier one."""

    SUPPLEMENT = "supplement"
    DUPLICATE = "duplicate"
    SAME_INVESTIGATION = "same_investigation"
    CHALLENGE = "challenge"


LINK_NAMES = {
    LinkKind.SUPPLEMENT: "Asks for more than the other",
    LinkKind.DUPLICATE: "Is the other one again",
    LinkKind.SAME_INVESTIGATION: "Same investigation",
    LinkKind.CHALLENGE: "Concerns a challenge to the other",
}
FROM_THERE = {
    LinkKind.SUPPLEMENT: "Is asked for more by the other",
    LinkKind.DUPLICATE: "Came again as the other",
    LinkKind.SAME_INVESTIGATION: "Same investigation",
    LinkKind.CHALLENGE: "Is challenged in the other",
}
"""The same link as the other matter's page says it."""


class LinkError(ConflictError):
    """These two matters cannot be linked like this."""

    code = "SC-LINK"
    cure = "Name another matter by its reference; end the link that stands before you make another."


class LinkReasonError(BadInputError):
    """A link is made, and ended, with a reason."""

    code = "SC-LINK-REASON"
    cure = "Say in a sentence why; it is sealed with the matter."


def require_link(*, one: str, other: str, linked: bool, reason: str) -> None:
    """Raise ``LinkError`` or ``LinkReasonError`` unless the two may be linked: rules 1 and 2."""
    if one == other:
        raise LinkError("A matter is not linked with itself.")
    if linked:
        raise LinkError("They are linked already.")
    if not reason.strip():
        raise LinkReasonError


def references_in(texts: Iterable[str], *, own: str) -> tuple[str, ...]:
    """Return the references of ours that stand in a paper's words, each once, but its ``own`` (rule 4)."""
    found = dict.fromkeys(one for text in texts for one in REFERENCE.findall(text.upper()))
    return tuple(one for one in found if one != own)[:MOST_STATED]


def plain_number(number: str) -> str:
    """Return an authority's number so that two ways to write it are one: letters and digits alone."""
    return OTHER.sub("", number).casefold()


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Two periods on one line of time, in units of a drawing; ``shared`` is empty where they do not meet."""

    width: int
    own: tuple[float, float]
    other: tuple[float, float]
    shared: tuple[float, float] | None
    words: str


WIDTH = 300


def compared(own: Window | None, other: Window | None) -> Bars | None:
    """Return how two periods lie to each other, or None where one of them is open (rule 5)."""
    if own is None or other is None:
        return None
    start, end = min(own.start, other.start), max(own.end, other.end)
    scale = WIDTH / ((end - start).total_seconds() or 1)

    def bar(window: Window) -> tuple[float, float]:
        begins = (window.start - start).total_seconds() * scale
        return round(begins, 2), round(max((window.end - window.start).total_seconds() * scale, 1), 2)

    first, last = max(own.start, other.start), min(own.end, other.end)
    shared = bar(Window(first, last)) if first < last else None
    if shared is None:
        words = "No day in common"
    elif (own.start, own.end) == (other.start, other.end):
        words = "The same period"
    elif (first, last) == (other.start, other.end):
        words = "Lies within this one's"
    elif (first, last) == (own.start, own.end):
        words = "Holds this one's"
    else:
        days = -(-(last - first).total_seconds() // 86_400)
        words = f"{days:.0f} day{'s' if days > 1 else ''} in common"
    return Bars(width=WIDTH, own=bar(own), other=bar(other), shared=shared, words=words)
