"""Record that a court calls a records custodian, and what came of it."""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.models import Testimony
from safeconduct.rooms.government_requests.queries.access import UnknownMatterError, find_matter, visible
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.testimony import TESTIMONY, TestimonyError
from safeconduct.rooms.government_requests.steps import rows, sealing


def call_custodian(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    person: str,
    hearing_at: datetime,
    words: str,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Record a subpoena for testimony: which custodian, which day; court and paper in sealed words."""
    actor.require(Permission.LITIGATE)
    if not person or not words.strip() or hearing_at <= now:
        raise TestimonyError
    found = find_matter(actor=actor, matter=matter)
    sealed = sealing.seal_words(kind="answer", matter=found.pk, words=words.strip(), randomness=randomness)
    with transaction.atomic(durable=True):
        row = rows.kept(actor=actor, matter=found.pk)
        made = Testimony.objects.create(
            id=new_id(randomness),
            matter=row,
            person=person,
            hearing_at=hearing_at,
            words=sealed,
            by=actor.person,
            at=now,
        )
        facts = {"testimony": made.pk, "person": person, "hearing": instant_text(hearing_at), "words": sealed}
        entry = rows.record(actor=actor, now=now, kind="call_custodian", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=row.pk, state=row.state, entry=entry)


def settle_testimony(
    *, actor: Actor, now: datetime, testimony: str, event: str, randomness: Randomness = os.urandom
) -> Moved:
    """Enter that the custodian declared in writing, testified, or was excused: ``declare``, ``testify``, ``excuse``."""
    actor.require(Permission.LITIGATE)
    found = Testimony.objects.filter(pk=testimony, matter__in=visible(actor)).first()
    if found is None:
        raise UnknownMatterError
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=found.matter_id)
        held = Testimony.objects.select_for_update().get(pk=testimony)
        held.state, held.settled_at = TESTIMONY.next_state(held.state, event), now
        held.save()
        facts = {"testimony": held.pk, "state": held.state}
        entry = rows.record(actor=actor, now=now, kind="settle_testimony", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=row.pk, state=row.state, entry=entry)
