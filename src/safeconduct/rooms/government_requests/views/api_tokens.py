"""The officer's page of tokens: made here, shown once, revoked here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.forms.api import TokenForm
from safeconduct.rooms.government_requests.queries import api as queries
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge

PAGE = "government_requests/portal/api_tokens.html"


@require_http_methods(["GET", "POST"])
def api_tokens(request: HttpRequest) -> HttpResponse:
    """List the officer's tokens; make one, and show it this once."""
    actor, now = edge.actor_of(request), edge.now_of(request)
    actor.require(Permission.RECEIVE)
    form = TokenForm(request.POST or None)
    made, status = None, 200
    if request.method == "POST":
        if form.is_valid():
            made = actions.create_api_token(actor=actor, now=now, days=form.cleaned_data["days"])
        else:
            status = 400
    facts = {"form": form, "made": made, "tokens": queries.tokens_of(actor=actor), "now": now}
    return render(request, PAGE, facts, status=status)


@require_POST
def revoke_api_token(request: HttpRequest, token: str) -> HttpResponse:
    """End a token at once."""
    actions.revoke_api_token(actor=edge.actor_of(request), now=edge.now_of(request), token=token)
    return redirect("gov_api_tokens")
