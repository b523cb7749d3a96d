"""What the desk proposes for a finding: the words relied on, their page, and a reason. Never the outcome.

1. A person chooses each outcome; the checks inform that choice and never make it (Policy 4).
2. Words are proposed where the paper says what the confirmed facts say: value by value, on the page where it stands.
   Where the paper says something else, nothing is proposed, and a person looks for the words.
3. A reason is proposed only where every check of the question is met: it repeats what they found. A stop, a question
   and what is asked of counsel propose none.
4. A proposed reason carries "met" alone. Whoever finds otherwise gives a reason of their own (Policy 4).
5. A finding that keeps the proposed reason says so for ever: proposed by the checks, confirmed by the person.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.findings import Outcome
from safeconduct.core.base.periods import zone
from safeconduct.core.reading.engine import propose
from safeconduct.core.reading.proposals import Field, Proposal
from safeconduct.core.reading.words import Word
from safeconduct.rooms.government_requests.rules.paper import Paper, Selector
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome

MOST_WORDS, MOST_REASON = 1000, 2000
NOWHERE = (0, 0, 0, 0)


class OwnReasonError(BadInputError):
    """The checks propose this reason for another outcome."""

    code = "SC-OWN-REASON"
    cure = "Say in your own words why you find otherwise."


@dataclass(frozen=True, kw_only=True)
class Pointer:
    """Words of the paper and the page on which they stand."""

    words: str
    page: int


def proposed_reason(checks: Sequence[tuple[Outcome, str]]) -> str:
    """Return what the checks found as a reason, or nothing unless every one of them is met: rule 3."""
    if not checks or any(outcome is not Outcome.MET for outcome, _ in checks):
        return ""
    said = " ".join(says for _, says in checks)
    return said if len(said) <= MOST_REASON else ""


def is_proposed(*, reason: str, outcome: FindingOutcome, proposed: str) -> bool:
    """Return whether a finding keeps the proposed reason; raises ``OwnReasonError`` where it departs: rule 4."""
    if not proposed or _plain(reason) != _plain(proposed):
        return False
    if outcome is not FindingOutcome.MET:
        raise OwnReasonError
    return True


def pointers(*, paper: Paper, pages: Sequence[str]) -> dict[FindingKind, Pointer]:
    """Return where the paper itself says what the confirmed facts say, for each question that it answers: rule 2."""
    words = list(_words(pages))
    found = propose(words).proposals
    made: dict[FindingKind, Pointer] = {}
    for kind in FindingKind:
        one = next((one for one in found if _agrees(kind, one, paper)), None)
        if one is not None and len(said := _lines(words, one, pages)) <= MOST_WORDS:
            made[kind] = Pointer(words=said, page=words[one.first].page)
    if items := _items(paper, pages):
        made[FindingKind.PARTICULARIZED] = items
    return made


def _plain(text: str) -> str:
    return " ".join(text.split())


def _words(pages: Sequence[str]) -> Iterator[Word]:
    for number, page in enumerate(pages, start=1):
        for place, line in enumerate(page.splitlines(), start=1):
            for text in line.split():
                yield Word(number, place, NOWHERE, text)


def _agrees(kind: FindingKind, one: Proposal, paper: Paper) -> bool:
    """Return whether what was read is what a person confirmed, in the field on which the question turns."""
    if kind is FindingKind.VALID:
        return one.field is Field.KIND and one.kind == paper.process
    if kind is FindingKind.LIMITED:
        return one.field is Field.WINDOW and one.value == _period(paper)
    if kind is FindingKind.SPECIFIC:
        return one.field is Field.IDENTIFIER and Selector(kind=one.kind, value=one.value) in paper.selectors
    if kind is FindingKind.PARTICULARIZED:
        return one.field is Field.CATEGORY and one.kind in paper.categories
    cited = one.field is Field.STATUTE and bool(paper.statute) and _plain(one.value) == _plain(paper.statute)
    wanted = paper.reply_by.isoformat() if paper.reply_by else ""
    return cited or (one.field is Field.DEADLINE and one.kind == "day" and one.value == wanted)


def _period(paper: Paper) -> str:
    if paper.window is None:
        return ""
    place = zone(paper.zone)
    last = (paper.window.end - timedelta(microseconds=1)).astimezone(place).date()
    return f"{paper.window.start.astimezone(place).date()}/{last}"


def _lines(words: Sequence[Word], one: Proposal, pages: Sequence[str]) -> str:
    """Return the whole lines on which a proposal stands; what runs over a page's end is told of its first page."""
    first = words[one.first]
    on_page = [word for word in words[one.first : one.last + 1] if word.page == first.page]
    lines = pages[first.page - 1].splitlines()[first.line - 1 : on_page[-1].line]
    return _plain(" ".join(lines))


def _items(paper: Paper, pages: Sequence[str]) -> Pointer | None:
    """Return the paper's own list of things sought, from its first typed item to its last on that page."""
    for page in sorted({item.page for item in paper.items if 1 <= item.page <= len(pages)}):
        text = _plain(pages[page - 1])
        places = []
        for item in paper.items:
            start = text.find(_plain(item.words)) if item.page == page and item.words.strip() else -1
            if start >= 0:
                places.append((start, start + len(_plain(item.words))))
        if places:
            start, end = min(places)[0], max(end for _, end in places)
            if end - start <= MOST_WORDS:
                return Pointer(words=text[start:end], page=page)
    return None
