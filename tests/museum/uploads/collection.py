"""The whole museum: each exhibit's bytes, the name under which it would be sent, and what ``index.toml`` says of it."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.museum.uploads.active_pdfs import ACTIVE
from tests.museum.uploads.archives import ARCHIVES, OFFICE
from tests.museum.uploads.broken_pdfs import BROKEN
from tests.museum.uploads.heavy_pdfs import HEAVY
from tests.museum.uploads.pictures import PICTURES
from tests.museum.uploads.strangers import STRANGERS

INDEX = tomllib.loads((Path(__file__).parent / "index.toml").read_text("utf-8"))
PDFS: dict[str, Callable[[], bytes]] = {**ACTIVE, **HEAVY, **BROKEN}
OTHERS: dict[str, Callable[[], tuple[bytes, str]]] = {**PICTURES, **ARCHIVES, **OFFICE, **STRANGERS}
BUILT = frozenset({*PDFS, *OTHERS})
ACCEPT, DRAWN = "accept", "drawn"


@dataclass(frozen=True)
class Exhibit:
    """One exhibit.

    Attributes:
        name: what it is called here.
        what: what it is.
        gate: ``accept``, or the code with which the gate refuses it.
        shown: ``drawn``, or the code that stands in the place of the paper; empty where the gate refuses.
        pages: how many pages are drawn.
    """

    name: str
    what: str
    gate: str
    shown: str = ""
    pages: int = 0

    def built(self) -> tuple[bytes, str]:
        """Return its bytes and the name under which it would be sent."""
        return (PDFS[self.name](), "paper.pdf") if self.name in PDFS else OTHERS[self.name]()


EXHIBITS = tuple(Exhibit(name=name, **said) for name, said in INDEX.items())
