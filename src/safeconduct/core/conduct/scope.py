"""Scopes: exactly which rows may leave, and an algebra in which nothing ever widens.

1. A scope is a set of items; an item is one customer, selectors, categories and a half-open UTC window.
2. A row is held if one item has its customer and category, a selector that matches it, and a window that holds it.
3. ``intersect`` holds only rows that both scopes hold. ``narrow`` returns the narrower scope or refuses.
4. ``covers`` is true only if every row that the other could hold is held here.
Served: the particularity of 18 U.S.C. 2703 process; docs/formats/safe-conduct.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.periods import Window, parse_instant
from safeconduct.core.conduct import shapes
from safeconduct.core.conduct.categories import CATEGORY_OF, SPANS, Category
from safeconduct.core.conduct.shapes import BodyError

PHONE_COLUMNS = ("number", "own_number", "other_number")
MOST_ITEMS, MOST_SELECTORS = 200, 200


class WideningError(NotPermittedError):
    """The new scope reaches further than the one it should narrow."""

    code = "SC-SCOPE-WIDENS"
    cure = "Narrow the scope, or begin again with a new safe-conduct and new approvals."


class SelectorKind(StrEnum):
    """What a selector names."""

    PHONE = "phone"
    EMAIL = "email"
    ACCOUNT = "account"


_VALUE_CHECKS = {
    SelectorKind.PHONE: shapes.E164,
    SelectorKind.EMAIL: shapes.EMAIL,
    SelectorKind.ACCOUNT: shapes.IDENTIFIER,
}
_SELECTOR = shapes.record({"kind": shapes.one_of([*SelectorKind]), "value": shapes.text(longest=254)})


@dataclass(frozen=True, order=True)
class Selector:
    """A telephone number, an e-mail address, or a customer's whole account."""

    kind: SelectorKind
    value: str

    def __post_init__(self) -> None:
        """Refuse a value that is not of its kind."""
        object.__setattr__(self, "kind", SelectorKind(self.kind))
        _VALUE_CHECKS[self.kind](self.value, f"the {self.kind} selector")

    def covers(self, other: Self) -> bool:
        """Return whether every row of one customer that ``other`` matches is matched here too."""
        return self.kind is SelectorKind.ACCOUNT or self == other

    def matches(self, row: Mapping[str, Any]) -> bool:
        """Return whether a row of the customer is meant."""
        if self.kind is SelectorKind.PHONE:
            return any(row.get(column) == self.value for column in PHONE_COLUMNS)
        if self.kind is SelectorKind.EMAIL:
            return row.get("email") == self.value
        return row.get("customer") == self.value

    def as_json(self) -> dict[str, str]:
        """Return the canonical form."""
        return {"kind": str(self.kind), "value": self.value}

    @classmethod
    def from_json(cls, value: JsonValue, place: str = "selector") -> Self:
        """Return the selector in ``value``; raises ``BodyError``."""
        _SELECTOR(value, place)
        return cls(SelectorKind(value["kind"]), value["value"])


@dataclass(frozen=True, kw_only=True)
class ScopeItem:
    """One customer's part of a scope; ``customer_name`` is there to be read and means nothing to the algebra."""

    customer: str
    selectors: tuple[Selector, ...]
    categories: frozenset[Category]
    window: Window
    customer_name: str = ""

    def __post_init__(self) -> None:
        """Refuse an item that could hold nothing, or an account that is not this customer's."""
        object.__setattr__(self, "categories", frozenset(Category(one) for one in self.categories))
        if not self.selectors or len(set(self.selectors)) != len(self.selectors) or not self.categories:
            raise BodyError("A scope item needs distinct selectors and at least one category.")
        strangers = [s for s in self.selectors if s.kind is SelectorKind.ACCOUNT and s.value != self.customer]
        if strangers:
            raise BodyError("An account selector names another customer than its item.")

    def holds(self, *, category: Category, row: Mapping[str, Any]) -> bool:
        """Return whether the row may leave under this item."""
        return (
            row.get("customer") == self.customer
            and category in self.categories
            and any(selector.matches(row) for selector in self.selectors)
            and _in_window(self.window, category, row)
        )

    def intersect(self, other: Self) -> Self | None:
        """Return the part that both items name, or None."""
        window = self.window.overlap(other.window)
        selectors = tuple(
            dict.fromkeys(
                (theirs if mine.covers(theirs) else mine)
                for mine in self.selectors
                for theirs in other.selectors
                if mine.covers(theirs) or theirs.covers(mine)
            ),
        )
        categories = self.categories & other.categories
        if self.customer != other.customer or window is None or not selectors or not categories:
            return None
        return replace(self, selectors=selectors, categories=categories, window=window)

    def as_json(self) -> dict[str, JsonValue]:
        """Return the canonical form."""
        return {
            "customer": self.customer,
            "customer_name": self.customer_name,
            "selectors": [selector.as_json() for selector in self.selectors],
            "categories": sorted(str(category) for category in self.categories),
            "window": self.window.as_json(),
        }

    @classmethod
    def from_json(cls, value: JsonValue, place: str = "item") -> Self:
        """Return the item in ``value``; raises ``BodyError`` naming the member at fault."""
        _ITEM(value, place)
        if parse_instant(value["window"]["from"]) >= parse_instant(value["window"]["until"]):
            raise BodyError(f"{place}.window ends before it starts.")
        return cls(
            customer=value["customer"],
            customer_name=value["customer_name"],
            selectors=tuple(Selector.from_json(one) for one in value["selectors"]),
            categories=frozenset(Category(one) for one in value["categories"]),
            window=Window.from_json(value["window"]),
        )


_ITEM = shapes.record(
    {
        "customer": shapes.IDENTIFIER,
        "customer_name": shapes.text(shortest=0),
        "selectors": shapes.listing(_SELECTOR, least=1, most=MOST_SELECTORS),
        "categories": shapes.listing(shapes.one_of([*Category]), least=1, ordered=True),
        "window": shapes.record({"from": shapes.instant, "until": shapes.instant}),
    },
)


def _in_window(window: Window, category: Category, row: Mapping[str, Any]) -> bool:
    if category not in SPANS:
        at = row.get("at")
        return isinstance(at, datetime) and window.holds(at)
    started, ended = row.get("started_at"), row.get("ended_at")
    if not isinstance(started, datetime) or started >= window.end:
        return False
    return ended is None or (isinstance(ended, datetime) and ended > window.start)


@dataclass(frozen=True)
class Scope:
    """A set of items; the empty scope holds nothing."""

    items: tuple[ScopeItem, ...]

    def holds(self, *, category: Category | str, row: Mapping[str, Any]) -> bool:
        """Return whether a row of ``category`` may leave.

        Args:
            category: a category, or the name of its table.
            row: column values; instants are timezone-aware.

        Raises:
            ValueError: for a category that does not exist.
        """
        kind = CATEGORY_OF[category] if category in CATEGORY_OF else Category(category)
        return any(item.holds(category=kind, row=row) for item in self.items)

    def intersect(self, other: Self) -> Self:
        """Return a scope that holds only rows which both hold; where in doubt it holds less."""
        parts = (mine.intersect(theirs) for mine in self.items for theirs in other.items)
        return type(self)(tuple(dict.fromkeys(part for part in parts if part is not None)))

    def covers(self, other: Self) -> bool:
        """Return whether every row that ``other`` can hold is held here; where in doubt, no."""
        return all(self._covers_item(item) for item in other.items)

    def narrow(self, to: Self) -> Self:
        """Return ``to``; raises ``WideningError`` unless this scope covers it."""
        if not self.covers(to):
            raise WideningError
        return to

    def _covers_item(self, item: ScopeItem) -> bool:
        mine = [one for one in self.items if one.customer == item.customer]
        return all(
            _spans(
                item.window,
                (one.window for one in mine if category in one.categories and _any_covers(one.selectors, selector)),
            )
            for selector in item.selectors
            for category in item.categories
        )

    @property
    def customers(self) -> tuple[str, ...]:
        """Return the customers named, sorted."""
        return tuple(sorted({item.customer for item in self.items}))

    @property
    def categories(self) -> frozenset[Category]:
        """Return every category that an item names."""
        return frozenset(category for item in self.items for category in item.categories)

    def as_json(self) -> list[dict[str, JsonValue]]:
        """Return the canonical form: the list that stands in a safe-conduct."""
        return [item.as_json() for item in self.items]

    @classmethod
    def from_json(cls, value: JsonValue, place: str = "scope") -> Self:
        """Return the scope in ``value``; raises ``BodyError`` naming the place at fault."""
        SCOPE(value, place)
        return cls(tuple(ScopeItem.from_json(item, f"{place}[{index}]") for index, item in enumerate(value)))


SCOPE = shapes.listing(_ITEM, least=1, most=MOST_ITEMS)
"""The shape of a scope inside a body."""


def _any_covers(selectors: Iterable[Selector], wanted: Selector) -> bool:
    return any(selector.covers(wanted) for selector in selectors)


def _spans(wanted: Window, windows: Iterable[Window]) -> bool:
    reached = wanted.start
    for window in sorted(windows):
        if window.start > reached:
            return False
        reached = max(reached, window.end)
        if reached >= wanted.end:
            return True
    return False
