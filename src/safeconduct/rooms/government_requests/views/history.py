"""History that was taken over, at the desk: marked as not proven here on every line, page and file."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.queries import history
from safeconduct.rooms.government_requests.queries.papers import PapersClosedError
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.tables import csv_answer

EVERYTHING = 1_000_000
MOST_DIGITS = 9
COLUMNS = ("proven_here", "batch", "row", "received", "closed", "process", "outcome", "country")


@require_GET
def history_list(request: HttpRequest) -> HttpResponse:
    """List the files that were taken over, and their matters."""
    text = request.GET.get("page", "1")
    page = int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 1
    found = history.history(actor=edge.actor_of(request), page=page)
    return render(request, "government_requests/desk/history_list.html", {"found": found})


@require_GET
def history_page(request: HttpRequest, batch: str, number: int) -> HttpResponse:
    """Show one imported matter; its sealed row through a grant, which is entered first."""
    actor = edge.actor_of(request)
    line, sealed = history.history_row(actor=actor, batch=batch, number=number)
    grant = request.GET.get("grant", "")
    if grant:
        actions.open_history(actor=actor, now=edge.now_of(request), batch=batch, grant=grant)
        edge.keep_grant(request, batch, grant)
        return redirect("gov_history_row", batch, number)
    cells: dict[str, str] | None = None
    held = edge.grant_of(request, batch)
    if held:
        try:
            cells = history.read_row(batch=batch, number=number, sealed=sealed, grant=held)
        except PapersClosedError:
            edge.drop_grant(request, batch)
    facts = {
        "line": line,
        "cells": sorted(cells.items()) if cells is not None else None,
        "grant_link": edge.grant_link(request, batch),
        "may_open": Permission.OPEN_CASE in actor.permissions,
    }
    return render(request, "government_requests/desk/history_row.html", facts)


def _lines(request: HttpRequest) -> list[dict[str, Any]]:
    found = history.history(actor=edge.actor_of(request), size=EVERYTHING)
    return [
        {
            "proven_here": "no",
            "batch": one.batch,
            "row": one.number,
            "received": one.received.isoformat(),
            "closed": one.closed.isoformat() if one.closed else "",
            "process": one.process,
            "outcome": one.outcome,
            "country": one.country,
        }
        for one in found.rows
    ]


@require_GET
def history_json(request: HttpRequest) -> HttpResponse:
    """Return the imported matters as JSON."""
    return JsonResponse({"not_proven_here": _lines(request)})


@require_GET
def history_csv(request: HttpRequest) -> HttpResponse:
    """Return the imported matters as CSV (RFC 4180)."""
    return csv_answer(name="history-not-proven-here.csv", columns=COLUMNS, rows=_lines(request))
