"""Give a matter to a colleague, or back to nobody."""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.ids import Randomness
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.assignment import able_to_have
from safeconduct.rooms.government_requests.rules.assignment import require_handover
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.steps import rows, sealing


def hand_over(
    *, actor: Actor, now: datetime, matter: str, to: str, reason: str = "", randomness: Randomness = os.urandom
) -> Moved:
    """Give the matter to the person ``to``, or to nobody where it is empty; whoever it goes to takes it up there.

    Raises ``HandoverError`` for one who may not have it, ``HandoverReasonError`` where somebody has it and no reason
    is given.
    """
    actor.require(Permission.TAKE)
    read = find_matter(actor=actor, matter=matter)
    require_handover(holder=read.holder, to=to, able=able_to_have(row=read, now=now), reason=reason)
    why = reason.strip()
    sealed = sealing.seal_words(kind="answer", matter=read.pk, words=why, randomness=randomness) if why else ""
    with transaction.atomic(durable=True):
        row = rows.working(actor=actor, matter=read.pk)
        # Asked again under the lock: somebody may have taken it, or been cleared no more, while the reason was sealed.
        require_handover(holder=row.holder, to=to, able=able_to_have(row=row, now=now), reason=reason)
        facts = {"from": row.holder, "to": to, "reason": sealed}
        row.holder = to
        entry = rows.record(actor=actor, now=now, kind="hand_over", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=row.pk, state=row.state, entry=entry)
