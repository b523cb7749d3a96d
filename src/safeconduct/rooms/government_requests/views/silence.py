"""Acts about one prohibition, and the list of answered matters whose notice is open."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Party
from safeconduct.rooms.government_requests.forms.silence import (
    AgencyKeyForm,
    ExtensionForm,
    FoundForm,
    order_of,
)
from safeconduct.rooms.government_requests.queries import matters, parties
from safeconduct.rooms.government_requests.queries.open_notices import OpenNotice, open_notices
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.acts import valid
from safeconduct.rooms.government_requests.views.tables import csv_answer

Who = dict[str, Any]
COLUMNS = ("reference", "paper", "answered", "notice", "waits_for")


def _extend(request: HttpRequest, which: Who) -> None:
    given = valid(ExtensionForm(request.POST, request.FILES))
    actions.extend_prohibition(**which, until=given["until"], order=order_of(given))


def _found(request: HttpRequest, which: Who) -> None:
    given = valid(FoundForm(request.POST))
    actions.determine_prohibition(**which, binds=given["binds"] == "yes", reason=given["reason"])


def _agency(request: HttpRequest, which: Who) -> Party:
    recipient = valid(AgencyKeyForm(request.POST))["recipient"]
    found = matters.matter(actor=which["actor"], now=which["now"], matter=which["matter"])
    return Party(**parties.officer(person=found.officer, organisation=found.organisation, recipient=recipient))


ACTS: dict[str, tuple[Callable[[HttpRequest, Who], object], Permission]] = {
    "extend": (_extend, Permission.PROHIBIT),
    "found": (_found, Permission.DETERMINE),
    "review": (lambda _request, which: actions.review_prohibition(**which), Permission.DETERMINE),
    "closure": (lambda _request, which: actions.record_closure(**which), Permission.DETERMINE),
    "lift": (lambda _request, which: actions.lift_prohibition(**which), Permission.DETERMINE),
    "warn": (
        lambda request, which: actions.warn_agency(**which, to=_agency(request, which)),
        Permission.WRITE,
    ),
    "court": (
        lambda request, which: actions.ask_judicial_review(**which, to=_agency(request, which)),
        Permission.DETERMINE,
    ),
}


@require_POST
def prohibition_act(request: HttpRequest, matter: str, act: str) -> HttpResponse:
    """Do one act about one prohibition of a matter."""
    if act not in ACTS:
        raise Http404
    do, permission = ACTS[act]
    actor = edge.actor_of(request)
    actor.require(permission)
    prohibition = request.POST.get("prohibition", "")
    do(request, {"actor": actor, "now": edge.now_of(request), "matter": matter, "prohibition": prohibition})
    return redirect("gov_notice", matter)


def _open(request: HttpRequest) -> tuple[OpenNotice, ...]:
    actor = edge.actor_of(request)
    actor.require(Permission.READ)
    return open_notices(actor=actor)


def _line(one: OpenNotice) -> dict[str, str]:
    return {name: getattr(one, name) for name in COLUMNS}


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """Show the answered matters whose notice is open: neither given, nor forbidden to a named end, nor excepted."""
    return render(request, "government_requests/desk/notices.html", {"notices": _open(request)})


@require_GET
def notices_json(request: HttpRequest) -> HttpResponse:
    """Return the open notices as JSON."""
    found = [_line(one) for one in _open(request)]
    return JsonResponse({"open": len(found), "notices": found})


@require_GET
def notices_csv(request: HttpRequest) -> HttpResponse:
    """Return the open notices as CSV (RFC 4180)."""
    return csv_answer(name="open-notices.csv", columns=COLUMNS, rows=[_line(one) for one in _open(request)])
