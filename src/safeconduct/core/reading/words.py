"""Words with their places on a page, and the one text in which patterns are looked for."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.visible import UNSEEN

MOST_WORDS = 40_000
MOST_PAGE_WORDS = 6_000
MOST_LETTERS = 160
MOST_PAGES = 500
EDGE = 10_000
"""A box counts in ten-thousandths of the page as it is drawn, from its upper left corner."""
JOINERS = re.compile("[\u200c\u200d\ufe00-\ufe0f]")
SAME = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2010": "-", "\u2011": "-"})
DASHES = str.maketrans(dict.fromkeys("\u2012\u2013\u2014\u2015\u2212", "-"))

STOP = re.compile(r"(?<![A-Z])[.;]\s+(?=[A-ZÄÖÜÉ])")

Box = tuple[int, int, int, int]
"""Left, top, right, bottom."""


class WordsError(BadInputError):
    """These are no words with places, or more than the limits."""

    code = "SC-WORDS"


@dataclass(frozen=True)
class Word:
    """One word as it stands: its page and line, both from 1 on, its box and its letters."""

    page: int
    line: int
    box: Box
    text: str

    def as_json(self) -> list[JsonValue]:
        """Return the form in which words are sealed; ``word_from_json`` reads it."""
        return [self.page, self.line, *self.box, self.text]


def word_from_json(value: object) -> Word:
    """Return a word; raises ``WordsError`` for anything that is none, since it may come from a hostile paper."""
    if not isinstance(value, list) or len(value) != 7 or not all(type(one) is int for one in value[:6]):  # noqa: PLR2004 - its form
        raise WordsError
    page, line, left, top, right, bottom, text = value
    inside = 0 <= left <= right <= EDGE and 0 <= top <= bottom <= EDGE
    if not inside or not 1 <= page <= MOST_PAGES or not 1 <= line <= MOST_PAGE_WORDS:
        raise WordsError
    if not isinstance(text, str) or not 1 <= len(text) <= MOST_LETTERS or not text.strip():
        raise WordsError
    if any(letter.isspace() or "\ud800" <= letter <= "\udfff" for letter in text):
        raise WordsError
    return Word(page, line, (left, top, right, bottom), text)


def folded(text: str) -> str:
    """Return letters as patterns compare them: one form of each, nothing unseen, plain quotes and dashes."""
    if text.isascii() and text.isprintable():
        return text
    plain = unicodedata.normalize("NFKC", JOINERS.sub("", UNSEEN.sub("", text)))
    return plain.translate(SAME).translate(DASHES)


def odd(text: str) -> bool:
    """Return whether letters are not what they look like: unseen ones, twins by form, or mixed alphabets."""
    if text.isascii() and text.isprintable():
        return False
    if UNSEEN.search(text) or JOINERS.search(text):
        return True
    if any(unicodedata.normalize("NFKC", one) != one and one.isalnum() for one in text if one not in "ªº²³¹"):
        return True
    alphabets = {unicodedata.name(one, "?").partition(" ")[0] for one in text if one.isalpha()}
    return len(alphabets & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}) > 1


class Text:
    """All words as one text, lines apart, from which every place leads back to its words."""

    def __init__(self, words: Sequence[Word]) -> None:
        """Join the words; one that is broken at the end of a line becomes whole."""
        self.words = words
        pieces: list[str] = []
        self._starts: list[int] = []
        length = 0
        for place, word in enumerate(words):
            following = words[place + 1] if place + 1 < len(words) else None
            plain = folded(word.text)
            self._starts.append(length)
            same = following is not None and (word.page, word.line) == (following.page, following.line)
            if following is not None and not same and _broken(plain, folded(following.text)):
                piece = plain[:-1]
            else:
                piece = plain + (" " if same else "\n")
            pieces.append(piece)
            length += len(piece)
        self.text = "".join(pieces)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the first and the last word of ``text[start:end]``."""
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, max(start, end - 1)) - 1
        return max(first, 0), max(last, 0)

    def sentence(self, start: int, end: int, most: int = 200) -> str:
        """Return the sentence around a place on one line: from a full stop before to the one after, or so far."""
        before, after = self.text[max(0, start - most) : start], self.text[end : end + most]
        begun = max((found.end() for found in STOP.finditer(before)), default=0)
        stop = STOP.search(after)
        return " ".join((before[begun:] + self.text[start:end] + (after[: stop.start()] if stop else after)).split())

    def line_of(self, place: int) -> str:
        """Return the whole line around a place of the text."""
        return self.text[self.line_start(place) : self._end(place)]

    def line_start(self, place: int) -> int:
        """Return where the line around a place begins."""
        return self.text.rfind("\n", 0, place) + 1

    def _end(self, place: int) -> int:
        found = self.text.find("\n", place)
        return len(self.text) if found < 0 else found

    def before(self, place: int, most: int = 60) -> str:
        """Return what stands right before a place, in small letters and on one line."""
        return " ".join(self.text[max(0, place - most) : place].lower().split())

    def after(self, place: int, most: int = 60) -> str:
        """Return what stands right after a place, in small letters and on one line."""
        return " ".join(self.text[place : place + most].lower().split())


def _broken(first: str, second: str) -> bool:
    """Return whether two pieces at a line's break are one word with a hyphen that only the break brought."""
    return first.endswith("-") and first[-2:-1].islower() and second[:1].islower()
