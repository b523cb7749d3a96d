"""Signing in and out, one's own sessions, and the alarms. A session holds two ids and two instants, nothing else."""

import base64
import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.base.periods import instant_text
from safeconduct.core.base.sign_on import IdentityProvider
from safeconduct.rooms.people import actions, queries, steps, wire
from safeconduct.rooms.people.forms import AccountForm, AlarmForm, AssertionForm
from safeconduct.rooms.people.rules import DESK, SIGN_IN_STALE, STRANGER
from safeconduct.rooms.people.views import by_provider

SESSION_ACCOUNT, SESSION_BEGAN, SESSION_LAST = "account", "began", "last"
SESSION_CHALLENGE, SESSION_PROVIDER = "challenge", "provider"
SESSION_SIGN_IN = "sign_in"
EVERYTHING = 100_000


@dataclass(frozen=True)
class PersonNamed:
    """What the template needs to have a list of names opened in one call."""

    name_object: str


def origin_of_face() -> str:
    """Return the origin of the face that answers."""
    return str(settings.SAFECONDUCT.faces[settings.FACE].origin)


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"


def begin(request: HttpRequest, event: steps.SignedIn, target: str | None = None) -> HttpResponseRedirect:
    """Give the session a new id and bind it to the account and to this signing in."""
    target = target or _next(request)
    request.session.flush()
    instant = instant_text(request.now)  # type: ignore[attr-defined]  # set by the middleware that reads the clock
    bound = {SESSION_ACCOUNT: event.account, SESSION_SIGN_IN: event.sign_in}
    request.session.update({**bound, SESSION_BEGAN: instant, SESSION_LAST: instant})
    return HttpResponseRedirect(target)


@csp_update({"script-src": [SELF]})
@require_GET
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show how to sign in: a passkey; in the demonstration also one click for each person."""
    return _page(request, status=200)


def _page(request: HttpRequest, *, status: int, error: str = "") -> HttpResponse:
    challenge = os.urandom(32)
    request.session[SESSION_CHALLENGE] = base64.urlsafe_b64encode(challenge).decode().rstrip("=")
    people = (
        queries.everybody(now=request.now, officers=settings.FACE == "portal")  # type: ignore[attr-defined]  # as above
        if settings.SAFECONDUCT.demonstration
        else ()
    )
    page = {
        "challenge": request.session[SESSION_CHALLENGE],
        "rp_id": urlsplit(origin_of_face()).hostname,
        "people": people,
        "provider": settings.SAFECONDUCT.provider if settings.FACE == DESK else None,
        "next": _next(request),
        "error": error,
    }
    return render(request, "people/sign_in.html", page, status=status)


def failed(request: HttpRequest, code: str) -> None:
    """Count a sign-in that failed; who it was is not known, whatever the request says."""
    now = request.now  # type: ignore[attr-defined]  # set by the middleware that reads the clock
    actions.raise_alarm(now=now, source=settings.FACE, code=code, gate="sign_in", caller=STRANGER)


@csp_update({"script-src": [SELF]})
@require_POST
def sign_in_with_passkey(request: HttpRequest) -> HttpResponse:
    """Take the passkey's answer; a challenge is used once, whatever comes of it."""
    challenge = request.session.pop(SESSION_CHALLENGE, "")
    form = AssertionForm(request.POST)
    if not challenge or not form.is_valid():
        failed(request, SIGN_IN_STALE)
        return _page(request, status=400, error="Begin again: this page was open too long, or the answer was damaged.")
    origin = origin_of_face()
    try:
        event = actions.sign_in(
            now=request.now,  # type: ignore[attr-defined]  # set by the middleware that reads the clock
            assertion=form.cleaned_data["assertion"],
            expected=base64.urlsafe_b64decode(challenge + "=" * (-len(challenge) % 4)),
            origin=origin,
            rp_id=str(urlsplit(origin).hostname),
            face=settings.FACE,
        )
    except SafeconductError as error:
        failed(request, error.code)
        return _page(request, status=403, error=error.message)
    return begin(request, event)


@require_GET
def sign_in_by_provider(request: HttpRequest) -> HttpResponse:
    """Lead a colleague to the company's identity provider; what the answer must match stays in the session."""
    place = _provider()
    try:
        begun, target = by_provider.lead(place, back=_return_address())
    except SafeconductError as error:
        return _page(request, status=503, error=error.message)
    request.session[SESSION_PROVIDER] = {**begun, "next": _next(request)}
    return HttpResponseRedirect(target)


@require_GET
def return_from_provider(request: HttpRequest) -> HttpResponse:
    """Take the provider's answer; it counts once, whatever comes of it (RFC 9700, RFC 9207)."""
    place, begun = _provider(), request.session.pop(SESSION_PROVIDER, None)
    if not by_provider.answers(request.GET, begun):
        failed(request, SIGN_IN_STALE)
        return _page(request, status=400, error=by_provider.STALE)
    now = request.now  # type: ignore[attr-defined]  # set by the middleware that reads the clock
    try:
        told = by_provider.said(place, begun, request.GET, back=_return_address(), now=now)
        event = actions.sign_in_with_provider(now=now, issuer=place.issuer, subject=told.subject)
    except wire.ProviderAwayError as error:
        return _page(request, status=503, error=error.message)
    except SafeconductError as error:
        failed(request, error.code)
        return _page(request, status=403, error=error.message)
    return begin(request, event, target=begun["next"])


def _provider() -> IdentityProvider:
    place: IdentityProvider | None = settings.SAFECONDUCT.provider
    if place is None:
        raise Http404
    return place


def _return_address() -> str:
    return origin_of_face() + reverse("return_from_provider")


@require_POST
def sign_in_demonstration(request: HttpRequest) -> HttpResponse:
    """Sign in as a person of the demonstration with one click."""
    form = AccountForm(request.POST)
    if not form.is_valid():
        return _page(request, status=400, error="Choose a person of the demonstration.")
    try:
        event = actions.sign_in_demonstration(
            now=request.now,  # type: ignore[attr-defined]  # set by the middleware that reads the clock
            account=form.cleaned_data["account"],
            face=settings.FACE,
            demonstration=settings.SAFECONDUCT.demonstration is not None,
        )
    except SafeconductError as error:
        failed(request, error.code)
        return _page(request, status=403, error=error.message)
    return begin(request, event)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    if request.actor is not None:  # type: ignore[attr-defined]  # set by the middleware that knows the actor
        here = str(request.session.get(SESSION_SIGN_IN, ""))
        actions.sign_out(actor=request.actor, now=request.now, sign_in=here)  # type: ignore[attr-defined]  # as above
    request.session.flush()
    return HttpResponseRedirect("/sign-in", headers={"Clear-Site-Data": '"cache", "storage"'})


@require_GET
def sessions(request: HttpRequest) -> HttpResponse:
    """Show the person's own open sessions."""
    actor, now = request.actor, request.now  # type: ignore[attr-defined]  # set by the middleware
    found = queries.sign_ins(actor=actor, now=now, here=str(request.session.get(SESSION_SIGN_IN, "")))
    return render(request, "people/sessions.html", {"sessions": found})


@require_POST
def end_session(request: HttpRequest, sign_in: str) -> HttpResponse:
    """End one of the person's own sessions; ending the one that asks signs out."""
    actor, now = request.actor, request.now  # type: ignore[attr-defined]  # set by the middleware
    actions.end_sign_in(actor=actor, now=now, sign_in=sign_in)
    return HttpResponseRedirect(reverse("sessions"))


@require_GET
def alarms(request: HttpRequest) -> HttpResponse:
    """Show what was refused, newest first: what waits for an answer, or all of it."""
    return _alarms(request, AlarmForm(), status=200)


def _alarms(request: HttpRequest, form: AlarmForm, *, status: int, wrong: str = "") -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]  # set by the middleware that knows the actor
    everything, number = request.GET.get("view") == "all", request.GET.get("page", "1")
    found = queries.alarms(actor=actor, everything=everything, page=int(number) if number.isdecimal() else 1)
    names = [PersonNamed(one.name_object) for one in found.alarms if one.name_object]
    page = {"found": found, "everything": everything, "form": form, "wrong": wrong, "callers": names}
    return render(request, "people/alarms.html", page, status=status)


@require_GET
def alarms_json(request: HttpRequest) -> HttpResponse:
    """Return the same as data: ids, codes, gates and counts."""
    actor = request.actor  # type: ignore[attr-defined]  # set by the middleware that knows the actor
    found = queries.alarms(actor=actor, everything=True, size=EVERYTHING)
    return JsonResponse({"waiting": found.waiting, "alarms": [_line(one) for one in found.alarms]})


def _line(alarm: queries.AlarmSeen) -> dict[str, object]:
    names = ("id", "source", "code", "gate", "caller", "matter", "count", "at", "last", "acknowledged_at", "reason")
    return {name: getattr(alarm, name) for name in names}


@require_POST
def acknowledge_alarm(request: HttpRequest, alarm: str) -> HttpResponse:
    """Take a person's answer to an alarm."""
    form = AlarmForm(request.POST)
    if not form.is_valid():
        return _alarms(request, form, status=400, wrong=alarm)
    actor, now = request.actor, request.now  # type: ignore[attr-defined]  # set by the middleware
    actions.acknowledge_alarm(actor=actor, now=now, alarm=alarm, reason=form.cleaned_data["reason"])
    return HttpResponseRedirect(reverse("alarms"))
