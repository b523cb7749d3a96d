"""Keeps how a matter's day was reckoned, and reckons it again when a holiday was entered or a question rested it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from safeconduct.core.base.periods import instant_text
from safeconduct.core.rulebook.calendars import Calendar
from safeconduct.rooms.government_requests.models import Deadline, Matter
from safeconduct.rooms.government_requests.queries.calendars import calendar_of
from safeconduct.rooms.government_requests.queries.law import law_for
from safeconduct.rooms.government_requests.rules.deadlines import Due, answer_due, end_of_office, warnings
from safeconduct.rooms.government_requests.rules.law import Law
from safeconduct.rooms.government_requests.rules.paper import Paper
from safeconduct.rooms.government_requests.rules.reckoning import Reckoning, reckon
from safeconduct.rooms.government_requests.rules.words import Process


def calendar_for(paper: Paper) -> Calendar:
    """Return the calendar of the authority that issued the paper."""
    return calendar_of(country=paper.country, region=paper.region)


def keep_deadline(*, row: Matter, paper: Paper, law: Law, now: datetime, cause: str) -> None:
    """Keep the reckoning that gave ``row`` its day; an earlier one of the matter no longer stands."""
    calendar = calendar_for(paper)
    due = answer_due(paper=paper, served_at=row.received_at, law=law, calendar=calendar)
    _keep(row=row, due=due, rested=timedelta(), calendar=calendar, law=law, now=now, cause=cause, entry="")


def _keep(
    *,
    row: Matter,
    due: Due,
    rested: timedelta,
    calendar: Calendar,
    law: Law,
    now: datetime,
    cause: str,
    entry: str,
) -> None:
    Deadline.objects.filter(matter=row, superseded_at__isnull=True).update(superseded_at=now)
    heard = warnings(due=due.at, zone_name=row.zone, law=law, calendar=calendar)
    how = due.how
    Deadline.objects.create(
        matter=row,
        due_at=due.at,
        rule=due.rule,
        citation=due.citation,
        start_on=how.start if how else None,
        unit=how.unit if how else "",
        count=how.count if how else None,
        roll=how.roll if how else "",
        skipped=[[day.isoformat(), name] for day, name in how.skipped] if how else [],
        zone=row.zone,
        country=calendar.country,
        region=calendar.region,
        calendar=calendar.edition,
        calendar_known=calendar.known,
        stops=due.stops,
        rested_seconds=int(rested.total_seconds()),
        warnings=[[who, instant_text(at)] for who, at in heard],
        warn_at=heard[0][1] if heard else None,
        cause=cause,
        entry=entry,
        at=now,
    )


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A deadline reckoned again.

    Attributes:
        due: the moment and how it was found.
        rested: how long questions rested the clock.
        calendar: the calendar it was found by.
        cause: ``holiday`` or ``clarification``.
    """

    due: Due
    rested: timedelta
    calendar: Calendar
    cause: str


def rested(row: Matter) -> timedelta:
    """Return how long the questions of a matter that were answered stood open together."""
    found = row.questions.filter(answered_at__isnull=False).values_list("asked_at", "answered_at")
    return sum((end - start for start, end in found if end is not None), start=timedelta())


def reckoned_again(*, row: Matter, standing: Deadline) -> Moved:
    """Return the standing reckoning's day by today's calendar and with the time that questions rested it."""
    calendar = calendar_of(country=standing.country, region=standing.region)
    pause = rested(row) if standing.stops else timedelta()
    how: Reckoning | None = None
    at = standing.due_at
    if standing.start_on is not None and standing.count is not None:
        how = reckon(
            start=standing.start_on,
            count=standing.count,
            unit=standing.unit,
            roll=standing.roll,
            calendar=calendar,
        )
        at = end_of_office(how.last, row.zone) + pause
    cause = "clarification" if int(pause.total_seconds()) != standing.rested_seconds else "holiday"
    due = Due(at=at, rule=standing.rule, citation=standing.citation, how=how, stops=standing.stops)
    return Moved(due=due, rested=pause, calendar=calendar, cause=cause)


def keep_moved(*, row: Matter, moved: Moved, now: datetime, entry: str) -> None:
    """Keep a moved day on the row and as the reckoning that stands."""
    law = law_for(process=Process(row.process), as_of=now.date(), matter=row.pk)
    row.answer_due_at = moved.due.at
    _keep(
        row=row,
        due=moved.due,
        rested=moved.rested,
        calendar=moved.calendar,
        law=law,
        now=now,
        cause=moved.cause,
        entry=entry,
    )


def keep_unmoved(*, standing: Deadline, moved: Moved, now: datetime) -> None:
    """Note that the standing day was looked at under today's calendar and stays, so that it is not looked at again."""
    Deadline.objects.filter(pk=standing.pk).update(calendar=moved.calendar.edition, at=max(standing.at, now))
