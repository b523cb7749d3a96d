"""Who is on duty for emergencies, when nobody is, and who was called to which emergency."""

from dataclasses import dataclass
from datetime import datetime

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import Duty, DutyCall, Matter
from safeconduct.rooms.government_requests.rules.duty import AHEAD, Gap, gaps
from safeconduct.rooms.government_requests.rules.emergency import Elapsed, span_words
from safeconduct.rooms.government_requests.rules.permissions import Permission


def on_duty(*, now: datetime) -> str:
    """Return the person who has the duty now, or an empty text; of two, whoever's began last."""
    found = Duty.objects.filter(starts__lte=now, ends__gt=now).order_by("-starts", "-at").first()
    return found.person if found else ""


@dataclass(frozen=True, kw_only=True)
class DutyLine:
    """One duty of now or later."""

    id: str
    person: str
    starts: datetime
    ends: datetime
    runs: bool


@dataclass(frozen=True, kw_only=True)
class Roster:
    """The duties of the next days, the hours that nobody has, and who has this one."""

    now: str
    duties: tuple[DutyLine, ...]
    gaps: tuple[Gap, ...]


def roster(*, actor: Actor, now: datetime) -> Roster:
    """Return the roster of the next fortnight."""
    actor.require(Permission.READ)
    found = tuple(Duty.objects.filter(ends__gt=now))
    lines = tuple(
        DutyLine(id=one.pk, person=one.person, starts=one.starts, ends=one.ends, runs=one.starts <= now)
        for one in found
    )
    spans = [(one.starts, one.ends) for one in found]
    return Roster(now=on_duty(now=now), duties=lines, gaps=gaps(spans, now=now, until=now + AHEAD))


def duty_times(*, row: Matter, answered: datetime | None, now: datetime) -> tuple[Elapsed, ...]:
    """Return the time from the first call to whoever was on duty to the answer, or until now."""
    called = DutyCall.objects.filter(matter=row).first()
    if called is None:
        return ()
    before = Elapsed(name="To the call of duty", words=span_words(called.at - row.received_at), running=False)
    since = (answered or now) - called.at
    return (before, Elapsed(name="From the call of duty", words=span_words(since), running=answered is None))


def called_to(*, row: Matter) -> tuple[tuple[str, datetime], ...]:
    """Return who was called to this emergency, and when."""
    return tuple(DutyCall.objects.filter(matter=row).values_list("person", "at"))
