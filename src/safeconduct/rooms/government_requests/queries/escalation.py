"""Who hears of a day before it comes: reminders at the working days that the policy names (Policy 5.2)."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.periods import parse_instant
from safeconduct.rooms.government_requests.models import Deadline, Matter
from safeconduct.rooms.government_requests.rules.alarms import REMINDERS, AlarmKind
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import KEPT_ONLY


def reminders(
    *, latest: datetime | None, matters: QuerySet[Matter] | None = None
) -> Iterator[tuple[str, AlarmKind, datetime]]:
    """Yield matter, kind and moment of each reminder of a running day that has come by ``latest``; None: of all."""
    rows = Deadline.objects.filter(
        superseded_at__isnull=True,
        warn_at__isnull=False,
        matter__responded_at__isnull=True,
        matter__closed_at__isnull=True,
    ).exclude(matter__process__in=[str(one) for one in KEPT_ONLY])
    rows = rows if latest is None else rows.filter(warn_at__lte=latest)
    rows = rows if matters is None else rows.filter(matter__in=matters)
    for matter, warnings in rows.values_list("matter_id", "warnings"):
        for who, text in warnings:
            at = parse_instant(text)
            if latest is None or at <= latest:
                yield matter, REMINDERS.get(who, AlarmKind.SOON_DESK), at


def hears(*, actor: Actor, kind: AlarmKind, holder: str) -> bool:
    """Return whether an alarm of ``kind`` is for ``actor``: a reminder goes to whom the policy names."""
    if kind is AlarmKind.SOON_HOLDER:
        return actor.person == holder
    return kind is not AlarmKind.SOON_LEGAL or Permission.DETERMINE in actor.permissions
