"""The customer hears first: a package leaves only when the customer has had the policy's days, or a name says why not.

1. Where a notice is owed, a package leaves no earlier than the policy's days after the notice (Policy 6.3).
2. Nothing waits where no notice is owed, where a prohibition stands (18 U.S.C. 2705(b), 2709(c)), and in an emergency:
   there the notice comes afterwards (18 U.S.C. 2702(b)(8), (c)(4); Policy 8).
3. Otherwise counsel names, on record, why nobody waits; the day for our answer is a reason only where it comes before
   the days are over.
4. A number of days that counsel has not signed is no number: nothing leaves but by a named exception.
5. A package that supplements another does not wait again where the customer's notice has left and no newer one stands
   unsent (Policy 6.1).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from safeconduct.core.base.errors import ConflictError
from safeconduct.rooms.government_requests.rules.law import SIGNED, Ruling
from safeconduct.rooms.government_requests.rules.words import Process


class CustomerFirstError(ConflictError):
    """The customer has not had the days that the policy gives them."""

    code = "SC-CUSTOMER-FIRST"
    cure = "Release the notice and wait for the named day; or have counsel enter why nobody waits."


class WaitingReasonError(ConflictError):
    """This reason is not true of the matter, or nothing waits here."""

    code = "SC-WAITING-REASON"
    cure = "Choose the reason that is true; the package page says what the matter waits for."


class WaitingReason(StrEnum):
    """Why a package leaves before the customer's days are over."""

    ANSWER_DAY = "answer_day"
    DANGER_TO_LIFE = "danger_to_life"
    CUSTOMER_AGREED = "customer_agreed"


REASON_NAMES = {
    WaitingReason.ANSWER_DAY: "The day for our answer comes before the customer's days are over",
    WaitingReason.DANGER_TO_LIFE: "Telling first would endanger a life",
    WaitingReason.CUSTOMER_AGREED: "The customer agreed, or told us that they will not object",
}


class Basis(StrEnum):
    """Why a package may leave, or what it waits for."""

    NOT_OWED = "not_owed"
    PROHIBITED = "prohibited"
    EMERGENCY = "emergency"
    EXCEPTION = "exception"
    TOLD = "told"
    NOT_TOLD = "not_told"
    WAITS = "waits"
    NOT_SIGNED = "not_signed"


OPEN = frozenset({Basis.NOT_OWED, Basis.PROHIBITED, Basis.EMERGENCY, Basis.EXCEPTION, Basis.TOLD})


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Whether a package may leave now.

    Attributes:
        basis: why it may, or what it waits for.
        until: when the customer's days are over; None where they have not begun.
        days: how many the policy gives.
    """

    basis: Basis
    until: datetime | None = None
    days: int = 0

    @property
    def may_leave(self) -> bool:
        """Return whether nothing keeps the package."""
        return self.basis in OPEN


def waiting(
    *,
    process: Process,
    owed: bool,
    silenced: bool,
    told_at: datetime | None,
    excepted: bool,
    wait: Ruling,
    now: datetime,
) -> Waiting:
    """Return whether a package may leave now: rules 1 to 5. ``told_at`` is when the last notice that stands left."""
    days = int(wait.value) if wait.status == SIGNED and wait.value is not None else 0
    until = told_at + timedelta(days=days) if told_at and wait.status == SIGNED else None
    if not owed:
        basis = Basis.NOT_OWED
    elif silenced:
        basis = Basis.PROHIBITED
    elif process is Process.EMERGENCY_REQUEST:
        basis = Basis.EMERGENCY
    elif excepted:
        basis = Basis.EXCEPTION
    elif wait.status != SIGNED:
        basis = Basis.NOT_SIGNED
    elif until is None:
        basis = Basis.NOT_TOLD
    else:
        basis = Basis.TOLD if now >= until else Basis.WAITS
    return Waiting(basis=basis, until=until, days=days)


def require_reason(*, reason: WaitingReason, standing: Waiting, answer_due: datetime, now: datetime) -> None:
    """Raise ``WaitingReasonError`` unless something waits, and ``reason`` is true of it: rule 3."""
    if standing.may_leave:
        raise WaitingReasonError("Nothing waits here.")
    over = standing.until or now + timedelta(days=standing.days)
    if reason is WaitingReason.ANSWER_DAY and standing.basis is not Basis.NOT_SIGNED and answer_due >= over:
        raise WaitingReasonError("The day for our answer leaves the customer their days.")


def require_customer_first(standing: Waiting) -> None:
    """Raise ``CustomerFirstError`` where the package has to wait."""
    if standing.may_leave:
        return
    if standing.basis is Basis.WAITS and standing.until is not None:
        raise CustomerFirstError(f"The customer's days end on {standing.until:%d %B %Y, %H:%M} UTC.")
    if standing.basis is Basis.NOT_SIGNED:
        raise CustomerFirstError("Counsel has not signed how many days the customer has: ask counsel.")
    raise CustomerFirstError("The customer was not told yet.")
