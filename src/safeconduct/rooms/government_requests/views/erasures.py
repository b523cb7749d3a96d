"""The end of a customer's records at the desk, and the page that the customer gets of it.

Nothing here asks about matters or preserved copies: the page is the same, byte for byte, with and without them.
"""

from datetime import UTC, datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from safeconduct.core.base.periods import parse_instant
from safeconduct.rooms.government_requests.forms.erasures import ErasureForm
from safeconduct.rooms.government_requests.queries.customers import require_customer
from safeconduct.rooms.government_requests.queries.parties import customer_names
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.records import queries as records
from safeconduct.rooms.records.actions.customer_ends import ERASE, erase_customer
from safeconduct.rooms.vault import queries as vault


@require_GET
def erasure_page(request: HttpRequest, customer: str, form: str = "page") -> HttpResponse:
    """Show when the customer asked, when the key was destroyed, and from when the last copy is unreadable."""
    edge.actor_of(request).require(Permission.READ)
    if form == "json":
        require_customer(customer)
        return JsonResponse({"erasure": _told(customer)})
    return _page(request, customer)


@require_POST
def erase(request: HttpRequest, customer: str) -> HttpResponse:
    """End the customer's records."""
    actor = edge.actor_of(request)
    actor.require(ERASE)
    require_customer(customer)
    form = ErasureForm(request.POST, auto_id="erasure-%s", customer=customer)
    now = edge.now_of(request)
    if form.is_valid() and form.cleaned_data["asked"] > now.date():
        form.add_error("asked", "This day has not come yet.")
    if not form.is_valid():
        return _page(request, customer, status=400, erasure_form=form)
    asked = datetime.combine(form.cleaned_data["asked"], time(), UTC)
    erase_customer(actor=actor, now=now, customer=customer, asked=asked)
    return redirect("gov_erasure", customer)


def _told(customer: str) -> dict[str, Any] | None:
    state = records.erasure_state(customer=customer)
    return vault.erasure(customer=customer) if state == "destroyed" else None


def _page(
    request: HttpRequest, customer: str, *, status: int = 200, erasure_form: ErasureForm | None = None
) -> HttpResponse:
    require_customer(customer)
    told = _told(customer)
    facts: dict[str, Any] = {
        "customer": customer,
        "name": customer_names([customer])[customer],
        "told": told and {name: told[name] and parse_instant(told[name]) for name in _INSTANTS},
        "broken_off": records.erasure_state(customer=customer) == "asked",
        "may_erase": ERASE in edge.actor_of(request).permissions,
        "erasure_form": erasure_form or ErasureForm(auto_id="erasure-%s", customer=customer),
    }
    return render(request, "government_requests/desk/erasure.html", facts, status=status)


_INSTANTS = ("asked", "destroyed", "unreadable")
