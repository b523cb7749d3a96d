"""Keeps one exchange with the agency, and enters it; inside the transaction of the act that brought it."""

from datetime import datetime

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.models import Contact, Matter
from safeconduct.rooms.government_requests.steps import rows


def keep_contact(
    *, actor: Actor, now: datetime, row: Matter, kind: str, contact: Contact, randomness: Randomness
) -> str:
    """Tie ``contact`` to the matter and return its entry."""
    contact.id, contact.matter = new_id(randomness), row
    contact.by, contact.entered_at = actor.person, now
    contact.save(force_insert=True)
    facts = {
        "contact": contact.id,
        "direction": str(contact.direction),
        "channel": str(contact.channel),
        "at": instant_text(contact.at),
        "words": contact.words,
        "document": contact.document,
        "document_sha256": contact.document_sha256,
    }
    return rows.record(actor=actor, now=now, kind=kind, row=row, facts=facts, randomness=randomness)
