"""The gate: what may become of a matter, from facts alone. Every action that ends or discloses asks it last.

1. Only a matter in review has ways out. One that waits for the officer's answer can still be refused, and a scope that
   waits for approvals can be proposed anew (Policy 4).
2. Something leaves only on five findings, none of them "not met", that the checks as they stand now still allow, and on
   a count of what is held (Policy 4). As asked it leaves only if all five are met; else narrowed (Policy 7).
3. Only the domestic ground is built: nothing leaves for an authority of another country (18 U.S.C. 2702(a); Policy 3).
   Such a paper goes by treaty.
4. A paper that opens nothing (a preservation letter, one from abroad) is never accepted, narrowed or answered with
   "none held".
5. A refusal rests on a finding that is not met. An order to intercept is never refused: it is handed over, asked about,
   challenged or put to counsel (18 U.S.C. 2518(4), 3124).
6. A paper that is not ours to answer is returned; it is neither answered nor refused, since both would speak of what we
   hold.
7. Where we are processor the officer can be sent to the customer, unless silence is ordered: the customer would learn
   of the paper (18 U.S.C. 2705(b)).
8. A question, a referral to counsel and a challenge are open to every paper in review.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from safeconduct.core.base.errors import ConflictError
from safeconduct.core.conduct.categories import CEILING
from safeconduct.rooms.government_requests.rules.words import (
    COMPELLED,
    INTERCEPTION,
    MISDIRECTED,
    FindingKind,
    FindingOutcome,
    Process,
)


class GateError(ConflictError):
    """The matter, as its facts stand, has no such way out."""

    code = "SC-GATE"
    cure = "The review page lists the ways that are open, and what keeps the others shut."


class Step(StrEnum):
    """One way out of the review."""

    ACCEPT = "accept"
    NARROW = "narrow"
    NONE_HELD = "none_held"
    QUERY = "query"
    REFUSE = "refuse"
    REDIRECT_BY_TREATY = "redirect_by_treaty"
    REDIRECT_TO_CUSTOMER = "redirect_to_customer"
    CHALLENGE = "challenge"
    HAND_OVER = "hand_over"
    RETURN = "return"
    REFER = "refer"


class Forecast(StrEnum):
    """What the last count of the paper, as it stands now, said."""

    NOT_MADE = "not_made"
    NOTHING = "nothing"
    SOMETHING = "something"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The facts that decide, and no others.

    Attributes:
        state: the matter's state.
        process: the kind of paper.
        findings: what persons found, by question.
        checks_agree: whether the checks, as they stand now, allow each of those findings.
        forecast: what the last count said.
        foreign: whether the authority and the served company are of different countries.
        processor: whether the customer, and not we, decides about some of what is asked.
        silenced: whether telling the customer is forbidden.
    """

    state: str
    process: Process
    findings: Mapping[FindingKind, FindingOutcome]
    checks_agree: bool
    forecast: Forecast
    foreign: bool
    processor: bool
    silenced: bool


IN_REVIEW, QUESTION_SENT, SCOPE_PROPOSED = "in_review", "question_sent", "scope_proposed"
NOT_REFUSED = INTERCEPTION | MISDIRECTED
CUSTOMER_COULD_ANSWER = COMPELLED - {Process.NATIONAL_SECURITY_LETTER}


def permitted(standing: Standing) -> frozenset[Step]:
    """Return every way that is open to a matter that stands so."""
    if standing.state == QUESTION_SENT:
        return frozenset() if standing.process in NOT_REFUSED else frozenset({Step.REFUSE})
    if standing.state == SCOPE_PROPOSED:
        return frozenset(_decided(standing) & {Step.ACCEPT, Step.NARROW})
    if standing.state != IN_REVIEW:
        return frozenset()
    return frozenset({Step.QUERY, Step.REFER, Step.CHALLENGE}) | _elsewhere(standing) | _decided(standing)


def _elsewhere(standing: Standing) -> set[Step]:
    if standing.process in INTERCEPTION:
        return {Step.HAND_OVER}
    if standing.process in MISDIRECTED:
        return {Step.RETURN}
    found = {Step.REDIRECT_BY_TREATY} if standing.foreign else set()
    if standing.processor and not standing.silenced and standing.process in CUSTOMER_COULD_ANSWER:
        found.add(Step.REDIRECT_TO_CUSTOMER)
    return found


def _decided(standing: Standing) -> set[Step]:
    outcomes = set(standing.findings.values())
    if FindingOutcome.NOT_MET in outcomes:
        return set() if standing.process in NOT_REFUSED else {Step.REFUSE}
    whole = all(kind in standing.findings for kind in FindingKind)
    if not whole or not standing.checks_agree or standing.foreign or not CEILING[standing.process]:
        return set()
    if standing.forecast is Forecast.NOTHING:
        return {Step.NONE_HELD}
    if standing.forecast is Forecast.SOMETHING:
        return {Step.NARROW} | ({Step.ACCEPT} if outcomes == {FindingOutcome.MET} else set())
    return set()


def require_step(step: Step, standing: Standing) -> None:
    """Raise ``GateError`` unless ``step`` is open to a matter that stands so."""
    if step not in permitted(standing):
        raise GateError(f"Not open: {step.value.replace('_', ' ')}.")


def obstacles(standing: Standing) -> tuple[str, ...]:
    """Return in one sentence each what keeps an answer from leaving a review, in the order in which it is cured."""
    if standing.state != IN_REVIEW:
        return ()
    if standing.process in INTERCEPTION:
        return ("An order to intercept is not answered from here: hand it over.",)
    if standing.process in MISDIRECTED:
        return ("This paper is not ours to answer: return it.",)
    if not CEILING[standing.process]:
        return ("This kind of paper opens nothing here.",)
    found = ["The authority is of another country: only a treaty opens a way."] if standing.foreign else []
    if any(kind not in standing.findings for kind in FindingKind):
        found.append("Not all five findings are made.")
    if FindingOutcome.NOT_MET in standing.findings.values():
        found.append("A finding is not met.")
    if not standing.checks_agree:
        found.append("A check has changed since a finding was made: find again, or ask counsel.")
    if standing.forecast is Forecast.NOT_MADE:
        found.append("Nothing was counted yet: forecast first.")
    return tuple(found)
