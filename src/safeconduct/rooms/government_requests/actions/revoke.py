"""Void what people signed: a scope goes back into review, and its digest can never be used again."""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.ids import Randomness
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.actions.journeys import STOPPED, finish
from safeconduct.rooms.government_requests.models import Consent, Journey, Matter
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.steps import effects, rows
from safeconduct.rooms.vault.rules import VaultNotPermittedError


class ReleasingError(ConflictError):
    """A release of this matter is on its way."""

    code = "SC-RELEASING"
    cure = "Try again: it is stopped first, or it has left."


def revoke_consent(*, actor: Actor, now: datetime, row: Matter, digest: str, randomness: Randomness) -> str:
    """Enter the revocation of ``digest`` and return the journey that carries it to the vault process."""
    Consent.objects.filter(pk=digest).update(revoked_at=now)
    facts = {"digest": digest}
    entry = rows.record(actor=actor, now=now, kind="revoke", row=row, facts=facts, randomness=randomness)
    journey = effects.begin(
        row=row, act="revoke", entry=entry, by=actor.person, now=now, randomness=randomness, digest=digest
    )
    return journey.pk


def hold_back(*, actor: Actor, now: datetime, matter: str, randomness: Randomness) -> None:
    """Stop a release that is on its way: after this it has left and is on record, or it never will leave.

    The vault process revokes first. Only then does its answer to the same release say for good what became of it.
    """
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        pending = _on_its_way(row)
        if pending is None:
            return
        known = Journey.objects.filter(matter=row, act="revoke", digest=row.scope_digest).first()
        digest = row.scope_digest
        revoking = (
            known.pk if known else revoke_consent(actor=actor, now=now, row=row, digest=digest, randomness=randomness)
        )
        rows.keep(row)
    finish(actor=actor, now=now, journey=revoking, randomness=randomness)
    try:
        finish(actor=actor, now=now, journey=pending.pk, randomness=randomness)
    except VaultNotPermittedError as refusal:
        Journey.objects.filter(pk=pending.pk, done_at__isnull=True).update(
            done_at=now, result={STOPPED: refusal.vault_code}
        )


def _on_its_way(row: Matter) -> Journey | None:
    return Journey.objects.filter(matter=row, act="release", done_at__isnull=True).first()


def take_back(*, actor: Actor, now: datetime, row: Matter, randomness: Randomness) -> str:
    """Revoke the scope that stands and return the journey that does it; empty if it was revoked. Row locked.

    Raises ``ReleasingError`` while a release is on its way: a state must not say less than what has left.
    """
    if _on_its_way(row) is not None:
        raise ReleasingError
    if Consent.objects.filter(pk=row.scope_digest, revoked_at__isnull=False).exists():
        return ""
    return revoke_consent(actor=actor, now=now, row=row, digest=row.scope_digest, randomness=randomness)


def reopen(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Moved:
    """Take a scope back into review; what was proposed, authorised or collected under it is revoked."""
    actor.require(Permission.PROPOSE)
    hold_back(actor=actor, now=now, matter=matter, randomness=randomness)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        rows.advance(row, "reopen")
        facts = {"digest": row.scope_digest}
        entry = rows.record(actor=actor, now=now, kind="reopen", row=row, facts=facts, randomness=randomness)
        journey = take_back(actor=actor, now=now, row=row, randomness=randomness)
        row.scope_digest, row.release_digest, row.collect_journey, row.prepared_by = "", "", "", ""
        rows.keep(row)
    if journey:
        finish(actor=actor, now=now, journey=journey, randomness=randomness)
    return Moved(matter=matter, state=row.state, entry=entry)
