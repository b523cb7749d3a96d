"""Whether an emergency may be answered at all, and with what: asked before a scope goes to the approvers."""

from collections.abc import Iterable
from datetime import datetime

from safeconduct.rooms.government_requests.models import Determination, Matter
from safeconduct.rooms.government_requests.queries.law import ruling
from safeconduct.rooms.government_requests.rules.emergency import check_disclosure
from safeconduct.rooms.government_requests.rules.words import Process


def require_disclosable(*, row: Matter, categories: Iterable[str], now: datetime) -> None:
    """Raise ``EmergencyOffError`` or ``EmergencyError`` where ``row`` is an emergency that may not be answered so."""
    if row.process != Process.EMERGENCY_REQUEST:
        return
    check_disclosure(
        adoption=ruling(question="emergency_disclosure", as_of=now.date()),
        categories=tuple(categories),
        governmental=row.governmental,
        country=row.country,
        counsel=Determination.objects.filter(matter=row, expires_at__gt=now).exists(),
    )
