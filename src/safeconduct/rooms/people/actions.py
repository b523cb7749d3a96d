"""Whole verbs of the people room: enrol, open an account, suspend, restore, sign in, sign out. Each leaves an entry."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from fido2.utils import websafe_encode

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.conduct.passkeys import Credential, PasskeyError, verify_assertion
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.people import queries
from safeconduct.rooms.people.models import Account, LoginKey, Membership, Organisation, Person, SignIn
from safeconduct.rooms.people.queries import NotAdmittedError
from safeconduct.rooms.people.rules import STANDING, Permission, Role

PASSKEY, DEMONSTRATION = "passkey", "demonstration"


class UnknownPersonError(BadInputError):
    """There is no such person, organisation or account."""

    code = "SC-UNKNOWN-PERSON"


class AlreadyEnrolledError(ConflictError):
    """This person, organisation or passkey is already enrolled."""

    code = "SC-ALREADY-ENROLLED"


@dataclass(frozen=True, kw_only=True)
class Enrolled:
    """What was enrolled or opened, and its entry in the ledger."""

    id: str
    entry: str


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A session that began: its id, the account, and who acts."""

    sign_in: str
    account: str
    actor: Actor


def enrol_organisation(
    *,
    actor: Actor,
    now: datetime,
    name_object: str,
    country: str,
    governmental: bool,
    organisation: str | None = None,
    randomness: Randomness = os.urandom,
) -> Enrolled:
    """Enrol the company itself, an agency or another body; raises ``AlreadyEnrolledError``."""
    actor.require(Permission.PERSON_ENROL)
    chosen = organisation or new_id(randomness)
    with transaction.atomic(durable=True):
        if Organisation.objects.filter(pk=chosen).exists():
            raise AlreadyEnrolledError
        Organisation.objects.create(
            pk=chosen, name_object=name_object, country=country, governmental=governmental, enrolled_at=now
        )
        facts = {"country": country, "governmental": governmental}
        entry = ledger.record(
            actor=actor, now=now, kind="people.enrol_organisation", subject=chosen, facts=facts, randomness=randomness
        )
    return Enrolled(id=chosen, entry=entry.id)


def enrol_person(
    *,
    actor: Actor,
    now: datetime,
    name_object: str,
    organisation: str,
    roles: Iterable[Role],
    until: datetime | None = None,
    person: str | None = None,
    randomness: Randomness = os.urandom,
) -> Enrolled:
    """Enrol a person with dated roles in one organisation; a person already known gains a membership.

    Raises ``UnknownPersonError`` for an unknown organisation, ``AlreadyEnrolledError`` for a role already held.
    """
    actor.require(Permission.PERSON_ENROL)
    chosen, given = person or new_id(randomness), sorted(set(roles))
    with transaction.atomic(durable=True):
        if not Organisation.objects.filter(pk=organisation).exists() or not given:
            raise UnknownPersonError("A person is enrolled in a known organisation, with a role.")
        Person.objects.get_or_create(pk=chosen, defaults={"name_object": name_object, "enrolled_at": now})
        held = Membership.objects.filter(person_id=chosen, organisation_id=organisation, role__in=given)
        if held.exclude(valid_until__lte=now).exists():
            raise AlreadyEnrolledError
        for role in given:
            Membership.objects.create(
                person_id=chosen, organisation_id=organisation, role=role, valid_from=now, valid_until=until
            )
        facts = {"organisation": organisation, "roles": [role.value for role in given]}
        entry = ledger.record(
            actor=actor, now=now, kind="people.enrol_person", subject=chosen, facts=facts, randomness=randomness
        )
    return Enrolled(id=chosen, entry=entry.id)


def open_account(
    *,
    actor: Actor,
    now: datetime,
    person: str,
    keys: Iterable[JsonValue] = (),
    organisation: str | None = None,
    randomness: Randomness = os.urandom,
) -> Enrolled:
    """Open an account for a person with its sign-in passkeys, each as ``Credential.as_json`` gives it.

    ``organisation`` may be left out for a person who belongs to one. Raises ``UnknownPersonError``,
    ``AlreadyEnrolledError`` for a passkey known anywhere, ``PasskeyError`` for one that cannot be used.
    """
    actor.require(Permission.PERSON_ENROL)
    credentials = [Credential.from_json(key) for key in keys]
    account = new_id(randomness)
    with transaction.atomic(durable=True):
        organisations = set(Membership.objects.filter(person_id=person).values_list("organisation_id", flat=True))
        chosen = organisation or (organisations.copy().pop() if len(organisations) == 1 else "")
        if chosen not in organisations:
            raise UnknownPersonError("The account needs one organisation in which the person has a role.")
        Account.objects.create(pk=account, person_id=person, organisation_id=chosen, enrolled_at=now)
        for credential in credentials:
            _add_key(account=account, credential=credential, now=now)
        facts = {"person": person, "organisation": chosen, "keys": len(credentials)}
        entry = ledger.record(
            actor=actor, now=now, kind="people.open_account", subject=account, facts=facts, randomness=randomness
        )
    return Enrolled(id=account, entry=entry.id)


def _add_key(*, account: str, credential: Credential, now: datetime) -> None:
    name = websafe_encode(credential.credential_id)
    if LoginKey.objects.filter(credential_id=name).exists():
        raise AlreadyEnrolledError
    LoginKey.objects.create(
        credential_id=name,
        public_key=credential.public_key,
        rp_id=credential.rp_id,
        sign_count=credential.sign_count,
        account_id=account,
        enrolled_at=now,
    )


def enrol_key(*, actor: Actor, now: datetime, account: str, credential: Credential) -> Enrolled:
    """Add a sign-in passkey to an account; raises ``UnknownPersonError`` or ``AlreadyEnrolledError``."""
    actor.require(Permission.PERSON_ENROL)
    credential.attested()
    try:
        with transaction.atomic(durable=True):
            if not Account.objects.filter(pk=account).exists():
                raise UnknownPersonError
            _add_key(account=account, credential=credential, now=now)
            facts = {"rp_id": credential.rp_id}
            entry = ledger.record(actor=actor, now=now, kind="people.enrol_key", subject=account, facts=facts)
    except IntegrityError as error:
        raise AlreadyEnrolledError from error
    return Enrolled(id=account, entry=entry.id)


def suspend_person(*, actor: Actor, now: datetime, person: str) -> Enrolled:
    """Suspend a person: every account of theirs stops and every session ends at once."""
    return _move(actor=actor, now=now, person=person, event="suspend")


def restore_person(*, actor: Actor, now: datetime, person: str) -> Enrolled:
    """Restore a suspended person; sessions stay ended."""
    return _move(actor=actor, now=now, person=person, event="restore")


def _move(*, actor: Actor, now: datetime, person: str, event: str) -> Enrolled:
    actor.require(Permission.PERSON_SUSPEND)
    with transaction.atomic(durable=True):
        row = Person.objects.select_for_update().filter(pk=person).first()
        if row is None:
            raise UnknownPersonError
        row.state = STANDING.next_state(row.state, event)
        row.save(update_fields=["state"])
        SignIn.objects.filter(account__person_id=person, ended_at__isnull=True).update(ended_at=now)
        entry = ledger.record(actor=actor, now=now, kind=f"people.{event}", subject=person, facts={"state": row.state})
    return Enrolled(id=person, entry=entry.id)


def end_role(*, actor: Actor, now: datetime, person: str, role: Role) -> Enrolled:
    """End a role of a person from ``now`` on; sessions live on with the roles that are left."""
    actor.require(Permission.PERSON_ENROL)
    with transaction.atomic(durable=True):
        rows = Membership.objects.filter(person_id=person, role=role, valid_from__lte=now)
        if not rows.exclude(valid_until__lte=now).update(valid_until=now):
            raise UnknownPersonError
        entry = ledger.record(actor=actor, now=now, kind="people.end_role", subject=person, facts={"role": role.value})
    return Enrolled(id=person, entry=entry.id)


def sign_in(
    *, now: datetime, face: str, origin: str, rp_id: str, expected: bytes, assertion: JsonValue
) -> SignedIn:
    """Begin a session for the account whose passkey answers ``expected`` on ``face``.

    Every refusal is the same ``NotAdmittedError``, whatever was wrong (T15).
    """
    name = assertion.get("id") if isinstance(assertion, dict) else None
    with transaction.atomic(durable=True):
        key = LoginKey.objects.select_for_update().filter(credential_id=str(name), withdrawn_at__isnull=True).first()
        if key is None:
            raise NotAdmittedError
        credential = Credential.from_json(
            {"credential_id": key.credential_id, "public_key": websafe_encode(bytes(key.public_key)), "rp_id": key.rp_id},
            sign_count=key.sign_count,
        )
        try:
            used = verify_assertion(
                credential=credential, assertion=assertion, expected=expected, origin=origin, rp_id=rp_id
            )
        except PasskeyError as error:
            raise NotAdmittedError from error
        key.sign_count = used.sign_count
        key.save(update_fields=["sign_count"])
        return _begin(account=key.account_id, now=now, face=face, means=PASSKEY)


def sign_in_demonstration(*, now: datetime, face: str, account: str, demonstration: bool) -> SignedIn:
    """Begin a session with one click; raises ``NotAdmittedError`` unless the instance is a demonstration."""
    if not demonstration:
        raise NotAdmittedError
    with transaction.atomic(durable=True):
        return _begin(account=account, now=now, face=face, means=DEMONSTRATION)


def _begin(*, account: str, now: datetime, face: str, means: str) -> SignedIn:
    actor = queries.actor_for(account=account, now=now)
    if queries.person_facts(account=account, now=now).face != face:
        raise NotAdmittedError
    row = SignIn.objects.create(
        pk=new_id(os.urandom), account_id=account, face=face, began_at=now, last_seen_at=now
    )
    ledger.record(
        actor=actor, now=now, kind="people.sign_in", subject=account, facts={"face": face, "means": means}
    )
    return SignedIn(sign_in=row.pk, account=account, actor=actor)


def sign_out(*, actor: Actor, now: datetime, sign_in: str) -> None:
    """End a session; ending one that has ended does nothing."""
    with transaction.atomic(durable=True):
        row = SignIn.objects.filter(pk=sign_in, account_id=actor.account, ended_at__isnull=True)
        if row.update(ended_at=now):
            ledger.record(actor=actor, now=now, kind="people.sign_out", subject=actor.account, facts={})
