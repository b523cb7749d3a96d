"""Give outside counsel a mandate for one matter, end it, and comment on the matter.

The vault process learns of a mandate from its entry, and holds it to its end by its own clock.
"""

import os
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.actions.journeys import finish
from safeconduct.rooms.government_requests.models import Comment
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.mandates import standing_mandate
from safeconduct.rooms.government_requests.rules.mandates import MandateError, MandateSilencedError, require_end
from safeconduct.rooms.government_requests.rules.next_steps import WordsMissingError
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.steps import effects, rows, sealing
from safeconduct.rooms.people import queries as people
from safeconduct.rooms.people import steps as people_steps


@dataclass(frozen=True, kw_only=True)
class Mandated:
    """Outside counsel may know of a matter until an instant."""

    mandate: str
    matter: str
    entry: str
    until: datetime


def give_mandate(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    person: str,
    until: datetime,
    randomness: Randomness = os.urandom,
) -> Mandated:
    """Let outside counsel know of one matter until ``until``; an earlier mandate for it ends.

    Raises ``MandateError`` for an end that is past or after the role's, and for anybody without that role, and
    ``MandateSilencedError`` where an ordered silence does not name the person.
    """
    actor.require(Permission.GIVE_MANDATE)
    require_end(now=now, until=until)
    mandate = new_id(randomness)
    with transaction.atomic(durable=True):
        row = rows.working(actor=actor, matter=matter)
        if not people.is_outside_counsel(person=person, now=now, until=until):
            raise MandateError
        if row.silenced and person not in people.cleared_for(matter=row.pk):
            raise MandateSilencedError
        ended = people_steps.enter_mandate(mandate=mandate, person=person, matter=row.pk, starts=now, ends=until)
        facts = {"mandate": mandate, "person": person, "until": instant_text(until), "instead": list(ended)}
        entry = rows.record(actor=actor, now=now, kind="give_mandate", row=row, facts=facts, randomness=randomness)
        journey = effects.begin(
            row=row, act="give_mandate", entry=entry, by=actor.person, now=now, randomness=randomness, facts=facts
        )
        rows.keep(row)
    finish(actor=actor, now=now, journey=journey.pk, randomness=randomness)
    return Mandated(mandate=mandate, matter=row.pk, entry=entry, until=until)


def end_mandate(*, actor: Actor, now: datetime, mandate: str, randomness: Randomness = os.urandom) -> Moved:
    """End a mandate at once. The desk refuses from now on, also while the vault process cannot be told."""
    actor.require(Permission.END_MANDATE)
    found = standing_mandate(actor=actor, mandate=mandate)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=found.matter)
        people_steps.leave_mandate(mandate=found.id, now=now)
        facts = {"mandate": found.id, "person": found.person}
        entry = rows.record(actor=actor, now=now, kind="end_mandate", row=row, facts=facts, randomness=randomness)
        journey = effects.begin(
            row=row, act="end_mandate", entry=entry, by=actor.person, now=now, randomness=randomness, facts=facts
        )
        rows.keep(row)
    finish(actor=actor, now=now, journey=journey.pk, randomness=randomness)
    return Moved(matter=row.pk, state=row.state, entry=entry)


def comment(*, actor: Actor, now: datetime, matter: str, words: str, randomness: Randomness = os.urandom) -> Moved:
    """Seal a comment on the matter, for outside counsel and everybody who reads it."""
    actor.require(Permission.COMMENT)
    if not words.strip():
        raise WordsMissingError("A comment has words.")
    found = find_matter(actor=actor, matter=matter)
    sealed = sealing.seal_words(kind="answer", matter=found.pk, words=words.strip(), randomness=randomness)
    with transaction.atomic(durable=True):
        row = rows.working(actor=actor, matter=found.pk)
        Comment.objects.create(object=sealed, matter=row, by=actor.person, at=now)
        facts = {"comment": sealed}
        entry = rows.record(actor=actor, now=now, kind="comment", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=row.pk, state=row.state, entry=entry)
