"""Who has how many matters and how old they are: page, CSV and JSON."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from safeconduct.rooms.government_requests.queries import parties
from safeconduct.rooms.government_requests.queries.workload import Load, workload
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.workload import AGE_WORDS, FILLS, picture
from safeconduct.rooms.government_requests.views.edge import actor_of, clocks_of, now_of, page_of
from safeconduct.rooms.government_requests.views.tables import csv_answer

NOBODY = "Nobody yet"
COLUMNS = ("person", "open", "late", "due_within_3_days", "waiting", "oldest_days", *AGE_WORDS)


def _loads(request: HttpRequest) -> list[tuple[str, Load]]:
    actor = actor_of(request)
    actor.require(Permission.READ)
    found = workload(actor=actor, now=clocks_of(request).latest)
    names = parties.names(persons=(one.person for one in found), page=page_of(request))
    return [(names.get(one.person, one.person) if one.person else NOBODY, one) for one in found]


@require_GET
def workload_page(request: HttpRequest) -> HttpResponse:
    """Show who has how many, with the picture above the table that holds the same numbers."""
    loads = _loads(request)
    facts = {
        "loads": loads,
        "total": sum(one.open for _, one in loads),
        "late": sum(one.late for _, one in loads),
        "picture": picture([(name, one.ages) for name, one in loads]),
        "ages": tuple(zip(FILLS, AGE_WORDS, strict=True)),
        "made_at": now_of(request),
        "may_take": Permission.TAKE in actor_of(request).permissions,
    }
    return render(request, "government_requests/desk/workload.html", facts)


def _lines(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        dict(zip(COLUMNS, (name, one.open, one.late, one.soon, one.paused, one.oldest, *one.ages), strict=True))
        for name, one in _loads(request)
    ]


@require_GET
def workload_json(request: HttpRequest) -> HttpResponse:
    """Return the same as JSON."""
    return JsonResponse({"workload": _lines(request)})


@require_GET
def workload_csv(request: HttpRequest) -> HttpResponse:
    """Return the same as CSV (RFC 4180)."""
    return csv_answer(name="workload.csv", columns=COLUMNS, rows=_lines(request))
