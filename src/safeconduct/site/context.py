"""What every page of a face knows: which face, whose company, who is signed in, whether it is a demonstration."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from safeconduct.core.base.configuration import Configuration
from safeconduct.rooms.people import queries as people
from safeconduct.site.names import names_of


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Return the facts of the page frame; names are opened only when the template shows them."""
    configuration: Configuration = settings.SAFECONDUCT
    actor = getattr(request, "actor", None)

    def person() -> dict[str, Any] | None:
        if actor is None:
            return None
        facts = people.seen(account=actor.account, now=request.now)  # type: ignore[attr-defined] # middleware's
        if facts is None:
            return None
        shown = names_of(request, [facts.name_object])
        return {"name": shown.get(facts.name_object, ""), "roles": facts.roles, "account": facts.account}

    return {
        "face": settings.FACE,
        "company": configuration.name,
        "served": next(iter(configuration.entities.values())),
        "faces": configuration.faces,
        "demonstration": configuration.demonstration is not None,
        "actor": actor,
        "signed_in": person,
    }
