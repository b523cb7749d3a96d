"""Make and revoke an agency's tokens; take in a paper that its system submits, once for each key."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.configuration import ServedEntity
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.actions.receive import Upload, receive
from safeconduct.rooms.government_requests.models import ApiSubmission, ApiToken
from safeconduct.rooms.government_requests.queries import api as queries
from safeconduct.rooms.government_requests.rules.api import (
    KEY,
    LONGEST,
    MOST_LIVING,
    STALE,
    IdempotencyKeyError,
    OtherContentError,
    StillRunningError,
    TokenDaysError,
    TokenError,
    TooManyTokensError,
    digest_of,
    token_text,
)
from safeconduct.rooms.government_requests.rules.paper import Paper
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.people.rules import LOWER


@dataclass(frozen=True, kw_only=True)
class Made:
    """A new token; ``text`` is shown once and kept nowhere."""

    token: str
    text: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """The matter that a submission became; ``fresh`` is False where it was submitted before."""

    matter: str
    fresh: bool


def create_api_token(*, actor: Actor, now: datetime, days: int, randomness: Randomness = os.urandom) -> Made:
    """Make a token for the officer's own system."""
    actor.require(Permission.RECEIVE)
    if actor.assurance in LOWER:
        raise NotPermittedError("A token is made in a session that began with a passkey.")
    if not 1 <= days <= LONGEST.days:
        raise TokenDaysError
    token = new_id(randomness)
    text = token_text(token=token, secret=randomness(32))
    until = now + timedelta(days=days)
    with transaction.atomic(durable=True):
        living = ApiToken.objects.filter(person=actor.person, revoked_at__isnull=True, expires_at__gt=now)
        if living.count() >= MOST_LIVING:
            raise TooManyTokensError
        ApiToken.objects.create(
            id=token,
            digest=digest_of(text),
            person=actor.person,
            account=actor.account,
            organisation=actor.organisation,
            created_at=now,
            expires_at=until,
        )
        ledger.record(
            actor=actor,
            now=now,
            kind="government_requests.create_api_token",
            subject=token,
            facts={"until": instant_text(until)},
            randomness=randomness,
        )
    return Made(token=token, text=text, expires_at=until)


def revoke_api_token(*, actor: Actor, now: datetime, token: str, randomness: Randomness = os.urandom) -> None:
    """End one of the officer's own tokens at once; raises ``TokenError`` for anybody else's."""
    actor.require(Permission.RECEIVE)
    with transaction.atomic(durable=True):
        row = (
            ApiToken.objects.select_for_update().filter(pk=token, person=actor.person, revoked_at__isnull=True).first()
        )
        if row is None:
            raise TokenError
        row.revoked_at = now
        row.save()
        ledger.record(
            actor=actor,
            now=now,
            kind="government_requests.revoke_api_token",
            subject=token,
            facts={},
            randomness=randomness,
        )


def submit(  # noqa: PLR0913 - a submission is these facts, all by keyword
    *,
    actor: Actor,
    now: datetime,
    key: str,
    digest: str,
    paper: Paper,
    uploads: tuple[Upload, ...],
    served_entity: ServedEntity,
    cleared: frozenset[str] = frozenset(),
    randomness: Randomness = os.urandom,
) -> Submitted:
    """Take in a paper under its sender's key, or return what it became before.

    Raises ``IdempotencyKeyError``, ``OtherContentError``, ``StillRunningError`` and what ``receive`` raises; the key
    may then be used again.
    """
    actor.require(Permission.RECEIVE)
    if not KEY.fullmatch(key):
        raise IdempotencyKeyError
    begun = _begin(actor=actor, now=now, key=digest_of(key), digest=digest, randomness=randomness)
    if begun.matter_id is not None:
        return Submitted(matter=begun.matter_id, fresh=False)
    try:
        received = receive(
            actor=actor,
            now=now,
            paper=paper,
            uploads=uploads,
            served_entity=served_entity,
            organisation=actor.organisation,
            officer=actor.person,
            channel="api",
            cleared=cleared,
            submission=begun.pk,
            randomness=randomness,
        )
    except Exception:
        # Nothing was received, so that the key stands for nothing. A matter that was received keeps its row.
        ApiSubmission.objects.filter(pk=begun.pk, matter__isnull=True).delete()
        raise
    return Submitted(matter=received.matter, fresh=True)


def _begin(*, actor: Actor, now: datetime, key: str, digest: str, randomness: Randomness) -> ApiSubmission:
    """Return the row of a key, a new one or one that ended; raises where it stands for something else or still runs."""
    try:
        with transaction.atomic(durable=True):
            return ApiSubmission.objects.create(
                id=new_id(randomness), organisation=actor.organisation, key=key, digest=digest, begun_at=now
            )
    except IntegrityError:
        known = queries.submission(actor=actor, key=key)
    if known is None:
        raise StillRunningError
    if known.digest != digest:
        raise OtherContentError
    if known.matter_id is None:
        # One that broke off may be begun again, by one caller only.
        old = ApiSubmission.objects.filter(pk=known.pk, matter__isnull=True, begun_at__lte=now - STALE)
        if not old.update(begun_at=now):
            raise StillRunningError
    return known
