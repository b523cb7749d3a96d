"""Counsel's sealed advice about a matter, for counsel; everybody else sees neither it nor that it was given."""

from collections.abc import Iterable

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import Advice
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.papers import read_words
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.ledger.queries import HistoryLine

PRIVILEGED_ENTRIES = frozenset({"government_requests.seal_advice"})


def without_advice(*, actor: Actor, lines: Iterable[HistoryLine]) -> tuple[HistoryLine, ...]:
    """Return the lines of a history that ``actor`` may see: that counsel gave advice is counsel's to know."""
    if Permission.ADVISE in actor.permissions:
        return tuple(lines)
    return tuple(line for line in lines if line.kind not in PRIVILEGED_ENTRIES)


def advice_of(*, actor: Actor, matter: str, grant: str) -> tuple[str, ...]:
    """Return counsel's advice about a matter, oldest first; raises what the vault process refuses with."""
    actor.require(Permission.ADVISE)
    row = find_matter(actor=actor, matter=matter)
    objects = list(Advice.objects.filter(matter=row).values_list("pk", flat=True))
    found = read_words(matter=row.pk, grant=grant, objects=objects) if objects else {}
    return tuple(found[name] for name in objects)
