"""Keep a matter's file for litigation, and destroy the files whose time is over."""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.actions.journeys import finish
from safeconduct.rooms.government_requests.models import CaseErasure, LitigationKeeping, Matter
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.retention import law, standing_of
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.retention import LITIGATION, LitigationError, require_over
from safeconduct.rooms.government_requests.steps import effects, rows, sealing


def keep_for_litigation(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    words: str,
    review_at: datetime,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Keep a matter's file while litigation pends, until counsel ends it (Fed. R. Civ. P. 37(e))."""
    actor.require(Permission.LITIGATE)
    if not words.strip() or review_at <= now:
        raise LitigationError
    found = find_matter(actor=actor, matter=matter)
    sealed = sealing.seal_words(kind="answer", matter=found.pk, words=words.strip(), randomness=randomness)
    with transaction.atomic(durable=True):
        row = rows.kept(actor=actor, matter=found.pk)
        if _standing(row) is not None:
            raise LitigationError("One stands already.")
        made = LitigationKeeping.objects.create(
            id=new_id(randomness), matter=row, words=sealed, review_at=review_at, by=actor.person, at=now
        )
        facts = {"litigation": made.pk, "words": sealed, "review": instant_text(review_at)}
        kind = "keep_for_litigation"
        entry = rows.record(actor=actor, now=now, kind=kind, row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=row.pk, state=row.state, entry=entry)


def review_litigation(
    *, actor: Actor, now: datetime, matter: str, review_at: datetime, randomness: Randomness = os.urandom
) -> Moved:
    """Say that the file is still needed, and when that is looked at next."""
    actor.require(Permission.LITIGATE)
    if review_at <= now:
        raise LitigationError
    return _litigation(actor=actor, now=now, matter=matter, event="review", review_at=review_at, randomness=randomness)


def end_litigation(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Moved:
    """End the litigation preservation; the ordinary days count again."""
    actor.require(Permission.LITIGATE)
    return _litigation(actor=actor, now=now, matter=matter, event="end", review_at=None, randomness=randomness)


def _litigation(
    *, actor: Actor, now: datetime, matter: str, event: str, review_at: datetime | None, randomness: Randomness
) -> Moved:
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        standing = _standing(row)
        if standing is None:
            raise LitigationError("None stands.")
        standing.state = LITIGATION.next_state(standing.state, event)
        standing.review_at = review_at or standing.review_at
        standing.ended_at = None if review_at else now
        standing.save()
        facts = {"litigation": standing.pk, "review": instant_text(standing.review_at)}
        kind = f"{event}_litigation"
        entry = rows.record(actor=actor, now=now, kind=kind, row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=row.pk, state=row.state, entry=entry)


def erase_case(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    at_least: datetime | None = None,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Have the vault process destroy a matter's case key, then erase what its entries say; raises ``KeptError``.

    ``at_least`` is the earliest of the clocks; without it ``now`` counts.
    """
    actor.require(Permission.ERASE)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        require_over(standing=standing_of(row), law=law(now), now=min(now, at_least or now))
        entry = rows.record(actor=actor, now=now, kind="erase_case", row=row, facts={}, randomness=randomness)
        CaseErasure.objects.create(matter=row, entry=entry, at=now)
        journey = effects.begin(row=row, act="erase_case", entry=entry, by=actor.person, now=now, randomness=randomness)
        rows.keep(row)
    finish(actor=actor, now=now, journey=journey.pk, randomness=randomness)
    return Moved(matter=row.pk, state=row.state, entry=entry)


def _standing(row: Matter) -> LitigationKeeping | None:
    return LitigationKeeping.objects.select_for_update().filter(matter=row, state="standing").first()
