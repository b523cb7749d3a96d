"""Matters that may belong with one: page and JSON."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from safeconduct.rooms.government_requests.queries.linked import related
from safeconduct.rooms.government_requests.queries.queue_rows import QueueRow
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.matter import matter_page
from safeconduct.rooms.government_requests.views.queue import names_for, with_names

Groups = tuple[tuple[str, str, tuple[QueueRow, ...]], ...]


def _groups(request: HttpRequest, matter: str) -> Groups:
    actor = edge.actor_of(request)
    actor.require(Permission.READ)
    found = related(actor=actor, matter=matter, now=edge.now_of(request))
    names = names_for([*found.same_paper, *found.same_sender, *found.same_identifier])
    return (
        ("same_paper", "The very same file", with_names(found.same_paper, names)),
        ("same_sender", "The same identifier, from the same sender", with_names(found.same_sender, names)),
        ("same_identifier", "The same identifier, from somebody else", with_names(found.same_identifier, names)),
    )


@require_GET
def linked(request: HttpRequest, matter: str) -> HttpResponse:
    """Show what may belong with the matter."""
    facts: dict[str, Any] = matter_page(request, matter, "gov_linked")
    groups = _groups(request, facts["matter"].id)
    facts |= {"groups": groups, "found": sum(len(rows) for _, _, rows in groups)}
    return render(request, "government_requests/desk/linked.html", facts)


@require_GET
def linked_json(request: HttpRequest, matter: str) -> HttpResponse:
    """Return the same as JSON: references by what they share."""
    groups = _groups(request, matter)
    return JsonResponse({name: [row.reference for row in rows] for name, _, rows in groups})
