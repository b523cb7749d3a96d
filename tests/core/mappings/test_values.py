"""There and back: what a mapping writes into a question, it also reads out of a row."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.mappings.errors import RowFaultError
from safeconduct.core.mappings.instants import WRITTEN, InstantFaultError, Instants, TimeKind
from safeconduct.core.mappings.mapping import Column, TableMapping
from safeconduct.core.mappings.numbers import NumberForm, Numbers
from safeconduct.core.mappings.rows import record_of

E164 = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)
FORMS = st.sampled_from(
    [
        Numbers((NumberForm.E164,)),
        Numbers((NumberForm.E164, NumberForm.DIGITS, NumberForm.ZEROS)),
        Numbers((NumberForm.E164, NumberForm.NATIONAL), "1"),
        Numbers((NumberForm.ZEROS, NumberForm.NATIONAL), "44", "0"),
    ]
)
INSTANT = st.datetimes(datetime(1971, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds it


@given(E164, FORMS)
def test_every_spelling_of_a_number_reads_back_as_that_number(number: str, forms: Numbers) -> None:
    for spelling in forms.spellings(number):
        assert forms.read(spelling) == number


@pytest.mark.parametrize(
    ("forms", "text", "meant"),
    [
        (Numbers((NumberForm.E164,)), "12025550143", None),
        (Numbers((NumberForm.DIGITS,)), "12025550143", "+12025550143"),
        (Numbers((NumberForm.DIGITS,)), "88222", "88222"),
        (Numbers((NumberForm.ZEROS,)), "0012025550143", "+12025550143"),
        (Numbers((NumberForm.NATIONAL,), "44", "0"), "02079460018", "+442079460018"),
        (Numbers((NumberForm.NATIONAL,), "44", "0"), "12079460018", None),
        (Numbers((NumberForm.E164,)), "NORTHWIND 2", "NORTHWIND 2"),
        (Numbers((NumberForm.E164,)), "+1 202 555 0143", None),
        (Numbers((NumberForm.E164,)), "+\u0661\u0662\u0660\u0662\u0665\u0665\u0665", None),
    ],
)
def test_a_written_number_means_one_thing_or_none(forms: Numbers, text: str, meant: str | None) -> None:
    assert forms.read(text) == meant


ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"]
KINDS = st.one_of(
    st.sampled_from(
        [Instants(kind) for kind in (TimeKind.ZONED, TimeKind.EPOCH_S, TimeKind.EPOCH_MS, TimeKind.EPOCH_US)]
    ),
    st.sampled_from([Instants(TimeKind.LOCAL, zone, "", "earlier") for zone in ZONES]),
    st.sampled_from(
        [Instants(TimeKind.TEXT, "Europe/Berlin", form, "later") for form in WRITTEN if form[-1] not in "Zz"]
    ),
    st.sampled_from([Instants(TimeKind.TEXT, "", form) for form in WRITTEN if form[-1] in "Zz"]),
)


def stored(kind: Instants, instant: datetime) -> Any:
    """Return an instant as a store of this kind would hold it; written apart from the code under test."""
    micros = (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    zone = ZoneInfo(kind.zone or "UTC")
    return {
        TimeKind.ZONED: lambda: instant,
        TimeKind.EPOCH_S: lambda: micros // 1_000_000,
        TimeKind.EPOCH_MS: lambda: micros // 1_000,
        TimeKind.EPOCH_US: lambda: micros,
        TimeKind.LOCAL: lambda: instant.astimezone(zone).replace(tzinfo=None, fold=0),
        TimeKind.TEXT: lambda: instant.astimezone(zone).strftime(kind.form),
    }[kind.kind]()


@given(KINDS, INSTANT, INSTANT)
def test_no_row_of_a_window_is_missed_by_what_the_store_is_asked(kind: Instants, row: datetime, edge: datetime) -> None:
    value = stored(kind, row)
    try:
        read = kind.read(value)
    except InstantFaultError:
        return
    if read >= edge:
        assert value >= kind.at_least(edge)
    if read < edge:
        assert value < kind.below(edge)
    if read > edge:
        assert value > kind.after(edge)
    if not kind.margin:
        assert (read >= edge) == (value >= kind.at_least(edge))
        assert (read < edge) == (value < kind.below(edge))


def test_a_repeated_hour_is_read_as_said_and_otherwise_refused_and_a_left_out_hour_always() -> None:
    twice, never = datetime(2026, 11, 1, 1, 30), datetime(2026, 3, 8, 2, 30)  # noqa: DTZ001 - local times on purpose
    hours = {word: Instants(TimeKind.LOCAL, "America/New_York", "", word) for word in ("", "earlier", "later")}
    assert hours["earlier"].read(twice) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert hours["later"].read(twice) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    with pytest.raises(InstantFaultError, match="hour_repeated"):
        hours[""].read(twice)
    for one in hours.values():
        with pytest.raises(InstantFaultError, match="hour_left_out"):
            one.read(never)


@pytest.mark.parametrize(
    ("kind", "value", "why"),
    [
        (Instants(TimeKind.ZONED), datetime(2026, 1, 1), "has_no_zone"),  # noqa: DTZ001 - the fault on purpose
        (Instants(TimeKind.LOCAL, "UTC"), datetime(2026, 1, 1, tzinfo=UTC), "has_a_zone"),
        (Instants(TimeKind.EPOCH_S), "1767225600", "not_a_whole_number"),
        (Instants(TimeKind.EPOCH_S), True, "not_a_whole_number"),
        (Instants(TimeKind.EPOCH_S), 10**18, "not_an_instant"),
        (Instants(TimeKind.TEXT, "", WRITTEN[0]), "2026-02-30T00:00:00Z", "not_an_instant"),
        (Instants(TimeKind.TEXT, "", WRITTEN[0]), 5, "not_text"),
    ],
)
def test_what_is_no_instant_is_not_guessed(kind: Instants, value: object, why: str) -> None:
    with pytest.raises(InstantFaultError, match=why):
        kind.read(value)


def read(column: Column, value: object) -> Any:
    table = TableMapping(record="calls", source="x.y", columns={column.name: column})
    return record_of(table, {column.source: value})[column.name]


@pytest.mark.parametrize(
    ("column", "value", "meant"),
    [
        (Column(name="record_id", source="c", stored="integer"), Decimal(12), "12"),
        (Column(name="record_id", source="c", trim=True), "  a ", "a"),
        (Column(name="customer", source="c", stored="uuid"), UUID("c" * 32), "c" * 32),
        (Column(name="customer", source="c", stored="uuid_text"), str(UUID("c" * 32)), "c" * 32),
        (Column(name="customer", source="c", prefix="AC"), "AC" + "d" * 32, "d" * 32),
        (Column(name="email", source="c", fold=True), "A@B.example", "a@b.example"),
        (Column(name="duration_s", source="c", divide=1000), 61_999, 61),
        (Column(name="duration_s", source="c"), "61", 61),
        (Column(name="status", source="c", words={"1": "busy"}), "1", "busy"),
        (
            Column(name="other_number", source="c", numbers=Numbers((NumberForm.E164,)), empty="unknown"),
            None,
            "unknown",
        ),
        (Column(name="ended_at", source="c", instants=Instants(TimeKind.ZONED)), None, None),
    ],
)
def test_a_value_is_read_as_the_mapping_says(column: Column, value: object, meant: object) -> None:
    assert read(column, value) == meant


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        (Column(name="record_id", source="c"), None, "empty"),
        (Column(name="record_id", source="c"), 7, "not_text"),
        (Column(name="record_id", source="c"), "x" * 201, "too_long"),
        (Column(name="record_id", source="c", stored="integer"), Decimal("1.5"), "not_a_whole_number"),
        (Column(name="customer", source="c", prefix="AC"), "SM" + "d" * 32, "no_prefix"),
        (Column(name="customer", source="c"), "C" * 32, "not_a_customer"),
        (Column(name="email", source="c"), "A@B.example", "not_an_address"),
        (Column(name="duration_s", source="c"), -1, "out_of_range"),
        (Column(name="duration_s", source="c"), 1.5, "not_a_whole_number"),
        (Column(name="status", source="c", words={"1": "busy"}), "2", "unknown_word"),
        (Column(name="status", source="c"), "a\x00b", "not_text"),
        (Column(name="other_number", source="c", numbers=Numbers((NumberForm.E164,))), "202", "not_a_number"),
    ],
)
def test_what_does_not_fit_is_a_fault_with_its_column_and_reason(column: Column, value: object, reason: str) -> None:
    if reason == "not_a_number":
        value = "(202) 555"
    with pytest.raises(RowFaultError) as refused:
        read(column, value)
    assert (refused.value.column, refused.value.reason) == (column.name, reason)
