"""A person's own calendar feed: the page on which it is opened and revoked, and the address that a calendar reads."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.queries.feeds import feed_text, own_feed
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views.edge import actor_of, now_of

PAGE = "government_requests/desk/calendar.html"


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """Show whether the person has a feed."""
    actor = actor_of(request)
    actor.require(Permission.READ)
    return render(request, PAGE, {"feed": own_feed(actor=actor)})


@require_POST
def open_feed(request: HttpRequest) -> HttpResponse:
    """Open a feed and show its address, this once."""
    actor = actor_of(request)
    opened = actions.open_feed(actor=actor, now=now_of(request))
    address = request.build_absolute_uri(reverse("gov_feed", args=[opened.token]))
    return render(request, PAGE, {"feed": own_feed(actor=actor), "address": address})


@require_POST
def revoke_feed(request: HttpRequest) -> HttpResponse:
    """End the person's feed."""
    actions.revoke_feed(actor=actor_of(request), now=now_of(request))
    return redirect("gov_calendar")


@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Return the feed to whoever holds its address; an unknown, a revoked and an emptied one are the same page."""
    try:
        text = feed_text(token=token, now=now_of(request))
    except NotPermittedError as error:
        raise Http404 from error
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")
