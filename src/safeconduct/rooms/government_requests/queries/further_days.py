"""Days that a matter has beside its own clocks: the review of a file kept for litigation, a custodian's hearing.

They ring, and stand in the calendar feed of whoever may know of the matter, closed or not.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from safeconduct.rooms.government_requests.models import LitigationKeeping, Matter, Testimony
from safeconduct.rooms.government_requests.rules.alarms import HEARING_WARNING, AlarmKind

OPEN_TESTIMONY = ("called", "declared")


def further_days(matters: QuerySet[Matter]) -> Iterator[tuple[str, AlarmKind, datetime]]:
    """Yield matter, kind and day of what is still open."""
    kept = LitigationKeeping.objects.filter(matter__in=matters, state="standing")
    for matter, at in kept.values_list("matter_id", "review_at"):
        yield matter, AlarmKind.LITIGATION, at
    called = Testimony.objects.filter(matter__in=matters, state__in=OPEN_TESTIMONY)
    for matter, at in called.values_list("matter_id", "hearing_at"):
        yield matter, AlarmKind.HEARING, at


def further_rings(matters: QuerySet[Matter]) -> Iterator[tuple[str, AlarmKind, datetime]]:
    """Yield the same with the moment from which each rings."""
    for matter, kind, at in further_days(matters):
        yield matter, kind, at - HEARING_WARNING if kind is AlarmKind.HEARING else at
