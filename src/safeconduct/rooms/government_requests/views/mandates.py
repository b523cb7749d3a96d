"""Outside counsel: what the matter's page shows of their mandates, and the pages that are theirs."""

from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.forms.mandates import AdviceForm, CommentForm, MandateForm
from safeconduct.rooms.government_requests.queries import correspondence, mandates, matters, parties
from safeconduct.rooms.government_requests.queries.advice import advice_of
from safeconduct.rooms.government_requests.queries.papers import PapersClosedError, papers_of
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import PROCESS_NAMES, Process
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.matter import enter_grant, matter_page
from safeconduct.rooms.government_requests.views.tables import csv_answer

COLUMNS = ("matter", "reference", "process", "until")


def _comments(request: HttpRequest, matter: str) -> list[tuple[mandates.CommentLine, str]]:
    actor = edge.actor_of(request)
    try:
        found = mandates.comments_of(actor=actor, matter=matter, grant=edge.grant_of(request, matter))
    except PapersClosedError:
        edge.drop_grant(request, matter)
        found = mandates.comments_of(actor=actor, matter=matter)
    names = parties.names(persons=(one.by for one in found))
    return [(one, names.get(one.by, one.by)) for one in found]


def _desk_page(request: HttpRequest, matter: str, *, status: int = 200, error: str = "", **forms: Form) -> HttpResponse:
    facts = matter_page(request, matter, "gov_outside_counsel")
    actor, now, found = edge.actor_of(request), edge.now_of(request), facts["matter"]
    listed = mandates.mandates_of(actor=actor, now=now, matter=found.id)
    names = parties.names(persons=(one.person for one in listed))
    people = mandates.may_be_mandated(now=now)
    facts |= {
        "mandates": [(one, names.get(one.person, one.person)) for one in listed],
        "comments": _comments(request, found.id),
        "opened": bool(edge.grant_of(request, found.id)),
        "people": people,
        "error": error,
        "mandate_form": forms.get("mandate_form") or MandateForm(auto_id="mandate-%s", people=people),
        "comment_form": forms.get("comment_form") or CommentForm(auto_id="comment-%s"),
    }
    return render(request, "government_requests/desk/outside_counsel.html", facts, status=status)


@require_GET
def outside_counsel(request: HttpRequest, matter: str) -> HttpResponse:
    """Show who outside the company has a mandate for this matter, and the comments."""
    facts = matter_page(request, matter, "gov_outside_counsel")
    if enter_grant(request, facts["matter"].id):
        return redirect("gov_outside_counsel", facts["matter"].id)
    return _desk_page(request, matter)


@require_GET
def outside_counsel_json(request: HttpRequest, matter: str) -> HttpResponse:
    """Return the mandates of this matter as data."""
    actor = edge.actor_of(request)
    actor.require(Permission.READ)
    found = mandates.mandates_of(actor=actor, now=edge.now_of(request), matter=matter)
    return JsonResponse({"mandates": [one.as_json() for one in found]})


@require_POST
def give_mandate(request: HttpRequest, matter: str) -> HttpResponse:
    """Give a mandate for this matter."""
    actor, now = edge.actor_of(request), edge.now_of(request)
    actor.require(Permission.GIVE_MANDATE)
    found = matters.matter(actor=actor, now=now, matter=matter)
    form = MandateForm(request.POST, auto_id="mandate-%s", people=mandates.may_be_mandated(now=now))
    if not form.is_valid():
        return _desk_page(request, matter, status=400, mandate_form=form)
    given = {"person": form.cleaned_data["person"], "until": form.instant(found.zone)}
    try:
        actions.give_mandate(actor=actor, now=now, matter=found.id, **given)
    except (BadInputError, ConflictError) as error:
        status = 400 if isinstance(error, BadInputError) else 409
        return _desk_page(request, matter, status=status, error=f"{error.message} {error.cure}", mandate_form=form)
    return redirect("gov_outside_counsel", found.id)


@require_POST
def end_mandate(request: HttpRequest, matter: str, mandate: str) -> HttpResponse:
    """End a mandate at once."""
    actor = edge.actor_of(request)
    actor.require(Permission.END_MANDATE)
    actions.end_mandate(actor=actor, now=edge.now_of(request), mandate=mandate)
    return redirect("gov_outside_counsel", matter)


@require_POST
def comment(request: HttpRequest, matter: str) -> HttpResponse:
    """Comment on the matter, at the desk."""
    actor = edge.actor_of(request)
    actor.require(Permission.CORRESPOND)
    form = CommentForm(request.POST, auto_id="comment-%s")
    if not form.is_valid():
        return _desk_page(request, matter, status=400, comment_form=form)
    done = actions.comment(actor=actor, now=edge.now_of(request), matter=matter, words=form.cleaned_data["words"])
    return redirect("gov_outside_counsel", done.matter)


def _own(request: HttpRequest) -> list[dict[str, Any]]:
    found = mandates.own_mandates(actor=edge.actor_of(request), now=edge.now_of(request))
    names = parties.names(organisations=(one.organisation for one in found))
    return [
        {
            "matter": one.matter,
            "reference": one.reference,
            "process": PROCESS_NAMES[Process(one.process)],
            "agency": names.get(one.organisation, "Unknown sender"),
            "words": one.until,
            "until": instant_text(one.ends),
        }
        for one in found
    ]


@require_GET
def own_mandates(request: HttpRequest, form: str = "page") -> HttpResponse:
    """Show outside counsel the matters of their mandates: as page, JSON or CSV."""
    found = _own(request)
    plain = [{column: one[column] for column in COLUMNS} for one in found]
    if form == "json":
        return JsonResponse({"mandates": plain})
    if form == "csv":
        return csv_answer(name="mandates.csv", columns=COLUMNS, rows=plain)
    return render(request, "government_requests/desk/own_mandates.html", {"mandates": found})


def _words(request: HttpRequest, matter: str, found: tuple[correspondence.Exchange, ...]) -> dict[str, Any]:
    """Return what an opened grant shows: the paper's words, reasons, correspondence and advice; without one nothing."""
    actor, grant = edge.actor_of(request), edge.grant_of(request, matter)
    if not grant:
        return {}
    try:
        papers = papers_of(actor=actor, matter=matter, grant=grant)
        said = correspondence.words_of(actor=actor, matter=matter, grant=grant, found=found)
        return {"papers": papers, "said": said, "advice": advice_of(actor=actor, matter=matter, grant=grant)}
    except PapersClosedError:
        edge.drop_grant(request, matter)
        return {}


def _own_page(request: HttpRequest, matter: str, *, status: int = 200, **forms: Form) -> HttpResponse:
    actor, now = edge.actor_of(request), edge.now_of(request)
    actor.require(Permission.USE_MANDATE)
    shown = matters.matter(actor=actor, now=now, matter=matter)
    log = correspondence.exchanges(actor=actor, matter=shown.id)
    words = _words(request, shown.id, log)
    relied = words["papers"].relied if words else {}
    people = [one.by for one in log] + [one.by for one in shown.findings]
    names = parties.names(persons=people, organisations=[shown.organisation])
    standing = mandates.own_mandates(actor=actor, now=now)
    facts = {
        "matter": shown,
        "agency": names.get(shown.organisation, "Unknown sender"),
        "until": next((one.until for one in standing if one.matter == shown.id), ""),
        "findings": [(one, names.get(one.by, ""), relied.get(one.reason)) for one in shown.findings],
        "lines": [(one, names.get(one.by, one.by), words.get("said", {}).get(one.words, "")) for one in log],
        "papers": words.get("papers"),
        "advice": words.get("advice", ()),
        "comments": _comments(request, shown.id),
        "grant_link": edge.grant_link(request, shown.id),
        "open_origin": edge.open_origin(),
        "may": {"open_case": True},
        "comment_form": forms.get("comment") or CommentForm(auto_id="comment-%s"),
        "advice_form": forms.get("advice") or AdviceForm(auto_id="advice-%s"),
    }
    return render(request, "government_requests/desk/mandated.html", facts, status=status)


@require_GET
def mandated(request: HttpRequest, matter: str) -> HttpResponse:
    """Show outside counsel the one matter: its paper, findings, correspondence, comments and advice."""
    actor = edge.actor_of(request)
    actor.require(Permission.USE_MANDATE)
    shown = matters.matter(actor=actor, now=edge.now_of(request), matter=matter)
    if enter_grant(request, shown.id):
        return redirect("gov_mandated", shown.id)
    return _own_page(request, matter)


@require_POST
def mandated_say(request: HttpRequest, matter: str, act: str) -> HttpResponse:
    """Take outside counsel's comment or advice."""
    forms: dict[str, type[Form]] = {"comment": CommentForm, "advice": AdviceForm}
    if act not in forms:
        raise Http404
    actor, now = edge.actor_of(request), edge.now_of(request)
    actor.require(Permission.USE_MANDATE)
    form = forms[act](request.POST, auto_id=f"{act}-%s")
    if not form.is_valid():
        return _own_page(request, matter, status=400, **{act: form})
    words = form.cleaned_data["words"]
    if act == "comment":
        actions.comment(actor=actor, now=now, matter=matter, words=words)
    else:
        actions.seal_advice(actor=actor, now=now, matter=matter, words=words)
    return redirect("gov_mandated", matter)
