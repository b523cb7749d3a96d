"""A matter's correspondence on one page, as JSON and CSV too; notes a call, and keeps a letter that came."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Upload
from safeconduct.rooms.government_requests.forms.correspondence import CallForm, IncomingForm
from safeconduct.rooms.government_requests.queries import correspondence, matters, parties
from safeconduct.rooms.government_requests.queries.papers import PapersClosedError
from safeconduct.rooms.government_requests.rules.contacts import Channel, Direction
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.matter import enter_grant, matter_page
from safeconduct.rooms.government_requests.views.tables import csv_answer

PAGE = "government_requests/desk/correspondence.html"


def _page(request: HttpRequest, facts: dict[str, Any], *, status: int = 200, **forms: Form) -> HttpResponse:
    found = correspondence.exchanges(actor=edge.actor_of(request), matter=facts["matter"].id)
    names = parties.names(persons=(one.by for one in found))
    said = _words(request, facts["matter"].id, found)
    facts["lines"] = [(one, names.get(one.by, one.by), said.get(one.words, "")) for one in found]
    facts["opened"] = bool(said) or not any(one.words for one in found)
    facts["call_form"] = forms.get("call_form") or CallForm(auto_id="call-%s")
    facts["incoming_form"] = forms.get("incoming_form") or IncomingForm(auto_id="incoming-%s")
    return render(request, PAGE, facts, status=status)


def _words(request: HttpRequest, matter: str, found: tuple[correspondence.Exchange, ...]) -> dict[str, str]:
    grant = edge.grant_of(request, matter)
    if not grant:
        return {}
    try:
        return correspondence.words_of(actor=edge.actor_of(request), matter=matter, grant=grant, found=found)
    except PapersClosedError:
        edge.drop_grant(request, matter)
        return {}


@require_GET
def log(request: HttpRequest, matter: str) -> HttpResponse:
    """Show everything that was exchanged about the matter, in one order."""
    facts = matter_page(request, matter, "gov_correspondence")
    if enter_grant(request, facts["matter"].id):
        return redirect("gov_correspondence", facts["matter"].id)
    return _page(request, facts)


@require_GET
def log_json(request: HttpRequest, matter: str) -> HttpResponse:
    """Return the log as JSON: sealed words and files by their ids."""
    actor = edge.actor_of(request)
    actor.require(Permission.READ)
    found = correspondence.exchanges(actor=actor, matter=matter)
    return JsonResponse({"correspondence": [one.as_json() for one in found]})


@require_GET
def log_csv(request: HttpRequest, matter: str) -> HttpResponse:
    """Return the log as CSV: the same lines."""
    actor = edge.actor_of(request)
    actor.require(Permission.READ)
    found = correspondence.exchanges(actor=actor, matter=matter)
    rows = [one.as_json() for one in found]
    return csv_answer(name="correspondence.csv", columns=correspondence.COLUMNS, rows=rows)


def _zone(request: HttpRequest, matter: str) -> tuple[str, str]:
    actor = edge.actor_of(request)
    actor.require(Permission.CORRESPOND)
    found = matters.matter(actor=actor, now=edge.now_of(request), matter=matter)
    return found.id, found.zone


@require_POST
def note_call(request: HttpRequest, matter: str) -> HttpResponse:
    """Note a call."""
    matter, zone = _zone(request, matter)
    form = CallForm(request.POST, auto_id="call-%s")
    if not form.is_valid():
        return _page(request, matter_page(request, matter, "gov_correspondence"), status=400, call_form=form)
    given, now = form.cleaned_data, edge.now_of(request)
    actions.note_call(
        actor=edge.actor_of(request),
        now=now,
        matter=matter,
        direction=Direction(given["direction"]),
        channel=Channel(given["channel"]),
        at=form.instant(now=now, zone_name=zone),
        words=given["words"],
    )
    return redirect("gov_correspondence", matter)


@require_POST
def keep_incoming(request: HttpRequest, matter: str) -> HttpResponse:
    """Keep a letter that came."""
    matter, zone = _zone(request, matter)
    form = IncomingForm(request.POST, request.FILES, auto_id="incoming-%s")
    if not form.is_valid():
        return _page(request, matter_page(request, matter, "gov_correspondence"), status=400, incoming_form=form)
    given, now = form.cleaned_data, edge.now_of(request)
    file = given["file"]
    upload = Upload(
        name=file.name,
        data=file.read(),
        pages=given["pages"],
        role="attachment",
        declared=file.content_type or "",
    )
    actions.keep_incoming(
        actor=edge.actor_of(request),
        now=now,
        matter=matter,
        channel=Channel(given["channel"]),
        at=form.instant(now=now, zone_name=zone),
        upload=upload,
        words=given["words"],
    )
    return redirect("gov_correspondence", matter)
