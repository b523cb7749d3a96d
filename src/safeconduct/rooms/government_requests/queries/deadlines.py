"""How the day for our answer was reckoned, for a person and for the worker."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q

from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.models import Deadline, Matter, Question
from safeconduct.rooms.government_requests.queries.calendars import calendar_edition, calendar_of
from safeconduct.rooms.government_requests.queries.clocks import date_words, served
from safeconduct.rooms.government_requests.queries.law import law_for
from safeconduct.rooms.government_requests.rules.deadlines import QUESTION_WORKING_DAYS, question_due
from safeconduct.rooms.government_requests.rules.reckoning import WORKING_DAYS
from safeconduct.rooms.government_requests.rules.words import Process

UNITS = {"days": "days", "working_days": "working days"}
ROLLS = {"next": "to the next working day", "previous": "to the working day before", "none": "not at all", "": ""}
CAUSES = {
    "receipt": "Receipt of the paper",
    "amended": "The paper's facts were corrected",
    "holiday": "A holiday was entered",
    "clarification": "A question rested the clock",
}


def standing_deadline(row: Matter) -> Deadline | None:
    """Return the reckoning that stands for a matter; None for one received before they were kept."""
    return row.deadlines.filter(superseded_at__isnull=True).first()


def deadline_json(found: Deadline) -> Mapping[str, object]:
    """Return a reckoning as data."""
    return {
        "due": instant_text(found.due_at),
        "rule": found.rule,
        "citation": found.citation,
        "start": found.start_on.isoformat() if found.start_on else None,
        "unit": found.unit,
        "count": found.count,
        "roll": found.roll,
        "holidays_skipped": found.skipped,
        "zone": found.zone,
        "calendar": {"country": found.country, "region": found.region, "known": found.calendar_known},
        "rested_seconds": found.rested_seconds,
        "warnings": found.warnings,
        "cause": found.cause,
    }


def reckoned_words(row: Matter) -> tuple[tuple[str, str], ...]:
    """Return how the day of ``row`` was reckoned, as term and text, in the order in which one would count it again."""
    found = standing_deadline(row)
    if found is None:
        return ()
    lines = [("Due", served(found.due_at, found.zone)), ("Zone", found.zone), ("Rests on", found.citation)]
    if found.start_on is not None and found.count is not None:
        place = f"{found.country}-{found.region}" if found.region else found.country
        skipped = [f"{date_words(date.fromisoformat(day), year=True)}, {name}" for day, name in found.skipped]
        known = "" if found.calendar_known else " (its holidays are not known here)"
        lines[1:1] = [
            ("Counted from", f"{date_words(found.start_on, year=True)}, which does not count"),
            ("Counted", f"{found.count} {UNITS[found.unit]}"),
            ("Calendar", f"{place}{known}"),
            ("Holidays skipped", "; ".join(skipped) or "None"),
        ]
        if found.unit == "days":
            lines.insert(4, ("A closed last day moves", ROLLS[found.roll]))
    if found.rested_seconds:
        lines.append(("Rested by questions", f"{found.rested_seconds // 3600} hours"))
    lines.append(("Last reckoned because", CAUSES[found.cause]))
    return tuple(lines)


def question_day(*, row: Matter, asked_at: datetime) -> datetime:
    """Return when a question asked at ``asked_at`` lapses, by the days of the authority's own calendar."""
    law = law_for(process=Process(row.process), as_of=asked_at.date(), matter=row.pk)
    found = standing_deadline(row)
    calendar = calendar_of(country=row.country, region=found.region if found else "")
    count, unit = law.answer("clarification_days").value, law.answer("clarification_unit").value
    return question_due(
        asked_at=asked_at,
        zone_name=row.zone,
        calendar=calendar,
        count=int(count or QUESTION_WORKING_DAYS),
        unit=str(unit or WORKING_DAYS),
    )


def deadlines_to_reckon() -> tuple[str, ...]:
    """Return the matters whose running day was reckoned under another calendar, or whose clock a question rested."""
    answered = Question.objects.filter(matter=OuterRef("matter"), answered_at__gt=OuterRef("at"))
    rows = Deadline.objects.filter(
        superseded_at__isnull=True,
        start_on__isnull=False,
        matter__responded_at__isnull=True,
        matter__closed_at__isnull=True,
    ).filter(~Q(calendar=calendar_edition()) | (Q(stops=True) & Exists(answered)))
    return tuple(rows.order_by(F("due_at"), "pk").values_list("matter_id", flat=True))
