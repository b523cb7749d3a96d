"""Runs the machine checks over the clear facts and keeps their results, inside the action's transaction."""

from datetime import datetime

from safeconduct.rooms.government_requests.models import CallBack, Check, Matter
from safeconduct.rooms.government_requests.rules.deadlines import answer_due, served_day
from safeconduct.rooms.government_requests.rules.findings import Facts, assess
from safeconduct.rooms.government_requests.rules.law import Law
from safeconduct.rooms.government_requests.rules.notice import notice_owed
from safeconduct.rooms.government_requests.rules.paper import Paper
from safeconduct.rooms.government_requests.steps.deadlines import calendar_for

CITATION = 80
"""So much of a citation stands in the matter's row; the whole one is kept with the reckoning."""


def facts_of(*, row: Matter, paper: Paper, law: Law, enclave: bool) -> Facts:
    """Return what the checks read for this matter."""
    return Facts(
        paper=paper,
        served_country=row.served_country,
        served_on=served_day(row.received_at, paper.zone),
        enclave=enclave,
        called_back=CallBack.objects.filter(matter=row, reached=True).exists(),
        law=law,
    )


def run_checks(*, row: Matter, paper: Paper, law: Law, enclave: bool, now: datetime) -> None:
    """Run every check and keep the results in place of the earlier ones."""
    found = assess(facts_of(row=row, paper=paper, law=law, enclave=enclave))
    Check.objects.filter(matter=row).delete()
    Check.objects.bulk_create(
        Check(
            matter=row,
            kind=kind,
            code=finding.check,
            outcome=finding.outcome,
            says=finding.says,
            cure=finding.cure,
            provision=finding.provision,
            citation=finding.citation,
            at=now,
        )
        for kind, findings in found.items()
        for finding in findings
    )


def settle_check(*, row: Matter, code: str, now: datetime, says: str) -> None:
    """Mark one check as met by what a person recorded since: a call-back, a determination."""
    Check.objects.filter(matter=row, code=code).update(outcome="met", says=says, cure="", at=now)


def keep_plain_facts(*, row: Matter, paper: Paper, law: Law) -> None:
    """Copy to the row what names nobody: kinds, counts, days, clocks."""
    due = answer_due(paper=paper, served_at=row.received_at, law=law, calendar=calendar_for(paper))
    row.answer_due_at, row.answer_due_rule, row.answer_due_citation = due.at, due.rule, due.citation[:CITATION]
    row.issuer, row.country, row.governmental = paper.issuer, paper.country, paper.governmental
    row.zone, row.edition = paper.zone, law.edition
    row.selector_count = len(paper.selectors)
    row.selector_kinds = sorted({selector.kind for selector in paper.selectors})
    row.categories = [str(category) for category in paper.categories]
    row.days_asked = (paper.window.end - paper.window.start).days if paper.window else None
    row.notice_owed = notice_owed(process=paper.process, law=law)
