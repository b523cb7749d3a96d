"""What every request passes: headers, then who asks and when. Every address needs a session unless it is listed."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.disk import StorageFailedError
from safeconduct.core.base.errors import NotPermittedError, SafeconductError
from safeconduct.core.base.periods import instant_text, parse_instant
from safeconduct.core.base.visible import visible
from safeconduct.rooms.government_requests.queries.api import actor_of_token
from safeconduct.rooms.ledger.steps import LedgerClosedError
from safeconduct.rooms.people import queries as people
from safeconduct.rooms.people.rules import SESSION_UNKNOWN, Permission, face_of, held_at, session_stands
from safeconduct.rooms.people.steps import use_again
from safeconduct.site import clock
from safeconduct.site.errors import alarm, refused
from safeconduct.site.stopping import stop

LOGGER = logging.getLogger("safeconduct.site")
Answer = Callable[[HttpRequest], HttpResponseBase]

REGISTRATION = frozenset(
    {
        "register",
        "registered",
        "finish_registration",
        "finish_with_code",
        "confirm_code",
        "sign_in_with_code",
        "finish_with_agency",
        "finish_by_agency",
        "sign_in_by_agency",
        "return_from_agency",
    }
)
OPEN_ROUTES = REGISTRATION | frozenset(
    {
        "sign_in",
        "sign_in_with_passkey",
        "sign_in_demonstration",
        "sign_in_by_provider",
        "return_from_provider",
        "gov_feed",
    }
)
"""Names of the addresses that a stranger may reach; everything else needs a session."""

SESSION_ACCOUNT, SESSION_SIGN_IN, SESSION_BEGAN, SESSION_LAST = "account", "sign_in", "began", "last"
SEEN_AGAIN_AFTER = timedelta(minutes=1)
"""Reading pages writes the session's last use at most once a minute."""
PERMISSIONS_POLICY = (
    "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self)"
)


DRAWN = frozenset({"text/html", "text/csv", "text/plain"})


class SessionOverError(NotPermittedError):
    """The session has run out."""

    code = "SC-SESSION-OVER"
    cure = "Sign in again."


def _show_what_is_unseen(response: HttpResponseBase) -> None:
    """Write out, in everything that a face draws, the characters that nobody sees: names are somebody else's text."""
    drawn = response.get("Content-Type", "").partition(";")[0] in DRAWN
    if drawn and isinstance(response, HttpResponse):
        shown = visible(response.content.decode("utf-8", "surrogatepass"))
        response.content = shown.encode()
        if response.has_header("Content-Length"):
            response["Content-Length"] = str(len(response.content))


class HeadersMiddleware:
    """Adds the headers that Django has no setting for; nothing a face answers is kept by a cache."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the headers."""
        response = self.get_response(request)
        _show_what_is_unseen(response)
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        add_never_cache_headers(response)
        return response


def _for_systems(request: HttpRequest) -> bool:
    """Return whether the address is of the interface for agencies' systems, where only a bearer token counts."""
    return settings.FACE == "portal" and request.path.startswith("/api/")


def _actor_of_token(request: HttpRequest) -> Actor | None:
    """Return who speaks through the request's bearer token, or None; the interface itself says what is wrong."""
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return None
    with suppress(SafeconductError, OperationalError):
        return actor_of_token(text=text, now=clock.now())
    return None


class ActorMiddleware:
    """Puts ``now`` and ``actor`` on the request; without a session it leads to the sign-in page."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request of whoever the session belongs to now."""
        request.clocks = clock.read()  # type: ignore[attr-defined] # what every view reads
        request.now = clock.now()  # type: ignore[attr-defined] # the same
        request.actor = None  # type: ignore[attr-defined] # the same
        if _for_systems(request):
            request.actor = _actor_of_token(request)  # type: ignore[attr-defined] # the same
            return self.get_response(request)
        account = request.session.get(SESSION_ACCOUNT)
        if account:
            try:
                request.actor = self._actor(request, str(account))  # type: ignore[attr-defined] # the same
            except SessionOverError:
                request.session.flush()
            except SafeconductError as error:
                # A right that has ended, used all the same (T14); one that ran out by its clock is everybody's case.
                alarm(request, error.code)
                request.session.flush()
        elif settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.session_key is None:
            alarm(request, SESSION_UNKNOWN)
        return self.get_response(request)

    def _actor(self, request: HttpRequest, account: str) -> Actor:
        """Return who acts; raises for a session that has run out and an account or role that has ended."""
        now, session = clock.now(), request.session
        began, last = parse_instant(session[SESSION_BEGAN]), parse_instant(session[SESSION_LAST])
        if not session_stands(began=began, last=last, now=now):
            raise SessionOverError
        sign_in = str(session.get(SESSION_SIGN_IN, ""))
        standing = people.standing_of(account=account, now=now)
        # Asked after the standing: a right that has ended is an alarm, a session that somebody ended is none.
        assurance = people.assurance_of(sign_in=sign_in, account=account)
        if not assurance or not session_stands(began=began, last=last, now=now, assurance=assurance):
            raise SessionOverError
        if now - last > SEEN_AGAIN_AFTER:
            session[SESSION_LAST] = instant_text(now)
            # A database that takes no write still lets people read what they may.
            with suppress(OperationalError):
                use_again(sign_in=sign_in, now=now)
        # Both faces read one table of sessions: a cookie of the one is worth nothing at the other.
        if face_of(roles=standing.roles) != settings.FACE:
            raise people.NoStandingError
        request.seen = standing.seen  # type: ignore[attr-defined] # what the page frame shows of them
        held = held_at(permissions=standing.actor.permissions, assurance=assurance)
        return replace(standing.actor, permissions=held, assurance=assurance)

    @staticmethod
    def _reads_no_matter(request: HttpRequest) -> bool:
        """Return whether the queue would be empty of meaning: a colleague who keeps the parts and reads no matter."""
        actor: Actor | None = request.actor  # type: ignore[attr-defined] # set above
        return settings.FACE == "desk" and actor is not None and Permission.MATTER_READ not in actor.permissions

    def process_view(
        self,
        request: HttpRequest,
        _view: object,
        _args: object,
        _options: object,
    ) -> HttpResponse | None:
        """Lead whoever is not signed in to the sign-in page, for every address not listed as open."""
        match = request.resolver_match
        if request.path == "/" and self._reads_no_matter(request):
            actor: Actor = request.actor  # type: ignore[attr-defined] # set above
            return redirect("gov_mandates" if Permission.MANDATE_USE in actor.permissions else "transparency_reports")
        if _for_systems(request):
            return None
        if request.actor is not None or (match is not None and match.url_name in OPEN_ROUTES):  # type: ignore[attr-defined] # set above
            return None
        if request.method not in ("GET", "HEAD"):
            return refused(request)
        return redirect(f"/sign-in?next={request.path}" if request.path != "/" else "/sign-in")

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Show what our own errors say; what is unknown and what is not allowed stay one page."""
        if isinstance(error, StorageFailedError):
            stop()
        if isinstance(error, SafeconductError):
            return refused(request, error)
        if isinstance(error, OperationalError):
            LOGGER.error("The database refused.", extra={"event": type(error).__name__})
            return refused(request, LedgerClosedError("The database does not answer, or takes no write."))
        if isinstance(error, Http404):
            return None
        return None
