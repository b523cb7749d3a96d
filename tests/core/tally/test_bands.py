"""Bands: always lawful, never mixed, over the right days, and only under signed provisions."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.rulebook import SignOffs, load
from safeconduct.core.tally.bands import (
    BandError,
    BandStatement,
    Option,
    UnsignedOptionError,
    check_band,
    check_bands,
    counts_now,
    lawful_band,
    option,
)

MUSEUM = Path(__file__).resolve().parents[2] / "museum" / "transparency"
BOOK = load()
SIGNED = SignOffs(demonstration=True).signing(BOOK.provisions.values(), name="R. Fictitious", day=date(2026, 1, 2))
DAY = date(2026, 7, 10)
OPTIONS = {number: option(BOOK, number, as_of=DAY, overlay=SIGNED) for number in "1234"}
options = st.sampled_from(sorted(OPTIONS.values(), key=lambda one: one.number))


def statement(chosen: Option, day: date = DAY, count: int = 3) -> BandStatement:
    counts = {series.name: count for series in chosen.series}
    return BandStatement.make(chosen, company="Northwind Messaging, Inc.", publication=day, counts=counts)


@pytest.mark.parametrize(("number", "first"), [("1", "0-999"), ("2", "0-499"), ("3", "0-249"), ("4", "0-99")])
def test_the_first_band_of_each_option(number: str, first: str) -> None:
    assert lawful_band(OPTIONS[number], 0) == lawful_band(OPTIONS[number], OPTIONS[number].width - 1) == first


@given(options, st.integers(0, 10**7))
def test_a_band_holds_its_count_and_starts_on_a_multiple(chosen: Option, count: int) -> None:
    band = lawful_band(chosen, count)
    start, end = (int(part) for part in band.split("-"))
    assert start <= count <= end
    assert start % chosen.width == 0
    check_band(band, chosen.width)
    assert lawful_band(chosen, start) == lawful_band(chosen, end) == band


@given(options, st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 5000))
def test_a_statement_survives_its_text_and_its_check(chosen: Option, day: date, count: int) -> None:
    made = statement(chosen, day, count)
    assert BandStatement.parse(made.text) == made
    made.check(chosen)


@given(options, options, st.integers(0, 2000))
def test_options_are_never_mixed(chosen: Option, other: Option, count: int) -> None:
    made = statement(chosen, DAY, count)
    if chosen == other:
        made.check(other)
    else:
        with pytest.raises(BandError):
            made.check(other)
        with pytest.raises(BandError):
            BandStatement.parse(
                made.text.replace(
                    f"option {chosen.number} {chosen.citation}", f"option {other.number} {other.citation}"
                )
            ).check(other)


def test_windows_are_days_and_not_half_years() -> None:
    window = {series.name: series.window(DAY) for series in OPTIONS["1"].series}
    assert window["nsl_received"].end == datetime(2026, 7, 10, tzinfo=UTC)
    assert window["nsl_received"].end - window["nsl_received"].start == timedelta(days=180)
    assert window["fisa_content_orders"].end == datetime(2026, 1, 11, tzinfo=UTC)
    assert window["fisa_content_orders"].end - window["fisa_content_orders"].start == timedelta(days=180)
    year = OPTIONS["4"].series[0].window(date(2028, 2, 29))
    assert (year.start.date(), year.end.date()) == (date(2026, 2, 28), date(2027, 2, 28))
    assert (OPTIONS["4"].series[0].window(DAY).end - OPTIONS["4"].series[0].window(DAY).start).days == 365


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0-249", "3"),
        ("0-249", "1-250"),
        ("0-249", "0-499"),
        ("0-249", "00-249"),
        ("2026-01-11", "2026-01-01"),
        ("2026-07-10T00", "2026-07-01T00"),
        ("publication 2026-07-10", "publication 2026-07-11"),
        ("series all_selectors 0-249 2026-01-11T00:00:00Z 2026-07-10T00:00:00Z\n", ""),
        ("\nseries", "\nexactly 3\nseries"),
    ],
)
def test_a_statement_that_says_anything_else_is_refused(old: str, new: str) -> None:
    text = statement(OPTIONS["3"]).text
    assert old in text
    with pytest.raises(BandError):
        BandStatement.parse(text.replace(old, new)).check(OPTIONS["3"])


def test_counts_of_another_option_are_refused() -> None:
    with pytest.raises(BandError):
        BandStatement.make(OPTIONS["3"], company="N", publication=DAY, counts={"nsl_received": 1, "nsl_selectors": 1})
    for bad in (-1, True):
        with pytest.raises(BandError):
            lawful_band(OPTIONS["3"], bad)


def test_nothing_is_stated_under_a_provision_that_nobody_signed_or_whose_review_is_late() -> None:
    for overlay, day in ((None, DAY), (SignOffs(demonstration=False), DAY), (SIGNED, date(2027, 2, 1))):
        with pytest.raises(UnsignedOptionError):
            option(BOOK, "3", as_of=day, overlay=overlay)


def test_orders_about_a_new_platform_wait_where_the_option_says_so() -> None:
    received = datetime(2025, 1, 1, tzinfo=UTC)
    last = date(2025, 1, 1) + timedelta(days=540)
    for number, waits in (("1", True), ("2", True), ("3", False), ("4", False)):
        chosen = OPTIONS[number]
        assert counts_now(chosen, received=received, new_platform=True, publication=last)
        early = counts_now(chosen, received=received, new_platform=True, publication=last - timedelta(days=1))
        assert early is not waits
        assert counts_now(chosen, received=received, new_platform=False, publication=date(2025, 1, 2))


def bands(name: str, column: str) -> list[str]:
    with (MUSEUM / name).open(newline="", encoding="utf-8") as file:
        return [row[column] for row in csv.DictReader(file)]


def test_bands_on_unlawful_multiples_are_caught_in_real_reports() -> None:
    unlawful = bands("bands_unlawful.csv", "band")
    assert unlawful == ["751-999", "13255-13499"]
    for width in (100, 250, 500, 1000):
        assert check_bands(unlawful, width) == unlawful
    assert check_bands(bands("bands_250.csv", "count"), 250) == []
