"""Days counted here and by numpy's business days, over random holidays, weekends, zones and changes of the clock."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from tests import soaking
from tests.rooms.government_requests.papers import law, paper

from safeconduct.core.rulebook.calendars import Calendar
from safeconduct.rooms.government_requests.rules.deadlines import answer_due, end_of_office, served_day, warnings
from safeconduct.rooms.government_requests.rules.law import ASK_COUNSEL, SIGNED, Law, Ruling
from safeconduct.rooms.government_requests.rules.reckoning import (
    DAYS,
    NEXT,
    NO_ROLL,
    PREVIOUS,
    WORKING_DAYS,
    reckon,
    working_days_before,
)
from safeconduct.rooms.government_requests.rules.words import Process

ZONES = ("America/New_York", "Europe/Dublin", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC")
WEEKENDS = (frozenset({5, 6}), frozenset({4, 5}), frozenset({6}))


def _calendars(rng: Random) -> Iterator[tuple[Calendar, date, int]]:
    while True:
        start = date(2024, 1, 1) + timedelta(days=rng.randrange(1500))
        closed = {start + timedelta(days=rng.randrange(-20, 60)): "Closed" for _ in range(rng.randrange(12))}
        yield Calendar(weekend=rng.choice(WEEKENDS), entered=closed), start, rng.randrange(1, 30)


def _oracle(calendar: Calendar, *, holidays: bool = True) -> np.busdaycalendar:
    week = "".join("0" if day in calendar.weekend else "1" for day in range(7))
    return np.busdaycalendar(weekmask=week, holidays=list(calendar.entered) if holidays else [])


def _forward(start: date, count: int, oracle: np.busdaycalendar) -> date:
    # The start itself is not counted: begin from the last working day at or before it.
    found: date = np.busday_offset(start, count, roll="backward", busdaycal=oracle).astype(date)
    return found


def test_working_days_are_those_of_numpy() -> None:
    rng = Random(soaking.seed("reckoning"))  # noqa: S311 - seeded on purpose
    rounds, differ = soaking.count(2_000, 200_000), 0
    for (calendar, start, count), _ in zip(_calendars(rng), range(rounds), strict=False):
        oracle = _oracle(calendar)
        found = reckon(start=start, count=count, unit=WORKING_DAYS, roll=NO_ROLL, calendar=calendar)
        assert found.last == _forward(start, count, oracle)
        assert not calendar.closed(found.last)
        assert {day for day, _ in found.skipped} == {day for day in calendar.entered if start < day < found.last}
        rolled = reckon(start=start, count=count, unit=DAYS, roll=NEXT, calendar=calendar).last
        assert rolled == np.busday_offset(start + timedelta(days=count), 0, roll="forward", busdaycal=oracle).astype(
            date
        )
        back = reckon(start=start, count=count, unit=DAYS, roll=PREVIOUS, calendar=calendar).last
        assert back == np.busday_offset(start + timedelta(days=count), 0, roll="backward", busdaycal=oracle).astype(
            date
        )
        assert back <= start + timedelta(days=count) <= rolled
        before = np.busday_offset(rolled, -count, roll="forward", busdaycal=oracle).astype(date)
        assert working_days_before(rolled, count, calendar) == before
        # The control: an oracle that knows no holidays must differ somewhere.
        differ += found.last != _forward(start, count, _oracle(calendar, holidays=False))
    assert differ > rounds // 10
    soaking.report("reckoning", rounds=rounds, holidays_mattered=differ)


def test_an_answer_is_due_at_five_o_clock_whatever_the_clocks_do() -> None:
    rng = Random(soaking.seed("reckoning zones"))  # noqa: S311 - seeded on purpose
    changed = 0
    for _ in range(soaking.count(2_000, 100_000)):
        name = rng.choice(ZONES)
        served = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(525_600))
        days = rng.randrange(1, 60)
        found = answer_due(paper=paper(reply_by=None, reply_days=days, zone=name), served_at=served, law=_with())
        local = found.at.astimezone(ZoneInfo(name))
        assert (local.hour, local.minute) == (17, 0)
        assert local.date() == served_day(served, name) + timedelta(days=days)
        changed += served.astimezone(ZoneInfo(name)).utcoffset() != local.utcoffset()
    assert changed > 0
    soaking.report("reckoning zones", clock_changes=changed)


def _with(process: Process = Process.SUBPOENA, *, status: str = SIGNED, **answers: object) -> Law:
    base = law(process)
    further = {name: Ruling(value=one, provision="p", citation="c", status=status) for name, one in answers.items()}
    return Law(**{**vars(base), "further": further})


HOLIDAY = Calendar(entered={date(2026, 3, 20): "Founders' Day"})


@pytest.mark.parametrize(
    ("answers", "status", "last"),
    [
        ({"reply_roll": "previous"}, SIGNED, date(2026, 3, 19)),
        ({"reply_roll": "previous"}, ASK_COUNSEL, date(2026, 3, 19)),
        ({"reply_roll": "next"}, SIGNED, date(2026, 3, 23)),
        ({"reply_roll": "next"}, ASK_COUNSEL, date(2026, 3, 20)),
        ({"reply_unit": "working_days"}, SIGNED, date(2026, 3, 27)),
        ({"reply_unit": "working_days"}, ASK_COUNSEL, date(2026, 3, 20)),
        ({}, SIGNED, date(2026, 3, 20)),
    ],
)
def test_what_counsel_has_not_signed_gives_no_more_time(answers: dict[str, str], status: str, last: date) -> None:
    served = datetime(2026, 3, 6, 18, tzinfo=UTC)
    given = paper(process=Process.SUBPOENA, reply_by=None)
    found = answer_due(paper=given, served_at=served, law=_with(status=status, **answers), calendar=HOLIDAY)
    assert found.at == end_of_office(last, given.zone)


def test_the_papers_own_day_knows_no_holiday() -> None:
    given = paper(reply_by=date(2026, 3, 20))
    found = answer_due(paper=given, served_at=datetime(2026, 3, 6, 18, tzinfo=UTC), law=_with(), calendar=HOLIDAY)
    assert (found.how, found.at) == (None, end_of_office(date(2026, 3, 20), given.zone))


def test_reminders_come_before_the_day_on_working_days() -> None:
    due = end_of_office(date(2026, 3, 24), "America/New_York")
    ruled = _with(escalation={"holder": 5, "desk": 2, "legal": 1})
    found = warnings(due=due, zone_name="America/New_York", law=ruled, calendar=HOLIDAY)
    assert [(who, at.date()) for who, at in found] == [
        ("holder", date(2026, 3, 16)),
        ("desk", date(2026, 3, 19)),
        ("legal", date(2026, 3, 23)),
    ]
    assert warnings(due=due, zone_name="UTC", law=_with(), calendar=HOLIDAY) == ()
