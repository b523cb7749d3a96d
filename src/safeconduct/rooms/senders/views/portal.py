"""The portal's pages of registration: a stranger registers and finishes, an officer names colleagues.

What a stranger is told depends on nothing that is known here: not on names, references, codes or earlier registrations.
"""

import base64
import os
from typing import Any
from urllib.parse import urlsplit

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_GET, require_http_methods

from safeconduct.core.base.errors import BadInputError, ConflictError, NotPermittedError
from safeconduct.core.conduct.passkeys import verify_registration
from safeconduct.rooms.people import queries as people
from safeconduct.rooms.people.rules import Permission
from safeconduct.rooms.senders import actions
from safeconduct.rooms.senders.forms import FinishForm, NamedColleagueForm, RegisterForm
from safeconduct.rooms.senders.queries import listing
from safeconduct.rooms.senders.steps.allowances import AllowanceError
from safeconduct.rooms.vault import queries as vault

CHALLENGE, REFERENCE = "finish_challenge", "registered"
TOO_MANY = 429
NOT_FITTING = "This does not open anything now. Look at the reference and the code again, or wait for our next call."


def address_of(request: HttpRequest) -> str:
    """Return the day's keyed digest of where a request came from; the address itself is kept nowhere."""
    told = f"{request.META.get('REMOTE_ADDR', '')} {request.now.date()}"  # type: ignore[attr-defined]  # set by the middleware
    return salted_hmac("safeconduct.senders.address", told, algorithm="sha256").hexdigest()[:32]


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Take a stranger's registration."""
    form = RegisterForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                now = request.now  # type: ignore[attr-defined]  # set by the middleware
                event = actions.register(now=now, registrant=form.stranger(), address=address_of(request))
            except AllowanceError as error:
                form.add_error(None, f"{error.message} {error.cure}")
                status = TOO_MANY
            else:
                request.session[REFERENCE] = event.reference
                return redirect("registered")
    return render(request, "senders/register.html", {"form": form}, status=status)


@require_GET
def registered(request: HttpRequest) -> HttpResponse:
    """Show what happens next, and the reference, to the browser that registered."""
    return render(request, "senders/registered.html", {"reference": request.session.get(REFERENCE, "")})


@csp_update({"script-src": [SELF]})
@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest) -> HttpResponse:
    """Open the account of an officer who has the code of our call."""
    if request.method != "POST":
        return _finish_page(request, FinishForm(initial={"reference": request.session.get(REFERENCE, "")}))
    challenge = request.session.pop(CHALLENGE, "")
    form = FinishForm(request.POST)
    if not form.is_valid() or not challenge:
        return _finish_page(request, form, status=400)
    origin = str(settings.SAFECONDUCT.faces[settings.FACE].origin)
    host = str(urlsplit(origin).hostname)
    typed = form.cleaned_data
    try:
        key = verify_registration(
            registration=typed["made"],
            expected=base64.urlsafe_b64decode(challenge + "=" * (-len(challenge) % 4)),
            origin=origin,
            rp_id=host,
        )
        actions.finish_registration(
            now=request.now,  # type: ignore[attr-defined]  # set by the middleware
            reference=typed["reference"],
            code=typed["code"],
            key=key.as_json(),
            rp_id=host,
            address=address_of(request),
        )
    except AllowanceError as error:
        form.add_error(None, f"{error.message} {error.cure}")
        return _finish_page(request, form, status=TOO_MANY)
    except (BadInputError, ConflictError, NotPermittedError):
        # One answer for whatever does not fit, so that nobody learns which of them it was.
        form.add_error(None, NOT_FITTING)
        return _finish_page(request, form, status=400)
    return redirect("sign_in")


def host_of_face() -> str:
    """Return the host for which passkeys are made here."""
    return str(urlsplit(str(settings.SAFECONDUCT.faces[settings.FACE].origin)).hostname)


def _finish_page(request: HttpRequest, form: FinishForm, *, status: int = 200) -> HttpResponse:
    challenge = base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
    request.session[CHALLENGE] = challenge
    host = host_of_face()
    facts = {"form": form, "challenge": challenge, "rp_id": host}
    return render(request, "senders/finish.html", facts, status=status)


@require_http_methods(["GET", "POST"])
def colleagues(request: HttpRequest) -> HttpResponse:
    """Show the colleagues whom the officer named, and take another one."""
    actor, now = request.actor, request.now  # type: ignore[attr-defined]  # set by the middleware
    actor.require(Permission.COLLEAGUE_NAME)
    form = NamedColleagueForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                actions.name_colleague(actor=actor, now=now, registrant=form.registrant(**_own_agency(actor)))
            except ConflictError as error:
                form.add_error(None, f"{error.message} {error.cure}")
                status = 409
            else:
                return redirect("colleagues")
    facts = {"form": form, "named": listing.colleagues(actor=actor, now=now)}
    return render(request, "senders/colleagues.html", facts, status=status)


def _own_agency(actor: Any) -> dict[str, str]:  # noqa: ANN401 - the middleware's actor
    """Return name and country of the agency for which the officer acts."""
    found = people.organisation(organisation=actor.organisation)
    name = vault.directory_names(objects=[found.name_object]).get(found.name_object, "")
    return {"agency": name, "country": found.country}
