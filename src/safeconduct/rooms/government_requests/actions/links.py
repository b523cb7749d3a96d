"""Link two matters by hand, and end a link: with a reason, and never a matter that the actor may not know of."""

import os
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.models.link import MatterLink
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.links import standing
from safeconduct.rooms.government_requests.rules.links import LINK, LinkKind, LinkReasonError, require_link
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.steps import rows, sealing
from safeconduct.rooms.ledger import steps as ledger


class UnknownLinkError(NotPermittedError):
    """There is no such link."""

    code = "SC-UNKNOWN-LINK"
    cure = "Look at the matter again; what you may not see is answered in the same way."


@dataclass(frozen=True, kw_only=True)
class Linked:
    """A link after an act, and the entry that records it."""

    link: str
    state: str
    entry: str


def _both(actor: Actor, one: str, other: str) -> tuple[Matter, Matter]:
    """Return both rows, locked in the order of their ids, so that two who link the same pair wait for each other."""
    found = {name: rows.kept(actor=actor, matter=name) for name in sorted({one, other})}
    return found[one], found[other]


def link_matters(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    other: str,
    kind: LinkKind,
    reason: str,
    randomness: Randomness = os.urandom,
) -> Linked:
    """Link ``matter`` to ``other``, given as id or reference; raises ``UnknownMatterError`` for either, ``LinkError``.

    The entry is about the link and not about a matter: the history of neither tells of the other.
    """
    actor.require(Permission.TAKE)
    here, there = (find_matter(actor=actor, matter=name.strip()).pk for name in (matter, other))
    require_link(one=here, other=there, linked=False, reason=reason)
    sealed = sealing.seal_words(kind="answer", matter=here, words=reason.strip(), randomness=randomness)
    with transaction.atomic(durable=True):
        row, earlier = _both(actor, here, there)
        pair = Q(one=row, other=earlier) | Q(one=earlier, other=row)
        linked = MatterLink.objects.filter(pair, state="standing").exists()
        require_link(one=row.pk, other=earlier.pk, linked=linked, reason=reason)
        link = MatterLink.objects.create(
            id=new_id(randomness), one=row, other=earlier, kind=kind, reason=sealed, by=actor.person, at=now
        )
        facts = {"one": row.pk, "other": earlier.pk, "kind": str(kind), "reason": sealed}
        entry = _record(actor, now, "link_matters", link, facts, randomness)
    return Linked(link=link.pk, state=link.state, entry=entry)


def unlink_matters(
    *, actor: Actor, now: datetime, matter: str, link: str, reason: str, randomness: Randomness = os.urandom
) -> Linked:
    """End a link of ``matter``; raises ``UnknownLinkError`` where an end is not there for the actor."""
    actor.require(Permission.TAKE)
    here = find_matter(actor=actor, matter=matter).pk
    held = standing(actor=actor, matter=here).filter(pk=link).first()
    if held is None:
        raise UnknownLinkError
    if not reason.strip():
        raise LinkReasonError
    # The reason lies in the file of the matter where the link was made: with it, it is destroyed.
    sealed = sealing.seal_words(kind="answer", matter=held.one_id, words=reason.strip(), randomness=randomness)
    with transaction.atomic(durable=True):
        _both(actor, held.one_id, held.other_id)
        held = MatterLink.objects.select_for_update().get(pk=held.pk)
        held.state = LINK.next_state(held.state, "unlink")
        held.ended_reason, held.ended_by, held.ended_at = sealed, actor.person, now
        held.save()
        facts = {"one": held.one_id, "other": held.other_id, "reason": sealed}
        entry = _record(actor, now, "unlink_matters", held, facts, randomness)
    return Linked(link=held.pk, state=held.state, entry=entry)


def _record(
    actor: Actor, now: datetime, kind: str, link: MatterLink, facts: dict[str, str], randomness: Randomness
) -> str:
    entry = ledger.record(
        actor=actor,
        now=now,
        kind=f"government_requests.{kind}",
        subject=link.pk,
        facts=facts,
        randomness=randomness,
    )
    return str(entry.id)
