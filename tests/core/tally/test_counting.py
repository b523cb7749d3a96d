"""Exact tables: they add up whatever is counted, order does not matter, and other people's real errors are caught."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.base.periods import HalfYear
from safeconduct.core.tally.counting import (
    ANSWERS,
    DATA_LEFT,
    NATIONAL_SECURITY,
    PRESERVATION,
    PROCESSES,
    Counted,
    CountingError,
    NationalSecurityError,
    Outcome,
    Told,
    counted_in,
    tally,
)
from safeconduct.core.tally.published import ReportRowError, check_counts

MUSEUM = Path(__file__).resolve().parents[2] / "museum" / "transparency"
H1 = HalfYear(2026, 1)
COUNTRIES = ("US", "DE", "GB", "FR", "IN")


@st.composite
def requests(draw: st.DrawFn) -> Counted:
    process = draw(st.sampled_from(sorted(PROCESSES)))
    outcomes = [one for one in Outcome if one is not Outcome.PRESERVED]
    if process == PRESERVATION:
        outcomes = [Outcome.PRESERVED, Outcome.WITHDRAWN]
    outcome = draw(st.sampled_from(outcomes))
    told = draw(st.sampled_from(ANSWERS)) if outcome in DATA_LEFT else Told.NONE_DUE
    return Counted(process=process, country=draw(st.sampled_from(COUNTRIES)), outcome=outcome, told=told)


@given(st.lists(requests(), max_size=60), st.randoms())
def test_every_table_adds_up_and_order_says_nothing(found: list[Counted], random: object) -> None:
    counted = tally(H1, found)
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert tally(H1, shuffled) == counted
    asked = [one for one in found if one.process != PRESERVATION]
    left = [one for one in asked if one.data_left]
    assert counted.received == counted.by_country.total[0] == len(asked)
    assert counted.data_left == counted.by_country.total[1] == counted.notices.total[-1] == len(left)
    assert sum(counted.notices.total[:-1]) == counted.notices.total[-1]
    assert counted.preservation.total[0] == len(found) - len(asked)
    for table in (counted.by_process, counted.by_country):
        assert all(numbers[0] == sum(numbers[1:]) for _, _, numbers in table.rows)
    assert {key: numbers[0] for key, _, numbers in counted.by_country.rows} == Counter(one.country for one in asked)


@given(st.lists(requests(), max_size=30), requests())
def test_one_more_request_adds_exactly_one(found: list[Counted], more: Counted) -> None:
    before, after = tally(H1, found), tally(H1, [*found, more])
    assert after.received - before.received == (more.process != PRESERVATION)
    assert after.data_left - before.data_left == more.data_left
    assert after.preservation.total[0] - before.preservation.total[0] == (more.process == PRESERVATION)


def test_a_request_belongs_to_the_half_year_in_which_it_was_received() -> None:
    one = Counted(process="subpoena", country="US", outcome=Outcome.REFUSED, told=Told.NONE_DUE)
    first, last = H1.window.start, H1.window.end - timedelta(microseconds=1)
    around = [first - timedelta(microseconds=1), first, last, H1.window.end, datetime(2027, 1, 1, tzinfo=UTC)]
    assert len(counted_in(H1, [(at, one) for at in around])) == 2


def test_silence_changes_no_number_but_its_own() -> None:
    def numbers(told: Told) -> object:
        one = Counted(process="search_warrant", country="US", outcome=Outcome.AS_ASKED, told=told)
        found = tally(H1, [one])
        return found.by_process, found.by_country, found.received, found.data_left

    assert numbers(Told.PROHIBITED) == numbers(Told.BEFORE)


@pytest.mark.parametrize("process", sorted(NATIONAL_SECURITY))
def test_national_security_process_cannot_be_counted(process: str) -> None:
    with pytest.raises(NationalSecurityError):
        Counted(process=process, country="US", outcome=Outcome.AS_ASKED, told=Told.PROHIBITED)


@pytest.mark.parametrize(
    "bad",
    [
        {"process": "fax"},
        {"country": "USA"},
        {"country": "us"},
        {"outcome": "lost"},
        {"told": "maybe"},
        {"told": "none_due"},
        {"process": "preservation_request"},
    ],
)
def test_what_no_rule_can_count_is_refused(bad: dict[str, str]) -> None:
    good = {"process": "subpoena", "country": "US", "outcome": "disclosed_as_asked", "told": "before"}
    Counted(**good)  # type: ignore[arg-type]  # words as they come from outside
    with pytest.raises(CountingError):
        Counted(**{**good, **bad})  # type: ignore[arg-type]  # the same


def rows(name: str) -> list[dict[str, str]]:
    with (MUSEUM / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


NAMES = {"key": "type", "received": "count_requests_received", "disclosed": "count_disclosed"}


def test_more_disclosed_than_received_is_caught_in_a_real_report() -> None:
    found = rows("annual_2021.csv")
    bad = []
    for row in found:
        try:
            check_counts([row], **NAMES)
        except ReportRowError:
            bad.append((row["count_requests_received"], row["count_disclosed"]))
    assert bad == [("183", "269"), ("94", "170"), ("22", "64")]
    assert len(found) > len(bad)


def test_a_trailing_blank_is_caught_in_a_real_report() -> None:
    with pytest.raises(ReportRowError, match="space"):
        check_counts(rows("half_year_2025.csv"), **NAMES)
    check_counts([row for row in rows("half_year_2025.csv") if row["type"] == row["type"].strip()], **NAMES)


def test_a_real_report_by_country_adds_up_to_its_total() -> None:
    found = [
        Counted(process="subpoena", country=row["country"], outcome=Outcome.REFUSED, told=Told.NONE_DUE)
        for row in rows("countries_2015.csv")
        for _ in range(int(row["requests"]))
    ]
    counted = tally(HalfYear(2015, 1), found)
    assert counted.received == 268
    assert counted.by_country.rows[0][0] == "US"
    assert sum(numbers[0] for key, _, numbers in counted.by_country.rows if key != "US") == 46


def test_every_request_says_which_company_was_served_or_none_does() -> None:
    one = Counted(process="subpoena", country="US", outcome=Outcome.REFUSED, told=Told.NONE_DUE, entity="northwind-us")
    letter = Counted(
        process=PRESERVATION, country="US", outcome=Outcome.PRESERVED, told=Told.NONE_DUE, entity="northwind-ie"
    )
    found = tally(H1, [one, letter]).by_entity
    assert found is not None
    assert [(key, numbers[0]) for key, _, numbers in found.rows] == [("northwind-us", 1)]
    assert tally(H1, [replace(one, entity="")]).by_entity is None
    with pytest.raises(CountingError):
        tally(H1, [one, replace(letter, entity="")])
    with pytest.raises(CountingError):
        replace(one, entity="Northwind, Inc.")
