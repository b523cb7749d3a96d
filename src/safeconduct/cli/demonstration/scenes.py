"""The scenes that matters have in common: receipt, review, scope, disclosure, notice. Each calls real actions only."""

from datetime import datetime, timedelta

from safeconduct.cli.demonstration.company import AGENCIES, OFFICERS
from safeconduct.cli.demonstration.half_year import Course as Kind
from safeconduct.cli.demonstration.half_year import MatterPlan
from safeconduct.cli.demonstration.papers import LegalPaper, make_paper, nondisclosure_order
from safeconduct.cli.demonstration.stage import Stage
from safeconduct.cli.demonstration.told import Told
from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Upload
from safeconduct.rooms.government_requests.actions.events import Written
from safeconduct.rooms.government_requests.queries import silence
from safeconduct.rooms.government_requests.queries.waiting import waiting_shown
from safeconduct.rooms.government_requests.rules.narrowing import Asked
from safeconduct.rooms.government_requests.rules.paper import Paper, paper_from_json
from safeconduct.rooms.government_requests.rules.waiting import WaitingReason
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome, NoticeException

CLEARED = ("aline", "ravi", "ines", "mara")
"""Who may know of a silenced matter; Dov Ivey, an analyst too, is not told."""
BY_POST = frozenset({"niedermark", "northmoor", "law_firm", "attorney_general", "field_office"})
"""Agencies that do not use the portal: an analyst enters their papers at the desk."""

EXPIRES_AFTER = timedelta(days=30)
ROW_CEILING = 500_000


def receive(stage: Stage, plan: MatterPlan) -> tuple[Told, LegalPaper]:
    """Take in the paper, through the portal or at the desk, with its nondisclosure order if there is one."""
    values = plan.values(stage.cast.seed)
    legal = make_paper(values)
    uploads = [Upload(name="paper.pdf", data=legal.pdf, pages=legal.pages)]
    facts = dict(legal.facts)
    if plan.silence_until:
        order = nondisclosure_order(values)
        uploads.append(
            Upload(name="nondisclosure-order.pdf", data=order.pdf, pages=order.pages, role="nondisclosure_order")
        )
        facts["silence"] = {
            "issuer": "court",
            "signed": True,
            "dated": values.dated.isoformat(),
            "until": plan.silence_until.isoformat(),
        }
    agency = OFFICERS[plan.officer].agency
    by_post = agency in BY_POST
    received = actions.receive(
        actor=stage.actor(plan.analyst if by_post else plan.officer),
        now=stage.now,
        paper=paper_from_json(facts),
        uploads=tuple(uploads),
        served_entity=next(iter(stage.configuration.entities.values())),
        organisation=stage.cast.organisations[agency],
        officer=stage.cast[plan.officer].person,
        channel="desk" if by_post else "portal",
        cleared=stage.cast.persons(*CLEARED),
    )
    told = Told(plan=plan, matter=received.matter, reference=received.reference, state=received.state)
    stage.told[plan.key] = told
    return told, legal


def begin_review(stage: Stage, told: Told, legal: LegalPaper) -> None:
    """Take the matter, type the paper out, and have a second person compare the typing with it."""
    actor = stage.actor(told.plan.analyst)
    actions.take(actor=actor, now=stage.now, matter=told.matter)
    actions.type_transcript(actor=actor, now=stage.now, matter=told.matter, pages=legal.transcript)
    actions.compare_transcript(actor=stage.actor("mara"), now=stage.now, matter=told.matter)


def open_papers(stage: Stage, told: Told) -> str:
    """Open the case papers for the analyst; return the grant."""
    return stage.open_case(told.plan.analyst, told.matter)


def find(stage: Stage, told: Told, legal: LegalPaper, *, count: int = 5) -> str:
    """Record the first ``count`` findings with the papers open; return the grant."""
    grant = open_papers(stage, told)
    for finding in legal.findings[:count]:
        actions.record_finding(
            actor=stage.actor(told.plan.analyst),
            now=stage.now,
            matter=told.matter,
            kind=FindingKind(finding.kind),
            outcome=FindingOutcome(finding.outcome),
            reason=finding.reason,
            words=finding.words,
            page=finding.page,
            grant=grant,
        )
    return grant


def forecast(stage: Stage, told: Told, grant: str) -> list[str]:
    """Count what the paper could reach; return the customers that hold something."""
    counted = actions.forecast(actor=stage.actor(told.plan.analyst), now=stage.now, matter=told.matter, grant=grant)
    return sorted(customer for customer, counts in counted.counts.items() if sum(counts.values()))


def _allowed(told: Told, paper: Paper) -> Asked | None:
    if told.plan.course is not Kind.NARROW:
        return None
    return Asked(selectors=paper.selectors, categories=paper.categories, window=told.plan.window)


def propose(stage: Stage, told: Told, legal: LegalPaper) -> list[str]:
    """Forecast, then send the scope to the approvers; return the customers it names."""
    grant = open_papers(stage, told)
    customers = forecast(stage, told, grant)
    proposed = actions.propose_scope(
        actor=stage.actor(told.plan.analyst),
        now=stage.now,
        matter=told.matter,
        grant=grant,
        customers={customer: stage.cast.customer(customer).name for customer in customers},
        holders=(stage.officer(told.plan.officer),),
        expires=stage.now + EXPIRES_AFTER,
        row_ceiling=ROW_CEILING,
        allowed=_allowed(told, paper_from_json(legal.facts)),
    )
    told.digests["scope"] = proposed.digest
    told.categories = sorted({category for item in legal.facts["items"] for category in item["categories"]})
    return customers


def authorise(stage: Stage, told: Told) -> None:
    """Have counsel and the approver sign the scope, and record that it may be collected."""
    stage.sign(told.digests["scope"], "ravi", "ines")
    actions.authorise(actor=stage.actor(told.plan.analyst), now=stage.now, matter=told.matter)


def collect(stage: Stage, told: Told) -> None:
    """Collect, and ask for the release."""
    actor = stage.actor(told.plan.analyst)
    collected = actions.collect(actor=actor, now=stage.now, matter=told.matter)
    told.digests["release"] = collected.release_digest
    told.counts = dict(collected.counts)
    actions.propose_release(actor=actor, now=stage.now, matter=told.matter)


def customer_first(counsel: Actor, *, now: datetime, matter: str) -> None:
    """Have counsel enter that the customer agreed, where the package would wait for the customer's days."""
    shown = waiting_shown(actor=counsel, now=now, matter=matter)
    if shown is not None and not shown.may_leave:
        reason, words = WaitingReason.CUSTOMER_AGREED, "They wrote that they will not object."
        actions.waive_waiting(actor=counsel, now=now, matter=matter, reason=reason, words=words)


def release(stage: Stage, told: Told) -> None:
    """Have the second reader sign the release, and let the package leave."""
    customer_first(stage.actor("ravi"), now=stage.now, matter=told.matter)
    stage.sign(told.digests["release"], "mara")
    sent = actions.release(actor=stage.actor("mara"), now=stage.now, matter=told.matter)
    told.files["package"] = [str(file["name"]) for file in sent.files]


def hand_over(stage: Stage, told: Told) -> None:
    """Record that the officer fetched the package."""
    actions.mark_delivered(actor=stage.actor(told.plan.analyst), now=stage.now, matter=told.matter)


def issue_signed(stage: Stage, told: Told, written: Written) -> None:
    """Have counsel sign a letter, and let it leave."""
    stage.sign(written.digest, "ravi")
    sent = actions.issue_letter(actor=stage.actor(told.plan.analyst), now=stage.now, letter=written.letter)
    told.files.setdefault("letters", []).extend(str(file["name"]) for file in sent.files)


def notify(stage: Stage, told: Told, customers: list[str]) -> None:
    """Draft a notice to each customer, have counsel sign and release them."""
    for customer in customers:
        written = actions.draft_notice(
            actor=stage.actor(told.plan.analyst),
            now=stage.now,
            matter=told.matter,
            customer=customer,
            to=stage.customer(customer),
            agency=AGENCIES[OFFICERS[told.plan.officer].agency].name,
        )
        stage.sign(written.digest, "ravi")
    sent = actions.release_notice(actor=stage.actor("ravi"), now=stage.now, matter=told.matter)
    told.files.setdefault("notices", []).extend(str(file["name"]) for file in sent.files)


def warn_of_the_end(stage: Stage, told: Told) -> None:
    """Warn the agency that its order ends, before the customer hears of the paper."""
    for one in silence.prohibitions(actor=stage.actor(told.plan.analyst), matter=told.matter):
        written = actions.warn_agency(
            actor=stage.actor(told.plan.analyst),
            now=stage.now,
            matter=told.matter,
            prohibition=one.id,
            to=stage.officer(told.plan.officer),
        )
        issue_signed(stage, told, written)


def demand_process(stage: Stage, told: Told) -> None:
    """Ask the agency for process after an emergency."""
    actor = stage.actor(told.plan.analyst)
    to = stage.officer(told.plan.officer)
    written = actions.demand_process(actor=actor, now=stage.now, matter=told.matter, to=to)
    issue_signed(stage, told, written)


def excuse_notice(stage: Stage, told: Told, exception: NoticeException) -> None:
    """Have counsel enter a named exception where a notice would be owed."""
    actions.except_notice(actor=stage.actor("ravi"), now=stage.now, matter=told.matter, exception=exception)


def close(stage: Stage, told: Told) -> None:
    """Close the matter, its notice being settled."""
    moved = actions.close(actor=stage.actor(told.plan.analyst), now=stage.now, matter=told.matter)
    told.state = moved.state
