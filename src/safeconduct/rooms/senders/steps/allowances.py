"""Counting what was sent, so that one address or one officer cannot send without end."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from safeconduct.core.base.errors import ConflictError
from safeconduct.rooms.senders.models import Allowance
from safeconduct.rooms.senders.rules.allowances import EVERYWHERE, KEPT, MOST, MOST_FROM_EVERYWHERE, What


class AllowanceError(ConflictError):
    """More was sent today than one sender may."""

    code = "SC-ALLOWANCE"
    cure = "Go on tomorrow, or serve us at our registered agent; nothing that was sent before is lost."


def count(*, what: What, whose: str, now: datetime) -> None:
    """Count one more of ``what`` today, for ``whose`` and, where that is bounded too, from everywhere; or raise."""
    _take(what, whose, MOST[what], now)
    if what in MOST_FROM_EVERYWHERE:
        _take(what, EVERYWHERE, MOST_FROM_EVERYWHERE[what], now)


def spend(*, what: What, whose: str, now: datetime) -> None:
    """Count one more in a transaction of its own: what is refused afterwards was tried all the same."""
    with transaction.atomic():
        count(what=what, whose=whose, now=now)


def _take(what: What, whose: str, most: int, now: datetime) -> None:
    key: dict[str, Any] = {"day": now.date(), "what": str(what), "whose": whose}
    Allowance.objects.get_or_create(**key)
    # One statement compares and counts: of two at once at the limit one is refused.
    if not Allowance.objects.filter(**key, used__lt=most).update(used=F("used") + 1):
        raise AllowanceError


def forget_old_counts(*, now: datetime) -> int:
    """Delete the counts of days long past; return how many."""
    return Allowance.objects.filter(day__lt=(now - timedelta(days=KEPT.days)).date()).delete()[0]
