"""Takes a matter up again, answered or closed; the form says why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.forms.supplement import SupplementForm
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.supplement import SupplementReason
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.matter import matter_page


def _again(request: HttpRequest, matter: str, permission: Permission, tab: str) -> HttpResponse:
    actor = edge.actor_of(request)
    actor.require(permission)
    form = SupplementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = actions.resume_matter if permission is Permission.RESUME else actions.open_supplement
        given = form.cleaned_data
        reason = SupplementReason(given["reason"])
        done = act(actor=actor, now=edge.now_of(request), matter=matter, reason=reason, words=given["words"])
        return redirect("gov_matter", done.matter)
    facts = matter_page(request, matter, tab) | {"form": form, "resuming": permission is Permission.RESUME}
    status = 400 if request.method == "POST" else 200
    return render(request, "government_requests/desk/supplement.html", facts, status=status)


@require_http_methods(["GET", "POST"])
def supplement(request: HttpRequest, matter: str) -> HttpResponse:
    """Take an answered matter back into review for a further package."""
    return _again(request, matter, Permission.SUPPLEMENT, "gov_package")


@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, matter: str) -> HttpResponse:
    """Take a closed matter up again."""
    return _again(request, matter, Permission.RESUME, "gov_package")
