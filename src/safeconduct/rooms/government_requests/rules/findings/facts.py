"""The facts that the checks read, and the provisions they cite.

1. A check names the provision it serves (18 U.S.C. 2702 to 2711, 2705(b), 2709; U.S. Const. amend. IV; the company's
   own Government Request Policy), so that a reviewer can read it and an officer can answer it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from safeconduct.core.base.findings import Finding, Outcome
from safeconduct.rooms.government_requests.rules.law import Law
from safeconduct.rooms.government_requests.rules.paper import Paper
from safeconduct.rooms.government_requests.rules.words import Category, Role

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


INTERCEPTION = ("us.power.interception", "18 U.S.C. 2518, 3123; 50 U.S.C. 1805, 1842, 1881a")


@dataclass(frozen=True, kw_only=True)
class Sender:
    """What we know of who sent the paper, from our own books and never from the paper.

    Attributes:
        registered: whether the agency stands in our directory.
        domain_known: whether the message came from a domain that we hold for that agency; true where it came by another
            way.
    """

    registered: bool = True
    domain_known: bool = True


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
        entity_names: the names of the served entity; none where they are not known.
        sender: what we know of the sender.
        protected: the flags of the customers that the forecast found (lawyer, press, health).
        roles: what we are to a class of data in this matter, where it differs from the rulebook.
        preservations: how many terms of preservation already ran or run for these identifiers.
    """

    paper: Paper
    served_country: str
    served_on: date
    enclave: bool
    called_back: bool
    law: Law
    entity_names: tuple[str, ...] = ()
    sender: Sender = field(default_factory=Sender)
    protected: frozenset[str] = frozenset()
    roles: Mapping[Category, Role] = field(default_factory=dict)
    preservations: int = 0


def passed(check: str, says: str, provision: tuple[str, str]) -> Finding:
    """Return a check that is met."""
    return Finding(check=check, outcome=Outcome.MET, says=says, provision=provision[0], citation=provision[1])


def failed(check: str, outcome: Outcome, says: str, provision: tuple[str, str], *, cure: str) -> Finding:
    """Return a check that is a question, a stop, or one for counsel."""
    return Finding(check=check, outcome=outcome, says=says, provision=provision[0], citation=provision[1], cure=cure)
