"""Clocks in words: what runs out, when, and how long that is. Times are shown in the paper's zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from safeconduct.core.base.periods import Window, zone
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.rules.lifecycles import FINISHED, PAUSED

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SATURDAY = 5
WAITING_WORDS = {"question_sent": "Officer's answer", "with_counsel": "Counsel", "objected": "The issuer"}


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One clock as a list shows it.

    Attributes:
        words: the first line, such as ``Wed 24 June``.
        under: the second line, such as ``3 working days``.
        tone: empty, ``soon`` or ``late``.
        at: the moment, or None where nothing of ours runs.
    """

    words: str
    under: str
    tone: str
    at: datetime | None


def day_words(moment: datetime, zone_name: str, *, year: bool = False) -> str:
    """Return such as ``Wed 24 June``, or with the year ``24 June 2026``."""
    local = moment.astimezone(zone(zone_name))
    return f"{local.day} {local:%B %Y}" if year else f"{local:%a} {local.day} {local:%B}"


def last_day(end: datetime, zone_name: str) -> date:
    """Return the last day that lies before the half-open ``end``."""
    return (end.astimezone(zone(zone_name)) - timedelta(microseconds=1)).date()


def date_words(day: date, *, year: bool = False) -> str:
    """Return such as ``Sun 6 December``, or with the year ``6 December 2026``."""
    return f"{day.day} {day:%B %Y}" if year else f"{day:%a} {day.day} {day:%B}"


def working_days(start: date, end: date) -> int:
    """Return how many working days lie after ``start`` through ``end``."""
    days = range(1, (end - start).days + 1)
    return sum((start + timedelta(days=one)).weekday() < SATURDAY for one in days)


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def answer_clock(row: Matter, now: datetime) -> Clock:
    """Return the clock of the answer: bold within a day, red when late (UI 4, "Clock")."""
    due = row.answer_due_at
    local = due.astimezone(zone(row.zone))
    if due < now:
        late = max(1, (now - due) // DAY) if now - due >= DAY else 0
        words = f"Late by {_plural(late, 'day')}" if late else "Late"
        return Clock(words=words, under=f"Was due {local.day} {local:%B}", tone="late", at=due)
    if due - now <= HOUR:
        words = f"{_plural((due - now) // timedelta(minutes=1), 'minute')} left"
        return Clock(words=words, under=f"Answer by {local:%H:%M}", tone="soon", at=due)
    if local.date() == now.astimezone(zone(row.zone)).date():
        return Clock(words=f"Today, {local:%H:%M}", under="Answer due", tone="soon", at=due)
    days = working_days(now.astimezone(zone(row.zone)).date(), local.date())
    tone = "soon" if due - now < DAY else ""
    return Clock(words=day_words(due, row.zone), under=_plural(days, "working day"), tone=tone, at=due)


def queue_clock(row: Matter, now: datetime) -> Clock:
    """Return the clock by which the queue sorts this matter."""
    if row.state in PAUSED:
        return Clock(words="Paused", under=WAITING_WORDS[row.state], tone="", at=None)
    if row.state == "preserved" and row.preserved_until:
        ends = date_words(last_day(row.preserved_until, row.zone))
        return Clock(words=ends, under="Copy ends", tone="", at=row.preserved_until)
    if row.state in FINISHED:
        if row.notice_state == "prohibited" and row.silence_until:
            ends = date_words(last_day(row.silence_until, row.zone))
            return Clock(words=ends, under="Silence ends", tone="", at=row.silence_until)
        owed = row.notice_owed and row.notice_state in {"due", "drafted", "not_due"}
        return Clock(words="Answered", under="Notice owed" if owed else "Ready to close", tone="", at=None)
    return answer_clock(row, now)


def served(moment: datetime, zone_name: str) -> str:
    """Return such as ``Thu 11 June, 14:20``, in the zone."""
    local = moment.astimezone(zone(zone_name))
    return f"{day_words(moment, zone_name)}, {local:%H:%M}"


def window_words(window: Window | None, zone_name: str) -> str:
    """Return a period in the zone's own time, such as ``2 May 2026, 00:00 EDT until, not including, 29 June …``."""
    if window is None:
        return "None given"
    ends = [moment.astimezone(zone(zone_name)) for moment in (window.start, window.end)]
    first, last = (f"{one.day} {one:%B %Y}, {one:%H:%M} {one.tzname()}" for one in ends)
    return f"{first} until, not including, {last}"
