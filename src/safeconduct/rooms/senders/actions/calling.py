"""Calling back: two people call a number of our own directory together, and only then is anybody let in.

The first records the call; the second, in a session of their own, confirms it and reads the code out to the officer.
"""

import os
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.ids import Randomness, new_id, new_reference
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.people import steps as people
from safeconduct.rooms.people.rules import Permission
from safeconduct.rooms.senders.actions.directory import SecondPersonError
from safeconduct.rooms.senders.models import DirectoryNumber, Registration, Standing
from safeconduct.rooms.senders.models.standing import ORGANISATION
from safeconduct.rooms.senders.rules.allowances import CODE_LASTS, OFFICER_LASTS
from safeconduct.rooms.senders.rules.lifecycles import REGISTRATION
from safeconduct.rooms.senders.rules.numbers import code_digest
from safeconduct.rooms.senders.steps.moving import locked, move


class NotOurNumberError(ConflictError):
    """That number does not stand in our directory for this agency, or no longer."""

    code = "SC-NOT-OUR-NUMBER"
    cure = "Call a number that two of us have entered for this agency; never one from the request."


class AgencySuspendedError(ConflictError):
    """The agency is suspended; nobody new is let in for it."""

    code = "SC-AGENCY-SUSPENDED"
    cure = "Have the agency restored first, after a call."


@dataclass(frozen=True, kw_only=True)
class Called:
    """A call was recorded, or what came of it."""

    registration: str
    state: str
    entry: str


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """A second person confirmed the call. The code is told to the officer in it and kept nowhere."""

    registration: str
    organisation: str
    person: str
    code: str = field(repr=False)
    entry: str


def current_number(number: str, *, organisation: str) -> DirectoryNumber:
    """Return a number that two people have entered, and that is not another agency's; raises ``NotOurNumberError``."""
    row = DirectoryNumber.objects.filter(pk=number, state="current").first()
    if row is None or (organisation and row.organisation != organisation):
        raise NotOurNumberError
    return row


def record_call(*, actor: Actor, now: datetime, registration: str, number: str, reached: bool) -> Called:
    """Record that an agency was called at a number of our directory, and whether the officer was known there."""
    actor.require(Permission.CALL_BACK_RECORD)
    with transaction.atomic(durable=True):
        row = locked(Registration.objects, registration)
        # The second person may learn, still in the call, that nobody was reached after all.
        event = "call" if row.state != "called" else "not_reached"
        if reached and event == "not_reached":
            raise ConflictError("The call is recorded already; a colleague confirms it.")
        listed = current_number(number or row.number, organisation=row.organisation)
        if reached:
            move(row, REGISTRATION, "call", number=listed.pk, called_by=actor.person, called_at=now)
        elif event == "not_reached":
            move(row, REGISTRATION, event, number="", called_by="", called_at=None)
        facts = {"number": listed.pk, "reached": reached}
        entry = ledger.record(actor=actor, now=now, kind="senders.record_call", subject=row.pk, facts=facts)
    return Called(registration=row.pk, state=row.state, entry=entry.id)


def confirm_call(*, actor: Actor, now: datetime, registration: str, randomness: Randomness = os.urandom) -> Confirmed:
    """Confirm, as the second person in the call, and enter the agency and the officer; returns the code to read out."""
    actor.require(Permission.CALL_BACK_RECORD)
    code = new_reference(randomness)
    with transaction.atomic(durable=True):
        row = locked(Registration.objects, registration)
        if row.called_by == actor.person:
            raise SecondPersonError
        # Looked up again: a number may have been retired since the first person dialled it.
        listed = current_number(row.number, organisation=row.organisation)
        organisation = _organisation(listed, row, randomness)
        person = row.person or new_id(randomness)
        ends = now + CODE_LASTS
        told = {"code_digest": code_digest(registration=row.pk, code=code), "code_ends": ends, "tries": 0}
        known = bool(row.person)
        by = {"confirmed_by": actor.person, "confirmed_at": now}
        move(row, REGISTRATION, "confirm", organisation=organisation, person=person, **by, **told)
        if not known:
            people.enter_officer(
                person=person,
                name_object=row.person_object,
                organisation=organisation,
                # From the beginning of that day: the portal's clock may be a moment behind the desk's.
                starts=now.replace(hour=0, minute=0, second=0, microsecond=0),
                ends=now + OFFICER_LASTS,
            )
        facts = {"number": listed.pk, "by": sorted({row.called_by, actor.person}), "person": person}
        facts |= {"organisation": organisation}
        entry = ledger.record(
            actor=actor, now=now, kind="senders.confirm_call", subject=row.pk, facts=facts, randomness=randomness
        )
    return Confirmed(registration=row.pk, organisation=organisation, person=person, code=code, entry=entry.id)


def _organisation(listed: DirectoryNumber, row: Registration, randomness: Randomness) -> str:
    """Return the agency's id; an agency that is new here is entered under the name of our directory."""
    organisation = row.organisation or listed.organisation
    if organisation:
        held = Standing.objects.filter(sort=ORGANISATION, subject=organisation).exclude(state="good")
        if held.exists():
            raise AgencySuspendedError
        return organisation
    organisation = new_id(randomness)
    people.enter_organisation(
        organisation=organisation,
        name_object=listed.name_object,
        country=listed.country,
        governmental=listed.governmental,
    )
    DirectoryNumber.objects.filter(pk=listed.pk).update(organisation=organisation)
    return organisation


def call_anew(*, actor: Actor, now: datetime, registration: str) -> Called:
    """Begin the calls again where the code was not used: the old code is worth nothing from now on."""
    actor.require(Permission.CALL_BACK_RECORD)
    with transaction.atomic(durable=True):
        row = locked(Registration.objects, registration)
        none: dict[str, object] = {"called_by": "", "called_at": None, "confirmed_by": "", "confirmed_at": None}
        move(row, REGISTRATION, "call_anew", code_digest="", code_ends=None, number="", **none)
        entry = ledger.record(actor=actor, now=now, kind="senders.call_anew", subject=row.pk, facts={})
    return Called(registration=row.pk, state=row.state, entry=entry.id)


def refuse_registration(*, actor: Actor, now: datetime, registration: str) -> Called:
    """Refuse a registration. Nothing is told to whoever asked; an officer already entered is suspended."""
    actor.require(Permission.CALL_BACK_RECORD)
    with transaction.atomic(durable=True):
        row = locked(Registration.objects, registration)
        move(row, REGISTRATION, "refuse", code_digest="", ended_at=now)
        if row.person:
            people.hold_person(person=row.person, now=now)
        entry = ledger.record(actor=actor, now=now, kind="senders.refuse_registration", subject=row.pk, facts={})
    return Called(registration=row.pk, state=row.state, entry=entry.id)
