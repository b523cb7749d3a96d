"""A matter is taken up again after its answer: more was found, the paper was widened, or counsel reopens it.

1. A supplement passes every gate anew: findings that stand, a forecast, a scope that two sign, a second reader.
2. Each package of a matter has a number; from the second on it names the one that it supplements.
3. What has left stays left: no later act makes the outcome say less, and the first answer's day stays (counting
   rule 6: what leaves in several parts is counted once).
4. The customer's notice is owed again where one is owed at all (Policy 6).
5. A closed matter is taken up again by counsel only, with a reason. A preservation letter's matter is not: it asks for
   nothing to leave (18 U.S.C. 2703(f)).
"""

from enum import StrEnum

from safeconduct.core.base.errors import ConflictError
from safeconduct.rooms.government_requests.rules.words import Outcome, Process

LEFT = frozenset({Outcome.PRODUCED, Outcome.PRODUCED_IN_PART})


class SupplementError(ConflictError):
    """This matter cannot be taken up again."""

    code = "SC-SUPPLEMENT"
    cure = "A new paper is a new matter."


class SupplementReason(StrEnum):
    """Why a matter is taken up again."""

    FOUND_LATER = "found_later"
    PAPER_WIDENED = "paper_widened"
    OUR_ERROR = "our_error"
    COURT_ORDERED = "court_ordered"


def require_supplement(process: Process, *, erased: bool) -> None:
    """Raise ``SupplementError`` for a paper that asks for nothing to leave (rule 5), or whose file was destroyed."""
    if erased or process is Process.PRESERVATION_REQUEST:
        raise SupplementError


def outcome_after(*, before: Outcome, now: Outcome) -> Outcome:
    """Return the outcome once ``now`` is known as well: rule 3."""
    if before not in LEFT:
        return now
    return Outcome.PRODUCED_IN_PART if Outcome.PRODUCED_IN_PART in {before, now} else before


def package_reference(*, reference: str, number: int) -> str:
    """Return how a package is called: the matter's reference, from the second on with its number: rule 2."""
    return reference if number == 1 else f"{reference}-S{number}"
