"""Keeping a copy of what was typed, and beginning again from it. Nothing is kept here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from safeconduct.rooms.government_requests.forms.intake import PortalIntakeForm
from safeconduct.rooms.government_requests.forms.typed_copy import TypedCopyError, copy_of, read_copy
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge

SEND = "government_requests/portal/send.html"


def served() -> tuple[tuple[str, str], ...]:
    """Return the served entities to choose from."""
    return tuple((one.id, one.name) for one in configuration().entities.values())


@require_POST
def keep_copy(request: HttpRequest) -> HttpResponse:
    """Hand out what was typed so far; nothing is sent."""
    edge.actor_of(request).require(Permission.RECEIVE)
    answer = HttpResponse(copy_of(PortalIntakeForm(entities=served()), request.POST), content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="request-as-typed.json"'
    return answer


@require_POST
def begin_from_copy(request: HttpRequest) -> HttpResponse:
    """Show the form with what a copy says; the paper itself has to be chosen again."""
    edge.actor_of(request).require(Permission.RECEIVE)
    upload = request.FILES.get("copy")
    empty = PortalIntakeForm(entities=served())
    whole = upload is not None and getattr(upload, "refusal", None) is None
    try:
        initial = read_copy(empty, upload.read() if upload is not None and whole else b"")
    except TypedCopyError as error:
        return render(request, SEND, {"form": empty, "wrong": f"{error.message} {error.cure}"}, status=400)
    return render(request, SEND, {"form": PortalIntakeForm(entities=served(), initial=initial), "again": True})
