"""Handing a matter over: who may have it, why, and through whose hands it went."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.forms.assignment import NOBODY, HandoverForm
from safeconduct.rooms.government_requests.queries import assignment, parties
from safeconduct.rooms.government_requests.queries.papers import PapersClosedError
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.matter import matter_page

SEALED, NONE_DUE, NOBODY_WORD = "Sealed", "None was due", "Nobody"


def _reasons(request: HttpRequest, matter: str) -> dict[str, str]:
    """Return the reasons in clear where this session holds a grant."""
    grant = edge.grant_of(request, matter)
    if not grant:
        return {}
    try:
        return assignment.reasons(actor=edge.actor_of(request), matter=matter, grant=grant)
    except PapersClosedError:
        edge.drop_grant(request, matter)
        return {}


def _page(request: HttpRequest, matter: str, *, given: QueryDict | None = None) -> tuple[dict[str, Any], HandoverForm]:
    """Return what the page shows, and its form with the colleagues who may have the matter."""
    actor, now = edge.actor_of(request), edge.now_of(request)
    actor.require(Permission.TAKE)
    facts = matter_page(request, matter, "gov_hand_over")
    shown = facts["matter"]
    people = assignment.able_to_have_of(actor=actor, matter=shown.id, now=now) - {shown.holder}
    lines = assignment.handovers(actor=actor, matter=shown.id)
    known = parties.names(persons=[*people, *(one for line in lines for one in (line.by, line.was, line.to))])
    choices = tuple(sorted(((one, known.get(one, one)) for one in people), key=lambda one: one[1]))
    reasons = _reasons(request, shown.id)
    facts["grant"] = edge.grant_of(request, shown.id)
    facts["handovers"] = [
        replace(
            line,
            by=known.get(line.by, line.by),
            was=known.get(line.was, line.was) or NOBODY_WORD,
            to=known.get(line.to, line.to) or NOBODY_WORD,
            reason=reasons.get(line.reason, SEALED) if line.reason else NONE_DUE,
        )
        for line in lines
    ]
    facts["form"] = HandoverForm(given, people=choices, held=bool(shown.holder))
    return facts, facts["form"]


@require_GET
def hand_over(request: HttpRequest, matter: str) -> HttpResponse:
    """Offer the colleagues who may have the matter, and show through whose hands it went."""
    facts, _ = _page(request, matter)
    return render(request, "government_requests/desk/hand_over.html", facts)


@require_POST
def give(request: HttpRequest, matter: str) -> HttpResponse:
    """Hand the matter over."""
    facts, form = _page(request, matter, given=request.POST)
    if not form.is_valid():
        return render(request, "government_requests/desk/hand_over.html", facts, status=400)
    actions.hand_over(
        actor=edge.actor_of(request),
        now=edge.now_of(request),
        matter=facts["matter"].id,
        to="" if form.cleaned_data["to"] == NOBODY else form.cleaned_data["to"],
        reason=form.cleaned_data["reason"],
    )
    return redirect("gov_matter", facts["matter"].id)
