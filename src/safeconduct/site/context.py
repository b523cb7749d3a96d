"""What every page of a face knows: which face, whose company, who is signed in, whether it is a demonstration."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from safeconduct.core.base.configuration import Configuration
from safeconduct.rooms.people import queries as people
from safeconduct.rooms.people.rules import LOWER, Permission
from safeconduct.site.names import names_of

DESK_NAV = (("gov_queue", "Queue"), ("transparency_reports", "Reports"))
ALARMS = "alarms"
MANDATES = ("gov_mandates", "Your mandates")
SENDERS = ("registrations", "Senders")
CONTROLS = ("gov_controls", "Controls")
PORTAL_NAV = (("gov_requests", "Your requests"), ("gov_send", "Send a request"), ("colleagues", "Colleagues"))


def _address(name: str) -> str:
    """Return the address called ``name`` on this face, or an empty text where the face has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _nav(request: HttpRequest, items: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    match = request.resolver_match
    here = match.url_name if match else None
    found = [{"href": _address(name), "words": words, "here": name == here} for name, words in items]
    return [item for item in found if item["href"]]


def _desk_nav(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the desk's links; for whoever answers alarms also these, with how many wait."""
    actor = getattr(request, "actor", None)
    if actor is not None and Permission.MANDATE_USE in actor.permissions:
        return _nav(request, (MANDATES,))
    own: tuple[tuple[str, str], ...] = (
        (SENDERS,) if actor is not None and Permission.SENDER_READ in actor.permissions else ()
    )
    own += (CONTROLS,) if actor is not None and Permission.FAKE_SEED in actor.permissions else ()
    if actor is None or Permission.ALARM_READ not in actor.permissions:
        return _nav(request, (*DESK_NAV, *own))
    waiting = 0 if getattr(request, "bare_frame", False) else people.waiting_alarms(actor=actor)
    return _nav(request, (*DESK_NAV, *own, (ALARMS, f"Alarms ({waiting})" if waiting else "Alarms")))


def _portal_nav(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the portal's links; a session of lower assurance names no colleagues."""
    actor = getattr(request, "actor", None)
    lower = actor is not None and actor.assurance in LOWER
    return _nav(request, tuple(item for item in PORTAL_NAV if not (lower and item[0] == "colleagues")))


def _find(request: HttpRequest) -> str:
    """Return where the desk searches; whoever may search nothing is offered no field for it."""
    actor = getattr(request, "actor", None)
    return "" if actor is not None and Permission.MANDATE_USE in actor.permissions else _address("gov_find")


def _signed_in(request: HttpRequest) -> dict[str, Any] | None:
    """Return the name and roles of whoever is signed in."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return None
    facts = getattr(request, "seen", None)
    if facts is None:
        facts = people.seen(account=actor.account, now=request.now)  # type: ignore[attr-defined] # the middleware's clock
    if facts is None:
        return None
    name = names_of(request, [facts.name_object]).get(facts.name_object, "")
    return {"name": name, "roles": facts.roles, "account": facts.account}


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Return the facts of the page frame; names are opened only when the template shows them."""
    configuration: Configuration = settings.SAFECONDUCT
    face = settings.FACE or "desk"
    return {
        "face": face,
        "face_base": f"base_{face}.html",
        "company": configuration.name,
        "served": next(iter(configuration.entities.values())),
        "demonstration": configuration.demonstration is not None,
        "enclave": configuration.enclave,
        "actor": getattr(request, "actor", None),
        "clocks": getattr(request, "clocks", None),
        # The frame shows it in two places; it is asked once for each page.
        "signed_in": cache(lambda: _signed_in(request)),
        "desk_nav": lambda: _desk_nav(request),
        "portal_nav": lambda: _portal_nav(request),
        "find_href": _find(request),
        "public_origin": configuration.faces["public"].origin,
    }
