"""What the rulebook lets a process obtain, as the vault process asks it: signed provisions only, by date."""

from dataclasses import dataclass
from datetime import date

from safeconduct.core.base.configuration import Configuration
from safeconduct.core.conduct.categories import Category, Process
from safeconduct.core.rulebook.book import SIGNED, load
from safeconduct.core.rulebook.sign_offs import read_sign_offs


@dataclass(frozen=True)
class Obtainable:
    """The categories that a process can open on a date, and whether counsel has signed what says so."""

    categories: frozenset[Category]
    signed: bool
    why: str


class Law:
    """The provisions of this instance with counsel's sign-offs."""

    def __init__(self, configuration: Configuration) -> None:
        """Read the provisions once: another edition needs a new start of the vault process."""
        self._book = load(configuration.rulebook)
        self._overlay = configuration.overlay
        self._demonstration = configuration.demonstration is not None

    @property
    def edition(self) -> str:
        """Return the digest of the edition in force here."""
        return self._book.edition

    def obtainable(self, *, process: Process, as_of: date) -> Obtainable:
        """Return what ``process`` can open on ``as_of`` under the sign-offs of this moment."""
        overlay = read_sign_offs(self._overlay, demonstration=self._demonstration)
        answer = self._book.ask(f"obtainable({process})", as_of=as_of, overlay=overlay)
        categories = frozenset(Category(one) for one in answer.value or ())
        return Obtainable(categories, signed=answer.status == SIGNED, why=answer.why)

    def knows(self, provision: str) -> bool:
        """Return whether the edition has a provision of this id."""
        return provision in self._book.provisions

    def citation(self, provision: str) -> str:
        """Return how a provision is cited; its id if the edition does not have it."""
        found = self._book.provisions.get(provision)
        return found.citation if found else provision
