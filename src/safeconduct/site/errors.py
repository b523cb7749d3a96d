"""The pages of refusal. Not found and not allowed are one page with the same bytes (T13, T15, DESIGN 11.4)."""

import logging
import os
import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from safeconduct.core.base.errors import (
    BadInputError,
    ConflictError,
    NotPermittedError,
    SafeconductError,
    UnavailableError,
)
from safeconduct.core.base.ids import new_reference

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a form's field
LOGGER = logging.getLogger("safeconduct.site")


def _page(request: HttpRequest, template: str, status: int, **facts: object) -> HttpResponse:
    return render(request, f"errors/{template}.html", facts, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's name
    """Answer for what does not exist, or may not be known of."""
    return _page(request, "not_found", 404)


forbidden = not_found


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's name
    """Answer a request that no browser of ours sends; nothing of it is repeated."""
    return HttpResponse("This request cannot be read.\n", status=400, content_type="text/plain; charset=utf-8")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's name
    """Answer a form that does not come from a page of this face, or from one that has grown old."""
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
    """Answer with what an error of ours says and what cures it."""
    if error is None or isinstance(error, NotPermittedError):
        return not_found(request)
    given = typed(request) if request.method == "POST" else ()
    statuses = ((BadInputError, 400), (ConflictError, 409), (UnavailableError, 503))
    status = next((number for kind, number in statuses if isinstance(error, kind)), 400)
    closed = isinstance(error, UnavailableError)
    return _page(
        request, "refused", status, problem=error.as_json(), closed=closed, typed=given, files=bool(request.FILES)
    )
