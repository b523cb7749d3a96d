"""A use of a safe-conduct is a lease: one journey, resumed or refused, never a second time.

1. Nothing is opened at or after the expiry, or once revoked.
2. The first journey to ask gets the lease; the same journey may resume it; any other is refused.
3. A clock that stands before the lease began stops everything.
4. The segments are pinned at the first lease; a resumed one reads the same.
"""

from dataclasses import dataclass
from datetime import datetime

from safeconduct.core.base.errors import ConflictError, NotPermittedError


class ExpiredConductError(NotPermittedError):
    """The safe-conduct has ended."""

    code = "SC-EXPIRED"
    cure = "Have a new safe-conduct approved, if the ground still stands."


class RevokedConductError(NotPermittedError):
    """The safe-conduct was revoked."""

    code = "SC-REVOKED"
    cure = "Nothing leaves under it. A new one needs new approvals."


class LeaseTakenError(ConflictError):
    """The safe-conduct is already leased to another journey."""

    code = "SC-LEASE-TAKEN"
    cure = "Resume the journey that holds the lease; a second use needs a new safe-conduct."


@dataclass(frozen=True, kw_only=True)
class Lease:
    """One journey's use of one safe-conduct over a pinned set of segments."""

    digest: str
    journey: str
    begun: datetime
    segments: tuple[str, ...]


def check_standing(*, expires: datetime, revoked: bool, now: datetime) -> None:
    """Raise unless a safe-conduct stands at ``now``: asked at lease, for each segment and at release."""
    if revoked:
        raise RevokedConductError
    if now >= expires:
        raise ExpiredConductError


def take_lease(
    *,
    digest: str,
    journey: str,
    expires: datetime,
    revoked: bool,
    existing: Lease | None,
    segments: tuple[str, ...],
    now: datetime,
) -> Lease:
    """Return the lease to work under: a new one, or the existing one of the same journey.

    Raises:
        RevokedConductError, ExpiredConductError: the safe-conduct does not stand.
        LeaseTakenError: another journey holds it, or the clock went backwards.
    """
    check_standing(expires=expires, revoked=revoked, now=now)
    if existing is None:
        return Lease(digest=digest, journey=journey, begun=now, segments=segments)
    if existing.digest != digest or existing.journey != journey:
        raise LeaseTakenError
    if now < existing.begun:
        raise LeaseTakenError("The clock stands before the lease began.")
    return existing
