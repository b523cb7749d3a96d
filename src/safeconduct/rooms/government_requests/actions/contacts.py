"""Note a call with the agency, and keep a letter that came: both sealed, both in the matter."""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.ids import Randomness
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.actions.receive import Upload, check_upload
from safeconduct.rooms.government_requests.models import Contact
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.rules.contacts import Channel, Direction, require_contact
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.steps import rows, sealing
from safeconduct.rooms.government_requests.steps.contacts import keep_contact


def note_call(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    direction: Direction,
    channel: Channel,
    at: datetime,
    words: str,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Note what was said on the telephone or in person; it counts as no call-back (Policy 8)."""
    actor.require(Permission.CORRESPOND)
    row = find_matter(actor=actor, matter=matter)
    require_contact(channel=channel, words=bool(words.strip()), document=False, at=at, now=now)
    sealed = sealing.seal_words(kind="answer", matter=row.pk, words=words.strip(), randomness=randomness)
    contact = Contact(direction=direction, channel=channel, at=at, words=sealed)
    return _keep(actor=actor, now=now, matter=row.pk, kind="note_call", contact=contact, randomness=randomness)


def keep_incoming(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    channel: Channel,
    at: datetime,
    upload: Upload,
    words: str = "",
    randomness: Randomness = os.urandom,
) -> Moved:
    """Keep a letter that came about this matter, through the gate for uploads, sealed as it came."""
    actor.require(Permission.CORRESPOND)
    row = find_matter(actor=actor, matter=matter)
    require_contact(channel=channel, words=bool(words.strip()), document=True, at=at, now=now)
    check_upload(upload)
    file = sealing.seal_bytes(kind="paper", matter=row.pk, data=upload.data, randomness=randomness)
    noted = ""
    if words.strip():
        noted = sealing.seal_words(kind="answer", matter=row.pk, words=words.strip(), randomness=randomness)
    contact = Contact(
        direction=Direction.INCOMING,
        channel=channel,
        at=at,
        words=noted,
        document=file,
        document_sha256=sha256_hex(upload.data),
    )
    return _keep(actor=actor, now=now, matter=row.pk, kind="keep_incoming", contact=contact, randomness=randomness)


def _keep(*, actor: Actor, now: datetime, matter: str, kind: str, contact: Contact, randomness: Randomness) -> Moved:
    with transaction.atomic(durable=True):
        row = rows.working(actor=actor, matter=matter)
        entry = keep_contact(actor=actor, now=now, row=row, kind=kind, contact=contact, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)
