"""What a machine read, beside what stands; a person takes over what that person confirmed on the open origin."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.queries.papers import PapersClosedError
from safeconduct.rooms.government_requests.queries.reading import (
    UnknownConfirmationError,
    changes_of,
    matter_id,
    read_words,
)
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.matter import enter_grant, matter_page

BREAK = "\n---\n"


@require_POST
def take_over(request: HttpRequest, matter: str) -> HttpResponse:
    """Take over into the case file what the person confirmed."""
    actor = edge.actor_of(request)
    actor.require(Permission.FIND)
    found, confirmation = matter_id(actor=actor, matter=matter), request.POST.get("confirmation", "")
    grant = edge.grant_of(request, found)
    now = edge.now_of(request)
    actions.take_over_reading(actor=actor, now=now, matter=found, confirmation=confirmation, grant=grant)
    request.session.pop(_kept(found), None)
    return redirect("gov_matter", found)


@require_GET
def reading(request: HttpRequest, matter: str) -> HttpResponse:
    """Show the reading, with what was confirmed beside what stands."""
    facts = matter_page(request, matter, "gov_matter")
    named = facts["matter"].id
    if confirmation := request.GET.get("confirmation", ""):
        # It stays while the papers are opened again: a grant may have ended beside the picture.
        request.session[_kept(named)] = confirmation
    if enter_grant(request, named):
        return redirect("gov_reading", named)
    try:
        facts |= _shown(request, facts)
    except PapersClosedError:
        edge.drop_grant(request, named)
    except UnknownConfirmationError:
        request.session.pop(_kept(named), None)
        raise
    return render(request, "government_requests/desk/reading.html", facts)


def _kept(matter: str) -> str:
    return f"confirmation:{matter}"


def _shown(request: HttpRequest, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the papers with where each is read, the words of the first, and what was confirmed."""
    actor, shown = edge.actor_of(request), facts["matter"]
    grant, back = edge.grant_of(request, shown.id), request.path
    if not grant:
        raise PapersClosedError
    listed = [(one, edge.reading_link(request, paper=one.object, back=back)) for one in shown.documents]
    words = None
    for one in shown.documents:
        if one.role == "process":
            words = read_words(actor=actor, matter=shown.id, grant=grant, paper=one.object)
            break
    made: dict[str, Any] = {"listed": listed, "papers": True, "read": words is not None}
    made["text"] = BREAK.join(words or ())
    if sealed := str(request.session.get(_kept(shown.id), "")):
        changes = changes_of(actor=actor, matter=shown.id, grant=grant, confirmation=sealed)
        made |= {"confirmation": sealed, "changes": changes, "taking": any(one.taken for one in changes)}
    return made
