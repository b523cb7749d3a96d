"""The parent's side of reading: take words and proposals from a child as from an attacker, and bind one to the other.

A proposal counts only as places among the words that the same child sent; its reason is one of ours. So a child that
lies can say what the paper does not say, and nothing else: whoever confirms sees the picture beside it.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import IO, Any

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.core.reading.proposals import MOST_PROPOSALS, Proposal, proposal_from_json
from safeconduct.core.reading.words import MOST_PAGE_WORDS, MOST_WORDS, Word, WordsError, word_from_json
from safeconduct.vaultd.rendering.children import HEAVY, BrokenOffError, Children, exactly
from safeconduct.vaultd.rendering.errors import TooHeavyError, UndrawableError
from safeconduct.vaultd.rendering.frames import DONE, FAIL, FRAME, MEANS, WORDS, WORDS_MAGIC

READING_CHILD = (sys.executable, "-I", "-m", "safeconduct.vaultd.rendering.reading_child")
MOST_SAID = 4 * 1024 * 1024
"""The most bytes of one page's words, or of all proposals."""
VERSION = 1


@dataclass(frozen=True)
class Reading:
    """What was read in one paper.

    Attributes:
        pages: how many pages it has.
        read: how many of them were read, from the first on; fewer where time or words ran out.
        words: all words, page by page.
        proposals: what they may mean.
        more: whether proposals were left out for their number.
    """

    pages: int
    read: int
    words: tuple[Word, ...]
    proposals: tuple[Proposal, ...]
    more: bool

    def page_words(self, page: int) -> tuple[Word, ...]:
        """Return the words of one page."""
        return tuple(one for one in self.words if one.page == page)

    def place(self, proposal: Proposal) -> tuple[Word, ...]:
        """Return the words that a proposal rests on."""
        return self.words[proposal.first : proposal.last + 1]

    def as_json(self) -> dict[str, Any]:
        """Return the form that is sealed."""
        return {
            "version": VERSION,
            "kind": "reading",
            "pages": self.pages,
            "read": self.read,
            "words": [one.as_json() for one in self.words],
            "proposals": [one.as_json() for one in self.proposals],
            "more": self.more,
        }


def reading_from_json(value: dict[str, Any]) -> Reading:
    """Return the reading that ``as_json`` wrote."""
    words = tuple(word_from_json(one) for one in value["words"])
    proposals = tuple(proposal_from_json(one, words=len(words)) for one in value["proposals"])
    return Reading(value["pages"], value["read"], words, proposals, value["more"])


class Extracting:
    """Reads papers, each in a child of its own."""

    def __init__(self, limits: UploadLimits, *, command: Sequence[str] = READING_CHILD) -> None:
        """Keep the limits; ``command`` starts a child."""
        self._limits = limits
        self._children = Children(command, seconds=limits.child_seconds)

    def read(self, data: bytes) -> Reading:
        """Return what can be read; raises ``UndrawableError``, ``TooHeavyError`` or ``SandboxUnavailableError``."""
        arguments = (json.dumps(asdict(self._limits)),)
        try:
            return self._children.converse(arguments, data, WORDS_MAGIC, self._listen)
        except WordsError as error:
            raise UndrawableError from error

    def _listen(self, stream: IO[bytes]) -> Reading:
        words: list[Word] = []
        proposals: tuple[Proposal, ...] = ()
        more, meant, reached = False, False, 0
        while True:
            word, first, second, _ = FRAME.unpack(exactly(stream, FRAME.size))
            if word == WORDS and not meant and reached < second <= self._limits.pages:
                words += _page(_said(stream, first), second)
                reached = second
                if len(words) > MOST_WORDS:
                    raise TooHeavyError
            elif word == MEANS and not meant and second in (0, 1):
                proposals, more, meant = _proposals(_said(stream, first), len(words)), bool(second), True
            elif word == DONE and meant and reached == second <= first <= self._limits.pages:
                return Reading(first, second, tuple(words), proposals, more)
            elif word == FAIL:
                raise TooHeavyError if first in HEAVY else UndrawableError
            else:
                raise BrokenOffError


def _said(stream: IO[bytes], size: int) -> list[Any]:
    if size > MOST_SAID:
        raise TooHeavyError
    try:
        value = json.loads(exactly(stream, size))
    except (ValueError, RecursionError) as error:
        raise BrokenOffError from error
    if not isinstance(value, list):
        raise BrokenOffError
    return value


def _page(value: list[Any], page: int) -> list[Word]:
    if len(value) > MOST_PAGE_WORDS:
        raise TooHeavyError
    words = [word_from_json(one) for one in value]
    if any(one.page != page for one in words):
        raise WordsError
    return words


def _proposals(value: list[Any], words: int) -> tuple[Proposal, ...]:
    if len(value) > MOST_PROPOSALS:
        raise TooHeavyError
    return tuple(proposal_from_json(one, words=words) for one in value)
