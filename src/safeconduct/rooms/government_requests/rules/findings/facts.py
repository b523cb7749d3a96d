"""The facts that the checks read, and the provisions they cite.

1. A check names the provision it serves (18 U.S.C. 2702 to 2711, 2705(b), 2709; U.S. Const. amend. IV; the company's
   own Government Request Policy), so that a reviewer can read it and an officer can answer it.
"""

from dataclasses import dataclass
from datetime import date

from safeconduct.core.base.findings import Finding, Outcome
from safeconduct.rooms.government_requests.rules.law import Law
from safeconduct.rooms.government_requests.rules.paper import Paper

POLICY = ("policy.government-requests", "Policy 4")
SUBPOENA = ("us.sca.2703-c-2", "18 U.S.C. 2703(c)(2)")
COURT_ORDER = ("us.sca.2703-d", "18 U.S.C. 2703(d)")
WARRANT = ("us.sca.2703-a", "18 U.S.C. 2703(a)")
PRESERVATION = ("us.sca.2703-f", "18 U.S.C. 2703(f)")
EMERGENCY = ("us.sca.2702-b-8", "18 U.S.C. 2702(b)(8)")
GOVERNMENTAL = ("us.sca.2711-4", "18 U.S.C. 2711(4)")
SILENCE = ("us.sca.2705-b", "18 U.S.C. 2705(b)")
NSL = ("us.nsl.2709", "18 U.S.C. 2709")
FOURTH_AMENDMENT = ("us.const.amend-iv", "U.S. Const. amend. IV")
TREATY = ("us.sca.2702-a", "18 U.S.C. 2702(a)")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known when the checks run.

    Attributes:
        paper: the typed facts.
        served_country: country of the served entity.
        served_on: day of service in the paper's zone.
        enclave: whether this is the instance for national-security matters.
        called_back: whether an emergency's call-back reached the agency on a number we found ourselves.
        law: the rulebook's answers.
    """

    paper: Paper
    served_country: str
    served_on: date
    enclave: bool
    called_back: bool
    law: Law


def passed(check: str, says: str, provision: tuple[str, str]) -> Finding:
    """Return a check that is met."""
    return Finding(check=check, outcome=Outcome.MET, says=says, provision=provision[0], citation=provision[1])


def failed(check: str, outcome: Outcome, says: str, provision: tuple[str, str], *, cure: str) -> Finding:
    """Return a check that is a question, a stop, or one for counsel."""
    return Finding(check=check, outcome=outcome, says=says, provision=provision[0], citation=provision[1], cure=cure)
