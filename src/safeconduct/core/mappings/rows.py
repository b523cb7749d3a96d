"""One row of theirs to one record of ours, value by value, or the column and the reason why it is none.

A value is never guessed: spaces, capital letters, words and forms count for nothing only where the mapping says so.
"""

import re
from collections.abc import Mapping as Pairs
from decimal import Decimal
from typing import Any
from uuid import UUID

from safeconduct.core.mappings.errors import RowFaultError
from safeconduct.core.mappings.instants import InstantFaultError
from safeconduct.core.mappings.mapping import CUSTOMER, MAY_BE_EMPTY, RECORD_ID, WHOLES, Column, TableMapping

LONGEST_ID, LONGEST_TEXT = 200, 1_000_000
MOST_SECONDS = 2**31 - 1
EMAIL = re.compile(r"[^\sA-Z@\"<>,;]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
CUSTOMER_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
UUIDS = frozenset({"uuid", "uuid_text"})
DIGITS = re.compile(r"-?[0-9]{1,19}", re.ASCII)
HALF = re.compile("[\ud800-\udfff\x00]")
"""Halves of characters, and the one character that PostgreSQL cannot hold."""


def record_of(table: TableMapping, row: Pairs[str, Any]) -> dict[str, Any]:
    """Return a row of the source as a record of ours; raises ``RowFaultError``.

    Args:
        table: how the table is read.
        row: values by the source's column.
    """
    found = {}
    for name, column in table.columns.items():
        found[name] = value_of(column, row[column.source] if column.source else column.constant)
    return found


def value_of(column: Column, value: object) -> Any:  # noqa: ANN401 - text, a whole number, an instant or None
    """Return a value of the source as one of ours; raises ``RowFaultError``."""
    if column.instants is not None:
        return _instant(column, value)
    if column.name in WHOLES:
        return _whole(column, value)
    text = _text(column, value)
    if not text:
        if column.empty is None:
            raise RowFaultError(column.name, "empty")
        return column.empty
    return meant(column, text)


def meant(column: Column, text: str) -> str:
    """Return what a text of the source, that is not empty, means; raises ``RowFaultError``."""
    if column.name == CUSTOMER:
        return _customer(column, text)
    if column.name == RECORD_ID and len(text) > LONGEST_ID:
        raise RowFaultError(column.name, "too_long")
    if column.name == "email" and not EMAIL.fullmatch(text):
        raise RowFaultError(column.name, "not_an_address")
    if column.numbers is not None:
        found = column.numbers.read(text)
        if found is None:
            raise RowFaultError(column.name, "not_a_number")
        return found
    if column.words and text not in column.words:
        raise RowFaultError(column.name, "unknown_word")
    return column.words.get(text, text)


def _instant(column: Column, value: object) -> Any:  # noqa: ANN401 - an instant or None
    if value is None or value == "":
        if column.name in MAY_BE_EMPTY:
            return None
        raise RowFaultError(column.name, "empty")
    if column.instants is None:
        raise RowFaultError(column.name, "not_an_instant")
    try:
        return column.instants.read(value)
    except InstantFaultError as error:
        raise RowFaultError(column.name, str(error)) from error


def _whole(column: Column, value: object) -> int:
    if isinstance(value, str) and DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    if value is None or value == "":
        raise RowFaultError(column.name, "empty")
    if isinstance(value, bool) or not isinstance(value, int):
        raise RowFaultError(column.name, "not_a_whole_number")
    found = value // column.divide
    if not 0 <= found <= MOST_SECONDS:
        raise RowFaultError(column.name, "out_of_range")
    return found


def _text(column: Column, value: object) -> str:
    if value is None:
        return ""
    if column.stored == "uuid" and isinstance(value, UUID):
        value = str(value)
    if column.stored == "integer" and not isinstance(value, bool) and isinstance(value, int | Decimal):
        if value != int(value):
            raise RowFaultError(column.name, "not_a_whole_number")
        value = str(int(value))
    if not isinstance(value, str):
        raise RowFaultError(column.name, "not_text")
    if len(value) > LONGEST_TEXT:
        raise RowFaultError(column.name, "too_long")
    if HALF.search(value):
        raise RowFaultError(column.name, "not_text")
    value = value.strip(" ") if column.trim else value
    return value.lower() if column.fold else value


def _customer(column: Column, text: str) -> str:
    if not text.startswith(column.prefix):
        raise RowFaultError(column.name, "no_prefix")
    found = text.removeprefix(column.prefix)
    if column.stored in UUIDS:
        found = found.replace("-", "").lower()
    if not CUSTOMER_ID.fullmatch(found):
        raise RowFaultError(column.name, "not_a_customer")
    return found
