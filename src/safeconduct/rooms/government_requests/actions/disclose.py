"""Authorise, collect, release, deliver: three committed steps, each on the signatures of other people."""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.rooms.government_requests.actions.decide import NotApprovedError
from safeconduct.rooms.government_requests.actions.events import Authorised, Collected, Moved, Sent
from safeconduct.rooms.government_requests.actions.journeys import finish
from safeconduct.rooms.government_requests.actions.scope import StaleScopeError
from safeconduct.rooms.government_requests.models import Consent, Journey, Matter
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.productions import productions
from safeconduct.rooms.government_requests.queries.waiting import waiting_of
from safeconduct.rooms.government_requests.rules.gate import Step
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.supplement import package_reference
from safeconduct.rooms.government_requests.rules.waiting import require_customer_first
from safeconduct.rooms.government_requests.steps import effects, rows, standing
from safeconduct.rooms.vault import queries as vault


def _require_approved(digest: str) -> None:
    if not digest or vault.approvals(digest=digest).state != "approved":
        raise NotApprovedError


def authorise(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Authorised:
    """Enter the authorisation once the vault process lists two approvals of the scope that stands."""
    actor.require(Permission.COLLECT)
    digest = find_matter(actor=actor, matter=matter).scope_digest
    _require_approved(digest)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        if row.scope_digest != digest:
            raise StaleScopeError
        # Narrowing is open wherever accepting is.
        standing.require(Step.NARROW, row)
        rows.advance(row, "authorise")
        journey = new_id(randomness)
        facts = {"digest": digest, "journey": journey, **_naming(row)}
        entry = rows.record(actor=actor, now=now, kind="authorise", row=row, facts=facts, randomness=randomness)
        effects.begin(
            row=row,
            act="collect",
            entry=entry,
            by=actor.person,
            now=now,
            randomness=randomness,
            digest=digest,
            journey=journey,
        )
        Consent.objects.filter(pk=digest).update(authorised_at=now)
        row.collect_journey, row.prepared_by = journey, actor.person
        rows.keep(row)
    return Authorised(matter=matter, state=row.state, entry=entry, digest=digest, journey=journey)


def _naming(row: Matter) -> dict[str, str]:
    """Return what the package is called, and from the second on which package it supplements."""
    earlier = productions(row)
    named = {"reference": package_reference(reference=row.reference, number=len(earlier) + 1)}
    return named | ({"supplements": earlier[0].manifest_root} if earlier else {})


def collect(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Collected:
    """Have the vault process collect under the authorised lease; the entry ``produce`` records what it sealed.

    The same call again resumes the same journey and never opens a second lease.
    """
    actor.require(Permission.COLLECT)
    row = find_matter(actor=actor, matter=matter)
    if row.state not in {"authorised", "collected"} or not row.collect_journey:
        raise ConflictError("Nothing is authorised for collection.")
    journey = Journey.objects.get(pk=row.collect_journey)
    answer = finish(actor=actor, now=now, journey=journey.pk, randomness=randomness)
    row.refresh_from_db()
    return Collected(
        matter=matter,
        state=row.state,
        entry=journey.entry,
        release_digest=answer["release_digest"],
        manifest_root=answer["manifest_root"],
        counts=answer["counts"],
    )


def propose_release(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Moved:
    """Ask a second reader for release; the vault process made the body itself, under ``release_digest``."""
    actor.require(Permission.PROPOSE)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        if row.state != "collected":
            raise ConflictError("Nothing is collected.")
        defaults = {"matter": row, "kind": "release", "proposed_by": actor.person, "at": now}
        Consent.objects.get_or_create(digest=row.release_digest, defaults=defaults)
        facts = {"digest": row.release_digest}
        kind = "propose_release"
        entry = rows.record(actor=actor, now=now, kind=kind, row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)


def release(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Sent:
    """Let the package leave once the second reader has signed and the customer has had their days.

    The vault process seals it to the holders. Raises ``NotApprovedError`` and ``CustomerFirstError``.
    """
    actor.require(Permission.RELEASE)
    digest = find_matter(actor=actor, matter=matter).release_digest
    _require_approved(digest)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        if row.release_digest != digest:
            raise StaleScopeError
        journey = Journey.objects.filter(matter=row, act="release", digest=digest).first()
        if journey is None:
            if row.state != "collected":
                raise ConflictError("Nothing is collected.")
            standing_now = waiting_of(row=row, now=now)
            require_customer_first(standing_now)
            facts = {"digest": digest, "journey": row.collect_journey, "customer_first": str(standing_now.basis)}
            entry = rows.record(actor=actor, now=now, kind="release", row=row, facts=facts, randomness=randomness)
            journey = effects.begin(
                row=row,
                act="release",
                entry=entry,
                by=actor.person,
                now=now,
                randomness=randomness,
                digest=digest,
                facts=facts,
            )
    answer = finish(actor=actor, now=now, journey=journey.pk, randomness=randomness)
    row.refresh_from_db()
    return Sent(matter=matter, state=row.state, entry=journey.entry, files=tuple(answer.get("files", ())))


def mark_delivered(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Moved:
    """Record that the listed officer fetched the package."""
    actor.require(Permission.DELIVER)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        rows.advance(row, "deliver")
        facts = {"digest": row.release_digest}
        kind = "mark_delivered"
        entry = rows.record(actor=actor, now=now, kind=kind, row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)
