"""What an agency reimburses, and what it never pays for.

1. A governmental authority reimburses the reasonable costs that searching for, assembling and reproducing records
   directly caused, where the rulebook says so for the kind of paper (18 U.S.C. 2706(a)).
2. Telephone toll records and telephone listings are free unless a court finds the request unusually voluminous or
   burdensome (18 U.S.C. 2706(c)). Call detail is a toll record; a subscriber's line is treated as a listing.
3. What the rulebook answers without counsel's signature is no ground for an invoice: ask counsel.
4. An invoice follows an answer. Each served company numbers its own, without gaps, and an invoice is never changed: it
   is paid, waived, or void, and then another may follow.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.lifecycle import Lifecycle
from safeconduct.rooms.government_requests.rules.law import SIGNED, Ruling
from safeconduct.rooms.government_requests.rules.letters import LetterText
from safeconduct.rooms.government_requests.rules.words import CATEGORY_NAMES, Category, Outcome, Process

REIMBURSED = "reimbursed"
CURRENCY = "USD"
CENTS = 100
RESTRICTED = "R"
MOST_CENTS = 10_000_000_00
TOLL = {Category.CALL_DETAIL: "telephone_toll_records", Category.SUBSCRIBER: "telephone_listings"}
ANSWERED = frozenset({Outcome.PRODUCED, Outcome.PRODUCED_IN_PART, Outcome.NONE_HELD})

INVOICE = Lifecycle(
    name="invoice",
    initial="unpaid",
    table={("unpaid", "pay"): "paid", ("unpaid", "waive"): "waived", ("unpaid", "cancel"): "void"},
)


class CostError(ConflictError):
    """These costs are not reimbursed."""

    code = "SC-COSTS"
    cure = "Leave out what the law makes free, or ask counsel."


class CostItemError(BadInputError):
    """A line of the invoice lacks what it must say."""

    code = "SC-COST-ITEM"
    cure = "Each line has a work, a kind of record, minutes and an amount above nothing."


class Work(StrEnum):
    """What costs arise from (18 U.S.C. 2706(a))."""

    SEARCH = "search"
    ASSEMBLE = "assemble"
    REPRODUCE = "reproduce"


@dataclass(frozen=True, kw_only=True)
class CostItem:
    """One line: which work on which records, how long, and what it cost in cents."""

    work: Work
    category: Category
    minutes: int
    cents: int

    def as_json(self) -> dict[str, str | int]:
        """Return the line as rows and entries keep it."""
        return {"work": str(self.work), "category": str(self.category), "minutes": self.minutes, "cents": self.cents}


def money(cents: int) -> str:
    """Return an amount as it is written."""
    return f"{CURRENCY} {cents // CENTS:,}.{cents % CENTS:02d}"


def require_reimbursed(
    *,
    items: tuple[CostItem, ...],
    fee: Ruling,
    exempt: Ruling,
    governmental: bool,
    outcome: Outcome,
    court_allowed: bool,
) -> int:
    """Return the total in cents; raises ``CostError`` by rules 1 to 4, ``CostItemError`` for a bad line."""
    if not items or any(one.minutes < 1 or not 0 < one.cents <= MOST_CENTS for one in items):
        raise CostItemError
    if not governmental or outcome not in ANSWERED:
        raise CostError("Only a governmental authority that has its answer reimburses.")
    if fee.status != SIGNED or exempt.status != SIGNED:
        raise CostError("Counsel has not signed what is reimbursed; ask counsel.")
    if fee.value != REIMBURSED:
        raise CostError("Nothing is reimbursed for this kind of paper.")
    free = sorted({str(one.category) for one in items if TOLL.get(one.category) in set(exempt.value)})
    if free and not court_allowed:
        raise CostError(f"Free unless a court finds otherwise: {', '.join(free)}.")
    return sum(one.cents for one in items)


def invoice_text(*, process: Process, number: str, items: Iterable[CostItem]) -> LetterText:
    """Return the invoice as a letter, one quoted line for each cost."""
    lines = tuple(items)
    total = money(sum(one.cents for one in lines))
    return LetterText(
        template="invoice",
        fields={"paper": process, "number": number, "total": total},
        quotes=tuple(
            (f"{one.work.capitalize()}: {CATEGORY_NAMES[one.category]}, {one.minutes} min", money(one.cents))
            for one in lines
        ),
    )


def series_of(*, silenced: bool) -> str:
    """Return the series in which an invoice is numbered: a gap in the plain one would tell of a silenced matter."""
    return RESTRICTED if silenced else ""


def invoice_number(*, served_entity: str, series: str, number: int) -> str:
    """Return how an invoice is called."""
    return f"{served_entity}-{series}{number:05d}"
