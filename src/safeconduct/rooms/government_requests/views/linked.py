"""Matters that belong with one, because a person or a paper says so or because they share something: page and JSON."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from safeconduct.rooms.government_requests.forms.links import LinkForm, UnlinkForm
from safeconduct.rooms.government_requests.queries import links
from safeconduct.rooms.government_requests.queries.linked import related
from safeconduct.rooms.government_requests.queries.queue_rows import QueueRow
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.matter import matter_page
from safeconduct.rooms.government_requests.views.queue import names_for, with_names

Groups = tuple[tuple[str, str, tuple[QueueRow, ...]], ...]
SEALED = "Sealed"


def _groups(request: HttpRequest, matter: str) -> Groups:
    actor, now = edge.actor_of(request), edge.now_of(request)
    actor.require(Permission.READ)
    found = related(actor=actor, matter=matter, now=now)
    said = links.stated(actor=actor, matter=matter, now=now)
    groups = (
        ("named_here", "Named in this paper by our reference", said.named_here),
        ("named_there", "Its paper names this matter", said.named_there),
        ("same_number", "The authority's own number is the same", said.same_number),
        ("same_paper", "The very same file", found.same_paper),
        ("same_sender", "The same identifier, from the same sender", found.same_sender),
        ("same_identifier", "The same identifier, from somebody else", found.same_identifier),
    )
    names = names_for([row for _, _, rows in groups for row in rows])
    return tuple((name, words, with_names(rows, names)) for name, words, rows in groups)


def _links(request: HttpRequest, matter: str) -> list[dict[str, Any]]:
    """Return the links, with reasons where the papers of their matter are open here."""
    found = links.links_of(actor=edge.actor_of(request), matter=matter, now=edge.now_of(request))
    reasons = links.reasons_of(found, {one.owner: edge.grant_of(request, one.owner) for one in found})
    names = names_for([one.row for one in found], more=[one.by for one in found])
    return [
        {
            "link": one,
            "row": with_names([one.row], names)[0],
            "reason": reasons.get(one.reason, SEALED),
            "by": names.get(one.by, one.by),
            "form": UnlinkForm(auto_id=f"unlink-{place}-%s", initial={"link": one.id}),
        }
        for place, one in enumerate(found)
    ]


def related_page(request: HttpRequest, matter: str, form: LinkForm | None = None) -> dict[str, Any]:
    """Return what the page shows; ``form`` is one that did not hold."""
    facts: dict[str, Any] = matter_page(request, matter, "gov_linked")
    actor, here = edge.actor_of(request), facts["matter"].id
    groups, linked = _groups(request, here), _links(request, here)
    others = dict.fromkeys([one["link"].row.id for one in linked] + [row.id for _, _, rows in groups for row in rows])
    grants = {one: edge.grant_of(request, one) for one in (here, *others)}
    periods = links.periods_beside(actor=actor, matter=here, others=tuple(others), grants=grants)
    shown = {row.id: row.reference for _, _, rows in groups for row in rows}
    shown |= {one["link"].row.id: one["link"].row.reference for one in linked}
    return facts | {
        "groups": groups,
        "links": linked,
        "found": len(others),
        "periods": [(shown[one], bars) for one, bars in periods.items()],
        "here_open": bool(grants[here]),
        "may_link": Permission.TAKE in actor.permissions,
        "form": form or LinkForm(),
    }


@require_GET
def linked(request: HttpRequest, matter: str) -> HttpResponse:
    """Show what belongs, and what may belong, with the matter."""
    return render(request, "government_requests/desk/linked.html", related_page(request, matter))


@require_GET
def linked_json(request: HttpRequest, matter: str) -> HttpResponse:
    """Return the same as JSON: references by what they share, and the links."""
    groups = _groups(request, matter)
    told: dict[str, Any] = {name: [row.reference for row in rows] for name, _, rows in groups}
    found = links.links_of(actor=edge.actor_of(request), matter=matter, now=edge.now_of(request))
    told["links"] = [{"reference": one.row.reference, "kind": one.kind, "says": one.says} for one in found]
    return JsonResponse(told)
