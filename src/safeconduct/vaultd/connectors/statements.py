"""One scope item, compiled to the SQL of a store. Every value is a bound parameter; every name is quoted.

1. A statement asks for one customer, its selectors in every spelling the store may hold, and a half-open window.
2. An item that a table cannot answer (an e-mail address, where there is no such column) has no statement.
3. The order is that of the record id, by its bytes, so that the same rows come in the same order.
4. Text is compared by its bytes where a store's own rules might not: customers and addresses in MySQL, written time
   and order everywhere. A row that comes all the same is refused on our side.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    DateTime,
    Dialect,
    FromClause,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    collate,
    column,
    false,
    func,
    or_,
    quoted_name,
    select,
    table,
    true,
)

from safeconduct.core.conduct.scope import ScopeItem, Selector, SelectorKind
from safeconduct.core.mappings.instants import PER_SECOND, TimeKind
from safeconduct.core.mappings.mapping import CUSTOMER, RECORD_ID, Column, TableMapping

BYTES = {"postgresql": "C", "mysql": "utf8mb4_bin"}
"""The collation in which text is its bytes; elsewhere it always is."""
INTEGER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


@dataclass(frozen=True)
class Question:
    """What is asked of one table for one scope item: the rows, how many they are, and who holds them."""

    rows: Select[Any]
    count: Select[Any]


def from_table(mapping: TableMapping) -> FromClause:
    """Return the table over there; each part of its name is quoted."""
    *schema, name = (quoted_name(part, quote=True) for part in mapping.source.split("."))
    columns: list[Any] = [column(quoted_name(one, quote=True)) for one in mapping.sources]
    return table(name, *columns, schema=quoted_name(".".join(schema), quote=len(schema) == 1) if schema else None)


class Statements:
    """Compiles for one table of one source."""

    def __init__(self, mapping: TableMapping, *, dialect: Dialect, source: FromClause | None = None) -> None:
        """Keep the table; ``source`` stands in its place where it is a view over files."""
        self._mapping = mapping
        self._dialect = dialect
        self._source = from_table(mapping) if source is None else source
        self._number = 0

    def question(self, item: ScopeItem) -> Question | None:
        """Return what asks for the rows of one item, or None where the table has no answer to it."""
        self._number = 0
        customer = self._of_customer(item.customer)
        selectors = self._selected(item.selectors)
        if selectors is None or customer is None:
            return None
        where = and_(customer, selectors, self._in_window(item))
        columns = [self._column(one) for one in self._mapping.sources]
        order = self._bytes(self._column(self._mapping.columns[RECORD_ID].source))
        return Question(
            rows=select(*columns).select_from(self._source).where(where).order_by(order),
            count=select(func.count()).select_from(self._source).where(where),
        )

    def holding(self, selectors: Iterable[Selector]) -> Select[Any] | None:
        """Return what asks which customers hold a selector, or None where the table has no answer to it."""
        self._number = 0
        where = self._selected(tuple(selectors))
        owner = self._mapping.columns[CUSTOMER]
        if where is None:
            return None
        if not owner.source:
            return select(func.count()).select_from(self._source).where(where)
        return select(self._column(owner.source)).select_from(self._source).where(where).distinct()

    def shown(self, statement: Select[Any]) -> str:
        """Return the statement as it ran, with the kind of each parameter in the place of its value."""
        kind: Any = type(self._dialect)
        named = kind(paramstyle="named")
        return " ".join(str(statement.compile(dialect=named)).split())

    def _column(self, name: str) -> ColumnElement[Any]:
        return column(quoted_name(name, quote=True))

    def _bytes(self, expression: ColumnElement[Any]) -> ColumnElement[Any]:
        known = self._mapping.columns[RECORD_ID].stored == "text" and self._dialect.name in BYTES
        return collate(expression, BYTES[self._dialect.name]) if known else expression

    def _compared(self, one: Column) -> ColumnElement[Any]:
        found = self._column(one.source)
        if one.stored == "text" and self._dialect.name == "mysql" and one.numbers is None:
            found = collate(found, BYTES["mysql"])
        if one.trim:
            found = func.trim(found)
        return func.lower(found) if one.fold else found

    def _bound(self, kind: str, one: Column, value: str) -> BindParameter[Any]:
        self._number += 1
        name = f"{kind}_{self._number}"
        if one.stored == "integer":
            return bindparam(name, int(value), type_=BigInteger())
        if one.stored == "uuid":
            return bindparam(name, UUID(value), type_=Uuid())
        return bindparam(name, value, type_=String())

    def _of_customer(self, customer: str) -> ColumnElement[bool] | None:
        owner = self._mapping.columns[CUSTOMER]
        if not owner.source:
            return true() if owner.constant == customer else None
        written = _written_customer(owner, customer)
        return None if written is None else self._compared(owner) == self._bound("customer", owner, written)

    def _selected(self, selectors: Iterable[Selector]) -> ColumnElement[bool] | None:
        found: list[ColumnElement[bool]] = []
        for one in selectors:
            if one.kind is SelectorKind.PHONE:
                found += self._any(self._mapping.spec.phones, "phone", one.value)
            elif one.kind is SelectorKind.EMAIL:
                found += self._any(self._mapping.spec.emails, "email", one.value)
            elif (owner := self._of_customer(one.value)) is not None:
                found.append(owner)
        return or_(*found) if found else None

    def _any(self, names: Iterable[str], kind: str, value: str) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        for name in names:
            one = self._mapping.columns[name]
            if not one.source:
                found += [true()] if one.constant == value else []
                continue
            spellings = one.numbers.spellings(value) if one.numbers is not None else (value,)
            if spellings:
                found.append(self._compared(one).in_([self._bound(kind, one, each) for each in spellings]))
        return found

    def _in_window(self, item: ScopeItem) -> ColumnElement[bool]:
        columns = self._mapping.columns
        if "at" in columns:
            return and_(
                self._instant("at") >= self._when("from", columns["at"], "at_least", item),
                self._instant("at") < self._when("until", columns["at"], "below", item),
            )
        ended = self._column(columns["ended_at"].source)
        return and_(
            self._instant("started_at") < self._when("until", columns["started_at"], "below", item),
            or_(
                ended.is_(None),
                ended == "" if _is_text(columns["ended_at"]) else false(),
                self._instant("ended_at") > self._when("from", columns["ended_at"], "after", item),
            ),
        )

    def _instant(self, name: str) -> ColumnElement[Any]:
        one = self._mapping.columns[name]
        found = self._column(one.source)
        return collate(found, BYTES[self._dialect.name]) if _is_text(one) and self._dialect.name in BYTES else found

    def _when(self, name: str, one: Column, side: str, item: ScopeItem) -> BindParameter[Any]:
        instants = one.instants
        if instants is None:
            raise ValueError(one.name)
        edge = item.window.start if name == "from" else item.window.end
        value = getattr(instants, side)(edge)
        if instants.kind in PER_SECOND:
            return bindparam(name, value, type_=BigInteger())
        if instants.kind is TimeKind.TEXT:
            return bindparam(name, value, type_=String())
        return bindparam(name, value, type_=DateTime(timezone=instants.kind is TimeKind.ZONED))


def _is_text(one: Column) -> bool:
    return one.instants is not None and one.instants.kind is TimeKind.TEXT


def _written_customer(owner: Column, customer: str) -> str | None:
    if owner.stored == "integer":
        return customer if INTEGER.fullmatch(customer) else None
    if owner.stored in ("uuid", "uuid_text"):
        try:
            return str(UUID(hex=customer))
        except ValueError:
            return None
    return f"{owner.prefix}{customer}"
