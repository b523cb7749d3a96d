"""What keeps a collected package: the customer's days, as the matter's letters and exceptions stand."""

from datetime import datetime

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import Letter, Matter, WaitingException
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.law import ruling
from safeconduct.rooms.government_requests.rules import waiting as rules
from safeconduct.rooms.government_requests.rules.waiting import Waiting
from safeconduct.rooms.government_requests.rules.words import NOTICE_LETTERS, Process


def told_at(row: Matter) -> datetime | None:
    """Return when the last notice of the matter left; None while one stands written and unsent, or none was."""
    found = Letter.objects.filter(matter=row, kind__in=sorted(NOTICE_LETTERS), superseded_at__isnull=True)
    instants = list(found.values_list("issued_at", flat=True))
    left = [one for one in instants if one is not None]
    return max(left) if left and len(left) == len(instants) else None


def waiting_of(*, row: Matter, now: datetime) -> Waiting:
    """Return whether the package of ``row`` may leave now."""
    found = WaitingException.objects.filter(matter=row, release_digest=row.release_digest)
    return rules.waiting(
        process=Process(row.process),
        owed=row.notice_owed,
        silenced=row.silenced,
        told_at=told_at(row),
        excepted=found.exists(),
        wait=ruling(question="notice_wait_days", as_of=now.date()),
        now=now,
    )


def waiting_shown(*, actor: Actor, now: datetime, matter: str) -> Waiting | None:
    """Return the same for a page; None where no package is collected."""
    row = find_matter(actor=actor, matter=matter)
    return waiting_of(row=row, now=now) if row.state == "collected" else None
