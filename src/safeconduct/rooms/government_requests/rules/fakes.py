"""Seeded fakes: papers of our own that try, month by month, whether the desk recognises an impostor.

1. A fake is planned before it exists for anybody else. Its plan is sealed; what is entered names neither its paper nor
   its matter, and no row of a matter or a mail says what it is before it is revealed.
2. It comes in by the ordinary doors: the drop folder of mail at an instant that is drawn, or carried in by hand.
3. Who owns the control does not work at the desk. Whoever may read matters plans, opens and reveals none.
4. Only a matter or mail that holds the very file of a plan can be revealed as a fake, so that no real paper is laid
   aside as one.
5. Missed is a fake for which a scope was proposed, or whose sender was told what we hold. Caught is one that was
   refused, returned, held up, whose call-back reached nobody, or whose mail was filed as a forgery, and no scope was
   proposed. Everything else is undecided, and counts in no rate.
6. Nothing of a fake leaves, is counted in a report, or tells a customer anything. A report waits for the fakes of its
   months to be revealed.
7. A month's fakes are revealed when the policy's days after its end are over, if nobody revealed them before.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from safeconduct.core.base.errors import ConflictError, NotPermittedError
from safeconduct.core.base.lifecycle import Lifecycle
from safeconduct.core.base.periods import Window

PLAN = Lifecycle(name="seeded fake", initial="planned", table={("planned", "reveal"): "revealed"})
DECEMBER = 12


class Door(StrEnum):
    """How a fake comes in."""

    MAIL = "mail"
    HAND = "hand"


class Result(StrEnum):
    """What became of a fake."""

    NOT_YET = ""
    CAUGHT = "caught"
    MISSED = "missed"
    UNDECIDED = "undecided"
    NEVER_CAME = "never_came"


RESULT_NAMES = {
    Result.NOT_YET: "Not revealed",
    Result.CAUGHT: "Caught",
    Result.MISSED: "Missed",
    Result.UNDECIDED: "Nobody had decided",
    Result.NEVER_CAME: "Never came in",
}
MISSED_BY = frozenset({"propose_scope", "authorise", "produce", "answer_none_held", "release"})
CAUGHT_BY = frozenset(
    {"report_impostor", "refuse", "return_paper", "redirect", "redirect_to_customer", "refer_to_counsel", "object_to"}
)
FORGERY = "spam"
"""The reason under which a mail is filed as a forgery."""


class DeskMayNotError(NotPermittedError):
    """Whoever works at the desk does not own its control."""

    code = "SC-FAKE-DESK"
    cure = "A security engineer without a role at the desk plans and reveals."


class NoFakesError(ConflictError):
    """The policy names no number of fakes a month."""

    code = "SC-FAKES-OFF"
    cure = "Have counsel sign the policy on seeded fakes."


class FakePlanDiffersError(ConflictError):
    """The sealed plan is not the one that was entered."""

    code = "SC-FAKE-DIFFERS"
    cure = "An incident: nothing was revealed. Compare the entry's commitment with the plan."


class FakesPendingError(ConflictError):
    """Fakes of these months are not revealed yet: a count would hold them."""

    code = "SC-FAKES-PENDING"
    cure = "Have the owner of the control reveal the fakes of the period first."


def month_of(instant: datetime) -> str:
    """Return the month in which an instant lies, as ``2026-07``."""
    return f"{instant.astimezone(UTC):%Y-%m}"


def bounds(month: str) -> Window:
    """Return a month's first instant and that of the next; raises ``ValueError`` for what is no month."""
    start = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    year, number = divmod(start.year * DECEMBER + start.month, DECEMBER)
    return Window(start, datetime(year, number + 1, 1, tzinfo=UTC))


def half_year_of(month: str) -> str:
    """Return the half-year of a month, as ``2026-H2``."""
    start = bounds(month).start
    return f"{start.year}-H{1 if start.month <= DECEMBER // 2 else 2}"


def drawn_instant(*, now: datetime, month: str, draw: bytes) -> datetime:
    """Return an instant of the rest of ``month``, by a drawn number: rule 2. At once where nothing is left of it."""
    window = bounds(month)
    start = max(now, window.start)
    left = int((window.end - start).total_seconds())
    if left <= 0:
        return now.replace(microsecond=0)
    return start.replace(microsecond=0) + timedelta(seconds=int.from_bytes(draw, "big") % left)


def reveal_due(*, month: str, days: int) -> datetime:
    """Return when what is left of a month's fakes is revealed by itself: rule 7."""
    return bounds(month).end + timedelta(days=days)


@dataclass(frozen=True, kw_only=True)
class Course:
    """What happened to one fake.

    Attributes:
        arrived: whether it came in at all.
        acts: kinds of the entries of its matters, without the room's name.
        not_reached: whether a call-back to the agency reached nobody.
        filed: the reason for which its mail was filed, or empty.
    """

    arrived: bool
    acts: Collection[str] = ()
    not_reached: bool = False
    filed: str = ""


def judged(course: Course) -> Result:
    """Return what became of a fake: rule 5."""
    if not course.arrived:
        return Result.NEVER_CAME
    acts = frozenset(course.acts)
    if acts & MISSED_BY:
        return Result.MISSED
    if acts & CAUGHT_BY or course.not_reached or course.filed == FORGERY:
        return Result.CAUGHT
    return Result.UNDECIDED


@dataclass(frozen=True, kw_only=True)
class Rate:
    """How many fakes of a month or half-year came to what."""

    period: str
    planned: int
    caught: int
    missed: int
    undecided: int
    never_came: int
    pending: int

    @property
    def percent(self) -> str:
        """Return the caught among the decided, in whole percent; empty where nothing was decided."""
        decided = self.caught + self.missed
        return str(self.caught * 100 // decided) if decided else ""


def rate(period: str, results: Iterable[Result]) -> Rate:
    """Return the counts of one period."""
    found = list(results)
    return Rate(
        period=period,
        planned=len(found),
        caught=found.count(Result.CAUGHT),
        missed=found.count(Result.MISSED),
        undecided=found.count(Result.UNDECIDED),
        never_came=found.count(Result.NEVER_CAME),
        pending=found.count(Result.NOT_YET),
    )
