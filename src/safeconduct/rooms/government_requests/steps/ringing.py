"""Raising an alarm. It is no act of anybody and needs no ledger: it must rise when nothing else can be written."""

from datetime import datetime

from safeconduct.rooms.government_requests.models import DueAlarm
from safeconduct.rooms.government_requests.rules.alarms import AlarmKind


def raise_alarm(*, matter: str, kind: AlarmKind, due_at: datetime, now: datetime) -> bool:
    """Raise the alarm of one moment of a matter, once for all; return whether it is new."""
    values = {"raised_at": now}
    return DueAlarm.objects.get_or_create(matter_id=matter, kind=str(kind), due_at=due_at, defaults=values)[1]
