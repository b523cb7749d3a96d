"""Marks the words that findings rely on in a paper's picture: a number in the margin, linked with the words both ways.

The newest sealed reason of each of the five questions counts; a finding whose words the machine did not read in the
same order on the same page has no mark, and that is said.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from safeconduct.core.reading.words import EDGE, Word, folded
from safeconduct.vaultd.faces.html import Html, fill, join
from safeconduct.vaultd.objects import Objects

QUESTIONS = ("valid", "limited", "specific", "particularized", "enforceable")
MOST_OPENED = 60
MARKED = '<a href="#relied-$number" id="relied-box-$number" aria-label="Finding $number, $name">$rects$mark</a>'
RECT = '<rect class="relied" x="$x" y="$y" width="$w" height="$h"/>'
NUMBER = '<text class="mark" x="$x" y="$y">F$number</text>'
ROW = """<li id="relied-$number"><a href="#relied-box-$number">Finding $number, $name</a>:
<span class="serif">$words</span></li>"""
UNMARKED = """<li id="relied-$number">Finding $number, $name: <span class="serif">$words</span>
<b>Not found on the page.</b></li>"""


@dataclass(frozen=True)
class Relied:
    """A finding's words on a page, and the words of the reading that they are; none where they were not found."""

    number: int
    words: str
    found: tuple[Word, ...]


def relied_on(objects: Objects, owner: str, page: int, words: Sequence[Word]) -> tuple[Relied, ...]:
    """Return the findings that rely on words of this page, in the order of the questions."""
    newest: dict[str, dict[str, object]] = {}
    for name, _ in objects.of_owner(kind="answer", owner=owner)[-MOST_OPENED:]:
        value = _finding(objects.open(name))
        if value.get("finding") in QUESTIONS:
            newest[str(value["finding"])] = value
    made = []
    for number, question in enumerate(QUESTIONS, 1):
        reason = newest.get(question, {})
        said = str(reason.get("words", "")) if reason.get("page") == page else ""
        if said.strip():
            made.append(Relied(number, said, _search(said, words)))
    return tuple(made)


def _finding(data: bytes) -> dict[str, object]:
    """Return a finding's sealed reason; nothing for an officer's answer, which is of the same kind."""
    try:
        value = json.loads(data)
    except ValueError:
        return {}
    return value if isinstance(value, dict) and value.get("kind") == "finding" else {}


def _search(said: str, words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words that stand one after the other as ``said``; marks at their ends do not count."""
    wanted = [_bare(one) for one in said.split()]
    stand = [_bare(one.text) for one in words]
    for start in range(len(stand) - len(wanted) + 1):
        if stand[start : start + len(wanted)] == wanted:
            return tuple(words[start : start + len(wanted)])
    return ()


def _bare(word: str) -> str:
    return folded(word).strip(".,;:()\"'").casefold()


def marks(relied: Sequence[Relied], size: tuple[int, int]) -> Html:
    """Return the marks over the picture."""
    return join(_mark(one, size) for one in relied if one.found)


def _mark(one: Relied, size: tuple[int, int]) -> Html:
    lines: dict[int, list[Word]] = {}
    for word in one.found:
        lines.setdefault(word.line, []).append(word)
    rects = []
    for group in lines.values():
        left, right = min(w.box[0] for w in group) * size[0] // EDGE, max(w.box[2] for w in group) * size[0] // EDGE
        top, bottom = min(w.box[1] for w in group) * size[1] // EDGE, max(w.box[3] for w in group) * size[1] // EDGE
        rects.append(fill(RECT, x=left, y=bottom, w=max(2, right - left), h=max(2, (bottom - top) // 8)))
    middle = one.found[0].box[3] * size[1] // EDGE
    mark = fill(NUMBER, x=size[0] // 100, y=middle, number=one.number)
    return fill(MARKED, number=one.number, name=QUESTIONS[one.number - 1], rects=join(rects), mark=mark)


def listed(relied: Sequence[Relied]) -> Html:
    """Return the findings of the page as a list, or nothing."""
    rows = join(
        fill(ROW if one.found else UNMARKED, number=one.number, name=QUESTIONS[one.number - 1], words=one.words)
        for one in relied
    )
    text = '<h2>Findings that rely on this page</h2><ol class="proposals relied-list">$rows</ol>'
    return fill(text, rows=rows) if relied else Html("")
