"""The pages of refusal. Not found and not allowed are one page with the same bytes (T13, T15, DESIGN 11.4)."""

import logging
import os
import sys
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from safeconduct.core.base.errors import (
    BadInputError,
    ConflictError,
    DamagedError,
    NotPermittedError,
    SafeconductError,
    UnavailableError,
)
from safeconduct.core.base.ids import new_reference
from safeconduct.rooms.people import actions as people
from safeconduct.rooms.people.rules import CSRF, NOT_SIGNED_IN, STRANGER
from safeconduct.rooms.vault.rules import VaultError
from safeconduct.site import clock

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a form's field
LOGGER = logging.getLogger("safeconduct.site")


def _page(request: HttpRequest, template: str, status: int, **facts: object) -> HttpResponse:
    return render(request, f"errors/{template}.html", facts, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's name
    """Answer for what does not exist, or may not be known of; the frame shows no number that an attempt changes."""
    request.bare_frame = True  # type: ignore[attr-defined] # read by the frame's context
    return _page(request, "not_found", 404)


forbidden = not_found


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's name
    """Answer a request that no browser of ours sends; nothing of it is repeated."""
    return HttpResponse("This request cannot be read.\n", status=400, content_type="text/plain; charset=utf-8")


def alarm(request: HttpRequest, code: str) -> None:
    """Raise an alarm about this request: the face's address by name, and who is signed in, never what they sent."""
    match, actor = request.resolver_match, getattr(request, "actor", None)
    gate = (match.url_name if match else None) or "page"
    caller = actor.person if actor is not None else STRANGER
    try:
        people.raise_alarm(now=clock.now(), source=settings.FACE, code=code, gate=gate, caller=caller)
    except DatabaseError as error:
        # The refusal stands all the same; a database that cannot count it cannot do the act either.
        LOGGER.error("An alarm was not kept.", extra={"event": type(error).__name__})  # noqa: TRY400 - its words may name a row


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's name
    """Answer a form that does not come from a page of this face, or from one that has grown old."""
    alarm(request, CSRF)
    return _page(request, "stale_form", 403)


def _class_of_fault() -> str:
    """Return the class of the exception being handled, whose words could hold a person's."""
    kind = sys.exc_info()[0]
    return kind.__name__ if kind else "unknown"


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after a fault of ours, with a random reference that the log also has."""
    incident = new_reference(os.urandom)
    LOGGER.error("A page failed.", extra={"incident": incident, "event": _class_of_fault()})
    return _page(request, "server_error", 500, incident=incident)


def typed(request: HttpRequest) -> tuple[dict[str, Any], ...]:
    """Return what a form brought, so that the page of refusal gives it back: ``name``, ``label``, ``value``, ``long``.

    A browser forgets it, since nothing that a face answers is kept by a cache.
    """
    found = []
    for name, values in request.POST.lists():
        if name == TOKEN:
            continue
        label = name.replace("_", " ").capitalize()
        found += [{"name": name, "label": label, "value": one, "long": " " in one.strip()} for one in values if one]
    return tuple(found)


def refused(request: HttpRequest, error: SafeconductError | None = None) -> HttpResponse:
    """Answer with what an error of ours says and what cures it; what an honest person does not meet is an alarm."""
    if error is None:
        alarm(request, NOT_SIGNED_IN)
    elif isinstance(error, NotPermittedError | DamagedError) and not isinstance(error, VaultError):
        alarm(request, error.code)
    if error is None or isinstance(error, NotPermittedError):
        return not_found(request)
    given = typed(request) if request.method == "POST" else ()
    statuses = ((BadInputError, 400), (ConflictError, 409), (UnavailableError, 503))
    status = next((number for kind, number in statuses if isinstance(error, kind)), 400)
    closed = isinstance(error, UnavailableError)
    return _page(
        request, "refused", status, problem=error.as_json(), closed=closed, typed=given, files=bool(request.FILES)
    )
