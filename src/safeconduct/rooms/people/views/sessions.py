"""Sign-in with a passkey, sign-out, and the demonstration's list of people."""

import binascii
import json
import os
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST
from fido2.utils import websafe_decode, websafe_encode

from safeconduct.core.base.configuration import Face
from safeconduct.rooms.people import actions, queries
from safeconduct.rooms.people.queries import NotAdmittedError

SESSION_KEY = "sign_in"
CHALLENGE_KEY = "challenge"
CHALLENGE_BYTES = 32


def _face() -> Face:
    face: Face = settings.SAFECONDUCT.faces[settings.FACE]
    return face


def _demonstration() -> bool:
    return settings.SAFECONDUCT.demonstration is not None


def _next(request: HttpRequest, words: str) -> str:
    """Return where to go after signing in: a path of this face and nothing else."""
    safe = url_has_allowed_host_and_scheme(words, allowed_hosts=None, require_https=True)
    return words if safe and words.startswith("/") and not words.startswith("/sign-") else "/"


def _enter(request: HttpRequest, signed: actions.SignedIn) -> None:
    """Begin the browser's session anew: a cookie from before the sign-in is worth nothing after it (T16)."""
    request.session.flush()
    request.session[SESSION_KEY] = signed.sign_in
    request.session.cycle_key()


@csp_update({"script-src": ["'self'"]})  # type: ignore[arg-type] # the stub wants the directives' enum
@require_http_methods(["GET", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """Offer the passkey ceremony, or take its answer; each challenge is used once."""
    onward = _next(request, request.POST.get("next", request.GET.get("next", "/")))
    refused = False
    if request.method == "POST":
        try:
            _enter(request, _answer(request))
            return redirect(onward)
        except NotAdmittedError:
            refused = True
    challenge = websafe_encode(os.urandom(CHALLENGE_BYTES))
    request.session[CHALLENGE_KEY] = challenge
    face = _face()
    people = _listed(request) if _demonstration() else []
    facts = {"challenge": challenge, "here": face, "next": onward, "refused": refused, "people": people}
    return render(request, "people/sign_in.html", facts, status=403 if refused else 200)


def _answer(request: HttpRequest) -> actions.SignedIn:
    challenge = request.session.pop(CHALLENGE_KEY, None)
    if challenge is None:
        raise NotAdmittedError
    try:
        assertion = json.loads(request.POST.get("assertion", ""))
        expected = websafe_decode(challenge)
    except (ValueError, RecursionError, binascii.Error) as error:
        raise NotAdmittedError from error
    face = _face()
    return actions.sign_in(
        now=request.now,  # type: ignore[attr-defined] # set by the site's middleware
        face=face.name,
        origin=face.origin,
        rp_id=face.host,
        expected=expected,
        assertion=assertion,
    )


def _listed(request: HttpRequest) -> list[queries.PersonFacts]:
    return queries.people_at(face=settings.FACE, now=request.now)  # type: ignore[attr-defined] # the middleware's


@require_POST
def sign_in_demonstration(request: HttpRequest) -> HttpResponse:
    """Sign in as anybody with one click: refused as unknown unless the instance is a demonstration."""
    now: Any = request.now  # type: ignore[attr-defined] # set by the site's middleware
    account = request.POST.get("account", "")
    if "\x00" in account:
        raise BadRequest
    signed = actions.sign_in_demonstration(
        now=now, face=settings.FACE, account=account, demonstration=_demonstration()
    )
    _end(request)
    _enter(request, signed)
    return redirect(_next(request, request.POST.get("next", "/")))


def _end(request: HttpRequest) -> None:
    actor = request.actor  # type: ignore[attr-defined] # set by the site's middleware
    if actor is not None:
        now: Any = request.now  # type: ignore[attr-defined] # the same
        actions.sign_out(actor=actor, now=now, sign_in=request.session[SESSION_KEY])


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here and in the books."""
    _end(request)
    request.session.flush()
    return redirect("sign_in")
