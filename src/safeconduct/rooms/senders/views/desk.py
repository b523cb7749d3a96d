"""The desk's pages: the directory, registrations and their calls, agencies and officers with their standing."""

import csv

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.people.rules import Permission
from safeconduct.rooms.senders import actions
from safeconduct.rooms.senders.forms import CallForm, NumberForm, RestoreForm, SuspendForm
from safeconduct.rooms.senders.queries import listing

NUMBER_COLUMNS = ("id", "state", "name", "country", "governmental", "number", "source", "found_on", "organisation")
SENDER_COLUMNS = ("sort", "subject", "name", "agency", "country", "state", "reason")
REGISTRATION_COLUMNS = ("id", "reference", "state", "agency", "name", "post", "mail", "country", "waited")


@require_http_methods(["GET", "POST"])
def directory(request: HttpRequest) -> HttpResponse:
    """Show the directory, and take a number that somebody found."""
    actor, now = request.actor, request.now  # type: ignore[attr-defined]  # set by the middleware
    found = listing.directory(actor=actor)
    agencies = tuple((one.subject, one.name) for one in listing.senders(actor=actor) if one.sort == "organisation")
    form = NumberForm(request.POST or None, agencies=agencies)
    status = 200
    if request.method == "POST":
        actor.require(Permission.DIRECTORY_KEEP)
        if form.is_valid():
            actions.propose_number(actor=actor, now=now, found=form.found())
            return redirect("directory")
        status = 400
    facts = {"numbers": found, "form": form, "me": actor.person, "may": Permission.DIRECTORY_KEEP in actor.permissions}
    return render(request, "senders/directory.html", facts, status=status)


@require_GET
def directory_csv(request: HttpRequest) -> HttpResponse:
    """Return the directory as CSV."""
    rows = listing.directory(actor=request.actor)  # type: ignore[attr-defined]  # set by the middleware
    return _csv("directory.csv", NUMBER_COLUMNS, rows)


@require_GET
def directory_json(request: HttpRequest) -> HttpResponse:
    """Return the directory as JSON."""
    rows = listing.directory(actor=request.actor)  # type: ignore[attr-defined]  # set by the middleware
    return JsonResponse({"numbers": [_line(row, NUMBER_COLUMNS) for row in rows]})


@require_POST
def confirm_number(request: HttpRequest, number: str) -> HttpResponse:
    """Confirm a number as the second person."""
    actions.confirm_number(actor=request.actor, now=request.now, number=number)  # type: ignore[attr-defined]  # as above
    return redirect("directory")


@require_POST
def retire_number(request: HttpRequest, number: str) -> HttpResponse:
    """Retire a number."""
    actions.retire_number(actor=request.actor, now=request.now, number=number)  # type: ignore[attr-defined]  # as above
    return redirect("directory")


@require_GET
def registrations(request: HttpRequest) -> HttpResponse:
    """Show the registrations that wait, the oldest first."""
    actor, now = request.actor, request.now  # type: ignore[attr-defined]  # set by the middleware
    everything = request.GET.get("view") == "all"
    found = listing.registrations(actor=actor, now=now, everything=everything)
    return render(request, "senders/registrations.html", {"registrations": found, "everything": everything})


@require_GET
def registrations_json(request: HttpRequest) -> HttpResponse:
    """Return every registration as data."""
    actor, now = request.actor, request.now  # type: ignore[attr-defined]  # set by the middleware
    rows = listing.registrations(actor=actor, now=now, everything=True)
    lines = [{**_line(row, REGISTRATION_COLUMNS), "received_at": instant_text(row.received_at)} for row in rows]
    return JsonResponse({"registrations": lines})


@require_GET
def registration(request: HttpRequest, registration: str) -> HttpResponse:
    """Show one registration and what is to be done next."""
    return _registration(request, registration)


def _registration(
    request: HttpRequest, name: str, *, code: str = "", wrong: str = "", status: int = 200
) -> HttpResponse:
    actor, now = request.actor, request.now  # type: ignore[attr-defined]  # set by the middleware
    found = listing.registration(actor=actor, now=now, registration=name)
    numbers = [
        one
        for one in listing.directory(actor=actor, states=("current",))
        if not found.organisation or one.organisation == found.organisation
    ]
    facts = {
        "found": found,
        "numbers": numbers,
        "called": next((one for one in numbers if one.id == found.number), None),
        "me": actor.person,
        "may": Permission.CALL_BACK_RECORD in actor.permissions,
        "code": code,
        "wrong": wrong,
    }
    return render(request, "senders/registration.html", facts, status=status)


@require_POST
def record_call(request: HttpRequest, registration: str) -> HttpResponse:
    """Record a call and what came of it."""
    actor, now = request.actor, request.now  # type: ignore[attr-defined]  # set by the middleware
    form = CallForm(request.POST)
    if not form.is_valid():
        actor.require(Permission.CALL_BACK_RECORD)
        wrong = "Choose the number that you called, and whether the officer was known there."
        return _registration(request, registration, wrong=wrong, status=400)
    typed = form.cleaned_data
    reached = typed["reached"] == "yes"
    actions.record_call(actor=actor, now=now, registration=registration, number=typed["number"], reached=reached)
    return redirect("registration", registration)


@require_POST
def confirm_call(request: HttpRequest, registration: str) -> HttpResponse:
    """Confirm a call as the second person; the code is shown on this one page and nowhere again."""
    actor, now = request.actor, request.now  # type: ignore[attr-defined]  # set by the middleware
    event = actions.confirm_call(actor=actor, now=now, registration=registration)
    return _registration(request, registration, code=event.code)


@require_POST
def call_anew(request: HttpRequest, registration: str) -> HttpResponse:
    """Begin the calls again."""
    actions.call_anew(actor=request.actor, now=request.now, registration=registration)  # type: ignore[attr-defined]  # as above
    return redirect("registration", registration)


@require_POST
def refuse_registration(request: HttpRequest, registration: str) -> HttpResponse:
    """Refuse a registration."""
    actor, now = request.actor, request.now  # type: ignore[attr-defined]  # set by the middleware
    actions.refuse_registration(actor=actor, now=now, registration=registration)
    return redirect("registrations")


@require_GET
def senders(request: HttpRequest) -> HttpResponse:
    """Show every agency and its officers with their standing."""
    found = listing.senders(actor=request.actor)  # type: ignore[attr-defined]  # set by the middleware
    return render(request, "senders/senders.html", {"senders": found})


@require_GET
def senders_csv(request: HttpRequest) -> HttpResponse:
    """Return the same as CSV."""
    rows = listing.senders(actor=request.actor)  # type: ignore[attr-defined]  # set by the middleware
    return _csv("senders.csv", SENDER_COLUMNS, rows)


@require_GET
def senders_json(request: HttpRequest) -> HttpResponse:
    """Return the same as JSON."""
    rows = listing.senders(actor=request.actor)  # type: ignore[attr-defined]  # set by the middleware
    return JsonResponse({"senders": [_line(row, SENDER_COLUMNS) for row in rows]})


@require_GET
def sender(request: HttpRequest, sort: str, subject: str) -> HttpResponse:
    """Show one agency or officer: suspend, or restore after a call."""
    actor = request.actor  # type: ignore[attr-defined]  # set by the middleware
    found = listing.sender(actor=actor, sort=sort, subject=subject)
    facts = {
        "found": found,
        "numbers": listing.numbers_for(actor=actor, sort=sort, subject=subject),
        "form": SuspendForm(),
        "me": actor.person,
        "may_suspend": Permission.STANDING_SUSPEND in actor.permissions,
        "may_restore": Permission.STANDING_RESTORE in actor.permissions,
    }
    return render(request, "senders/sender.html", facts)


@require_POST
def suspend(request: HttpRequest, sort: str, subject: str) -> HttpResponse:
    """Suspend at once."""
    actor, now = request.actor, request.now  # type: ignore[attr-defined]  # set by the middleware
    reason = str(request.POST.get("reason", ""))
    actions.suspend(actor=actor, now=now, sort=sort, subject=subject, reason=reason)
    return redirect("sender", sort, subject)


@require_POST
def ask_restore(request: HttpRequest, sort: str, subject: str) -> HttpResponse:
    """Record the call after which a suspension is to end."""
    actor, now = request.actor, request.now  # type: ignore[attr-defined]  # set by the middleware
    actor.require(Permission.STANDING_RESTORE)
    found = listing.sender(actor=actor, sort=sort, subject=subject)
    form = RestoreForm(request.POST)
    number = form.cleaned_data["number"] if form.is_valid() else ""
    actions.ask_restore(actor=actor, now=now, standing=found.standing, number=number)
    return redirect("sender", sort, subject)


@require_POST
def restore(request: HttpRequest, sort: str, subject: str) -> HttpResponse:
    """End a suspension as the second person."""
    actor, now = request.actor, request.now  # type: ignore[attr-defined]  # set by the middleware
    actor.require(Permission.STANDING_RESTORE)
    found = listing.sender(actor=actor, sort=sort, subject=subject)
    actions.restore(actor=actor, now=now, standing=found.standing)
    return redirect("sender", sort, subject)


def _line(row: object, columns: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(row, name) for name in columns}


def _csv(name: str, columns: tuple[str, ...], rows: tuple[object, ...]) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(answer)
    writer.writerow(columns)
    # A cell that begins like a formula is somebody else's text in a spreadsheet of ours: it gets a stroke before it.
    writer.writerows([_plain(getattr(row, column)) for column in columns] for row in rows)
    return answer


def _plain(value: object) -> str:
    text = str(value)
    telephone = text[:1] == "+" and text[1:].isdecimal()
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} and not telephone else text
