"""Customers at the desk: who is protected and why, and to whom a customer's notices go."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.forms.customers import ContactForm, MarkForm, VerifyForm
from safeconduct.rooms.government_requests.queries import customers
from safeconduct.rooms.government_requests.queries.parties import customer_names
from safeconduct.rooms.government_requests.rules.customers import AgreementKind
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.tables import csv_answer
from safeconduct.rooms.records.actions import PROTECT


@require_GET
def customer_list(request: HttpRequest, form: str = "page") -> HttpResponse:
    """List the customers: protection, and the contact to whom notices go."""
    found = customers.customer_lines(actor=edge.actor_of(request))
    if form == "json":
        return JsonResponse({"customers": [one.as_json() for one in found]})
    if form == "csv":
        rows = [{**one.as_json(), "protected": "; ".join(one.protected)} for one in found]
        return csv_answer(name="customers.csv", columns=customers.COLUMNS, rows=rows)
    facts = {"customers": found, "without": sum(not one.contact for one in found)}
    return render(request, "government_requests/desk/customers.html", facts)


@require_GET
def customer_page(request: HttpRequest, customer: str) -> HttpResponse:
    """Show one customer's protection and contacts, with their history."""
    return _page(request, customer)


def _page(request: HttpRequest, customer: str, *, status: int = 200, **forms: Form) -> HttpResponse:
    actor = edge.actor_of(request)
    actor.require(Permission.READ)
    customers.require_customer(customer)
    contacts = customers.contacts_of(actor=actor, customer=customer)
    facts: dict[str, Any] = {
        "customer": customer,
        "name": customer_names([customer])[customer],
        "marks": customers.marks_of(customer=customer),
        "contacts": [(one, VerifyForm(auto_id=f"verify{place}-%s")) for place, one in enumerate(contacts)],
        "verified": any(one.state == "verified" for one in contacts),
        "may_mark": PROTECT in actor.permissions,
        "may_name": Permission.CORRESPOND in actor.permissions,
        "mark_form": forms.get("mark_form") or MarkForm(auto_id="mark-%s"),
        "contact_form": forms.get("contact_form") or ContactForm(auto_id="contact-%s"),
    }
    return render(request, "government_requests/desk/customer.html", facts, status=status)


@require_POST
def mark(request: HttpRequest, customer: str) -> HttpResponse:
    """Mark a customer as protected."""
    actor = edge.actor_of(request)
    actor.require(PROTECT)
    form = MarkForm(request.POST, auto_id="mark-%s")
    if not form.is_valid():
        return _page(request, customer, status=400, mark_form=form)
    given = form.cleaned_data
    now, kind, reason = edge.now_of(request), given["kind"], given["reason"]
    actions.mark_protected(actor=actor, now=now, customer=customer, kind=kind, reason=reason)
    return redirect("gov_customer", customer)


@require_POST
def unmark(request: HttpRequest, customer: str) -> HttpResponse:
    """End a mark."""
    kind = request.POST.get("kind", "")
    actions.unmark_protected(actor=edge.actor_of(request), now=edge.now_of(request), customer=customer, kind=kind)
    return redirect("gov_customer", customer)


@require_POST
def name_contact(request: HttpRequest, customer: str) -> HttpResponse:
    """Enter a legal contact."""
    actor = edge.actor_of(request)
    actor.require(Permission.CORRESPOND)
    form = ContactForm(request.POST, auto_id="contact-%s")
    if not form.is_valid():
        return _page(request, customer, status=400, contact_form=form)
    actions.name_contact(actor=actor, now=edge.now_of(request), customer=customer, **form.cleaned_data)
    return redirect("gov_customer", customer)


@require_POST
def settle_contact(request: HttpRequest, customer: str, contact: str) -> HttpResponse:
    """Verify a contact, or end it."""
    actor, now = edge.actor_of(request), edge.now_of(request)
    actor.require(Permission.CORRESPOND)
    customers.require_contact_of(customer=customer, contact=contact)
    if "end" in request.POST:
        actions.end_contact(actor=actor, now=now, contact=contact)
        return redirect("gov_customer", customer)
    form = VerifyForm(request.POST)
    if not form.is_valid():
        return _page(request, customer, status=400)
    agreement = AgreementKind(form.cleaned_data["agreement"])
    actions.verify_contact(actor=actor, now=now, contact=contact, agreement=agreement)
    return redirect("gov_customer", customer)
