"""When counsel outside the company may know of a matter.

1. Counsel gives a mandate: one person, one matter, and an end with day and time (Policy 4; ISO 27001 A.5.18, A.5.19).
2. The person has the role of outside counsel, and no other; the mandate ends with that role at the latest.
3. It lapses at its end by the clock, for the desk and for the vault process, whether or not anything runs. Anybody who
   works on the matter may end it at once. Given anew it takes the place of the earlier one.
4. A mandate is no clearance. A silenced matter opens to outside counsel whom the order's list also names
   (18 U.S.C. 2705(b); 2709(c)(2)(A)(ii) lets an attorney be told for advice).
5. Outside counsel reads the matter, comments, and shares the privileged compartment of its advice. They sign, decide
   and release nothing, and no other matter, list, count or search is there for them (Policy 4; DESIGN 11.4).
6. The desk is warned a week before the end.
"""

from datetime import datetime, timedelta

from safeconduct.core.base.errors import BadInputError, ConflictError

MANDATE_WARNING = timedelta(days=7)


class MandateError(BadInputError):
    """A mandate names outside counsel and ends on a later day and time."""

    code = "SC-MANDATE"
    cure = "Choose a person with the role of outside counsel, and an end that is still to come and within that role."


class MandateSilencedError(ConflictError):
    """Silence is ordered in this matter, and the order's list does not name this person."""

    code = "SC-MANDATE-SILENCED"
    cure = "Enter the order anew with this person on its list, if it may be; then give the mandate."


def require_end(*, now: datetime, until: datetime) -> None:
    """Raise ``MandateError`` for an end that is not to come (rule 1)."""
    if until <= now:
        raise MandateError


def warn_from(*, starts: datetime, ends: datetime) -> datetime:
    """Return from when the desk is warned: a week before the end, and from the beginning for a shorter one (rule 6)."""
    return max(starts, ends - MANDATE_WARNING)
