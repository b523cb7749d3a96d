"""Many rows at once, column by column: what is plainly well formed is read by Arrow, everything else by the judge.

The judge is ``rows.record_of``, row by row. A cell counts as plainly well formed only where the judge would certainly
read it, and as the same; any doubt sends its whole row there. So both ways give the same records.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.core.mappings.errors import RowFaultError
from safeconduct.core.mappings.instants import EPOCH, PER_SECOND, InstantFaultError, Instants, TimeKind
from safeconduct.core.mappings.mapping import CUSTOMER, MAY_BE_EMPTY, RECORD_ID, WHOLES, Column, TableMapping
from safeconduct.core.mappings.numbers import NumberForm
from safeconduct.core.mappings.rows import LONGEST_ID, LONGEST_TEXT, MOST_SECONDS, meant, value_of
from safeconduct.core.segments.tables import INSTANT

DIGITS = r"\A-?[0-9]{1,18}\z"
E164 = r"\A\+[1-9][0-9]{6,14}\z"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_DAY = r"(19[7-9][0-9]|20[0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8]|29|30|31)"
FORMS: Mapping[str, tuple[str, str]] = {
    "%Y-%m-%dT%H:%M:%SZ": (rf"\A{_DAY}T{_CLOCK}Z\z", "Z"),
    "%Y-%m-%dT%H:%M:%S.%fZ": (rf"\A{_DAY}T{_CLOCK}\.[0-9]{{1,6}}Z\z", "Z"),
    "%Y-%m-%dT%H:%M:%S": (rf"\A{_DAY}T{_CLOCK}\z", ""),
    "%Y-%m-%d %H:%M:%S": (rf"\A{_DAY} {_CLOCK}\z", ""),
    "%Y-%m-%d %H:%M:%S.%f": (rf"\A{_DAY} {_CLOCK}\.[0-9]{{1,6}}\z", ""),
}
"""Of a written form, the one way of writing it that is read here, and what stands at its end."""
FIRST_MS = int((datetime(1972, 1, 1, tzinfo=UTC) - EPOCH) / timedelta(milliseconds=1))
LAST_MS = int((datetime(2100, 1, 1, tzinfo=UTC) - EPOCH) / timedelta(milliseconds=1))
"""Instants between are read here: zones are whole minutes from UTC, and nothing overflows."""
MINUTE = 60_000

Read = tuple[pa.Array, np.ndarray]
"""The values of a column of ours, and which of them are certain."""


def read_columns(table: TableMapping, columns: Mapping[str, pa.Array], count: int) -> tuple[pa.Table, np.ndarray]:
    """Return the records of ``count`` rows of the source, and which of them are certain; the others mean nothing."""
    sure = np.ones(count, bool)
    made = []
    wholes = {one.source for one in table.columns.values() if is_whole(one)}
    typed = {name: _typed(values, name in wholes) for name, values in columns.items()}
    for field in table.spec.schema:
        column = table.columns[field.name]
        values, certain = _column(column, typed, count)
        made.append(values.cast(field.type))
        sure &= certain
    return pa.table(made, schema=table.spec.schema), sure


def is_whole(one: Column) -> bool:
    """Return whether a column is read as whole numbers."""
    kept_as_number = one.stored == "integer" or one.name in WHOLES
    return kept_as_number or (one.instants is not None and one.instants.kind in PER_SECOND)


def _typed(values: pa.Array, whole: bool) -> pa.Array:  # noqa: FBT001 - private, called in one place
    """Return what is written as a whole number as one, where the mapping wants one: what is none becomes null."""
    if not whole or not pa.types.is_string(values.type):
        return values
    good = pc.match_substring_regex(values, DIGITS)
    return pc.if_else(pc.fill_null(good, fill_value=False), values, pa.scalar(None, pa.string())).cast(pa.int64())


def _column(column: Column, typed: Mapping[str, pa.Array], count: int) -> Read:
    if not column.source:
        try:
            value = value_of(column, column.constant)
        except RowFaultError:
            return pa.nulls(count), np.zeros(count, bool)
        return pa.array([value] * count), np.ones(count, bool)
    values = typed[column.source]
    if column.instants is not None:
        return _instants(column, column.instants, values)
    if column.name in WHOLES:
        return _wholes(column, values)
    return _texts(column, values)


def _none(values: pa.Array) -> Read:
    return pa.nulls(len(values)), np.zeros(len(values), bool)


def _known(mask: pa.Array) -> np.ndarray:
    return np.asarray(pc.fill_null(mask, fill_value=False).to_numpy(zero_copy_only=False))


def _wholes(column: Column, values: pa.Array) -> Read:
    if not pa.types.is_signed_integer(values.type):
        return _none(values)
    held = pc.fill_null(values.cast(pa.int64()), -1).to_numpy()
    found = held // column.divide
    sure = (found >= 0) & (found <= MOST_SECONDS)
    return pa.array(np.where(sure, found, 0).astype(np.int32)), sure


def _texts(column: Column, values: pa.Array) -> Read:
    if column.stored == "integer" and pa.types.is_signed_integer(values.type):
        values = values.cast(pa.string())
    if not pa.types.is_string(values.type):
        return _none(values)
    text = pc.fill_null(values, "")
    text = pc.utf8_trim(text, characters=" ") if column.trim else text
    sure = _known(pc.less_equal(pc.binary_length(text), LONGEST_TEXT)) & ~_known(pc.match_substring(text, "\0"))
    if is_whole(column):
        sure &= ~_known(values.is_null())
    if column.fold:
        sure &= _known(pc.string_is_ascii(text))
        text = pc.utf8_lower(text)
    empty = _known(pc.equal(text, ""))
    if column.name == RECORD_ID:
        return text, sure & ~empty & _known(pc.less_equal(pc.utf8_length(text), LONGEST_ID))
    read, good = _meant(column, text)
    if not empty.any():
        return read, sure & good
    if column.empty is None:
        return read, sure & good & ~empty
    return pc.if_else(pa.array(empty), pa.scalar(column.empty), read), sure & (good | empty)


def _meant(column: Column, text: pa.Array) -> Read:
    """Return what texts mean: most at a glance, others once for each that differs, by the judge."""
    if column.numbers is not None and NumberForm.E164 in column.numbers.forms:
        plain = _known(pc.match_substring_regex(text, E164))
        if plain.all():
            return text, plain
        return _each(text, lambda one: meant(column, one), plain)
    if column.numbers is not None or column.words or column.name in (CUSTOMER, "email"):
        return _each(text, lambda one: meant(column, one), np.zeros(len(text), bool))
    return text, np.ones(len(text), bool)


def _each(text: pa.Array, judge: Callable[[str], str], plain: np.ndarray) -> Read:
    """Return ``text`` with what is not plain as the judge reads it, asked once for each distinct text."""
    chosen = text.filter(pa.array(~plain)).dictionary_encode()
    read: list[str | None] = []
    for one in chosen.dictionary.to_pylist():
        try:
            read.append(judge(one))
        except RowFaultError:
            read.append(None)
    found = pa.array(read, pa.string()).take(chosen.indices)
    good = np.ones(len(text), bool)
    good[~plain] = ~found.is_null().to_numpy(zero_copy_only=False)
    return pc.replace_with_mask(text, pa.array(~plain), pc.fill_null(found, "")), good


def _instants(column: Column, how: Instants, values: pa.Array) -> Read:
    missing = np.zeros(len(values), bool)
    if column.name in MAY_BE_EMPTY:
        missing = (
            _known(values.is_null())
            if not pa.types.is_string(values.type)
            else _known(pc.equal(pc.fill_null(values, ""), ""))
        )
    if is_whole(column) and column.name in MAY_BE_EMPTY:
        # A written number that is none became null as well: only the judge can tell it from an empty value.
        missing = np.zeros(len(values), bool)
    local, sure = _milliseconds(how, values)
    if how.kind is TimeKind.LOCAL or (how.kind is TimeKind.TEXT and how.zone):
        local, placed = _placed(how, local, sure)
        sure &= placed
    sure &= (local >= FIRST_MS) & (local < LAST_MS)
    made = pa.array(np.where(sure, local, 0), mask=~sure).cast(INSTANT)
    return made, sure | missing


def _milliseconds(how: Instants, values: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Return milliseconds since 1970, of UTC or as a clock shows them, and which of them are certain."""
    nothing = np.zeros(len(values), np.int64), np.zeros(len(values), bool)
    present = ~_known(values.is_null())
    if how.kind in PER_SECOND:
        if not pa.types.is_signed_integer(values.type):
            return nothing
        held = pc.fill_null(values.cast(pa.int64()), 0).to_numpy()
        inside = present & (np.abs(held) < 2**52)
        held = np.where(inside, held, 0)
        return (held * 1000) // PER_SECOND[how.kind], inside
    if how.kind is TimeKind.TEXT:
        return _written(how, values) if how.form in FORMS and pa.types.is_string(values.type) else nothing
    zoned = pa.types.is_timestamp(values.type) and values.type.tz is not None
    if not pa.types.is_timestamp(values.type) or values.type.unit == "ns" or zoned != (how.kind is TimeKind.ZONED):
        return nothing
    try:
        counted = pc.fill_null(values.cast(pa.timestamp("us", values.type.tz)).cast(pa.int64()), 0).to_numpy()
    except pa.ArrowInvalid:
        return nothing
    return counted // 1000, present


def _written(how: Instants, values: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    pattern, end = FORMS[how.form]
    sure = _known(pc.match_substring_regex(values, pattern))
    text = pc.if_else(pa.array(sure), pc.fill_null(values, ""), "1972-01-01T00:00:00" + end)
    bare = pc.utf8_slice_codeunits(text, 0, stop=-1) if end else text
    try:
        found = bare.cast(pa.timestamp("us")).cast(pa.int64()).to_numpy()
    except pa.ArrowInvalid:
        # A day that its month does not have: the judge says which row it is.
        return np.zeros(len(values), np.int64), np.zeros(len(values), bool)
    return found // 1000, sure


def _placed(how: Instants, local: np.ndarray, sure: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what a clock showed as UTC: each minute is placed once, by the judge."""
    inside = sure & (local >= FIRST_MS) & (local < LAST_MS)
    minutes, places = np.unique(np.where(inside, local // MINUTE, FIRST_MS // MINUTE), return_inverse=True)
    found, good = np.zeros(len(minutes), np.int64), np.zeros(len(minutes), bool)
    for number, minute in enumerate(minutes.tolist()):
        try:
            utc = how.placed((EPOCH + timedelta(minutes=minute)).replace(tzinfo=None))
        except InstantFaultError:
            continue
        found[number], good[number] = (utc - EPOCH) // timedelta(minutes=1), True
    return found[places] * MINUTE + local % MINUTE, inside & good[places]
