"""The officer's pages: send, follow, answer, fetch, withdraw. Nothing here depends on silence or on what is held."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.forms.correspondence import AnswerForm
from safeconduct.rooms.government_requests.queries import parties
from safeconduct.rooms.government_requests.queries.officer import request_of, requests_of
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge


@require_GET
def request_list(request: HttpRequest) -> HttpResponse:
    """List the requests of the officer's agency."""
    found = requests_of(actor=edge.actor_of(request), now=edge.now_of(request))
    return render(request, "government_requests/portal/list.html", {"requests": found})


@require_GET
def request_page(request: HttpRequest, matter: str) -> HttpResponse:
    """Show one request: what is asked of the officer, where it stands, what was sent."""
    return _request_page(request, matter, AnswerForm())


def _request_page(request: HttpRequest, matter: str, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    found = request_of(actor=edge.actor_of(request), now=edge.now_of(request), matter=matter)
    names = parties.names(persons=[found.officer], organisations=[found.organisation])
    facts = {
        "found": found,
        "agency": names.get(found.organisation, ""),
        "officer": names.get(found.officer, ""),
        "open_origin": edge.open_origin(),
        "form": form,
    }
    return render(request, "government_requests/portal/request.html", facts, status=status)


@require_POST
def answer(request: HttpRequest, matter: str) -> HttpResponse:
    """Send the officer's answer with its files; what was refused comes back with its words."""
    actor, now = edge.actor_of(request), edge.now_of(request)
    actor.require(Permission.ANSWER)
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _request_page(request, matter, form, status=400)
    words, files = form.cleaned_data["words"], form.uploads()
    actions.answer_question(actor=actor, now=now, matter=matter, answer=words, uploads=files)
    return redirect("gov_request", matter)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, matter: str) -> HttpResponse:
    """Withdraw a request, after a page that repeats which one."""
    actor, now = edge.actor_of(request), edge.now_of(request)
    found = request_of(actor=actor, now=now, matter=matter)
    if request.method == "POST":
        actions.withdraw(actor=actor, now=now, matter=found.id)
        return redirect("gov_request", found.id)
    return render(request, "government_requests/portal/withdraw.html", {"found": found})


@require_GET
def acknowledgement(request: HttpRequest, matter: str) -> HttpResponse:
    """Show the acknowledgement, made for printing."""
    found = request_of(actor=edge.actor_of(request), now=edge.now_of(request), matter=matter)
    return render(request, "government_requests/portal/acknowledgement.html", {"found": found})


@require_GET
def package(request: HttpRequest, matter: str) -> HttpResponse:
    """Show what the package is, how to open and check it, and where it can be fetched."""
    edge.actor_of(request).require(Permission.DELIVER)
    found = request_of(actor=edge.actor_of(request), now=edge.now_of(request), matter=matter)
    facts = {"found": found, "open_origin": edge.open_origin()}
    return render(request, "government_requests/portal/package.html", facts)


@require_POST
def delivered(request: HttpRequest, matter: str) -> HttpResponse:
    """Record that the officer has the package."""
    actions.mark_delivered(actor=edge.actor_of(request), now=edge.now_of(request), matter=matter)
    return redirect("gov_request", matter)
