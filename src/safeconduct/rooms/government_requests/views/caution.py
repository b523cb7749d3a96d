"""The page of caution: signals about the sender, an emergency's times and its demand for process, incidents."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Party
from safeconduct.rooms.government_requests.forms.caution import ControllerForm, IncidentForm
from safeconduct.rooms.government_requests.forms.silence import AgencyKeyForm
from safeconduct.rooms.government_requests.queries import matters, parties
from safeconduct.rooms.government_requests.queries.fakes import fake_of, impostor_reported
from safeconduct.rooms.government_requests.queries.following import Following, following
from safeconduct.rooms.government_requests.queries.impostors import signals_of
from safeconduct.rooms.government_requests.queries.papers import PapersClosedError, papers_of
from safeconduct.rooms.government_requests.rules.incidents import IncidentCause, IncidentError
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.acts import valid
from safeconduct.rooms.government_requests.views.matter import matter_page

Which = dict[str, Any]
TAB = "gov_caution"


def _words(request: HttpRequest, matter: str) -> str:
    grant = edge.grant_of(request, matter)
    if not grant:
        return ""
    try:
        return "\n".join(papers_of(actor=edge.actor_of(request), matter=matter, grant=grant).transcript)
    except PapersClosedError:
        return ""


def _customers(matter: matters.MatterFacts) -> tuple[tuple[str, str], ...]:
    found = {customer for one in matter.consents for customer in one.customers}
    return tuple(sorted(parties.customer_names(found).items(), key=lambda one: one[1]))


@require_GET
def caution(request: HttpRequest, matter: str) -> HttpResponse:
    """Show signals, times, demand and incidents of a matter; word signals only while its papers are open."""
    facts = matter_page(request, matter, TAB)
    shown, actor, now = facts["matter"], edge.actor_of(request), edge.now_of(request)
    words = _words(request, shown.id)
    after = following(actor=actor, now=now, matter=shown.id)
    names = parties.names(persons=[after.on_duty, *(person for call in after.calls for person in call.by)])
    facts |= {
        "signals": signals_of(actor=actor, matter=shown.id, words=words),
        "words_read": bool(words),
        "on_duty": names.get(after.on_duty, after.on_duty),
        "fake": fake_of(matter=shown.id),
        "impostor_reported": impostor_reported(matter=shown.id),
        "after": after,
        "calls": [(call, ", ".join(names.get(one, one) for one in call.by)) for call in after.calls],
        "incidents": _with_forms(after, _customers(shown)),
        "key_form": AgencyKeyForm(auto_id="demand-%s"),
        "incident_form": IncidentForm(auto_id="incident-%s"),
    }
    return render(request, "government_requests/desk/caution.html", facts)


def _with_forms(after: Following, customers: tuple[tuple[str, str], ...]) -> list[tuple[Any, dict[str, forms.Form]]]:
    return [
        (
            one,
            {
                "tell": ControllerForm(auto_id=f"tell{place}-%s", customers=customers),
                "recall": AgencyKeyForm(auto_id=f"recall{place}-%s"),
            },
        )
        for place, one in enumerate(after.incidents)
    ]


def _agency(request: HttpRequest, which: Which) -> Party:
    recipient = valid(AgencyKeyForm(request.POST))["recipient"]
    found = matters.matter(**which)
    return Party(**parties.officer(person=found.officer, organisation=found.organisation, recipient=recipient))


def _tell(request: HttpRequest, which: Which) -> None:
    found, incident = matters.matter(**which), _incident(request)
    # Said before the form is read: where there is no incident, there may be no customer to choose either.
    if incident not in {one.id for one in following(**which).incidents}:
        raise IncidentError("This matter has no such incident.")
    given = valid(ControllerForm(request.POST, customers=_customers(found)))
    to = Party(**parties.customer(customer=given["customer"], recipient=given["recipient"]))
    actions.tell_controller(**which, incident=incident, customer=given["customer"], to=to)


def _incident(request: HttpRequest) -> str:
    return request.POST.get("incident", "")


def _report(request: HttpRequest, which: Which) -> None:
    actions.report_incident(**which, cause=IncidentCause(valid(IncidentForm(request.POST))["cause"]))


ACTS: dict[str, tuple[Callable[[HttpRequest, Which], object], Permission]] = {
    "demand": (lambda request, which: actions.demand_process(**which, to=_agency(request, which)), Permission.WRITE),
    "arrived": (lambda _request, which: actions.settle_demand(**which, arrived=True), Permission.TAKE),
    "never": (lambda _request, which: actions.settle_demand(**which, arrived=False), Permission.DETERMINE),
    "call": (lambda _request, which: actions.call_duty(**which), Permission.CALL_BACK),
    "impostor": (lambda _request, which: actions.report_impostor(**which), Permission.TAKE),
    "report": (_report, Permission.DELIVER),
    "tell": (_tell, Permission.WRITE),
    "recall": (
        lambda request, which: actions.recall_package(**which, incident=_incident(request), to=_agency(request, which)),
        Permission.WRITE,
    ),
    "confirm": (
        lambda request, which: actions.settle_incident(**which, incident=_incident(request), confirmed=True),
        Permission.WRITE,
    ),
    "close": (
        lambda request, which: actions.settle_incident(**which, incident=_incident(request), confirmed=False),
        Permission.DETERMINE,
    ),
}


@require_POST
def caution_act(request: HttpRequest, matter: str, act: str) -> HttpResponse:
    """Do one act of the page."""
    if act not in ACTS:
        raise Http404
    do, permission = ACTS[act]
    actor = edge.actor_of(request)
    actor.require(permission)
    do(request, {"actor": actor, "now": edge.now_of(request), "matter": matter})
    return redirect(TAB, matter)
