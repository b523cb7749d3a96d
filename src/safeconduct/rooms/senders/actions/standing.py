"""Suspending an officer or an agency, which one person may do, and restoring, for which it takes two and a call.

The entry comes first, then the faces, then the vault process, which is told under that entry until it answers.
A suspension is lifted there by nothing but a fresh enrolment of each officer's key, signed by two.
"""

import os
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError, UnavailableError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.people import actions as people_actions
from safeconduct.rooms.people import queries as people_queries
from safeconduct.rooms.people import steps as people
from safeconduct.rooms.people.rules import DESK, Permission
from safeconduct.rooms.senders.actions.calling import current_number
from safeconduct.rooms.senders.actions.directory import SecondPersonError
from safeconduct.rooms.senders.models import Standing
from safeconduct.rooms.senders.models.standing import OFFICER, ORGANISATION, SORTS
from safeconduct.rooms.senders.queries.unknown import UnknownSenderError
from safeconduct.rooms.senders.rules.lifecycles import STANDING
from safeconduct.rooms.senders.rules.words import REASONS
from safeconduct.rooms.senders.steps.moving import locked, move
from safeconduct.rooms.vault import steps as vault

SUSPENDED = "SC-SUSPENDED"


@dataclass(frozen=True, kw_only=True)
class Stood:
    """The standing of an officer or an agency is what it now is.

    Attributes:
        vault_told: whether the vault process has answered; until then the worker tells it again.
    """

    standing: str
    state: str
    entry: str
    vault_told: bool = True


def suspend(
    *,
    actor: Actor,
    now: datetime,
    sort: str,
    subject: str,
    reason: str,
    randomness: Randomness = os.urandom,
) -> Stood:
    """Suspend at once: no session, no sign-in, no package, no letter. One person may do it alone."""
    actor.require(Permission.STANDING_SUSPEND)
    if sort not in SORTS or reason not in REASONS:
        raise BadInputError("Choose one of the listed reasons.")
    _known(sort, subject)
    with transaction.atomic(durable=True):
        made, _ = Standing.objects.get_or_create(sort=sort, subject=subject, defaults={"id": new_id(randomness)})
        row = locked(Standing.objects, made.pk)
        facts = {"sort": sort, "reason": reason}
        entry = ledger.record(
            actor=actor, now=now, kind="senders.suspend", subject=subject, facts=facts, randomness=randomness
        )
        by = {"suspended_by": actor.person, "suspended_at": now, "reason": reason, "entry": entry.id}
        void = {"asked_by": "", "asked_at": None, "number": "", "restored_by": "", "restored_at": None}
        move(row, STANDING, "suspend", vault_told_at=None, **by, **void)
        if sort == OFFICER:
            people.hold_person(person=subject, now=now)
        else:
            people.hold_organisation(organisation=subject, now=now)
    people_actions.raise_alarm(
        now=now, source=DESK, code=SUSPENDED, gate=f"suspend_{sort}", caller=actor.person, randomness=randomness
    )
    told = tell_vault(standing=row.pk, now=now)
    return Stood(standing=row.pk, state=row.state, entry=entry.id, vault_told=told)


def _known(sort: str, subject: str) -> None:
    """Raise ``UnknownSenderError`` for whoever is no officer or agency; colleagues are suspended elsewhere."""
    if sort == OFFICER and people_queries.is_officer(person=subject):
        return
    if sort == ORGANISATION and subject in {one.id for one in people_queries.sending_organisations()}:
        return
    raise UnknownSenderError


def tell_vault(*, standing: str, now: datetime) -> bool:
    """Tell the vault process of a suspension under its own entry; return whether it answered. Again is harmless."""
    row = Standing.objects.filter(pk=standing, vault_told_at__isnull=True).exclude(entry="").first()
    if row is None:
        return True
    try:
        vault.suspend(sort=row.sort, subject=row.subject, entry=row.entry)
    except UnavailableError:
        return False
    Standing.objects.filter(pk=standing, entry=row.entry).update(vault_told_at=now)
    return True


def ask_restore(*, actor: Actor, now: datetime, standing: str, number: str) -> Stood:
    """Ask that a suspension ends, after a call to a number of our directory; another person in the call agrees."""
    actor.require(Permission.STANDING_RESTORE)
    with transaction.atomic(durable=True):
        row = locked(Standing.objects, standing)
        listed = current_number(number, organisation=_organisation_of(row))
        move(row, STANDING, "ask_restore", asked_by=actor.person, asked_at=now, number=listed.pk)
        facts = {"sort": row.sort, "number": listed.pk}
        entry = ledger.record(actor=actor, now=now, kind="senders.ask_restore", subject=row.subject, facts=facts)
    return Stood(standing=row.pk, state=row.state, entry=entry.id)


def _organisation_of(row: Standing) -> str:
    if row.sort == ORGANISATION:
        return row.subject
    return people_queries.organisation_of(person=row.subject)


def restore(*, actor: Actor, now: datetime, standing: str) -> Stood:
    """End a suspension at the faces, as the second person; the keys stay locked until each is enrolled anew."""
    actor.require(Permission.STANDING_RESTORE)
    with transaction.atomic(durable=True):
        row = locked(Standing.objects, standing)
        STANDING.next_state(row.state, "restore")
        if row.asked_by == actor.person:
            raise SecondPersonError
        current_number(row.number, organisation=_organisation_of(row))
        by = sorted({row.asked_by, actor.person})
        move(row, STANDING, "restore", restored_by=actor.person, restored_at=now)
        if row.sort == OFFICER:
            people.restore_person(person=row.subject)
        else:
            people.restore_organisation(organisation=row.subject)
        facts = {"sort": row.sort, "number": row.number, "by": by}
        entry = ledger.record(actor=actor, now=now, kind="senders.restore", subject=row.subject, facts=facts)
    return Stood(standing=row.pk, state=row.state, entry=entry.id)
