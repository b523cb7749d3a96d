"""The one way to a matter's row, which a silenced matter does not pass for anybody who is not cleared."""

from django.db.models import Q, QuerySet

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.rules.permissions import Permission

SYSTEM = "system"


class UnknownMatterError(NotPermittedError):
    """There is no such matter."""

    code = "SC-UNKNOWN-MATTER"
    cure = "Check the reference; what you may not see is answered in the same way."


def visible(actor: Actor) -> QuerySet[Matter]:
    """Return the matters that ``actor`` may know of (18 U.S.C. 2705(b); DESIGN 11.4).

    Staff see what is not silenced and what they are cleared for; an officer sees the officer's own agency's requests,
    silenced or not, since the order binds us and not the agency; the worker sees all, to keep the clocks. Staff who are
    posted to some of the served entities see those entities' matters alone (ISO 27001 A.5.15).
    """
    return Matter.objects.filter(seen_through(actor))


def seen_through(actor: Actor, path: str = "") -> Q:
    """Return the same as a condition, on a matter or on what belongs to one through ``path``, such as ``matter__``.

    A list of what belongs to matters is filtered by this join; a subquery would read every matter for it.
    """
    if actor.account == SYSTEM:
        return Q()
    if Permission.USE_MANDATE in actor.permissions:
        # Outside counsel: each matter by a mandate of its own, and a silenced one only if also on its list.
        theirs = Q(**{f"{path}pk__in": sorted(actor.mandates)})
        return theirs & (Q(**{f"{path}silenced": False}) | Q(**{f"{path}pk__in": sorted(actor.clearances)}))
    if Permission.READ in actor.permissions:
        cleared = Q(**{f"{path}silenced": False}) | Q(**{f"{path}pk__in": sorted(actor.clearances)})
        posted = Q() if actor.entities is None else Q(**{f"{path}served_entity__in": sorted(actor.entities)})
        return cleared & posted
    return Q(**{f"{path}organisation": actor.organisation})


def find_matter(*, actor: Actor, matter: str) -> Matter:
    """Return the row of ``matter``, given as id or reference; raises ``UnknownMatterError`` also for a silenced one."""
    row = visible(actor).filter(Q(pk=matter) | Q(reference=matter.upper())).first()
    if row is None:
        raise UnknownMatterError
    return row
