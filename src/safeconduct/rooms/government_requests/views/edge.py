"""What every view shares: who asks, when, and the grant that opens case papers.

Refusals are answered by the site: what is unknown and what is not allowed are one page (T13, DESIGN 11.4).
"""

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.clocks import Clocks
from safeconduct.rooms.government_requests.queries.parties import Page
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.vault.queries import TOLD_NAMES


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks, as the site's middleware signed them in."""
    actor: Actor = request.actor  # type: ignore[attr-defined] # set by the site's sign-in middleware
    return actor


def now_of(request: HttpRequest) -> datetime:
    """Return the instant of the request, as the site's middleware read the edge clock."""
    now: datetime = request.now  # type: ignore[attr-defined] # set by the site's clock middleware
    return now


def clocks_of(request: HttpRequest) -> Clocks:
    """Return what the clocks said at the beginning of the request."""
    clocks: Clocks = request.clocks  # type: ignore[attr-defined] # set by the site's clock middleware
    return clocks


def page_of(request: HttpRequest) -> Page:
    """Return what the page's frame shows by name, and where the site keeps the names of this one request."""
    seen = getattr(request, "seen", None)
    told: dict[str, str] = request.__dict__.setdefault(TOLD_NAMES, {})
    return Page(frame=frozenset({seen.name_object} - {""}) if seen else frozenset(), told=told)


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


def reading_link(request: HttpRequest, *, paper: str, back: str) -> str:
    """Return the address on the open origin that shows a paper's pictures with what a machine read, and leads back."""
    return f"{open_origin()}/reading/{paper}?{urlencode({'return': request.build_absolute_uri(back)})}"


def open_origin() -> str:
    """Return the origin of sealed papers and packages."""
    return configuration().faces["open"].origin


def approve_origin() -> str:
    """Return the origin on which people sign."""
    return configuration().faces["approve"].origin
