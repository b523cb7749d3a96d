"""Look at a list of identifiers before it is sent: how many of each kind, what is folded, which lines are wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from safeconduct.rooms.government_requests.forms.targets import TargetsForm
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.targets import MOST_SELECTORS, MOST_SHOWN
from safeconduct.rooms.government_requests.views import edge


def _preview(request: HttpRequest, template: str) -> HttpResponse:
    edge.actor_of(request).require(Permission.RECEIVE)
    form = TargetsForm(request.POST or None, request.FILES or None)
    found = form.cleaned_data["targets"] if request.method == "POST" and form.is_valid() else None
    facts = {
        "form": form,
        "found": found,
        "most": MOST_SELECTORS,
        "total": len(found.selectors) if found else 0,
        "wrong": found.wrong[:MOST_SHOWN] if found else (),
        "more": max(0, len(found.wrong) - MOST_SHOWN) if found else 0,
        "shown": found.selectors[:MOST_SHOWN] if found else (),
        "can_be_sent": bool(found and found.selectors and not found.wrong and len(found.selectors) <= MOST_SELECTORS),
    }
    return render(request, template, facts, status=400 if request.method == "POST" and found is None else 200)


@require_http_methods(["GET", "POST"])
def desk_targets(request: HttpRequest) -> HttpResponse:
    """Check a list at the desk."""
    return _preview(request, "government_requests/desk/targets.html")


@require_http_methods(["GET", "POST"])
def portal_targets(request: HttpRequest) -> HttpResponse:
    """Check a list in the portal."""
    return _preview(request, "government_requests/portal/targets.html")
