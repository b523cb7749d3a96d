"""Who may have a matter, and through whose hands it went."""

from dataclasses import dataclass
from datetime import datetime

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.papers import read_words
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.people import queries as people
from safeconduct.rooms.people.rules import Role, permissions_of

KIND = "government_requests.hand_over"


@dataclass(frozen=True, kw_only=True)
class Handover:
    """One change of hands: persons by id (empty: nobody), and the sealed reason (empty: none was due)."""

    at: datetime
    by: str
    was: str
    to: str
    reason: str


def able_to_take(*, now: datetime) -> frozenset[str]:
    """Return the persons on our side whose roles let them take a matter today."""
    return frozenset(
        one.person
        for one in people.everybody(now=now, officers=False)
        if Permission.TAKE in permissions_of(roles=frozenset(map(Role, one.roles)))
    )


def able_to_have(*, row: Matter, now: datetime) -> frozenset[str]:
    """Return the persons who take matters and may know of this one."""
    able = people.working_for(entity=row.served_entity, persons=able_to_take(now=now))
    return able & people.cleared_for(matter=row.pk) if row.silenced else able


def able_to_have_of(*, actor: Actor, matter: str, now: datetime) -> frozenset[str]:
    """Return the same of a matter that ``actor`` may know of."""
    return able_to_have(row=find_matter(actor=actor, matter=matter), now=now)


def reasons(*, actor: Actor, matter: str, grant: str) -> dict[str, str]:
    """Return the words of each handover's reason, by object; raises what the vault process refuses with."""
    row = find_matter(actor=actor, matter=matter)
    objects = [one.reason for one in handovers(actor=actor, matter=row.pk) if one.reason]
    return read_words(matter=row.pk, grant=grant, objects=objects) if objects else {}


def handovers(*, actor: Actor, matter: str) -> tuple[Handover, ...]:
    """Return the handovers of a matter that ``actor`` may know of, as the ledger has them, latest first."""
    row = find_matter(actor=actor, matter=matter)
    found = [
        Handover(at=line.at, by=line.person, was=line.facts["from"], to=line.facts["to"], reason=line.facts["reason"])
        for line in ledger.history(subject=row.pk)
        if line.kind == KIND
    ]
    return tuple(reversed(found))
