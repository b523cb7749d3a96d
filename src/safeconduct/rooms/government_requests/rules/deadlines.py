"""When things fall due.

1. The paper's own day wins; then the days it allows from service; then the rulebook's days (Policy 5).
2. A day runs until it ends in the paper's zone; the answer is due at 17:00 there.
3. An emergency is due within the hour (18 U.S.C. 2702(b)(8): "without delay"; Policy 8).
4. A preserved copy is kept for the rulebook's days, 90, once renewable (18 U.S.C. 2703(f)(2)).
5. Silence ends at the end of the day that the order names, in the paper's zone (18 U.S.C. 2705(b)).
6. An officer has ten working days to answer a question (Policy 5).
7. A late clock stays late: pausing our work never moves the paper's own day.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from safeconduct.core.base.periods import add_working_days, first_instant, to_utc, zone
from safeconduct.rooms.government_requests.rules.law import Law
from safeconduct.rooms.government_requests.rules.paper import Paper
from safeconduct.rooms.government_requests.rules.words import Process

OFFICE_CLOSES = time(17, 0)
EMERGENCY_TIME = timedelta(hours=1)
QUESTION_WORKING_DAYS = 10
SILENCE_WARNING = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Due:
    """A moment and the rule that made it.

    Attributes:
        at: the moment, UTC.
        rule: code of the rule, such as ``PAPER-DAY``.
        citation: what it rests on.
    """

    at: datetime
    rule: str
    citation: str


def end_of_office(day: date, zone_name: str) -> datetime:
    """Return 17:00 of ``day`` in the zone, in UTC."""
    return to_utc(datetime.combine(day, OFFICE_CLOSES, tzinfo=zone(zone_name)))


def served_day(served_at: datetime, zone_name: str) -> date:
    """Return the day of service in the paper's zone."""
    return served_at.astimezone(zone(zone_name)).date()


def answer_due(*, paper: Paper, served_at: datetime, law: Law) -> Due:
    """Return when the answer is due, by rules 1 to 3."""
    if paper.process is Process.EMERGENCY_REQUEST:
        return Due(at=to_utc(served_at) + EMERGENCY_TIME, rule="EMERGENCY-HOUR", citation="18 U.S.C. 2702(b)(8)")
    if paper.reply_by is not None:
        return Due(at=end_of_office(paper.reply_by, paper.zone), rule="PAPER-DAY", citation="the paper")
    day = served_day(served_at, paper.zone)
    if paper.reply_days is not None:
        last = day + timedelta(days=paper.reply_days)
        return Due(at=end_of_office(last, paper.zone), rule="PAPER-DAYS", citation="the paper")
    last = day + timedelta(days=int(law.reply_days.value or 0))
    return Due(at=end_of_office(last, paper.zone), rule="RULEBOOK-DAYS", citation=law.reply_days.citation)


def preserved_until(*, made_at: datetime, days: int, zone_name: str) -> datetime:
    """Return the end of the last day on which a copy made at ``made_at`` is kept."""
    last = served_day(made_at, zone_name) + timedelta(days=days)
    return first_instant(last + timedelta(days=1), zone_name)


def silence_ends(*, until: date, zone_name: str) -> datetime:
    """Return the first instant at which the order no longer binds: the start of the day after ``until``."""
    return first_instant(until + timedelta(days=1), zone_name)


def question_due(*, asked_at: datetime, zone_name: str, holidays: frozenset[date] = frozenset()) -> datetime:
    """Return when an unanswered question lets the matter lapse."""
    day = add_working_days(served_day(asked_at, zone_name), QUESTION_WORKING_DAYS, holidays)
    return end_of_office(day, zone_name)
