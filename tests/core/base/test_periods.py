from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.base.periods import (
    HalfYear,
    PeriodError,
    Window,
    add_working_days,
    instant_text,
    parse_instant,
    window_of_days,
)

INSTANTS = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone
ZONES = st.sampled_from(
    ["UTC", "America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "America/Havana", "Asia/Kathmandu"]
)
DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))


@given(INSTANTS, st.integers(-14 * 60, 14 * 60))
def test_an_instant_is_the_same_in_every_zone(instant: datetime, minutes: int) -> None:
    elsewhere = instant.astimezone(timezone(timedelta(minutes=minutes)))
    assert parse_instant(instant_text(elsewhere)) == instant


@given(DAYS, st.integers(0, 400), ZONES)
def test_local_days_become_one_window_that_holds_exactly_those_days(first: date, length: int, zone: str) -> None:
    last = first + timedelta(days=length)
    window = window_of_days(first, last, zone)
    probe = window.start
    assert window.start.astimezone(ZoneInfo(zone)).date() == first
    assert (window.end - timedelta(milliseconds=1)).astimezone(ZoneInfo(zone)).date() == last
    assert window.end.astimezone(ZoneInfo(zone)).date() == last + timedelta(days=1)
    assert not window.holds(probe - timedelta(milliseconds=1))
    assert not window.holds(window.end)


@given(DAYS, st.integers(0, 60), ZONES)
def test_adjoining_windows_leave_no_gap_and_no_overlap(first: date, length: int, zone: str) -> None:
    middle = first + timedelta(days=length)
    before, after = (
        window_of_days(first, middle, zone),
        window_of_days(middle + timedelta(days=1), middle + timedelta(days=9), zone),
    )
    assert before.end == after.start
    assert before.overlap(after) is None


def test_the_day_on_which_clocks_go_forward_has_23_hours() -> None:
    window = window_of_days(date(2026, 3, 8), date(2026, 3, 8), "America/New_York")
    assert window.end - window.start == timedelta(hours=23)


def test_a_day_without_midnight_starts_at_its_first_instant() -> None:
    window = window_of_days(date(2026, 3, 8), date(2026, 3, 8), "America/Havana")
    assert window.start.astimezone(ZoneInfo("America/Havana")).hour == 1
    assert window.end - window.start == timedelta(hours=23)


@given(INSTANTS, INSTANTS, INSTANTS, INSTANTS)
def test_an_overlap_lies_within_both(a: datetime, b: datetime, c: datetime, d: datetime) -> None:
    if a == b or c == d:
        return
    one, other = Window(min(a, b), max(a, b)), Window(min(c, d), max(c, d))
    common = one.overlap(other)
    if common is not None:
        assert common.within(one)
        assert common.within(other)
    assert Window.from_json(one.as_json()) == one


@pytest.mark.parametrize(
    "text", ["2026-02-01", "2026-02-01T05:00:00", "2026-02-01T05:00:00+00:00", "x", "", "2026-13-01T00:00:00Z"]
)
def test_other_ways_to_write_an_instant_are_refused(text: str) -> None:
    with pytest.raises(PeriodError):
        parse_instant(text)


def test_backward_windows_zones_that_do_not_exist_and_third_halves_are_refused() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(PeriodError):
        Window(now, now)
    with pytest.raises(PeriodError):
        window_of_days(date(2026, 1, 1), date(2026, 1, 1), "Mars/Olympus")
    with pytest.raises(PeriodError):
        window_of_days(date(2026, 1, 2), date(2026, 1, 1), "UTC")
    with pytest.raises(PeriodError):
        HalfYear(2026, 3)
    with pytest.raises(PeriodError):
        Window(datetime(2026, 1, 1), now)  # noqa: DTZ001 - the missing zone is what is refused


def test_two_halves_make_a_year() -> None:
    assert HalfYear(2026, 1).window.end == HalfYear(2026, 2).window.start
    assert HalfYear(2026, 2).window.end == HalfYear(2027, 1).window.start
    assert str(HalfYear(2026, 1)) == "2026-H1"


def test_working_days_skip_weekends_and_holidays() -> None:
    assert add_working_days(date(2026, 7, 1), 2, {date(2026, 7, 3)}) == date(2026, 7, 6)
    assert add_working_days(date(2026, 7, 1), 2, set()) == date(2026, 7, 3)
