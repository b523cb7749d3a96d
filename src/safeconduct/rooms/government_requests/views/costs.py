"""Invoices of one matter and of all, as page, JSON and CSV; records custodians called to court."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Party
from safeconduct.rooms.government_requests.forms.costs import InvoiceForm, TestimonyForm
from safeconduct.rooms.government_requests.queries import invoices, parties
from safeconduct.rooms.government_requests.queries.testimonies import testimonies
from safeconduct.rooms.government_requests.rules.costs import INVOICE
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.testimony import TESTIMONY
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.matter import matter_page
from safeconduct.rooms.government_requests.views.tables import csv_answer

COLUMNS = ("number", "reference", "total", "cents", "state", "sent", "at", "settled_at")


def _custodians(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    actor = edge.actor_of(request)
    others = parties.colleagues(actor=actor, now=edge.now_of(request))
    own = parties.names(persons=[actor.person]).get(actor.person, "Yourself")
    return ((actor.person, own), *others)


def _page(request: HttpRequest, matter: str, *, status: int = 200, **forms: Form) -> HttpResponse:
    facts = matter_page(request, matter, "gov_costs")
    actor, found = edge.actor_of(request), facts["matter"]
    called = testimonies(actor=actor, matter=found.id)
    names = parties.names(persons=(one.person for one in called))
    facts |= {
        "invoices": [(one, INVOICE.permitted(one.state)) for one in invoices.invoices(actor=actor, matter=found.id)],
        "called": [(one, names.get(one.person, one.person), TESTIMONY.permitted(one.state)) for one in called],
        "invoice_form": forms.get("invoice_form") or InvoiceForm(auto_id="invoice-%s"),
        "testimony_form": forms.get("testimony_form")
        or TestimonyForm(auto_id="testimony-%s", people=_custodians(request)),
    }
    return render(request, "government_requests/desk/costs.html", facts, status=status)


@require_GET
def costs(request: HttpRequest, matter: str) -> HttpResponse:
    """Show what the matter's answer cost and who is called to court about it."""
    return _page(request, matter)


@require_POST
def write_invoice(request: HttpRequest, matter: str) -> HttpResponse:
    """Write an invoice to the officer who is answered."""
    actor, now = edge.actor_of(request), edge.now_of(request)
    actor.require(Permission.INVOICE)
    found = matter_page(request, matter, "gov_costs")["matter"]
    form = InvoiceForm(request.POST, auto_id="invoice-%s")
    if not form.is_valid():
        return _page(request, matter, status=400, invoice_form=form)
    given = form.cleaned_data
    to = Party(**parties.officer(person=found.officer, organisation=found.organisation, recipient=given["recipient"]))
    allowed = given["court_allowed"]
    actions.write_invoice(actor=actor, now=now, matter=found.id, items=form.items(), to=to, court_allowed=allowed)
    return redirect("gov_costs", found.id)


@require_POST
def settle_invoice(request: HttpRequest, matter: str) -> HttpResponse:
    """Enter what became of an invoice."""
    actor = edge.actor_of(request)
    actor.require(Permission.INVOICE)
    given: dict[str, Any] = {"invoice": request.POST.get("invoice", ""), "event": request.POST.get("event", "")}
    actions.settle_invoice(actor=actor, now=edge.now_of(request), **given)
    return redirect("gov_costs", matter)


@require_POST
def call_custodian(request: HttpRequest, matter: str) -> HttpResponse:
    """Record that a court calls a records custodian."""
    actor, now = edge.actor_of(request), edge.now_of(request)
    actor.require(Permission.LITIGATE)
    found = matter_page(request, matter, "gov_costs")["matter"]
    form = TestimonyForm(request.POST, auto_id="testimony-%s", people=_custodians(request))
    if not form.is_valid():
        return _page(request, matter, status=400, testimony_form=form)
    person, words = form.cleaned_data["person"], form.cleaned_data["words"]
    at = form.instant(found.zone)
    actions.call_custodian(actor=actor, now=now, matter=found.id, person=person, hearing_at=at, words=words)
    return redirect("gov_costs", found.id)


@require_POST
def settle_testimony(request: HttpRequest, matter: str) -> HttpResponse:
    """Enter what came of a call to court."""
    actor = edge.actor_of(request)
    actor.require(Permission.LITIGATE)
    given: dict[str, Any] = {"testimony": request.POST.get("testimony", ""), "event": request.POST.get("event", "")}
    actions.settle_testimony(actor=actor, now=edge.now_of(request), **given)
    return redirect("gov_costs", matter)


@require_GET
def invoice_list(request: HttpRequest, form: str = "page") -> HttpResponse:
    """Show every invoice that the actor may know of: as page, JSON or CSV."""
    actor = edge.actor_of(request)
    actor.require(Permission.READ)
    found = invoices.invoices(actor=actor)
    if form == "json":
        return JsonResponse({"invoices": [one.as_json() for one in found]})
    if form == "csv":
        return csv_answer(name="invoices.csv", columns=COLUMNS, rows=(one.as_json() for one in found))
    return render(request, "government_requests/desk/invoices.html", {"invoices": found})
