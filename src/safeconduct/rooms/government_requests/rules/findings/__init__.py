"""The machine checks behind the five findings. They inform a person; they never record a finding themselves.

1. Every check of every question is returned, met or not (Government Request Policy 4).
2. A stop forbids "met". It forbids "met if narrowed" too wherever striking words cannot cure it: form and force.
3. A check that rests on an unsigned or outdated provision asks counsel, and only "not met" can be recorded until
   counsel has answered.
"""

from safeconduct.core.base.findings import Finding, Outcome
from safeconduct.rooms.government_requests.rules.findings.enforceable import check_enforceable
from safeconduct.rooms.government_requests.rules.findings.facts import Facts
from safeconduct.rooms.government_requests.rules.findings.limited import check_limited
from safeconduct.rooms.government_requests.rules.findings.particularized import check_particularized
from safeconduct.rooms.government_requests.rules.findings.specific import check_specific
from safeconduct.rooms.government_requests.rules.findings.valid import check_valid
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome

__all__ = ["Facts", "assess", "outcomes_allowed"]

CURED_BY_NARROWING = frozenset({FindingKind.LIMITED, FindingKind.SPECIFIC, FindingKind.PARTICULARIZED})

CHECKS = {
    FindingKind.VALID: check_valid,
    FindingKind.LIMITED: check_limited,
    FindingKind.SPECIFIC: check_specific,
    FindingKind.PARTICULARIZED: check_particularized,
    FindingKind.ENFORCEABLE: check_enforceable,
}


def assess(facts: Facts) -> dict[FindingKind, tuple[Finding, ...]]:
    """Return every machine check of the five questions, in their order."""
    return {kind: tuple(check(facts)) for kind, check in CHECKS.items()}


def outcomes_allowed(kind: FindingKind, checks: tuple[Outcome, ...]) -> frozenset[FindingOutcome]:
    """Return what a person may record for ``kind`` while its checks stand at ``checks``."""
    if Outcome.ASK_COUNSEL in checks:
        return frozenset({FindingOutcome.NOT_MET})
    if Outcome.STOP in checks:
        narrowed = {FindingOutcome.MET_IF_NARROWED} if kind in CURED_BY_NARROWING else set()
        return frozenset({FindingOutcome.NOT_MET, *narrowed})
    return frozenset(FindingOutcome)
