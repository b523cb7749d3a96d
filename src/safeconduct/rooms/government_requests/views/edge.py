"""What every view shares: who asks, when, the grant that opens case papers, and how a refusal is shown."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import (
    BadInputError,
    ConflictError,
    NotPermittedError,
    SafeconductError,
    UnavailableError,
)
from safeconduct.rooms.government_requests.queries.access import UnknownMatterError
from safeconduct.rooms.government_requests.queries.place import configuration

View = Callable[..., HttpResponse]


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks, as the site's middleware signed them in."""
    actor: Actor = request.actor  # type: ignore[attr-defined] # set by the site's sign-in middleware
    return actor


def now_of(request: HttpRequest) -> datetime:
    """Return the instant of the request, as the site's middleware read the edge clock."""
    now: datetime = request.now  # type: ignore[attr-defined] # set by the site's clock middleware
    return now


def status_of(error: SafeconductError) -> int:
    """Return the HTTP status of a refusal."""
    for kind, status in ((BadInputError, 400), (ConflictError, 409), (UnavailableError, 503)):
        if isinstance(error, kind):
            return status
    return 403


def page(template: str) -> Callable[[View], View]:
    """Answer a refusal with ``template``; what is unknown and what is not allowed are one page (T13, DESIGN 11.4)."""

    def wrap(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:  # noqa: ANN401 - as Django calls it
            try:
                return view(request, *args, **options)
            except UnknownMatterError as error:
                raise Http404 from error
            except SafeconductError as error:
                if isinstance(error, NotPermittedError) and request.method == "GET":
                    raise Http404 from error
                back = request.path.rsplit("/act/", 1)[0]
                facts = {"problem": error, "back": back, "closed": isinstance(error, UnavailableError)}
                return render(request, template, facts, status=status_of(error))

        return answer

    return wrap


desk_page = page("government_requests/desk/problem.html")
portal_page = page("government_requests/portal/problem.html")


def grant_of(request: HttpRequest, matter: str) -> str:
    """Return the grant that this session holds for ``matter``, or an empty text."""
    return str(request.session.get(f"grant:{matter}", ""))


def keep_grant(request: HttpRequest, matter: str, grant: str) -> None:
    """Keep a grant that ``open_case`` has entered for as long as the session lasts."""
    request.session[f"grant:{matter}"] = grant


def drop_grant(request: HttpRequest, matter: str) -> None:
    """Forget a grant that has ended."""
    request.session.pop(f"grant:{matter}", None)


def grant_link(request: HttpRequest, matter: str) -> str:
    """Return the address on the open origin that asks for a fresh assertion and comes back here."""
    back = request.build_absolute_uri(request.path)
    return f"{configuration().faces['open'].origin}/case/{matter}/grant?{urlencode({'return': back})}"


def open_origin() -> str:
    """Return the origin of sealed papers and packages."""
    return configuration().faces["open"].origin


def approve_origin() -> str:
    """Return the origin on which people sign."""
    return configuration().faces["approve"].origin
