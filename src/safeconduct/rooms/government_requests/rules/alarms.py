"""What rings when: moments of a matter that a person must hear of.

1. The answer is due (rule 7 of ``deadlines``: whoever waits, the paper's own day does not).
2. A kept copy runs out within a week (18 U.S.C. 2703(f)(2): once renewable, on request).
3. Silence ends within thirty days, and again when it has ended (18 U.S.C. 2705(b)): the notice is owed.
4. A prohibition is held for counsel, names no day and is to be reviewed, or the Government's days to go to court are
   over (18 U.S.C. 3511(b); Policy 6.2).
5. A file kept for litigation is past its review; a custodian's hearing comes within a week (Policy 9).
6. An alarm rises as soon as any clock shows its moment (SECURITY T19). Raised, it stands until its matter is settled.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from safeconduct.core.base.clocks import Clocks
from safeconduct.rooms.government_requests.rules.deadlines import SILENCE_WARNING

COPY_WARNING = timedelta(days=7)
HEARING_WARNING = timedelta(days=7)


class AlarmKind(StrEnum):
    """What an alarm is about."""

    ANSWER_DUE = "answer_due"
    SOON_HOLDER = "soon_holder"
    SOON_DESK = "soon_desk"
    SOON_LEGAL = "soon_legal"
    COPY_ENDS = "copy_ends"
    SILENCE_ENDS = "silence_ends"
    SILENCE_OVER = "silence_over"
    SILENCE_COUNSEL = "silence_counsel"
    SILENCE_REVIEW = "silence_review"
    SILENCE_COURT = "silence_court"
    PROCESS_OWED = "process_owed"
    PROCESS_LATE = "process_late"
    INCIDENT = "incident"
    LITIGATION = "litigation"
    HEARING = "hearing"
    MANDATE_ENDS = "mandate_ends"


REMINDERS = {
    "holder": AlarmKind.SOON_HOLDER,
    "desk": AlarmKind.SOON_DESK,
    "legal": AlarmKind.SOON_LEGAL,
}
"""The reminder before a day for our answer, by who hears it (Policy 5.2)."""


@dataclass(frozen=True, kw_only=True)
class Moments:
    """The moments of one matter that still count; None for one that is settled or never was."""

    answer_due_at: datetime | None = None
    preserved_until: datetime | None = None
    silence_until: datetime | None = None


def moments_to_ring(moments: Moments) -> tuple[tuple[AlarmKind, datetime], ...]:
    """Return each alarm of a matter with the moment from which it rings."""
    found = []
    if moments.answer_due_at is not None:
        found.append((AlarmKind.ANSWER_DUE, moments.answer_due_at))
    if moments.preserved_until is not None:
        found.append((AlarmKind.COPY_ENDS, moments.preserved_until - COPY_WARNING))
    if moments.silence_until is not None:
        found.append((AlarmKind.SILENCE_ENDS, moments.silence_until - SILENCE_WARNING))
        found.append((AlarmKind.SILENCE_OVER, moments.silence_until))
    return tuple(found)


def ringing(moments: Moments, clocks: Clocks) -> tuple[tuple[AlarmKind, datetime], ...]:
    """Return the alarms that ring now: rule 6."""
    return tuple((kind, at) for kind, at in moments_to_ring(moments) if clocks.reached(at))
