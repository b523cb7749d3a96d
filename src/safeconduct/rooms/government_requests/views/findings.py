"""The five findings on one page, beside the paper: a person chooses every outcome and records them together."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import SafeconductError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions.findings import FindingError
from safeconduct.rooms.government_requests.forms.findings import Five, answers, five_forms
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.papers import CasePapers, PapersClosedError, papers_of
from safeconduct.rooms.government_requests.queries.proposals import Proposed, proposals_of
from safeconduct.rooms.government_requests.rules.next_steps import WordsMissingError
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.proposing import OwnReasonError
from safeconduct.rooms.government_requests.rules.words import KEPT_ONLY, FindingKind
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.matter import enter_grant, matter_page
from safeconduct.rooms.government_requests.views.transcript import typed_pages

WRONG = (FindingError, OwnReasonError, WordsMissingError)
"""What a person can put right on the page itself; every other refusal has a page of its own."""


@require_GET
def findings(request: HttpRequest, matter: str) -> HttpResponse:
    """Show the paper beside the questions that are open."""
    facts = matter_page(request, matter, "gov_matter")
    shown = facts["matter"]
    if enter_grant(request, shown.id):
        return redirect("gov_findings", shown.id)
    facts["closed"] = (
        shown.state != "in_review" or shown.process in KEPT_ONLY or all(one.outcome for one in shown.findings)
    )
    try:
        facts |= _beside(request, facts, None)
    except PapersClosedError:
        edge.drop_grant(request, shown.id)
    return render(request, "government_requests/desk/findings.html", facts)


@require_POST
def record(request: HttpRequest, matter: str) -> HttpResponse:
    """Record every question that is answered, together; then count what the paper could reach."""
    actor = edge.actor_of(request)
    actor.require(Permission.FIND)
    facts = matter_page(request, matter, "gov_matter")
    shown = facts["matter"]
    if shown.state != "in_review":
        raise FindingError("Findings are made while the matter is in review.")
    facts |= _beside(request, facts, request.POST)
    five: Five = facts["five"]
    wrong = [kind for kind, form in five.items() if not form.is_valid()]
    fault = "" if wrong else _recorded(request, shown.id, five)
    if fault is None:
        return redirect(_onward(request, actor, shown.id), shown.id)
    facts["fault"] = fault
    return render(request, "government_requests/desk/findings.html", facts, status=400)


def _recorded(request: HttpRequest, matter: str, five: Five) -> str | None:
    """Record the answers; return what is wrong with them, or None."""
    try:
        actions.record_findings(
            actor=edge.actor_of(request),
            now=edge.now_of(request),
            matter=matter,
            findings=answers(five),
            grant=edge.grant_of(request, matter),
        )
    except forms.ValidationError as error:
        return str(error.messages[0])
    except WRONG as error:
        return f"{error.detail or error.message} {error.cure}"
    return None


def _onward(request: HttpRequest, actor: Actor, matter: str) -> str:
    """Count what the paper could reach once the scope may be written, and return the page that comes next."""
    shown = matter_page(request, matter, "gov_matter")["matter"]
    met = [one.outcome for one in shown.findings if one.outcome in {"met", "met_if_narrowed"}]
    if len(met) < len(FindingKind) or Permission.PROPOSE not in actor.permissions:
        return "gov_matter"
    try:
        actions.forecast(actor=actor, now=edge.now_of(request), matter=matter, grant=edge.grant_of(request, matter))
    except SafeconductError:
        # The findings stand. The scope's page says that nothing is counted yet, and offers the count.
        return "gov_scope"
    return "gov_scope"


def _beside(request: HttpRequest, facts: dict[str, Any], data: Any) -> dict[str, Any]:  # noqa: ANN401 - what was posted, or None
    """Return the paper with the proposed words marked, and a form for each open question."""
    shown = facts["matter"]
    papers = papers_of(actor=edge.actor_of(request), matter=shown.id, grant=edge.grant_of(request, shown.id))
    proposed = _proposed(request, shown.id, papers)
    # A question that is answered already has a page of its own; whoever answers it here all the same means it.
    wanted = [one for one in shown.findings if not one.outcome or (data and data.get(f"{one.kind}-outcome"))]
    open_kinds = [FindingKind(one.kind) for one in wanted]
    five = five_forms(data, open_kinds=open_kinds, proposed=proposed)
    relied = {one.number: papers.relied[one.reason].words for one in shown.findings if one.reason}
    relied |= {one.number: proposed[FindingKind(one.kind)].words for one in shown.findings if not one.outcome}
    return {
        "papers": papers,
        "five": five,
        "pages": typed_pages(papers.transcript, relied),
        "found": [(one, None) for one in shown.findings],
        "asked": [(one, five[FindingKind(one.kind)], proposed[FindingKind(one.kind)]) for one in wanted],
        "calling": shown.emergency and not (shown.call_backs or shown.finished),
    }


def _proposed(request: HttpRequest, matter: str, papers: CasePapers) -> dict[FindingKind, Proposed]:
    row = find_matter(actor=edge.actor_of(request), matter=matter)
    return proposals_of(row=row, paper=papers.case.paper, pages=papers.transcript)
