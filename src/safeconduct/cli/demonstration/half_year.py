"""The half-year as a plan: which paper came when, from whom, about whom, and how it ended.

The story follows this table; tests compare the published report with it.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from safeconduct.cli.demonstration.company import ZONE
from safeconduct.cli.demonstration.names import fiction_number
from safeconduct.cli.demonstration.papers import PaperValues
from safeconduct.cli.demonstration.standing import person_sought
from safeconduct.cli.demonstration.targets import ABSENT_NUMBER_INDEX, TARGETS
from safeconduct.core.base.periods import HalfYear, Window, window_of_days

REPORTED = HalfYear(2026, 1)
ENDS = datetime(2026, 7, 15, 14, 0, tzinfo=UTC)
PUBLISHED = datetime(2026, 7, 10, 15, 0, tzinfo=UTC)


class Course(StrEnum):
    """How a matter goes."""

    PRODUCE = "produce"
    NARROW = "narrow"
    NONE_HELD = "none_held"
    REFUSE = "refuse"
    REDIRECT = "redirect"
    PRESERVE = "preserve"
    EMERGENCY = "emergency"
    FALSE_EMERGENCY = "false_emergency"
    WITHDRAW = "withdraw"
    NATIONAL_SECURITY = "national_security"
    LEFT_UNREAD = "left_unread"
    LEFT_IN_REVIEW = "left_in_review"
    LEFT_WITH_QUESTION = "left_with_question"
    LEFT_FOR_APPROVAL = "left_for_approval"
    LEFT_FOR_SECOND_READER = "left_for_second_reader"
    LEFT_FOR_CALL_BACK = "left_for_call_back"


PRODUCING = frozenset({Course.PRODUCE, Course.NARROW, Course.NONE_HELD, Course.EMERGENCY})


@dataclass(frozen=True, kw_only=True)
class MatterPlan:
    """One matter.

    Attributes:
        key: what the story and the tests call it.
        received: when the paper was served, UTC.
        paper: name of the file in ``papers/``.
        officer: key of the officer.
        target: key of the person sought, or None for a number that nobody holds.
        first, last: the period, as (month, day) of 2026, both included.
        course: how the matter goes.
        reply_days: days until the answer is wanted; None where the paper names no day.
        silence_until: end of a nondisclosure order served with it.
        preserved_by: key of the preservation letter that this paper follows.
        analyst: who works on it.
    """

    key: str
    received: datetime
    paper: str
    officer: str
    target: str | None
    first: tuple[int, int]
    last: tuple[int, int]
    course: Course
    reply_days: int | None = 14
    silence_until: date | None = None
    preserved_by: str | None = None
    analyst: str = field(default="aline")

    @property
    def reported(self) -> bool:
        """Return whether the half-year's report counts it."""
        return REPORTED.window.holds(self.received)

    @property
    def window(self) -> Window:
        """Return the period that the paper names, half-open, UTC."""
        return window_of_days(date(2026, *self.first), date(2026, *self.last), ZONE)

    @property
    def customer(self) -> int | None:
        """Return the index of the customer who holds the number, or None if nobody does."""
        return TARGETS[self.target].customer if self.target else None

    def number(self, seed: int) -> str:
        """Return the number that the paper names."""
        if self.target is None:
            return fiction_number(ABSENT_NUMBER_INDEX)
        return person_sought(seed, TARGETS[self.target]).number

    def values(self, seed: int) -> PaperValues:
        """Return what fills in the paper; it is dated the day before it is served, an emergency that day."""
        served = self.received.date()
        return PaperValues(
            kind=self.paper,
            officer=self.officer,
            number=self.number(seed),
            dated=served - timedelta(days=0 if self.paper == "emergency" else 1),
            first=date(2026, *self.first),
            last=date(2026, *self.last),
            case=f"26-{served.timetuple().tm_yday * 37 % 1000:03d}-{self.officer[:2].upper()}",
            reply_by=served + timedelta(days=self.reply_days) if self.reply_days else None,
            silence_until=self.silence_until,
        )


def _at(month: int, day: int, hour: int = 15, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


_Row = tuple[str, datetime, str, str, str | None, tuple[int, int], tuple[int, int], Course]
_ROWS: tuple[_Row, ...] = (
    ("freight_preservation", _at(1, 12), "preservation", "osei", "rail_yard", (1, 5), (1, 11), Course.PRESERVE),
    ("german_letter", _at(1, 20), "foreign", "brandt", "ostrum", (1, 5), (1, 18), Course.REDIRECT),
    ("invoice_subpoena", _at(1, 29), "subpoena", "vane", "invoice_fraud", (1, 2), (1, 27), Course.PRODUCE),
    ("harbour_preservation", _at(2, 2), "preservation", "osei", "harbour", (1, 15), (2, 1), Course.PRESERVE),
    ("pharmacy_order", _at(2, 6), "court_order", "lund", "pharmacy_ring", (1, 4), (2, 4), Course.PRODUCE),
    ("unsigned_subpoena", _at(2, 11), "defective", "wren", "credit_union", (2, 2), (2, 9), Course.REFUSE),
    ("civil_subpoena", _at(2, 20), "civil", "crane", "toy_recall", (1, 10), (2, 15), Course.REFUSE),
    ("credit_subpoena", _at(2, 26), "agency_subpoena", "wren", "credit_union", (2, 2), (2, 24), Course.PRODUCE),
    ("freight_warrant", _at(3, 3), "warrant", "vane", "rail_yard", (1, 6), (2, 27), Course.PRODUCE),
    ("courier_warrant", _at(3, 10), "overbroad", "kerr", "courier", (1, 3), (2, 28), Course.NARROW),
    ("absent_subpoena", _at(3, 17), "subpoena", "lund", None, (2, 1), (3, 10), Course.NONE_HELD),
    ("british_letter", _at(3, 24), "foreign_letter", "pike", "harbour", (2, 1), (3, 20), Course.REDIRECT),
    ("toy_subpoena", _at(4, 7), "subpoena", "vane", "toy_recall", (1, 10), (4, 2), Course.PRODUCE),
    ("missing_person", _at(4, 18, 21), "emergency", "ruiz", "missing_person", (4, 16), (4, 18), Course.EMERGENCY),
    ("false_emergency", _at(4, 21), "emergency", "kerr", "ticket_tout", (4, 19), (4, 20), Course.FALSE_EMERGENCY),
    ("parking_preservation", _at(4, 27), "preservation", "kerr", "parking_scam", (3, 1), (4, 26), Course.PRESERVE),
    ("charity_order", _at(5, 5), "court_order", "lund", "charity_pitch", (2, 1), (4, 30), Course.PRODUCE),
    ("parking_subpoena", _at(5, 12), "agency_subpoena", "wren", "parking_scam", (3, 1), (5, 8), Course.WITHDRAW),
    ("scooter_warrant", _at(5, 19), "warrant", "lund", "scooter_theft", (4, 1), (5, 15), Course.PRODUCE),
    ("ticket_subpoena", _at(5, 27), "subpoena", "vane", "ticket_tout", (2, 12), (5, 22), Course.PRODUCE),
    ("clinic_subpoena", _at(6, 3), "defective", "wren", "clinic_calls", (5, 2), (6, 1), Course.REFUSE),
    ("security_letter", _at(6, 9), "nsl", "dray", "ostrum", (1, 5), (5, 31), Course.NATIONAL_SECURITY),
    ("clinic_order", _at(7, 2), "court_order", "lund", "clinic_calls", (5, 2), (6, 28), Course.LEFT_IN_REVIEW),
    ("scooter_everything", _at(7, 7), "overbroad", "osei", "scooter_theft", (4, 1), (6, 24), Course.LEFT_WITH_QUESTION),
    ("harbour_warrant", _at(7, 8), "warrant", "vane", "harbour", (1, 15), (6, 26), Course.LEFT_FOR_SECOND_READER),
    ("charity_subpoena", _at(7, 13), "subpoena", "vane", "charity_pitch", (2, 1), (5, 30), Course.LEFT_FOR_APPROVAL),
    ("new_subpoena", _at(7, 15, 12), "subpoena", "lund", "pharmacy_ring", (2, 1), (3, 28), Course.LEFT_UNREAD),
    ("new_emergency", _at(7, 15, 13, 40), "emergency", "ruiz", "courier", (6, 28), (7, 14), Course.LEFT_FOR_CALL_BACK),
)
_WITHOUT_DAY = {"preservation", "foreign", "foreign_letter", "emergency", "nsl"}
_SILENCE = {"freight_warrant": date(2026, 6, 20), "scooter_warrant": date(2026, 12, 31)}
_FOLLOWS = {"freight_warrant": "freight_preservation"}
_BY_DOV = {"courier_warrant", "charity_order", "harbour_warrant"}


def _plan(row: _Row) -> MatterPlan:
    key, received, paper, officer, target, first, last, course = row
    return MatterPlan(
        key=key,
        received=received,
        paper=paper,
        officer=officer,
        target=target,
        first=first,
        last=last,
        course=course,
        reply_days=None if paper in _WITHOUT_DAY else 14,
        silence_until=_SILENCE.get(key),
        preserved_by=_FOLLOWS.get(key),
        analyst="dov" if key in _BY_DOV else "aline",
    )


HALF_YEAR = tuple(_plan(row) for row in _ROWS)
"""Every matter, by the time it was received."""

BY_KEY = {plan.key: plan for plan in HALF_YEAR}
