"""Enter why a package leaves before the customer's days are over; counsel's act, by name and in words."""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.rooms.government_requests.actions.correspond import NothingSaidError
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.models import WaitingException
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.waiting import waiting_of
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.waiting import WaitingReason, WaitingReasonError, require_reason
from safeconduct.rooms.government_requests.steps import rows, sealing


def waive_waiting(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    reason: WaitingReason,
    words: str,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Let one collected package leave without waiting; raises ``WaitingReasonError`` for a reason that is not true."""
    actor.require(Permission.EXCEPT)
    found = find_matter(actor=actor, matter=matter)
    if not words.strip():
        raise NothingSaidError
    sealed = sealing.seal_words(kind="answer", matter=found.pk, words=words.strip(), randomness=randomness)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=found.pk)
        if row.state != "collected":
            raise WaitingReasonError("No package is collected.")
        require_reason(reason=reason, standing=waiting_of(row=row, now=now), answer_due=row.answer_due_at, now=now)
        made = WaitingException.objects.create(
            id=new_id(randomness),
            matter=row,
            release_digest=row.release_digest,
            reason=reason,
            words=sealed,
            by=actor.person,
            at=now,
        )
        facts = {"exception": made.pk, "reason": str(reason), "digest": row.release_digest, "words": sealed}
        entry = rows.record(actor=actor, now=now, kind="waive_waiting", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=row.pk, state=row.state, entry=entry)
