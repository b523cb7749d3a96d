"""Who is on duty for emergencies: from an instant until an instant, without gaps.

1. A duty has a person, a beginning and an end, at most a fortnight later; it is entered in UTC and kept
   so, so that no change of clocks makes an hour that nobody or two people have.
2. It is handed over by ending it and giving the rest to another person, at once and with both on record.
3. Hours of the next days in which nobody has the duty are a gap. The desk shows each gap, and an alarm for one of now.
4. An emergency is timed from the call to whoever is on duty; the call names the person, and the person's two-person
   duties (Policy 8) stay what they are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.lifecycle import Lifecycle

DUTY = Lifecycle(name="duty", initial="given", table={("given", "end"): "ended"})
LONGEST = timedelta(days=14)
AHEAD = timedelta(days=14)


class DutyError(BadInputError):
    """This is no duty that somebody can have."""

    code = "SC-DUTY"
    cure = "It has a colleague of the desk, and an end that lies ahead, after its beginning and within a fortnight."


class NobodyOnDutyError(ConflictError):
    """Nobody is on duty at this hour, or this person is not."""

    code = "SC-NOBODY-ON-DUTY"
    cure = "Enter who has the duty now, then call them."


@dataclass(frozen=True, kw_only=True, order=True)
class Gap:
    """Hours in which nobody has the duty."""

    starts: datetime
    ends: datetime


def check_duty(*, starts: datetime, ends: datetime, now: datetime) -> None:
    """Raise ``DutyError`` unless a duty of this length can be given: rule 1."""
    if not starts < ends <= starts + LONGEST or ends <= now:
        raise DutyError


def gaps(spans: Iterable[tuple[datetime, datetime]], *, now: datetime, until: datetime) -> tuple[Gap, ...]:
    """Return the hours between ``now`` and ``until`` that no span covers: rule 3."""
    found, reached = [], now
    for starts, ends in sorted(spans):
        if starts > reached and reached < until:
            found.append(Gap(starts=reached, ends=min(starts, until)))
        reached = max(reached, ends)
    if reached < until:
        found.append(Gap(starts=reached, ends=until))
    return tuple(found)
