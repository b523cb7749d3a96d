"""Take a matter up again after its answer or its close; the way to a second package is that to the first."""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.models import CaseErasure, Supplement
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.productions import productions
from safeconduct.rooms.government_requests.rules.lifecycles import NOTICE
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.supplement import SupplementReason, require_supplement
from safeconduct.rooms.government_requests.rules.words import Process
from safeconduct.rooms.government_requests.steps import rows, sealing


class NoReasonError(BadInputError):
    """The reason is missing."""

    code = "SC-NO-REASON"
    cure = "Say why, in a sentence. It is sealed."


def open_supplement(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    reason: SupplementReason,
    words: str,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Take an answered matter back into review for a further package; every gate is passed anew."""
    actor.require(Permission.SUPPLEMENT)
    return _again(
        actor=actor,
        now=now,
        matter=matter,
        reason=reason,
        words=words,
        event="supplement",
        kind="open_supplement",
        randomness=randomness,
    )


def resume_matter(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    reason: SupplementReason,
    words: str,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Take a closed matter up again; only counsel does, with a reason."""
    actor.require(Permission.RESUME)
    return _again(
        actor=actor,
        now=now,
        matter=matter,
        reason=reason,
        words=words,
        event="resume",
        kind="resume_matter",
        randomness=randomness,
    )


def _again(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    reason: SupplementReason,
    words: str,
    event: str,
    kind: str,
    randomness: Randomness,
) -> Moved:
    if not words.strip():
        raise NoReasonError
    found = find_matter(actor=actor, matter=matter)
    require_supplement(Process(found.process), erased=CaseErasure.objects.filter(matter=found).exists())
    sealed = sealing.seal_words(kind="answer", matter=found.pk, words=words.strip(), randomness=randomness)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=found.pk)
        was_closed = row.state == "closed"
        rows.advance(row, event)
        if row.notice_owed and (row.notice_state, "supplement") in NOTICE.table:
            rows.advance_notice(row, "supplement")
        earlier = productions(row)
        follows = earlier[-1].release_digest if earlier else ""
        made = Supplement.objects.create(
            id=new_id(randomness),
            matter=row,
            reason=reason,
            words=sealed,
            follows=follows,
            closed=was_closed,
            by=actor.person,
            at=now,
        )
        row.scope_digest, row.release_digest, row.collect_journey, row.prepared_by = "", "", "", ""
        row.closed_at = None
        facts = {
            "supplement": made.pk,
            "reason": str(reason),
            "words": sealed,
            "follows": follows,
            "notice": row.notice_state,
        }
        entry = rows.record(actor=actor, now=now, kind=kind, row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=row.pk, state=row.state, entry=entry)
