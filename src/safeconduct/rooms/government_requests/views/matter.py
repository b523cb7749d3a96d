"""The pages of one matter. Case papers show only with an opened grant; without one the plain facts stand alone."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.forms.review import (
    CallBackForm,
    DataRoleForm,
    DeterminationForm,
    ExceptionForm,
    FindingForm,
    KeyForm,
    RedirectForm,
    RefusalForm,
    ScopeForm,
    WordsForm,
)
from safeconduct.rooms.government_requests.forms.waiting import WaitingForm
from safeconduct.rooms.government_requests.queries import matters, parties, signatures
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.advice import advice_of
from safeconduct.rooms.government_requests.queries.clocks import window_words
from safeconduct.rooms.government_requests.queries.papers import CasePapers, PapersClosedError, papers_of, scopes_of
from safeconduct.rooms.government_requests.queries.sender import filed_lower, waits_for_call
from safeconduct.rooms.government_requests.queries.standing import ways_of
from safeconduct.rooms.government_requests.queries.waiting import waiting_shown
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import KEPT_ONLY
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.notice_page import notice_facts
from safeconduct.rooms.government_requests.views.transcript import typed_pages

TABS = (
    ("gov_matter", "Review"),
    ("gov_scope", "Scope"),
    ("gov_approvals", "Approvals"),
    ("gov_package", "Package"),
    ("gov_letters", "Letters"),
    ("gov_correspondence", "Correspondence"),
    ("gov_costs", "Costs"),
    ("gov_notice", "Notice"),
    ("gov_caution", "Caution"),
    ("gov_outside_counsel", "Outside counsel"),
    ("gov_history", "History"),
)


def matter_page(request: HttpRequest, matter: str, tab: str, *, finding: str = "") -> dict[str, Any]:
    """Return what every page of a matter shows; raises ``UnknownMatterError`` for whoever may not know of it."""
    actor = edge.actor_of(request)
    actor.require(Permission.READ)
    found = matters.matter(actor=actor, now=edge.now_of(request), matter=matter, finding=finding)
    row = find_matter(actor=actor, matter=found.id)
    people = [found.holder, found.officer, found.transcript_by, found.compared_by, *found.silence_cleared]
    people += [one.by for one in found.findings]
    names = parties.names(persons=people, organisations=[found.organisation])
    findings = tuple(replace(one, by=names.get(one.by, "")) for one in found.findings)
    return {
        "matter": replace(found, findings=findings),
        "agency": names.get(found.organisation, "Unknown sender"),
        "holder": names.get(found.holder, ""),
        "officer": names.get(found.officer, ""),
        "typist": names.get(found.transcript_by, ""),
        "comparer": names.get(found.compared_by, ""),
        "cleared": sorted(names.get(one, one) for one in found.silence_cleared),
        "lower": filed_lower(row),
        "waits_for_call": waits_for_call(row),
        "tab": tab,
        "tabs": TABS,
        "may": {permission.name.lower(): permission in actor.permissions for permission in Permission},
        "grant_link": edge.grant_link(request, matter),
        "open_origin": edge.open_origin(),
        "approve_origin": edge.approve_origin(),
        "person": actor.person,
        "now": edge.now_of(request),
    }


def _papers(request: HttpRequest, matter: str) -> CasePapers | None:
    grant = edge.grant_of(request, matter)
    if not grant:
        return None
    try:
        return papers_of(actor=edge.actor_of(request), matter=matter, grant=grant)
    except PapersClosedError:
        # The grant has ended: the page says so by showing the button again.
        edge.drop_grant(request, matter)
        return None


def enter_grant(request: HttpRequest, matter: str) -> bool:
    """Enter a grant that comes back in the address from the open origin; return whether there was one."""
    grant = request.GET.get("grant", "")
    if grant:
        actions.open_case(actor=edge.actor_of(request), now=edge.now_of(request), matter=matter, grant=grant)
        edge.keep_grant(request, matter, grant)
    return bool(grant)


@require_GET
def review(request: HttpRequest, matter: str) -> HttpResponse:
    """Show the paper beside the five findings; a grant that comes back in the address is entered first."""
    actor = edge.actor_of(request)
    facts = matter_page(request, matter, "gov_matter", finding=request.GET.get("finding", ""))
    if enter_grant(request, facts["matter"].id):
        following = _first_reading(request, facts)
        return redirect(following) if following else redirect("gov_matter", facts["matter"].id)
    papers = _papers(request, facts["matter"].id)
    facts["papers"] = papers
    facts["found"] = [(one, None) for one in facts["matter"].findings]
    if papers:
        relied = {one.number: papers.relied[one.reason].words for one in facts["matter"].findings if one.reason}
        facts["pages"] = typed_pages(papers.transcript, relied)
        facts["found"] = [(one, papers.relied.get(one.reason)) for one in facts["matter"].findings]
        facts["spoken"] = [
            (papers.words.get(one.question), papers.words.get(one.answer)) for one in facts["matter"].questions
        ]
    shown = facts["matter"]
    facts |= {
        # In an emergency the call comes before every finding; a preservation letter needs none.
        "calling": shown.emergency and not (shown.call_backs or shown.finished) and facts["may"]["call_back"],
        "needless": shown.process in KEPT_ONLY,
        "ways": ways_of(find_matter(actor=actor, matter=shown.id)),
        "advice": _advice(request, shown.id) if papers else (),
        "advice_form": WordsForm(auto_id="advice-%s"),
        "role_form": DataRoleForm(auto_id="role-%s"),
        "return_form": KeyForm(auto_id="return-%s"),
        "customer_form": KeyForm(auto_id="customer-%s"),
        "finding_form": FindingForm(),
        "ask_form": WordsForm(auto_id="ask-%s"),
        "refer_form": WordsForm(auto_id="refer-%s"),
        "object_form": WordsForm(auto_id="object-%s"),
        "resolve_form": WordsForm(auto_id="resolve-%s"),
        "determination_form": DeterminationForm(auto_id="determine-%s"),
        "refusal_form": RefusalForm(auto_id="refuse-%s"),
        "redirect_form": RedirectForm(auto_id="redirect-%s"),
        "call_back_form": CallBackForm(
            auto_id="call-%s", people=parties.colleagues(actor=actor, now=edge.now_of(request))
        ),
    }
    return render(request, "government_requests/desk/review.html", facts)


def _first_reading(request: HttpRequest, facts: dict[str, Any]) -> str:
    """Return where an opened paper that nobody typed out is read beside its pictures, or nothing."""
    shown = facts["matter"]
    paper = next((one for one in shown.documents if one.role == "process"), None)
    if paper is None or shown.state != "in_review" or shown.transcript_by or not facts["may"]["transcribe"]:
        return ""
    return edge.reading_link(request, paper=paper.object, back=reverse("gov_reading", args=[shown.id]))


def _advice(request: HttpRequest, matter: str) -> tuple[str, ...]:
    """Return counsel's advice for counsel; for everybody else there is none."""
    actor = edge.actor_of(request)
    if Permission.DETERMINE not in actor.permissions:
        return ()
    return advice_of(actor=actor, matter=matter, grant=edge.grant_of(request, matter))


@require_GET
def scope(request: HttpRequest, matter: str) -> HttpResponse:
    """Show asked and allowed side by side, with the forecast."""
    facts = matter_page(request, matter, "gov_scope")
    if enter_grant(request, facts["matter"].id):
        return redirect("gov_scope", facts["matter"].id)
    papers = _papers(request, facts["matter"].id)
    facts["papers"] = papers
    facts["scope_form"] = ScopeForm()
    if papers:
        grant = edge.grant_of(request, facts["matter"].id)
        facts["period"] = window_words(papers.case.paper.window, facts["matter"].zone)
        facts["scopes"] = scopes_of(actor=edge.actor_of(request), matter=facts["matter"].id, grant=grant)
    if facts["matter"].forecast:
        counts = facts["matter"].forecast.result.get("counts", [])
        names = parties.customer_names({one["customer"] for one in counts})
        facts["counts"] = [{**one, "name": names.get(one["customer"], one["customer"])} for one in counts]
    return render(request, "government_requests/desk/scope.html", facts)


def _plain(request: HttpRequest, matter: str, tab: str, template: str, **more: Any) -> HttpResponse:  # noqa: ANN401 - what a template shows
    facts = matter_page(request, matter, tab) | more
    return render(request, f"government_requests/desk/{template}.html", facts)


def _signed(actor: Actor, matter: str) -> list[tuple[signatures.Signed, list[tuple[str, str, datetime]]]]:
    found = signatures.signatures(actor=actor, matter=matter)
    names = parties.names(persons=(line.person for one in found for line in one.approvals))
    return [
        (one, [(names.get(line.person, line.person), line.role, line.at) for line in one.approvals]) for one in found
    ]


@require_GET
def approvals(request: HttpRequest, matter: str) -> HttpResponse:
    """Show who signed which digest; signing happens on the approve origin."""
    signed = _signed(edge.actor_of(request), matter)
    ready = any(one.stands and one.consent.kind != "release" and one.state == "approved" for one, _ in signed)
    return _plain(request, matter, "gov_approvals", "approvals", signed=signed, ready=ready)


@require_GET
def package(request: HttpRequest, matter: str) -> HttpResponse:
    """Show what was collected: counts, digests, receipt; never a row."""
    actor = edge.actor_of(request)
    shown = waiting_shown(actor=actor, now=edge.now_of(request), matter=matter)
    more = {"waiting": shown, "waiting_form": WaitingForm()}
    return _plain(request, matter, "gov_package", "package", signed=_signed(actor, matter), **more)


@require_GET
def letters(request: HttpRequest, matter: str) -> HttpResponse:
    """Show what was written and how far it came."""
    return _plain(request, matter, "gov_letters", "letters", key_form=KeyForm())


@require_GET
def notice(request: HttpRequest, matter: str) -> HttpResponse:
    """Show the customer's notice: text, prohibition, end, exception."""
    more = {"exception_form": ExceptionForm(), "key_form": KeyForm(auto_id="key-%s")}
    return _plain(request, matter, "gov_notice", "notice", **more, **notice_facts(request, matter))


@require_GET
def history(request: HttpRequest, matter: str) -> HttpResponse:
    """Show the ledger's entries about the matter."""
    lines = matters.history(actor=edge.actor_of(request), matter=matter)
    names = parties.names(persons=(one.person for one in lines))
    shown = [(one, names.get(one.person, one.person)) for one in lines]
    return _plain(request, matter, "gov_history", "history", lines=shown)
