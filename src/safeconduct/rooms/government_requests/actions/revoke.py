"""Void what people signed: a scope goes back into review, and its digest can never be used again."""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.ids import Randomness
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.actions.journeys import finish
from safeconduct.rooms.government_requests.models import Consent, Matter
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.steps import effects, rows


def revoke_consent(*, actor: Actor, now: datetime, row: Matter, digest: str, randomness: Randomness) -> str:
    """Enter the revocation of ``digest`` and return the journey that carries it to the vault process."""
    Consent.objects.filter(pk=digest).update(revoked_at=now)
    facts = {"digest": digest}
    entry = rows.record(actor=actor, now=now, kind="revoke", row=row, facts=facts, randomness=randomness)
    journey = effects.begin(
        row=row, act="revoke", entry=entry, by=actor.person, now=now, randomness=randomness, digest=digest
    )
    return journey.pk


def reopen(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Moved:
    """Take a scope back into review; what was proposed, authorised or collected under it is revoked."""
    actor.require(Permission.PROPOSE)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        rows.advance(row, "reopen")
        digest = row.scope_digest
        entry = rows.record(
            actor=actor, now=now, kind="reopen", row=row, facts={"digest": digest}, randomness=randomness
        )
        journey = revoke_consent(actor=actor, now=now, row=row, digest=digest, randomness=randomness)
        row.scope_digest, row.release_digest, row.collect_journey, row.prepared_by = "", "", "", ""
        rows.keep(row)
    finish(actor=actor, now=now, journey=journey, randomness=randomness)
    return Moved(matter=matter, state=row.state, entry=entry)
