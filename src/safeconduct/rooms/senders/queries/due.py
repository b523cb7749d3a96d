"""What the worker has to do."""

from datetime import datetime

from safeconduct.rooms.senders.models import Registration, Standing
from safeconduct.rooms.senders.rules.allowances import REGISTRATION_LASTS

OPEN = ("received", "called", "called_back")


def untold() -> tuple[str, ...]:
    """Return the suspensions of which the vault process has not heard, the oldest first."""
    rows = Standing.objects.filter(vault_told_at__isnull=True).exclude(entry="")
    return tuple(rows.order_by("suspended_at", "id").values_list("id", flat=True))


def lapsed(*, now: datetime) -> tuple[str, ...]:
    """Return the registrations that have waited too long."""
    rows = Registration.objects.filter(state__in=OPEN, received_at__lte=now - REGISTRATION_LASTS)
    return tuple(rows.order_by("received_at", "id").values_list("id", flat=True))
