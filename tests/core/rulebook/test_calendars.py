"""Public holidays by country and state, and what counsel enters beside them."""

from datetime import date
from pathlib import Path

import pytest

from safeconduct.core.rulebook.calendars import SATURDAY_AND_SUNDAY, CalendarError, Calendars, load_calendars

ENTRY = """
[[holiday]]
day = 2026-12-23
country = "US"
region = "TX"
name = "Closed by order"
source = "https://gov.texas.gov/"
entered = 2026-11-20
"""


def write(folder: Path, text: str) -> Path:
    (folder / "calendars").mkdir(exist_ok=True)
    (folder / "calendars" / "holidays.toml").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("country", "region", "day", "name"),
    [
        ("US", "", date(2026, 11, 26), "Thanksgiving Day"),
        ("US", "", date(2026, 11, 27), ""),
        ("DE", "BY", date(2026, 1, 6), "Epiphany"),
        ("DE", "BE", date(2026, 1, 6), ""),
        ("US", "", date(2026, 11, 28), "weekend"),
    ],
)
def test_what_is_known_of_a_country_and_a_state(country: str, region: str, day: date, name: str) -> None:
    found = load_calendars().of(country, region).closed(day)
    assert name in found if name else found == ""


def test_a_place_of_which_nothing_is_known_says_so() -> None:
    nowhere, no_state = load_calendars().of("ZZ"), load_calendars().of("US", "QQ")
    assert (nowhere.known, nowhere.weekend) == (False, SATURDAY_AND_SUNDAY)
    assert not no_state.known
    assert no_state.closed(date(2026, 11, 26))
    assert load_calendars().of("US", "TX").known


def test_what_counsel_enters_counts_there_and_changes_the_edition(tmp_path: Path) -> None:
    found = load_calendars(write(tmp_path, ENTRY))
    assert found.of("US", "TX").closed(date(2026, 12, 23)) == "Closed by order"
    assert found.of("US", "CA").closed(date(2026, 12, 23)) == ""
    assert found.of("US").closed(date(2026, 12, 23)) == ""
    assert found.edition != Calendars().edition == load_calendars().edition
    whole = load_calendars(write(tmp_path, ENTRY.replace('region = "TX"\n', "")))
    assert whole.of("US", "CA").closed(date(2026, 12, 23))


@pytest.mark.parametrize(
    "text",
    [
        "[[holiday",
        "x = 1",
        "holiday = 1",
        "holiday = [1]",
        ENTRY.replace("day = 2026-12-23", 'day = "2026-12-23"'),
        ENTRY.replace('name = "Closed by order"', ""),
        ENTRY.replace('"US"', '"usa"'),
        ENTRY.replace('"TX"', '"Texas"'),
        ENTRY.replace("https://", ""),
        ENTRY + "open = true\n",
    ],
)
def test_entries_that_cannot_be_used_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(CalendarError):
        load_calendars(write(tmp_path, text))
