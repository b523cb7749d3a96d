"""Keeping our own directory of agencies: one person proposes a number, another confirms it, anybody retires it."""

import os
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.people.rules import Permission
from safeconduct.rooms.senders.models import DirectoryNumber
from safeconduct.rooms.senders.rules.lifecycles import NUMBER
from safeconduct.rooms.senders.rules.numbers import telephone
from safeconduct.rooms.senders.steps.moving import locked, move
from safeconduct.rooms.vault import steps as vault

MOST_SIGNS = 300


class SecondPersonError(ConflictError):
    """The same person cannot do both."""

    code = "SC-SECOND-PERSON"
    cure = "Ask a colleague."


@dataclass(frozen=True, kw_only=True)
class FoundNumber:
    """A number of an agency, as somebody of ours found it.

    Attributes:
        source: where it stands, so that a colleague can look it up; never a request.
        organisation: the agency's id where it is enrolled, else empty.
    """

    name: str
    country: str
    governmental: bool
    number: str
    source: str
    found_on: date
    organisation: str = ""


@dataclass(frozen=True, kw_only=True)
class DirectoryMoved:
    """A number of the directory is where it now is."""

    number: str
    state: str
    entry: str


def propose_number(
    *, actor: Actor, now: datetime, found: FoundNumber, randomness: Randomness = os.urandom
) -> DirectoryMoved:
    """Propose a number for the directory; it counts once a second person has confirmed it."""
    actor.require(Permission.DIRECTORY_KEEP)
    number = telephone(found.number)
    if found.found_on > now.date():
        raise BadInputError("The number was found on a day to come.")
    if not found.name.strip() or not found.source.strip() or max(len(found.name), len(found.source)) > MOST_SIGNS:
        raise BadInputError("Name the agency, and where the number was found.")
    if len(found.country) != 2 or not found.country.isupper():  # noqa: PLR2004 - ISO 3166-1 has two letters
        raise BadInputError("A country is two capital letters of ISO 3166-1.")
    names = [vault.put_name(name=words) for words in (found.name.strip(), number, found.source.strip())]
    with transaction.atomic(durable=True):
        row = DirectoryNumber.objects.create(
            id=new_id(randomness),
            organisation=found.organisation,
            country=found.country,
            governmental=found.governmental,
            name_object=names[0],
            number_object=names[1],
            source_object=names[2],
            found_on=found.found_on,
            proposed_by=actor.person,
            proposed_at=now,
        )
        facts = {"country": row.country, "found_on": row.found_on.isoformat(), "number": row.number_object}
        entry = ledger.record(actor=actor, now=now, kind="senders.propose_number", subject=row.pk, facts=facts)
    return DirectoryMoved(number=row.pk, state=row.state, entry=entry.id)


def confirm_number(*, actor: Actor, now: datetime, number: str) -> DirectoryMoved:
    """Confirm a number that somebody else proposed, after looking it up; raises ``SecondPersonError``."""
    actor.require(Permission.DIRECTORY_KEEP)
    with transaction.atomic(durable=True):
        row = locked(DirectoryNumber.objects, number)
        if row.proposed_by == actor.person:
            raise SecondPersonError
        move(row, NUMBER, "confirm", confirmed_by=actor.person, confirmed_at=now)
        facts = {"number": row.number_object, "proposed_by": row.proposed_by}
        entry = ledger.record(actor=actor, now=now, kind="senders.confirm_number", subject=row.pk, facts=facts)
    return DirectoryMoved(number=row.pk, state=row.state, entry=entry.id)


def retire_number(*, actor: Actor, now: datetime, number: str) -> DirectoryMoved:
    """Retire a number; nobody is called there any more. One person may always stop."""
    actor.require(Permission.DIRECTORY_KEEP)
    with transaction.atomic(durable=True):
        row = locked(DirectoryNumber.objects, number)
        move(row, NUMBER, "retire", retired_by=actor.person, retired_at=now)
        entry = ledger.record(actor=actor, now=now, kind="senders.retire_number", subject=row.pk, facts={})
    return DirectoryMoved(number=row.pk, state=row.state, entry=entry.id)
