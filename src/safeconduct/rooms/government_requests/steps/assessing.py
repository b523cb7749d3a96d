"""Runs the machine checks over the clear facts and keeps their results, inside the action's transaction."""

from datetime import datetime

from safeconduct.core.base.findings import Finding
from safeconduct.rooms.government_requests.models import CallBack, Check, DataRole, Matter
from safeconduct.rooms.government_requests.queries.customers import protected_kinds
from safeconduct.rooms.government_requests.queries.forecasts import last_forecast
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.queries.sender import sender_of
from safeconduct.rooms.government_requests.rules.deadlines import answer_due, served_day
from safeconduct.rooms.government_requests.rules.findings import Facts, assess
from safeconduct.rooms.government_requests.rules.findings.standing import check_protected, role_for
from safeconduct.rooms.government_requests.rules.law import Law
from safeconduct.rooms.government_requests.rules.notice import notice_owed
from safeconduct.rooms.government_requests.rules.paper import Paper
from safeconduct.rooms.government_requests.rules.words import Category, FindingKind, Role
from safeconduct.rooms.government_requests.steps.deadlines import calendar_for

CITATION = 80
"""So much of a citation stands in a row; the whole one is kept with the reckoning, and in the rulebook."""


def facts_of(*, row: Matter, paper: Paper, law: Law, enclave: bool) -> Facts:
    """Return what the checks read for this matter."""
    return Facts(
        paper=paper,
        served_country=row.served_country,
        served_on=served_day(row.received_at, paper.zone),
        enclave=enclave,
        called_back=CallBack.objects.filter(matter=row, reached=True).exists(),
        law=law,
        entity_names=_names_of(row),
        sender=sender_of(row),
        protected=_protected(row),
        roles=_decided_roles(row),
        preservations=row.preservation_renewals + (row.preserved_at is not None),
    )


def _names_of(row: Matter) -> tuple[str, ...]:
    entity = configuration().entities.get(row.served_entity)
    return (entity.name, *entity.brands) if entity else ()


def _protected(row: Matter) -> frozenset[str]:
    """Return why any customer that the last count found is protected."""
    last = last_forecast(row)
    counts = last.result.get("counts", ()) if last else ()
    return protected_kinds(customers={one["customer"] for one in counts if one["rows"]})


def _decided_roles(row: Matter) -> dict[Category, Role]:
    decided = DataRole.objects.filter(matter=row).exclude(by="").values_list("category", "role")
    return {Category(category): Role(role) for category, role in decided}


def keep_roles(*, row: Matter, facts: Facts, now: datetime) -> None:
    """Keep what we are to each class of data asked for; what counsel decided for the matter stays."""
    DataRole.objects.filter(matter=row, by="").delete()
    known = set(facts.roles)
    DataRole.objects.bulk_create(
        DataRole(matter=row, category=category, role=role_for(facts, category), at=now)
        for category in facts.paper.categories
        if category not in known
    )


def ask_about_customers(*, row: Matter, law: Law, now: datetime) -> None:
    """Ask counsel after a count that found a protected customer, unless counsel has determined it already."""
    found = check_protected(law=law, protected=_protected(row))
    Check.objects.filter(matter=row, code="ENFORCEABLE-9").delete()
    if found is not None:
        _check(row=row, kind=FindingKind.ENFORCEABLE, finding=found, now=now).save()


def _check(*, row: Matter, kind: FindingKind, finding: Finding, now: datetime) -> Check:
    return Check(
        matter=row,
        kind=kind,
        code=finding.check,
        outcome=finding.outcome,
        says=finding.says,
        cure=finding.cure,
        provision=finding.provision,
        citation=finding.citation[:CITATION],
        at=now,
    )


def run_checks(*, row: Matter, paper: Paper, law: Law, enclave: bool, now: datetime) -> None:
    """Run every check and keep the results in place of the earlier ones."""
    facts = facts_of(row=row, paper=paper, law=law, enclave=enclave)
    Check.objects.filter(matter=row).delete()
    Check.objects.bulk_create(
        _check(row=row, kind=kind, finding=finding, now=now)
        for kind, findings in assess(facts).items()
        for finding in findings
    )
    keep_roles(row=row, facts=facts, now=now)


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
