"""What has fallen due: open journeys, silence that ended, copies whose time ran out."""

from datetime import datetime

from safeconduct.rooms.government_requests.models import Journey, Matter

STARTED_BY_A_PERSON = frozenset({"collect"})
"""Collection waits for a person after the authorisation; the worker never begins it."""


def open_journeys(*, before: datetime) -> tuple[str, ...]:
    """Return the journeys that were intended before ``before`` and have no outcome."""
    rows = Journey.objects.filter(done_at__isnull=True, at__lt=before).exclude(act__in=STARTED_BY_A_PERSON)
    return tuple(rows.values_list("pk", flat=True))


def silences_over(*, now: datetime) -> tuple[str, ...]:
    """Return the silenced matters whose order has ended."""
    rows = Matter.objects.filter(silenced=True, silence_until__lte=now)
    return tuple(rows.values_list("pk", flat=True))


def copies_over(*, now: datetime) -> tuple[str, ...]:
    """Return the matters whose copy has run out."""
    rows = Matter.objects.filter(preserved_until__lte=now, preservation_ended_at__isnull=True)
    return tuple(rows.values_list("pk", flat=True))
