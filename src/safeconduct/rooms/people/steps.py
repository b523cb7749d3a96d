"""What the people room offers to a higher room's action inside an open transaction."""

from datetime import datetime, timedelta

from safeconduct.rooms.people.models import Clearance, SignIn

SEEN_AGAIN_AFTER = timedelta(minutes=1)


def clear(*, person: str, matter: str) -> None:
    """Let a person know of a silenced matter; the caller's own entry in the ledger says so."""
    Clearance.objects.get_or_create(person_id=person, matter=matter)


def withdraw_clearance(*, person: str, matter: str) -> None:
    """End a person's clearance for a matter."""
    Clearance.objects.filter(person_id=person, matter=matter).delete()


def seen(*, sign_in: str, now: datetime) -> None:
    """Note that a session was used, at most once a minute, so that reading pages hardly writes."""
    SignIn.objects.filter(pk=sign_in, ended_at__isnull=True, last_seen_at__lt=now - SEEN_AGAIN_AFTER).update(
        last_seen_at=now
    )
