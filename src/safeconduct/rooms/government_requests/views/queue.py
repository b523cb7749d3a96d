"""The queue, as a page, as CSV and as JSON; finding, and taking the next one."""

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.queries import parties, search
from safeconduct.rooms.government_requests.queries.due import standing_alarms
from safeconduct.rooms.government_requests.queries.queue import PAGE, next_to_take, queue
from safeconduct.rooms.government_requests.queries.queue_rows import QueueRow
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views.edge import actor_of, clocks_of, now_of, page_of

EVERYTHING = 100_000
MOST_DIGITS = 9
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
COLUMNS = ("reference", "paper", "state", "clock", "clock_under", "asks", "asks_under", "findings", "organisation")


def named(rows: Iterable[QueueRow], page: parties.Page | None = None) -> tuple[QueueRow, ...]:
    """Return ``rows`` with names in place of the ids of senders and colleagues: one look-up for the page."""
    rows = tuple(rows)
    persons, organisations = (row.holder for row in rows), (row.organisation for row in rows)
    found = parties.names(persons=persons, organisations=organisations, page=page)
    return tuple(
        replace(
            row,
            organisation=found.get(row.organisation, ""),
            holder=found.get(row.holder, "Nobody yet" if not row.holder else ""),
        )
        for row in rows
    )


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 1


@require_GET
def queue_page(request: HttpRequest) -> HttpResponse:
    """Show what the person is cleared for, by the clock that runs out first."""
    actor = actor_of(request)
    actor.require(Permission.READ)
    size = EVERYTHING if request.GET.get("show") == "all" else PAGE
    view = request.GET.get("view", "all")
    # What a clock shows as late is late here, whichever clock it is.
    found = queue(actor=actor, now=clocks_of(request).latest, view=view, page=_page_number(request), size=size)
    found = replace(found, rows=named(found.rows, page_of(request)))
    facts = {
        "queue": found,
        "may_take": Permission.TAKE in actor.permissions,
        "size": size,
        "alarms": standing_alarms(actor=actor),
    }
    return render(request, "government_requests/desk/queue.html", facts)


def _line(row: QueueRow) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "paper": row.paper,
        "state": row.state,
        "clock": row.clock.words,
        "clock_under": row.clock.under,
        "asks": row.asks,
        "asks_under": row.asks_under,
        "findings": row.marks_words,
        "organisation": row.organisation,
    }


def _lines(request: HttpRequest) -> list[dict[str, Any]]:
    actor = actor_of(request)
    actor.require(Permission.READ)
    view = request.GET.get("view", "all")
    found = queue(actor=actor, now=now_of(request), view=view, size=EVERYTHING)
    return [_line(row) for row in named(found.rows)]


@require_GET
def queue_json(request: HttpRequest) -> HttpResponse:
    """Return the view as JSON."""
    return JsonResponse({"matters": _lines(request)})


def _cell(value: str) -> str:
    """Return ``value`` so that no spreadsheet takes it for a formula: a name is somebody else's text (T11)."""
    return f"'{value}" if value[:1] in FORMULA else value


@require_GET
def queue_csv(request: HttpRequest) -> HttpResponse:
    """Return the view as CSV (RFC 4180)."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in line.items()} for line in _lines(request))
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="queue.csv"'
    return answer


@require_POST
def find_matter(request: HttpRequest) -> HttpResponse:
    """Find by reference, number or address; one hit opens at once. What is typed never stands in an address."""
    actor = actor_of(request)
    actor.require(Permission.READ)
    words = request.POST.get("words", "")
    found = search.find(actor=actor, now=now_of(request), words=words)
    if len(found) == 1:
        return redirect("gov_matter", found[0])
    rows = queue(actor=actor, now=now_of(request), size=EVERYTHING).rows
    hits = named(row for row in rows if row.id in set(found))
    facts = {"words": words, "rows": hits, "found": len(hits)}
    return render(request, "government_requests/desk/found.html", facts)


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the matter that nobody has and whose clock runs out first."""
    actor = actor_of(request)
    actor.require(Permission.TAKE)
    matter = next_to_take(actor=actor)
    if matter is None:
        return redirect("gov_queue")
    actions.take(actor=actor, now=now_of(request), matter=matter)
    return redirect("gov_matter", matter)
