"""The page of internal controls: how many seeded fakes were caught, what gave them away, and the owner's acts."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.forms.controls import PlanForm
from safeconduct.rooms.government_requests.queries.fakes import control
from safeconduct.rooms.government_requests.rules.fakes import Door, Rate, month_of
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.acts import valid
from safeconduct.rooms.government_requests.views.tables import csv_answer

COLUMNS = ("period", "planned", "caught", "missed", "undecided", "never_came", "not_revealed", "percent_caught")


@require_GET
def controls(request: HttpRequest) -> HttpResponse:
    """Show the rates by half-year and month, the fakes that were revealed, and to their owner the planned ones."""
    found = control(actor=edge.actor_of(request))
    return render(request, "government_requests/desk/controls.html", {"control": found, "form": PlanForm()})


def _line(one: Rate) -> dict[str, Any]:
    return {
        "period": one.period,
        "planned": one.planned,
        "caught": one.caught,
        "missed": one.missed,
        "undecided": one.undecided,
        "never_came": one.never_came,
        "not_revealed": one.pending,
        "percent_caught": one.percent,
    }


@require_GET
def controls_csv(request: HttpRequest) -> HttpResponse:
    """Return the rates as CSV."""
    found = control(actor=edge.actor_of(request))
    rows = [_line(one) for one in (*found.half_years, *found.months)]
    return csv_answer(name="seeded-fakes.csv", columns=COLUMNS, rows=rows)


@require_GET
def controls_json(request: HttpRequest) -> HttpResponse:
    """Return the rates as JSON."""
    found = control(actor=edge.actor_of(request))
    told = {"half_years": found.half_years, "months": found.months}
    return JsonResponse({name: [_line(one) for one in rates] for name, rates in told.items()})


@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Plan one more fake of this month."""
    actor, now = edge.actor_of(request), edge.now_of(request)
    actor.require(Permission.SEED)
    door = Door(valid(PlanForm(request.POST))["door"])
    actions.plan_fake(actor=actor, now=now, month=month_of(now), door=door)
    return redirect("gov_controls")


@require_POST
def paper(request: HttpRequest, fake: str) -> HttpResponse:
    """Hand the owner the paper of a fake that is carried in by hand."""
    data = actions.carry_fake(actor=edge.actor_of(request), now=edge.now_of(request), fake=fake)
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="paper.pdf"'
    return answer


@require_POST
def reveal(request: HttpRequest, fake: str) -> HttpResponse:
    """Reveal one fake."""
    actions.reveal_fake(actor=edge.actor_of(request), now=edge.now_of(request), fake=fake)
    return redirect("gov_controls")
