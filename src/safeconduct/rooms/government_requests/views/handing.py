"""Handing over the matters of a colleague on leave together: each by its own act, with what came of each."""

import re
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from safeconduct.core.base.errors import SafeconductError, UnavailableError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.forms.assignment import NOBODY
from safeconduct.rooms.government_requests.forms.handing import HandTogetherForm
from safeconduct.rooms.government_requests.queries import parties
from safeconduct.rooms.government_requests.queries.assignment import able_to_take
from safeconduct.rooms.government_requests.queries.loads import MOST_TOGETHER, load_of
from safeconduct.rooms.government_requests.queries.queue_rows import QueueRow
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge

PERSON = re.compile(r"[0-9a-f]{32,64}")
PAGE = "government_requests/desk/hand_over_together.html"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one matter; ``why`` is empty where it was handed over."""

    row: QueueRow
    why: str


def _words(row: QueueRow) -> str:
    return f"{row.reference}, {row.paper}, {row.state_name}, {row.clock.words}"


def _give(request: HttpRequest, rows: list[QueueRow], form: HandTogetherForm) -> list[Outcome]:
    """Hand each chosen matter over; what is refused stays where it is, and the others go on.

    Where a part does not answer, what is left is not tried: it would fail alike.
    """
    given = form.cleaned_data
    to = "" if given["to"] == NOBODY else given["to"]
    outcomes, away = [], ""
    for row in rows:
        why = away
        if not away:
            try:
                actions.hand_over(
                    actor=edge.actor_of(request),
                    now=edge.now_of(request),
                    matter=row.id,
                    to=to,
                    reason=given["reason"],
                )
            except UnavailableError as error:
                why = away = f"{error.message} {error.cure}"
            except SafeconductError as error:
                why = f"{error.message} {error.cure}"
        outcomes.append(Outcome(row=row, why=why))
    return outcomes


@require_http_methods(["GET", "POST"])
def hand_over_together(request: HttpRequest) -> HttpResponse:
    """Show the open matters of a colleague, all chosen, and hand over those that stay chosen."""
    actor, now = edge.actor_of(request), edge.now_of(request)
    actor.require(Permission.TAKE)
    person = request.GET.get("from", "") or actor.person
    if not PERSON.fullmatch(person):
        raise Http404
    rows = load_of(actor=actor, person=person, now=now)
    able = able_to_take(now=now) - {person}
    names = parties.names(persons=[person, *able], page=edge.page_of(request))
    people = tuple(sorted(((one, names.get(one, one)) for one in able), key=lambda one: one[1]))
    form = HandTogetherForm(
        request.POST or None,
        people=people,
        matters=tuple((row.id, _words(row)) for row in rows),
        initial={"matters": [row.id for row in rows]},
    )
    facts: dict[str, Any] = {
        "rows": rows,
        "person": person,
        "name": names.get(person, "A colleague"),
        "form": form,
        "most": MOST_TOGETHER,
    }
    if request.method == "POST" and form.is_valid():
        chosen = set(form.cleaned_data["matters"])
        outcomes = _give(request, [row for row in rows if row.id in chosen], form)
        to = form.cleaned_data["to"]
        facts |= {
            "outcomes": outcomes,
            "done": sum(not one.why for one in outcomes),
            "to": "nobody" if to == NOBODY else names.get(to, "a colleague"),
        }
        return render(request, PAGE, facts)
    return render(request, PAGE, facts, status=400 if request.method == "POST" else 200)
