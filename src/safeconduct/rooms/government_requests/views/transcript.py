"""Marks in a transcript the words that findings rely on, so that page and finding link both ways."""

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_HEADING = 60


@dataclass(frozen=True, kw_only=True)
class Part:
    """A run of words; ``number`` is that of the finding that relies on it, or 0."""

    text: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """One paragraph, and the numbers that stand in its margin."""

    parts: tuple[Part, ...]
    numbers: tuple[int, ...]

    @property
    def heading(self) -> bool:
        """Return whether the line looks like a title of the paper: it is then centred, and means nothing more."""
        text = "".join(part.text for part in self.parts).strip()
        titled = text[:1].isupper() and ":" not in text and text[-1] not in ".;,)"
        return len(text) <= LONGEST_HEADING and (titled or text.startswith(("Attachment ", "ATTACHMENT ")))


@dataclass(frozen=True, kw_only=True)
class TypedPage:
    """One page of the transcript."""

    number: int
    lines: tuple[Line, ...]


def _split(text: str, wanted: Mapping[int, str]) -> Line:
    places = []
    for number, words in wanted.items():
        start = text.find(words) if words else -1
        if start >= 0:
            places.append((start, start + len(words), number))
    parts, numbers, reached = [], [], 0
    for start, end, number in sorted(places):
        if start < reached:
            numbers.append(number)
            continue
        if start > reached:
            parts.append(Part(text=text[reached:start], number=0))
        parts.append(Part(text=text[start:end], number=number))
        numbers.append(number)
        reached = end
    if reached < len(text) or not parts:
        parts.append(Part(text=text[reached:], number=0))
    return Line(parts=tuple(parts), numbers=tuple(sorted(numbers)))


def typed_pages(pages: tuple[str, ...], relied: Mapping[int, str]) -> tuple[TypedPage, ...]:
    """Return the transcript with the relied-on words marked; ``relied`` is words by number of the finding."""
    return tuple(
        TypedPage(
            number=number,
            lines=tuple(_split(line, relied) for line in text.splitlines() if line.strip()),
        )
        for number, text in enumerate(pages, start=1)
    )
