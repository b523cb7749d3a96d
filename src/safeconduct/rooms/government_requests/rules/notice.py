"""What the customer is told, and when.

1. The customer is told of every paper that binds us or that we answer, unless the law forbids it by a court's order
   with an end (18 U.S.C. 2705(b)) or by a letter under 18 U.S.C. 2709(c) (statement of measures; addendum 5.1): before
   data leaves where the day for our answer allows it, otherwise without undue delay afterwards, and always before the
   matter closes (Policy 6). Which of the two it was is counted from the instants, not declared.
2. A notice is drafted and sealed on the day of receipt, so that nothing is left to write on the day it may go.
3. While silence is ordered no notice leaves; when it ends the notice is owed again, and says that it comes late by
   order.
4. An exception has a name from a closed list, and a person who entered it.
5. A notice about an emergency goes after the disclosure, never before it.
6. Two people release a notice: the writer and another.
7. The customer has the policy's days between notice and disclosure (Policy 6.3). The person sought is told by the
   customer, and by us only about data of which we are controller (GDPR art. 4(7), 13 and 14).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from safeconduct.core.base.errors import ConflictError
from safeconduct.rooms.government_requests.rules.law import SIGNED, Law, Ruling
from safeconduct.rooms.government_requests.rules.words import COMPELLED, NoticeException, Process

RESPONDED = frozenset({"released", "delivered", "closed"})


class NoticeTooEarlyError(ConflictError):
    """The notice may not leave yet."""

    code = "SC-NOTICE-TOO-EARLY"
    cure = "Wait for the named end, or ask the court; the clock on the matter shows it."


def notice_owed(*, process: Process, law: Law) -> bool:
    """Return whether this process calls for a notice: rule 1. What counsel has not signed is owed, never forgotten."""
    if law.must_notify.status == "signed":
        return bool(law.must_notify.value)
    return process in COMPELLED or process is Process.EMERGENCY_REQUEST


def check_release(
    *, process: Process, state: str, silenced: bool, silence_until: datetime | None, now: datetime
) -> None:
    """Raise ``NoticeTooEarlyError`` while rule 3 or 5 forbids the notice to leave."""
    if silenced and (silence_until is None or now < silence_until):
        raise NoticeTooEarlyError("Silence is ordered.")
    if process is Process.EMERGENCY_REQUEST and state not in RESPONDED:
        raise NoticeTooEarlyError("The emergency has not been answered.")


def exception_fits(*, exception: NoticeException, disclosed: bool) -> bool:
    """Return whether ``exception`` can be true of a matter that disclosed, or did not disclose, anything."""
    return not (exception is NoticeException.NOTHING_DISCLOSED and disclosed)


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Who is told, and when the notice had better leave.

    Attributes:
        before: whether it can go before disclosure and leave the customer time to object.
        leave_by: the last moment at which it leaves the customer that time; None where it goes afterwards.
        wait_days: how long the customer has.
        person_by_us: the categories of which we tell the person sought ourselves: where we are controller.
    """

    before: bool
    leave_by: datetime | None
    wait_days: int
    person_by_us: tuple[str, ...]


def telling(
    *,
    process: Process,
    answer_due: datetime,
    now: datetime,
    wait: Ruling,
    categories: tuple[str, ...],
    controller_of: Ruling,
) -> Telling:
    """Return who is told and when: rules 1, 5 and 7. An unsigned number or role counts for nothing."""
    days = int(wait.value or 0) if wait.status == SIGNED else 0
    leave_by = answer_due - timedelta(days=days)
    before = process is not Process.EMERGENCY_REQUEST and now <= leave_by
    ours = set(controller_of.value or ()) if controller_of.status == SIGNED else set()
    return Telling(
        before=before,
        leave_by=leave_by if before else None,
        wait_days=days,
        person_by_us=tuple(one for one in categories if one in ours),
    )
