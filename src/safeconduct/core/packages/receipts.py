"""Two receipts that must never be confused.

The *officer's receipt* answers each thing the paper asked for in one of two ways: so many records are produced, or
nothing is produced. It says the same words whether nothing was held, something was withheld, or something had been
deleted, so it tells of no data that the instrument could not compel.

The *completeness receipt* is internal: it says all of that, balances, and is never put into a package.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from safeconduct.core.base.canonical import JsonValue, canonical_json, digest, parse_canonical
from safeconduct.core.base.errors import BadInputError, DamagedError
from safeconduct.core.packages.lines import one_line

NOTHING = "Nothing is produced for this item."


class ReceiptError(BadInputError):
    """The receipt does not balance with what is produced."""

    code = "SC-RECEIPT"


@dataclass(frozen=True, kw_only=True)
class OfficerLine:
    """One thing the paper asked for, and how many records of which category answer it.

    Attributes:
        asked: the item as the paper or the safe-conduct words it.
        category: the category that answers it, or None where none can.
        rows: records produced for it; 0 if none, for whatever reason.
    """

    asked: str
    category: str | None
    rows: int

    @property
    def answer(self) -> str:
        """Return the one sentence that the officer reads."""
        if not self.rows or self.category is None:
            return NOTHING
        noun = "record is" if self.rows == 1 else "records are"
        return f"{self.rows:,} {noun} produced, in the {self.category} files of data/records."

    def as_json(self) -> dict[str, JsonValue]:
        """Return the line; category and number stand only where something is produced."""
        produced = {"category": self.category, "records": self.rows} if self.answer != NOTHING else None
        return {"asked": self.asked, "answer": self.answer, "produced": produced}


@dataclass(frozen=True)
class OfficerReceipt:
    """The officer's receipt: lines in the order of the paper, approved by counsel with the safe-conduct."""

    lines: tuple[OfficerLine, ...]

    def check(self, counts: dict[str, int]) -> None:
        """Raise ``ReceiptError`` unless the lines and the produced ``counts`` agree."""
        for one in self.lines:
            if one.rows < 0 or (one.rows and one.category not in counts):
                raise ReceiptError("A line speaks of records that are not in the package.")
            if one.category is not None and one.rows > counts.get(one.category, 0):
                raise ReceiptError("A line speaks of more records than the package holds.")
        for category, count in counts.items():
            told = sum(one.rows for one in self.lines if one.category == category)
            if told < count:
                raise ReceiptError("The package holds records that no line speaks of.")

    def as_json(self) -> dict[str, JsonValue]:
        """Return the receipt for ``receipt.json``."""
        return {"version": 1, "items": [one.as_json() for one in self.lines]}

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Return the receipt in ``receipt.json``; raises ``ReceiptError`` for any other form or a third answer."""
        try:
            told = [(item["asked"], item["produced"]) for item in parse_canonical(data)["items"]]
            lines = [
                OfficerLine(asked=asked, category=made and made["category"], rows=made["records"] if made else 0)
                for asked, made in told
            ]
            found = cls(tuple(lines))
            plain = all(type(one.asked) is str and type(one.rows) is int for one in lines)
            if plain and canonical_json(found.as_json()) == data:
                return found
        except (DamagedError, KeyError, TypeError, ValueError) as error:
            raise ReceiptError("It cannot be read.") from error
        raise ReceiptError("It is not written as a receipt is written.")

    def text(self) -> str:
        """Return the receipt for reading."""
        items = [f"{number}. {one_line(one.asked)}\n   {one.answer}\n" for number, one in enumerate(self.lines, 1)]
        return "".join(items) or f"{NOTHING}\n"


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """Rows that matched and were left out, and why."""

    rows: int
    why: str


@dataclass(frozen=True, kw_only=True)
class CompletenessLine:
    """One scope item and category: everything that was found there and what became of it.

    Attributes:
        item: place of the scope item in the safe-conduct.
        category: one category of it.
        held: rows that matched the scope item at collection, readable or not.
        produced: rows in the package.
        withheld: rows left out.
        deleted_before_service: what had been erased before the paper came, in words; empty if nothing.
        unreadable: rows that could not be opened, by segment.
    """

    item: int
    category: str
    held: int
    produced: int
    withheld: tuple[Withheld, ...] = ()
    deleted_before_service: tuple[str, ...] = ()
    unreadable: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        """Refuse a line that loses or invents rows."""
        lost = sum(one.rows for one in self.withheld) + sum(rows for _, rows in self.unreadable)
        if min(self.held, self.produced) < 0 or self.held != self.produced + lost:
            raise ReceiptError("Held rows are not those produced, withheld and unreadable.")
        if any(one.rows < 1 or not one.why for one in self.withheld):
            raise ReceiptError("What is withheld has a number and a reason.")

    def as_json(self) -> dict[str, JsonValue]:
        """Return the canonical form."""
        return {
            "item": self.item,
            "category": self.category,
            "held": self.held,
            "produced": self.produced,
            "none_held": self.held == 0,
            "withheld": [vars(one) for one in self.withheld],
            "deleted_before_service": list(self.deleted_before_service),
            "unreadable": [{"segment": segment, "rows": rows} for segment, rows in self.unreadable],
        }


@dataclass(frozen=True, kw_only=True)
class CompletenessReceipt:
    """The internal account of one collection; sealed, shown to the second reader, never in a package."""

    safe_conduct: str
    journey: str
    lines: tuple[CompletenessLine, ...]
    asked: tuple[dict[str, JsonValue], ...] = ()
    """What was asked of the company's own stores: the source, its mapping's digest, the statement, the counts."""

    @classmethod
    def of(
        cls,
        *,
        safe_conduct: str,
        journey: str,
        lines: Iterable[CompletenessLine],
        asked: Iterable[dict[str, JsonValue]] = (),
    ) -> Self:
        """Return the receipt with its lines in order; raises ``ReceiptError`` if a part stands twice."""
        ordered = tuple(sorted(lines, key=lambda one: (one.item, one.category)))
        if len({(one.item, one.category) for one in ordered}) != len(ordered):
            raise ReceiptError("A scope item and category stand twice.")
        return cls(safe_conduct=safe_conduct, journey=journey, lines=ordered, asked=tuple(asked))

    def as_json(self) -> dict[str, JsonValue]:
        """Return the canonical form."""
        return {
            "version": 1,
            "safe_conduct": self.safe_conduct,
            "journey": self.journey,
            "lines": [one.as_json() for one in self.lines],
            **({"asked": list(self.asked)} if self.asked else {}),
        }

    @property
    def digest(self) -> str:
        """Return the digest that the ledger's ``produce`` entry names."""
        return digest("safeconduct/v1/completeness", self.as_json())
