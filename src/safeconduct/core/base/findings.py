"""What a rule returns: a finding. Assessments return all of them; only cryptography and permissions raise."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a check came out. A question goes to a person; a stop blocks until it is cured."""

    MET = "met"
    QUESTION = "question"
    ASK_COUNSEL = "ask_counsel"
    STOP = "stop"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One machine check's result.

    Attributes:
        check: stable code of the check, such as ``VALID-3``.
        outcome: met, question, ask counsel or stop.
        says: one plain sentence for the reviewer.
        provision: id of the provision it serves, such as ``us.sca.2703-c-2``.
        citation: how that provision is cited, such as ``18 U.S.C. 2703(c)(2)``.
        cure: what would cure it; empty when met.
    """

    check: str
    outcome: Outcome
    says: str
    provision: str
    citation: str
    cure: str = ""
