"""Keeping a copy of what was typed, and beginning again from it. Nothing is kept here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from safeconduct.rooms.government_requests.forms.intake import PortalIntakeForm
from safeconduct.rooms.government_requests.forms.typed_copy import TypedCopyError, copy_of, read_copy
from safeconduct.rooms.government_requests.queries.served import served_by
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge

SEND = "government_requests/portal/send.html"


@require_POST
def keep_copy(request: HttpRequest) -> HttpResponse:
    """Hand out what was typed so far; nothing is sent."""
    actor = edge.actor_of(request)
    actor.require(Permission.RECEIVE)
    typed = copy_of(PortalIntakeForm(entities=served_by(actor=actor)), request.POST)
    answer = HttpResponse(typed, content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="request-as-typed.json"'
    return answer


@require_POST
def begin_from_copy(request: HttpRequest) -> HttpResponse:
    """Show the form with what a copy says; the paper itself has to be chosen again."""
    actor = edge.actor_of(request)
    actor.require(Permission.RECEIVE)
    served = served_by(actor=actor)
    upload = request.FILES.get("copy")
    empty = PortalIntakeForm(entities=served)
    whole = upload is not None and getattr(upload, "refusal", None) is None
    try:
        initial = read_copy(empty, upload.read() if upload is not None and whole else b"")
    except TypedCopyError as error:
        return render(request, SEND, {"form": empty, "wrong": f"{error.message} {error.cure}"}, status=400)
    return render(request, SEND, {"form": PortalIntakeForm(entities=served, initial=initial), "again": True})
