"""Reads of alarms: those that an actor may see, and which the vault process is to be asked for next."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.people.models import Alarm, Clearance
from safeconduct.rooms.people.queries.sealed_names import name_objects
from safeconduct.rooms.people.rules import (
    ALARM_PAGE,
    ALARM_WORDS,
    AT_LEAST,
    REASONS,
    VAULT,
    Permission,
    alarm_hour,
)


class UnknownAlarmError(NotPermittedError):
    """There is no such alarm."""

    code = "SC-UNKNOWN-ALARM"


@dataclass(frozen=True, kw_only=True)
class AlarmSeen:
    """An alarm as pages may show it; ``name_object`` names the caller where that is a person of ours."""

    id: str
    source: str
    code: str
    words: str
    gate: str
    caller: str
    name_object: str
    matter: str
    count: int
    at: datetime
    last: datetime
    acknowledged_at: datetime | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class AlarmPage:
    """One page of alarms, newest first: those that wait for an answer, or all."""

    alarms: tuple[AlarmSeen, ...]
    total: int
    waiting: int
    page: int
    pages: int


def seen_alarms(actor: Actor) -> QuerySet[Alarm]:
    """Return the alarms that ``actor`` may see: none without the right, none about a matter silenced to them.

    A matter that anybody is cleared for is a silenced one; whoever else looks sees no such row, and no gap in a count.
    """
    if Permission.ALARM_READ not in actor.permissions:
        return Alarm.objects.none()
    silenced = Clearance.objects.exclude(matter__in=sorted(actor.clearances)).values("matter")
    few = Q()
    for code, least in AT_LEAST.items():
        few |= Q(code=code, count__lt=least)
    return Alarm.objects.exclude(matter__in=silenced).exclude(few)


def waiting_alarms(*, actor: Actor) -> int:
    """Return how many alarms wait for an answer that ``actor`` may give."""
    return seen_alarms(actor).filter(acknowledged_at__isnull=True).count()


def alarms(*, actor: Actor, page: int = 1, everything: bool = False, size: int = ALARM_PAGE) -> AlarmPage:
    """Return one page of alarms; raises ``NotPermittedError`` without the right to see any."""
    actor.require(Permission.ALARM_READ)
    rows = seen_alarms(actor)
    chosen = rows if everything else rows.filter(acknowledged_at__isnull=True)
    total = chosen.count()
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    shown = list(chosen.order_by("-last", "-id")[(page - 1) * size : page * size])
    names = name_objects(persons=frozenset(row.caller for row in shown))
    listed = tuple(_alarm(row, names.get(row.caller, "")) for row in shown)
    return AlarmPage(alarms=listed, total=total, waiting=waiting_alarms(actor=actor), page=page, pages=pages)


def _alarm(row: Alarm, name_object: str) -> AlarmSeen:
    same = ("id", "source", "code", "gate", "caller", "matter", "count", "at", "last", "acknowledged_at")
    return AlarmSeen(
        **{name: getattr(row, name) for name in same},
        words=ALARM_WORDS.get(row.code, row.code),
        name_object=name_object,
        reason=REASONS.get(row.reason, ""),
    )


def next_vault_alarm(*, now: datetime) -> int:
    """Return the number after which the vault process's alarms are to be fetched: all before it are kept and settled.

    What somebody deletes here is fetched again.
    """
    settled = Alarm.objects.filter(entered=F("count"), hour__lt=alarm_hour(now))
    numbers = sorted(_vault_numbers(settled))
    return next((place for place, number in enumerate(numbers) if number != place + 1), len(numbers))


def newest_vault_alarm() -> int:
    """Return the greatest number of a kept alarm of the vault process; 0 before the first."""
    return max(_vault_numbers(Alarm.objects.all()), default=0)


def _vault_numbers(rows: QuerySet[Alarm]) -> list[int]:
    ids = rows.filter(source=VAULT).values_list("id", flat=True)
    return [int(number) for number in (one.removeprefix(f"{VAULT}-") for one in ids) if number.isdecimal()]
