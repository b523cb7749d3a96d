"""The roster of who is on duty for emergencies."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.forms.duty import DutyForm, ToForm
from safeconduct.rooms.government_requests.queries import assignment, parties
from safeconduct.rooms.government_requests.queries.duty import Roster, roster
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.tables import csv_answer

COLUMNS = ("person", "starts", "ends")


def _facts(request: HttpRequest) -> tuple[Roster, dict[str, str]]:
    found = roster(actor=edge.actor_of(request), now=edge.now_of(request))
    return found, parties.names(persons=[one.person for one in found.duties])


def _people(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    able = assignment.able_to_take(now=edge.now_of(request))
    known = parties.names(persons=list(able))
    return tuple(sorted(((one, known.get(one, one)) for one in able), key=lambda one: one[1]))


def _page(request: HttpRequest, form: DutyForm, status: int = 200) -> HttpResponse:
    found, names = _facts(request)
    people = _people(request)
    facts: dict[str, Any] = {
        "roster": found,
        "on_duty": names.get(found.now, found.now),
        "duties": [
            (one, names.get(one.person, one.person), ToForm(auto_id=f"to{place}-%s", people=people))
            for place, one in enumerate(found.duties)
        ],
        "may_give": Permission.TAKE in edge.actor_of(request).permissions,
        "form": form,
    }
    return render(request, "government_requests/desk/duty.html", facts, status=status)


@require_GET
def duty_page(request: HttpRequest) -> HttpResponse:
    """Show who has the duty now and in the next fortnight, and the hours that nobody has."""
    return _page(request, DutyForm(people=_people(request)))


def _line(found: Roster, names: dict[str, str]) -> list[dict[str, str]]:
    return [
        {
            "person": names.get(one.person, one.person),
            "starts": instant_text(one.starts),
            "ends": instant_text(one.ends),
        }
        for one in found.duties
    ]


@require_GET
def duty_csv(request: HttpRequest) -> HttpResponse:
    """Return the roster as CSV."""
    return csv_answer(name="duty.csv", columns=COLUMNS, rows=_line(*_facts(request)))


@require_GET
def duty_json(request: HttpRequest) -> HttpResponse:
    """Return the roster and its gaps as JSON."""
    found, names = _facts(request)
    missing = [{"starts": instant_text(one.starts), "ends": instant_text(one.ends)} for one in found.gaps]
    return JsonResponse({"duties": _line(found, names), "gaps": missing})


@require_POST
def give_duty(request: HttpRequest) -> HttpResponse:
    """Give a colleague the duty."""
    actor = edge.actor_of(request)
    actor.require(Permission.TAKE)
    form = DutyForm(request.POST, people=_people(request))
    if not form.is_valid():
        return _page(request, form, status=400)
    starts, ends = form.span()
    actions.give_duty(actor=actor, now=edge.now_of(request), person=form.cleaned_data["to"], starts=starts, ends=ends)
    return redirect("gov_duty")


@require_POST
def hand_over_duty(request: HttpRequest, duty: str) -> HttpResponse:
    """Hand the rest of a duty over."""
    actor = edge.actor_of(request)
    actor.require(Permission.TAKE)
    to = request.POST.get("to", "")
    actions.hand_over_duty(actor=actor, now=edge.now_of(request), duty=duty, to=to)
    return redirect("gov_duty")
