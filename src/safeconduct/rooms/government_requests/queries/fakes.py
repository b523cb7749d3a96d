"""Seeded fakes as their owner and the desk see them. Of a fake that is not revealed there is a month and nothing else.

The desk is told of a revealed fake what it should have seen; a silenced matter's only to whoever is cleared.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.periods import Window
from safeconduct.rooms.government_requests.models import Document, ImpostorReport, Matter, SeededFake
from safeconduct.rooms.government_requests.queries.access import visible
from safeconduct.rooms.government_requests.queries.law import ruling
from safeconduct.rooms.government_requests.rules.fakes import (
    RESULT_NAMES,
    FakesPendingError,
    NoFakesError,
    Rate,
    Result,
    bounds,
    half_year_of,
    rate,
    reveal_due,
)
from safeconduct.rooms.government_requests.rules.impostors import SAYS, SignalCode
from safeconduct.rooms.government_requests.rules.law import SIGNED
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import PROCESS_NAMES, Process


class UnknownFakeError(NotPermittedError):
    """There is no such fake."""

    code = "SC-UNKNOWN-FAKE"
    cure = "Choose one of the list."


def _signed(question: str, day: date) -> int | None:
    found = ruling(question=question, as_of=day)
    return int(found.value or 0) if found.status == SIGNED else None


def fakes_a_month(*, day: date) -> int:
    """Return how many fakes the signed policy plans for a month; raises ``NoFakesError`` where none does."""
    found = _signed("seeded_fakes_a_month", day)
    if not found:
        raise NoFakesError
    return found


def planned_in(*, month: str) -> int:
    """Return how many fakes of a month are planned or revealed."""
    return SeededFake.objects.filter(month=month).count()


def fakes_to_reveal(*, now: datetime) -> tuple[str, ...]:
    """Return the fakes whose months and the policy's days after them are over."""
    days = _signed("seeded_fakes_reveal_days", now.date())
    if days is None:
        return ()
    standing = SeededFake.objects.filter(state="planned").values_list("pk", "month")
    return tuple(one for one, month in standing if reveal_due(month=month, days=days) <= now)


def require_none_pending(*, window: Window) -> None:
    """Raise ``FakesPendingError`` while a fake that could have come in during ``window`` is not revealed."""
    for month in SeededFake.objects.filter(state="planned").values_list("month", flat=True).distinct():
        # One that is carried in by hand may come later than its month.
        if bounds(month).start < window.end:
            raise FakesPendingError


def without_fakes(matters: QuerySet[Matter]) -> QuerySet[Matter]:
    """Return the matters without those whose paper was revealed as a fake."""
    papers = SeededFake.objects.exclude(paper="").values("paper")
    return matters.exclude(pk__in=Document.objects.filter(role="process", sha256__in=papers).values("matter"))


@dataclass(frozen=True, kw_only=True)
class FakeLine:
    """One fake. Everything but month, door and state is empty until it is revealed."""

    id: str
    month: str
    door: str
    revealed: bool
    result: str
    process: str
    reference: str
    should_have_seen: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Control:
    """The page of the control: rates by month and half-year, revealed fakes, and the owner's planned ones."""

    owner: bool
    months: tuple[Rate, ...]
    half_years: tuple[Rate, ...]
    revealed: tuple[FakeLine, ...]
    planned: tuple[FakeLine, ...]


def control(*, actor: Actor) -> Control:
    """Return what ``actor`` may know of the control: its owner and the desk, what is revealed; the owner, the rest."""
    owner = Permission.SEED in actor.permissions and Permission.READ not in actor.permissions
    actor.require(Permission.READ_FAKES)
    found = list(SeededFake.objects.select_related("matter"))
    seen = set(visible(actor).filter(seeded_fakes__isnull=False).values_list("pk", flat=True))
    known = found if owner else [one for one in found if one.state == "revealed"]
    return Control(
        owner=owner,
        months=_rates(known, lambda one: one.month),
        half_years=_rates(known, lambda one: half_year_of(one.month)),
        revealed=tuple(_line(one, seen) for one in reversed(found) if one.state == "revealed"),
        planned=tuple(_line(one, seen) for one in found if owner and one.state == "planned"),
    )


def _rates(found: list[SeededFake], key: Callable[[SeededFake], str]) -> tuple[Rate, ...]:
    periods: dict[str, list[Result]] = {}
    for one in found:
        periods.setdefault(key(one), []).append(Result(one.result))
    return tuple(rate(name, periods[name]) for name in sorted(periods, reverse=True))


def _line(one: SeededFake, seen: set[str]) -> FakeLine:
    return FakeLine(
        id=one.pk,
        month=one.month,
        door=one.door,
        revealed=one.state == "revealed",
        result=RESULT_NAMES[Result(one.result)],
        process=PROCESS_NAMES[Process(one.process)] if one.process else "",
        reference=one.matter.reference if one.matter is not None and one.matter_id in seen else "",
        should_have_seen=tuple(SAYS[SignalCode(code)] for code in one.signals),
    )


@dataclass(frozen=True, kw_only=True)
class FakeTold:
    """What a matter's page says once its paper is revealed as a fake."""

    result: str
    should_have_seen: tuple[str, ...]


def fake_of(*, matter: str) -> FakeTold | None:
    """Return what the desk is told of a matter that was a fake, or None."""
    found = SeededFake.objects.filter(state="revealed", paper__in=_papers(matter)).first()
    if found is None:
        return None
    line = _line(found, set())
    return FakeTold(result=line.result, should_have_seen=line.should_have_seen)


def impostor_reported(*, matter: str) -> bool:
    """Return whether somebody reported the matter's sender."""
    return ImpostorReport.objects.filter(matter=matter).exists()


def _papers(matter: str) -> list[str]:
    return list(Document.objects.filter(matter=matter, role="process").values_list("sha256", flat=True))
