"""When things fall due, and how that was reckoned.

1. The paper's own day wins and nothing moves it; then the days it allows from service; then the rulebook's (Policy 5).
2. A day runs until it ends in the paper's zone; the answer is due at 17:00 there.
3. An emergency is due within the rulebook's hours, one (18 U.S.C. 2702(b)(8): "without delay"; Policy 8).
4. A preserved copy is kept for the rulebook's days, 90, once renewable (18 U.S.C. 2703(f)(2)).
5. Silence ends at the end of the day that the order names, in the paper's zone (18 U.S.C. 2705(b)).
6. An officer has the rulebook's days to answer a question, ten working days (Policy 5).
7. A late clock stays late: pausing our work never moves the paper's own day. Only where the law says that a question
   stops the clock is the time until its answer added (Regulation (EU) 2023/1543, arts. 10(6), 11(5)).
8. Days are days of the country and state of the authority: a last day that is none of its working days rolls only where
   a signed provision says so. What counsel has not signed never gives us more time.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from safeconduct.core.base.periods import first_instant, to_utc, zone
from safeconduct.core.rulebook.calendars import Calendar
from safeconduct.rooms.government_requests.rules.law import SIGNED, Law
from safeconduct.rooms.government_requests.rules.paper import Paper
from safeconduct.rooms.government_requests.rules.reckoning import (
    DAYS,
    NEXT,
    NO_ROLL,
    WORKING_DAYS,
    Closed,
    Reckoning,
    reckon,
    working_days_before,
)
from safeconduct.rooms.government_requests.rules.words import Process

OFFICE_CLOSES = time(17, 0)
EMERGENCY_HOURS = 1
"""Where no provision says how many: the shortest."""
QUESTION_WORKING_DAYS = 10
SILENCE_WARNING = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Due:
    """A moment and the rule that made it.

    Attributes:
        at: the moment, UTC.
        rule: code of the rule, such as ``PAPER-DAY``.
        citation: what it rests on.
        how: the days counted; None for a day that the paper names and for hours.
        stops: whether a question of ours stops this clock.
    """

    at: datetime
    rule: str
    citation: str
    how: Reckoning | None = None
    stops: bool = False


WEEKENDS_ONLY = Calendar()
"""Where nobody says whose holidays count."""


def end_of_office(day: date, zone_name: str) -> datetime:
    """Return 17:00 of ``day`` in the zone, in UTC."""
    return to_utc(datetime.combine(day, OFFICE_CLOSES, tzinfo=zone(zone_name)))


def served_day(served_at: datetime, zone_name: str) -> date:
    """Return the day of service in the paper's zone."""
    return served_at.astimezone(zone(zone_name)).date()


def answer_due(*, paper: Paper, served_at: datetime, law: Law, calendar: Closed = WEEKENDS_ONLY) -> Due:
    """Return when the answer is due, by rules 1 to 3 and 8."""
    if paper.process is Process.EMERGENCY_REQUEST:
        hours = timedelta(hours=int(law.answer("reply_hours").value or EMERGENCY_HOURS))
        return Due(at=to_utc(served_at) + hours, rule="EMERGENCY-HOUR", citation="18 U.S.C. 2702(b)(8)")
    if paper.reply_by is not None:
        return Due(at=end_of_office(paper.reply_by, paper.zone), rule="PAPER-DAY", citation="the paper")
    start, stops = served_day(served_at, paper.zone), _signed(law, "clarification_stops_clock", default=False) is True
    if paper.reply_days is not None:
        roll = _roll(law, "paper_roll")
        how = reckon(start=start, count=paper.reply_days, unit=DAYS, roll=roll, calendar=calendar)
        citation = law.answer("paper_roll").citation if roll != NO_ROLL else "the paper"
        return Due(at=end_of_office(how.last, paper.zone), rule="PAPER-DAYS", citation=citation, how=how, stops=stops)
    # A unit that nobody signed counts as calendar days: the earlier end.
    unit = WORKING_DAYS if _signed(law, "reply_unit", default=DAYS) == WORKING_DAYS else DAYS
    count, roll = int(law.reply_days.value or 0), _roll(law, "reply_roll")
    how = reckon(start=start, count=count, unit=unit, roll=roll, calendar=calendar)
    citation = law.reply_days.citation
    return Due(at=end_of_office(how.last, paper.zone), rule="RULEBOOK-DAYS", citation=citation, how=how, stops=stops)


def _signed(law: Law, question: str, *, default: object) -> object:
    ruling = law.answer(question)
    return ruling.value if ruling.status == SIGNED else default


def _roll(law: Law, question: str) -> str:
    """Return how a last day rolls: to a later day only by a signed provision (rule 8)."""
    said = str(law.answer(question).value or NO_ROLL)
    return NO_ROLL if said == NEXT and law.answer(question).status != SIGNED else said


def warnings(*, due: datetime, zone_name: str, law: Law, calendar: Closed) -> tuple[tuple[str, datetime], ...]:
    """Return who hears of ``due`` when, before it comes (Policy 5.2), earliest first."""
    table = law.answer("escalation").value or {}
    day = served_day(due, zone_name)
    found = [
        (str(who), end_of_office(working_days_before(day, int(days), calendar), zone_name))
        for who, days in dict(table).items()
    ]
    return tuple(sorted(((who, at) for who, at in found if at < due), key=lambda one: (one[1], one[0])))


def preserved_until(*, made_at: datetime, days: int, zone_name: str) -> datetime:
    """Return the end of the last day on which a copy made at ``made_at`` is kept."""
    last = served_day(made_at, zone_name) + timedelta(days=days)
    return first_instant(last + timedelta(days=1), zone_name)


def silence_ends(*, until: date, zone_name: str) -> datetime:
    """Return the first instant at which the order no longer binds: the start of the day after ``until``."""
    return first_instant(until + timedelta(days=1), zone_name)


def question_due(
    *,
    asked_at: datetime,
    zone_name: str,
    calendar: Closed,
    count: int = QUESTION_WORKING_DAYS,
    unit: str = WORKING_DAYS,
) -> datetime:
    """Return when an unanswered question lets the matter lapse: rule 6."""
    asked = served_day(asked_at, zone_name)
    how = reckon(start=asked, count=count, unit=unit, roll=NO_ROLL, calendar=calendar)
    return end_of_office(how.last, zone_name)
