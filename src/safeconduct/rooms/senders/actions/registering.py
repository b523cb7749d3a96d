"""Registering: a stranger asks, or an officer names a colleague; after the call the officer finishes with a code.

A stranger's act is entered under no person. What it answers depends on nothing that is known here.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from safeconduct.core.base.actors import Actor, system_actor
from safeconduct.core.base.errors import BadInputError, ConflictError, NotPermittedError
from safeconduct.core.base.ids import Randomness, new_id, new_reference
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.people import steps as people
from safeconduct.rooms.people.rules import Permission
from safeconduct.rooms.senders.models import Registration
from safeconduct.rooms.senders.rules.allowances import CODE_TRIES, MOST_COLLEAGUES, REGISTRATION_LASTS, What
from safeconduct.rooms.senders.rules.lifecycles import REGISTRATION
from safeconduct.rooms.senders.rules.numbers import code_digest, same_code
from safeconduct.rooms.senders.steps.allowances import spend
from safeconduct.rooms.senders.steps.moving import locked, move
from safeconduct.rooms.vault import steps as vault

OPEN = ("received", "called", "called_back")


class CodeError(NotPermittedError):
    """The reference and the code do not open anything now."""

    code = "SC-CALL-CODE"
    cure = "Look at both again. A code ends within the hour and serves once; otherwise wait for our next call."


class ColleaguesError(ConflictError):
    """More colleagues are named than may wait at a time."""

    code = "SC-COLLEAGUES"
    cure = f"At most {MOST_COLLEAGUES} wait at a time. Name more once we have called these back."


@dataclass(frozen=True, kw_only=True)
class Registrant:
    """What an officer says of themselves. No telephone number: we call one of our own directory."""

    agency: str
    country: str
    name: str
    post: str
    mail: str
    recipient: str = ""


@dataclass(frozen=True, kw_only=True)
class Registered:
    """A registration stands, under a reference that says nothing."""

    registration: str
    reference: str
    entry: str


def register(*, now: datetime, registrant: Registrant, address: str, randomness: Randomness = os.urandom) -> Registered:
    """Take a stranger's registration; ``address`` is the day's keyed digest of where it came from.

    Raises ``AllowanceError`` beyond a day's allowance, whoever asks.
    """
    spend(what=What.REGISTRATION, whose=address, now=now)
    stranger = system_actor(permissions=frozenset())
    return _take(stranger, now, registrant, "senders.register", randomness)


def name_colleague(
    *, actor: Actor, now: datetime, registrant: Registrant, randomness: Randomness = os.urandom
) -> Registered:
    """Name a colleague of one's own agency, who is called back and enrolled like anybody else."""
    actor.require(Permission.COLLEAGUE_NAME)
    waiting = Registration.objects.filter(named_by=actor.person, state__in=OPEN).count()
    if waiting >= MOST_COLLEAGUES:
        raise ColleaguesError
    return _take(actor, now, registrant, "senders.name_colleague", randomness)


def _take(actor: Actor, now: datetime, registrant: Registrant, kind: str, randomness: Randomness) -> Registered:
    words = (registrant.agency, registrant.name, registrant.post, registrant.mail)
    agency, person, post, mail = (vault.put_name(name=one) for one in words)
    named = actor.account != "system"
    with transaction.atomic(durable=True):
        row = Registration.objects.create(
            id=new_id(randomness),
            reference=new_reference(randomness),
            country=registrant.country,
            agency_object=agency,
            person_object=person,
            post_object=post,
            mail_object=mail,
            recipient=registrant.recipient,
            named_by=actor.person if named else "",
            organisation=actor.organisation if named else "",
            received_at=now,
        )
        facts = {"agency": agency, "person": person, "country": registrant.country}
        entry = ledger.record(actor=actor, now=now, kind=kind, subject=row.pk, facts=facts, randomness=randomness)
    return Registered(registration=row.pk, reference=row.reference, entry=entry.id)


def finish_registration(
    *,
    now: datetime,
    reference: str,
    code: str,
    key: Mapping[str, str] | None,
    rp_id: str,
    address: str,
    randomness: Randomness = os.urandom,
) -> str:
    """Open the account of an officer who has the code of the call, with their passkey; return the account.

    Raises ``CodeError`` for everything that does not fit, in one way.
    """
    spend(what=What.FINISH, whose=address, now=now)
    if key is not None and key.get("rp_id") != rp_id:
        raise BadInputError("The passkey is for another host.")
    row = Registration.objects.filter(reference=reference.strip().upper()).first()
    told = code_digest(registration=row.pk if row else "", code=code)
    if row is None or not _fits(row, told, now):
        raise CodeError
    account = new_id(randomness)
    officer = Actor(person=row.person, account=account, organisation=row.organisation)
    try:
        with transaction.atomic(durable=True):
            mine = locked(Registration.objects, row.pk)
            move(mine, REGISTRATION, "finish", code_digest="", ended_at=now)
            people.enter_account(account=account, person=mine.person, key=key, now=now)
            facts = {"account": account, "person": mine.person, "passkey": key is not None}
            kind = "senders.finish_registration"
            ledger.record(actor=officer, now=now, kind=kind, subject=mine.pk, facts=facts, randomness=randomness)
    except IntegrityError as error:
        raise CodeError from error
    return account


def _fits(row: Registration, told: str, now: datetime) -> bool:
    """Count a try against a registration that waits for its code, then compare; the count stands whatever comes."""
    waiting = Registration.objects.filter(pk=row.pk, state="called_back", tries__lt=CODE_TRIES, code_ends__gt=now)
    counted = waiting.update(tries=row.tries + 1) == 1
    return counted and same_code(row.code_digest, told)


def lapse_registration(*, actor: Actor, now: datetime, registration: str) -> None:
    """End a registration that nobody took up in time."""
    actor.require(Permission.SENDER_READ)
    with transaction.atomic(durable=True):
        row = locked(Registration.objects, registration)
        if now - row.received_at < REGISTRATION_LASTS:
            raise ConflictError("It has not waited long enough to lapse.")
        move(row, REGISTRATION, "lapse", code_digest="", ended_at=now)
        ledger.record(actor=actor, now=now, kind="senders.lapse_registration", subject=row.pk, facts={})
