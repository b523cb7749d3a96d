"""What one press does together: five findings, the way from two signatures to the second reader; an executor's keys."""

from tests.functional.founded import Founded

from safeconduct.cli.demonstration.instance import EXECUTOR
from safeconduct.cli.demonstration.papers import LegalPaper
from safeconduct.cli.demonstration.told import Told
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Found
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome


def answer_together(found: Founded, told: Told, legal: LegalPaper, grant: str) -> None:
    """Answer all five questions anew in one act."""
    made = [
        Found(
            kind=FindingKind(one.kind),
            outcome=FindingOutcome(one.outcome),
            reason=one.reason,
            words=one.words,
            page=one.page,
        )
        for one in legal.findings
    ]
    stage = found.stage
    actions.record_findings(actor=stage.actor("aline"), now=stage.now, matter=told.matter, findings=made, grant=grant)


def go_on_together(found: Founded, told: Told) -> None:
    """Sign the scope, then authorise, collect and ask for release in one act."""
    stage = found.stage
    stage.sign(told.digests["scope"], "ravi", "ines")
    aline = stage.actor("aline")
    actions.authorise_and_collect(actor=aline, now=stage.now, matter=told.matter)
    actions.grant_executor(actor=aline, now=stage.now, matter=told.matter, executor=EXECUTOR)
