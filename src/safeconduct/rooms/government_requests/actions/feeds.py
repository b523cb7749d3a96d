"""Open and revoke a person's own calendar feed. The token of its address is shown once and kept nowhere."""

import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.rooms.government_requests.models import CalendarFeed
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.ledger import steps as ledger

TOKEN_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class FeedOpened:
    """A feed that has just been opened, with the token of its address."""

    feed: str
    token: str
    entry: str


def _end(*, actor: Actor, now: datetime) -> list[str]:
    standing = CalendarFeed.objects.select_for_update().filter(person=actor.person, revoked_at__isnull=True)
    found = list(standing.values_list("pk", flat=True))
    CalendarFeed.objects.filter(pk__in=found).update(revoked_at=now)
    return found


def open_feed(*, actor: Actor, now: datetime, randomness: Randomness = os.urandom) -> FeedOpened:
    """Open the actor's own feed under a new address; an earlier address of theirs ends."""
    actor.require(Permission.READ)
    token = urlsafe_b64encode(randomness(TOKEN_BYTES)).decode().rstrip("=")
    with transaction.atomic(durable=True):
        ended = _end(actor=actor, now=now)
        feed = CalendarFeed.objects.create(
            id=new_id(randomness),
            account=actor.account,
            person=actor.person,
            token_sha256=sha256_hex(token.encode()),
            opened_at=now,
        )
        entry = _record(actor, now, "open_feed", {"feed": feed.pk, "ended": ended}, randomness)
    return FeedOpened(feed=feed.pk, token=token, entry=entry)


def revoke_feed(*, actor: Actor, now: datetime, randomness: Randomness = os.urandom) -> str:
    """End the actor's own feed at once and return the entry; empty where there was none."""
    actor.require(Permission.READ)
    with transaction.atomic(durable=True):
        ended = _end(actor=actor, now=now)
        return _record(actor, now, "revoke_feed", {"feeds": ended}, randomness) if ended else ""


def _record(actor: Actor, now: datetime, kind: str, facts: dict[str, object], randomness: Randomness) -> str:
    found = ledger.record(
        actor=actor,
        now=now,
        kind=f"government_requests.{kind}",
        subject=actor.person,
        facts=facts,
        randomness=randomness,
    )
    return str(found.id)
