"""Signing in through an agency's own provider, at a link that the agency gives its officers, and binding to it.

No page lists these links: whether an agency deals with us is nobody's business.
"""

from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from safeconduct.core.base.errors import BadInputError, ConflictError, NotPermittedError, SafeconductError
from safeconduct.core.base.periods import instant_text, parse_instant
from safeconduct.core.base.sign_on import AgencyProvider
from safeconduct.rooms.people import wire
from safeconduct.rooms.people.rules import SIGN_IN_STALE
from safeconduct.rooms.people.views import begin, by_provider, failed, origin_of_face
from safeconduct.rooms.senders import actions
from safeconduct.rooms.senders.actions import Proven
from safeconduct.rooms.senders.actions.agency_sign_on import require_own
from safeconduct.rooms.senders.forms import CodeFinishForm
from safeconduct.rooms.senders.rules.agency_sign_on import PROVEN_LASTS
from safeconduct.rooms.senders.rules.allowances import What
from safeconduct.rooms.senders.steps.allowances import AllowanceError, spend
from safeconduct.rooms.senders.views.portal import NOT_FITTING, REFERENCE, TOO_MANY, address_of, host_of_face

BEGUN, PROVEN = "agency_begun", "agency_proven"
SIGN_IN, FINISH = "sign_in", "finish"
AWAY = "Your agency's sign-on does not answer as it should. Try again later, or use your passkey."
NOT_OPEN = "Your agency's sign-on opens nothing here now."


@require_GET
def sign_in_by_agency(request: HttpRequest, door: str) -> HttpResponse:
    """Lead an officer to the provider of their agency, to sign in."""
    return _lead(request, door, SIGN_IN)


@require_GET
def finish_by_agency(request: HttpRequest, door: str) -> HttpResponse:
    """Lead an officer to the provider of their agency, to finish their registration."""
    return _lead(request, door, FINISH)


@require_GET
def return_from_agency(request: HttpRequest, door: str) -> HttpResponse:
    """Take the provider's answer; it counts once, at the door where it was asked for, whatever comes of it."""
    provider, begun = _provider(door), request.session.pop(BEGUN, None)
    if not by_provider.answers(request.GET, begun) or begun["door"] != door:
        failed(request, SIGN_IN_STALE)
        return _page(request, door, by_provider.STALE, status=400)
    now = _now(request)
    try:
        told = by_provider.said(provider.place, begun, request.GET, back=_back(door), now=now)
        proven = Proven(subject=told.subject, mail=told.mail)
        require_own(provider, proven)
        if begun["wanted"] == FINISH:
            ends = instant_text(now + PROVEN_LASTS)
            request.session[PROVEN] = {"door": door, "subject": proven.subject, "mail": proven.mail, "ends": ends}
            return redirect("finish_with_agency")
        event = actions.sign_in_with_agency(now=now, provider=provider, proven=proven)
    except wire.ProviderAwayError:
        return _page(request, door, AWAY, status=503)
    except SafeconductError as error:
        failed(request, error.code)
        return _page(request, door, NOT_OPEN, status=403)
    return begin(request, event, target="/")


@require_http_methods(["GET", "POST"])
def finish_with_agency(request: HttpRequest) -> HttpResponse:
    """Open the account of an officer who has the code of our call, and bind it to what they just proved."""
    found = _proven(request)
    if found is None:
        return _form_page(request, None, status=200 if request.method == "GET" else 400)
    provider, proven = found
    if request.method != "POST":
        return _form_page(request, CodeFinishForm(initial={"reference": request.session.get(REFERENCE, "")}))
    form = CodeFinishForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, status=400)
    try:
        actions.finish_with_agency(
            now=_now(request),
            provider=provider,
            proven=proven,
            reference=form.cleaned_data["reference"],
            code=form.cleaned_data["code"],
            rp_id=host_of_face(),
            address=address_of(request),
        )
    except AllowanceError as error:
        form.add_error(None, f"{error.message} {error.cure}")
        return _form_page(request, form, status=TOO_MANY)
    except (BadInputError, ConflictError, NotPermittedError):
        form.add_error(None, NOT_FITTING)
        return _form_page(request, form, status=400)
    request.session.pop(PROVEN, None)
    return redirect("sign_in_by_agency", door=provider.door)


def _lead(request: HttpRequest, door: str, wanted: str) -> HttpResponse:
    provider = _provider(door)
    try:
        spend(what=What.AGENCY_SIGN_ON, whose=address_of(request), now=_now(request))
        begun, target = by_provider.lead(provider.place, back=_back(door), scope="openid email")
    except AllowanceError as error:
        return _page(request, door, f"{error.message} {error.cure}", status=TOO_MANY)
    except SafeconductError:
        return _page(request, door, AWAY, status=503)
    request.session[BEGUN] = {**begun, "door": door, "wanted": wanted}
    return HttpResponseRedirect(target)


def _proven(request: HttpRequest) -> tuple[AgencyProvider, Proven] | None:
    """Return what this browser proved at a provider that still counts, if it did so lately (rule 7)."""
    kept = request.session.get(PROVEN)
    provider = settings.SAFECONDUCT.agency_providers.get(kept["door"]) if kept else None
    if kept is None or provider is None or _now(request) >= parse_instant(kept["ends"]):
        return None
    return provider, Proven(subject=kept["subject"], mail=kept["mail"])


def _provider(door: str) -> AgencyProvider:
    found: AgencyProvider | None = settings.SAFECONDUCT.agency_providers.get(door)
    if found is None:
        raise Http404
    return found


def _back(door: str) -> str:
    return origin_of_face() + reverse("return_from_agency", args=[door])


def _now(request: HttpRequest) -> datetime:
    now: datetime = request.now  # type: ignore[attr-defined]  # set by the middleware that reads the clock
    return now


def _page(request: HttpRequest, door: str, error: str, *, status: int) -> HttpResponse:
    return render(request, "senders/agency_sign_on.html", {"door": door, "error": error}, status=status)


def _form_page(request: HttpRequest, form: CodeFinishForm | None, *, status: int = 200) -> HttpResponse:
    return render(request, "senders/finish_with_agency.html", {"form": form}, status=status)
