"""The queue, as a page, as CSV and as JSON; finding, and taking the next one."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.queries import parties, search
from safeconduct.rooms.government_requests.queries.due import standing_alarms
from safeconduct.rooms.government_requests.queries.history import find_history
from safeconduct.rooms.government_requests.queries.queue import PAGE, next_to_take, queue, rows_of
from safeconduct.rooms.government_requests.queries.queue_rows import QueueRow
from safeconduct.rooms.government_requests.queries.queue_views import NOBODY, Chosen
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views.edge import actor_of, clocks_of, now_of, page_of
from safeconduct.rooms.government_requests.views.tables import csv_answer

EVERYTHING = 100_000
MOST_DIGITS = 9
PERSON = re.compile(r"[0-9a-f]{32,64}")
ME = "me"
DUE_WORDS = (
    ("", "Any day"),
    ("late", "Late"),
    ("3", "Within 3 days"),
    ("7", "Within 7 days"),
    ("14", "Within 14 days"),
)
COLUMNS = (
    *("reference", "paper", "state", "clock", "clock_under", "asks", "asks_under", "findings", "organisation"),
    "holder",
)


def names_for(
    rows: Iterable[QueueRow], page: parties.Page | None = None, *, more: Iterable[str] = ()
) -> dict[str, str]:
    """Return the names of senders and colleagues in ``rows``, and of ``more`` persons: one look-up for the page."""
    rows = tuple(rows)
    persons, organisations = [*(row.holder for row in rows), *more], (row.organisation for row in rows)
    return parties.names(persons=persons, organisations=organisations, page=page)


def with_names(rows: Iterable[QueueRow], found: Mapping[str, str]) -> tuple[QueueRow, ...]:
    """Return ``rows`` with names in place of the ids of senders and colleagues."""
    return tuple(
        replace(
            row,
            organisation=found.get(row.organisation, ""),
            holder=found.get(row.holder, "Nobody yet" if not row.holder else ""),
        )
        for row in rows
    )


def named(rows: Iterable[QueueRow], page: parties.Page | None = None) -> tuple[QueueRow, ...]:
    """Return ``rows`` with the names that they call for."""
    rows = tuple(rows)
    return with_names(rows, names_for(rows, page))


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 1


def _chosen(request: HttpRequest) -> Chosen:
    """Return the view and the filters that the address names; ``me`` is the person who asks."""
    holder = request.GET.get("with", "")
    if holder == ME:
        holder = actor_of(request).person
    known = holder == NOBODY or PERSON.fullmatch(holder)
    view, due = request.GET.get("view", "all"), request.GET.get("due", "")
    return Chosen(view=view, holder=holder if known else "", due=due)


@require_GET
def queue_page(request: HttpRequest) -> HttpResponse:
    """Show what the person is cleared for, by the clock that runs out first."""
    actor = actor_of(request)
    actor.require(Permission.READ)
    size = EVERYTHING if request.GET.get("show") == "all" else PAGE
    # What a clock shows as late is late here, whichever clock it is.
    now = clocks_of(request).latest
    found = queue(actor=actor, now=now, page=_page_number(request), size=size, chosen=_chosen(request))
    chosen = found.chosen
    holder = chosen.holder if chosen.holder not in {"", NOBODY, actor.person} else ""
    names = names_for(found.rows, page_of(request), more=[holder])
    kept = {"view": found.view, "with": chosen.holder, "due": chosen.due}
    facts = {
        "queue": replace(found, rows=with_names(found.rows, names)),
        "address": urlencode({name: value for name, value in kept.items() if value}),
        "holders": _holders(actor.person, holder, names.get(holder, "A colleague")),
        "dues": DUE_WORDS,
        "may_take": Permission.TAKE in actor.permissions,
        "size": size,
        "open_notices": found.open_notices,
        "alarms": standing_alarms(actor=actor),
    }
    return render(request, "government_requests/desk/queue.html", facts)


def _holders(person: str, other: str, name: str) -> list[tuple[str, str]]:
    found = [("", "Anybody"), (person, "Me"), (NOBODY, "Nobody yet")]
    return [*found, (other, name)] if other else found


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
        "holder": row.holder,
    }


def _lines(request: HttpRequest) -> list[dict[str, Any]]:
    actor = actor_of(request)
    actor.require(Permission.READ)
    found = queue(actor=actor, now=now_of(request), size=EVERYTHING, chosen=_chosen(request))
    return [_line(row) for row in named(found.rows)]


@require_GET
def queue_json(request: HttpRequest) -> HttpResponse:
    """Return the view as JSON."""
    return JsonResponse({"matters": _lines(request)})


@require_GET
def queue_csv(request: HttpRequest) -> HttpResponse:
    """Return the view as CSV (RFC 4180)."""
    return csv_answer(name="queue.csv", columns=COLUMNS, rows=_lines(request))


@require_POST
def find_matter(request: HttpRequest) -> HttpResponse:
    """Find by reference, number or address; one hit opens at once. What is typed never stands in an address."""
    actor = actor_of(request)
    actor.require(Permission.READ)
    words = request.POST.get("words", "")
    found = search.find(actor=actor, now=now_of(request), words=words)
    before = find_history(actor=actor, words=words)
    if len(found) == 1 and not before:
        return redirect("gov_matter", found[0])
    hits = named(rows_of(actor=actor, matters=found, now=now_of(request)))
    facts = {"words": words, "rows": hits, "found": len(hits), "before": before}
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
