"""The reading of each paper: made when a person first asks for it, held against its pictures, and sealed beside it."""

import json
import threading
from dataclasses import dataclass

from safeconduct.core.reading.proposals import Proposal
from safeconduct.vaultd.objects import Objects
from safeconduct.vaultd.rendering.clean_pdf import pages_of, picture_of
from safeconduct.vaultd.rendering.copies import CleanCopies
from safeconduct.vaultd.rendering.errors import UndrawableError
from safeconduct.vaultd.rendering.extracting import Extracting, Reading, reading_from_json
from safeconduct.vaultd.rendering.ink import Picture

READING = "reading"
ENDING = "-reading"
"""An id that no caller of the socket can choose."""


@dataclass(frozen=True)
class Kept:
    """A sealed reading; ``unseen`` are the places of proposals whose words no picture shows."""

    reading: Reading
    unseen: frozenset[int]


class Readings:
    """Makes and keeps readings; one paper is read at a time, so that memory stays bounded."""

    def __init__(self, *, objects: Objects, copies: CleanCopies, extracting: Extracting) -> None:
        """Keep the sealed objects, the pictures, and what reads."""
        self._objects = objects
        self._copies = copies
        self._extracting = extracting
        self._one_at_a_time = threading.Lock()

    def of(self, paper: str) -> Kept:
        """Return the reading of a sealed paper.

        Raises what drawing and reading raise (``UndrawableError`` and its kinds), and then keeps nothing.
        """
        name = f"{paper}{ENDING}"
        copy = self._copies.of(paper)
        if not self._objects.has(name):
            with self._one_at_a_time:
                if not self._objects.has(name):
                    self._make(paper, name, copy)
        value = json.loads(self._objects.open(name))
        return Kept(reading_from_json(value), frozenset(value["unseen"]))

    def _make(self, paper: str, name: str, copy: bytes) -> None:
        original = self._objects.find(paper)
        reading = self._extracting.read(self._objects.open(paper))
        if reading.pages != pages_of(copy):
            # Two children saw different papers in the same bytes: one of them lies, or the file does.
            raise UndrawableError
        value = {**reading.as_json(), "unseen": sorted(_unseen(reading, copy))}
        data = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
        self._objects.put(kind=READING, owner=original.owner, data=data, object_id=name)


def _unseen(reading: Reading, copy: bytes) -> set[int]:
    """Return the places of the proposals that rest on words without ink, looking at each page once."""
    by_page: dict[int, list[tuple[int, Proposal]]] = {}
    for place, proposal in enumerate(reading.proposals):
        by_page.setdefault(reading.words[proposal.first].page, []).append((place, proposal))
    found: set[int] = set()
    for page, listed in sorted(by_page.items()):
        picture = Picture(picture_of(copy, page))
        for place, proposal in listed:
            if not picture.shows(one.box for one in reading.place(proposal) if one.page == page):
                found.add(place)
    return found
