"""The complete verbs of this room: enrol, open, suspend, sign in, sign out, answer an alarm. Each leaves one entry."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import IntegrityError, transaction
from django.db.models import F

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError, ConflictError, SafeconductError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.conduct.passkeys import Credential, PasskeyError, verify_assertion
from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.people import queries, steps
from safeconduct.rooms.people.models import (
    Account,
    Alarm,
    LoginKey,
    Membership,
    Organisation,
    Person,
    Posting,
    ProviderIdentity,
    SignIn,
)
from safeconduct.rooms.people.rules import (
    DEMONSTRATION,
    DESK,
    MOST_COUNTED,
    PASSKEY,
    PROVIDER,
    REASONS,
    Permission,
    Role,
    alarm_hour,
    face_of,
    identity_digest,
)


class AlreadyEnrolledError(ConflictError):
    """That id or passkey is enrolled already."""

    code = "SC-ALREADY-ENROLLED"
    cure = "A passkey and an id belong to one person for ever. Use another."


@dataclass(frozen=True, kw_only=True)
class Enrolled:
    """Somebody or something was enrolled."""

    id: str
    entry: str
    at: datetime


def enrol_organisation(
    *, actor: Actor, now: datetime, organisation: str, name_object: str, country: str, governmental: bool
) -> Enrolled:
    """Enrol an organisation under a given id; its name is already a sealed object."""
    actor.require(Permission.PERSON_ENROL)
    if len(country) != 2 or not country.isupper():  # noqa: PLR2004 - ISO 3166-1 has two letters
        raise BadInputError("A country is two capital letters of ISO 3166-1.")
    facts = {"country": country, "governmental": governmental}
    try:
        with transaction.atomic(durable=True):
            Organisation.objects.create(
                id=organisation, name_object=name_object, country=country, governmental=governmental
            )
            entry = ledger.record(
                actor=actor, now=now, kind="people.enrol_organisation", subject=organisation, facts=facts
            )
    except IntegrityError as error:
        raise AlreadyEnrolledError from error
    return Enrolled(id=organisation, entry=entry.id, at=now)


def enrol_person(
    *,
    actor: Actor,
    now: datetime,
    person: str,
    name_object: str,
    organisation: str,
    roles: frozenset[Role],
    until: datetime,
) -> Enrolled:
    """Enrol a natural person with dated roles."""
    actor.require(Permission.PERSON_ENROL)
    if Role.OUTSIDE_COUNSEL in roles and len(roles) > 1:
        raise BadInputError("Outside counsel has no other role (rule 13).")
    facts = {"organisation": organisation, "roles": sorted(str(role) for role in roles)}
    try:
        with transaction.atomic(durable=True):
            Person.objects.create(id=person, name_object=name_object, organisation_id=organisation)
            Membership.objects.bulk_create(
                Membership(person_id=person, role=str(role), starts=now, ends=until) for role in sorted(roles)
            )
            entry = ledger.record(actor=actor, now=now, kind="people.enrol_person", subject=person, facts=facts)
    except IntegrityError as error:
        raise AlreadyEnrolledError from error
    return Enrolled(id=person, entry=entry.id, at=now)


def open_account(
    *,
    actor: Actor,
    now: datetime,
    person: str,
    keys: tuple[Mapping[str, str], ...] = (),
    randomness: Randomness = os.urandom,
) -> Enrolled:
    """Open an account for a person, with passkeys as ``Credential.as_json`` gives them; one person may have several."""
    actor.require(Permission.PERSON_ENROL)
    account = new_id(randomness)
    checked = [Credential.from_json(dict(key)).as_json() for key in keys]
    try:
        with transaction.atomic(durable=True):
            Account.objects.create(id=account, person_id=person, opened_at=now)
            LoginKey.objects.bulk_create(LoginKey(account_id=account, **key) for key in checked)
            facts = {"account": account, "keys": len(checked)}
            entry = ledger.record(actor=actor, now=now, kind="people.open_account", subject=person, facts=facts)
    except IntegrityError as error:
        raise AlreadyEnrolledError from error
    return Enrolled(id=account, entry=entry.id, at=now)


def post_person(*, actor: Actor, now: datetime, person: str, entities: frozenset[str]) -> Enrolled:
    """Let a colleague work for the served ``entities`` alone, from the next use on; for every one where none is named.

    Raises ``NoStandingError`` for an officer, and for whoever is not here.
    """
    actor.require(Permission.PERSON_ENROL)
    if face_of(roles=queries.roles_of(person=person, now=now)) != DESK:
        raise queries.NoStandingError("Only colleagues are posted to a served company.")
    with transaction.atomic(durable=True):
        before = sorted(queries.entities_of(person=person) or ())
        if set(before) == entities:
            raise ConflictError("That is how they are posted.")
        Posting.objects.filter(person_id=person).delete()
        Posting.objects.bulk_create(Posting(person_id=person, entity=one) for one in sorted(entities))
        facts = {"entities": sorted(entities), "before": before}
        entry = ledger.record(actor=actor, now=now, kind="people.post_person", subject=person, facts=facts)
    return Enrolled(id=person, entry=entry.id, at=now)


def suspend(*, actor: Actor, now: datetime, person: str) -> Enrolled:
    """Suspend a person: one may stop alone. It counts from the next use of any account."""
    actor.require(Permission.PERSON_SUSPEND)
    with transaction.atomic(durable=True):
        if not Person.objects.filter(id=person, suspended_at__isnull=True).update(suspended_at=now):
            raise ConflictError("The person is unknown or already suspended.")
        steps.hold_person(person=person, now=now)
        entry = ledger.record(actor=actor, now=now, kind="people.suspend", subject=person, facts={})
    return Enrolled(id=person, entry=entry.id, at=now)


def sign_in(
    *,
    now: datetime,
    assertion: Mapping[str, object],
    expected: bytes,
    origin: str,
    rp_id: str,
    face: str,
    randomness: Randomness = os.urandom,
) -> steps.SignedIn:
    """Sign in with a passkey; raises ``PasskeyError`` without saying whether the key is known."""
    known = queries.login_keys(account=None, rp_id=rp_id)
    found = known.get(str(assertion.get("id", "")))
    # An unknown key is checked like a known one, against a key that signs nothing: both take the same time.
    account, public_key, count = found or ("", _nobodys_key(), 0)
    stored = {"credential_id": str(assertion.get("id", "")), "public_key": public_key, "rp_id": rp_id}
    try:
        credential = Credential.from_json(stored, sign_count=count)
    except SafeconductError as error:
        raise PasskeyError("The assertion does not hold.") from error
    used = verify_assertion(
        credential=credential, assertion=dict(assertion), expected=expected, origin=origin, rp_id=rp_id
    )
    if found is None:
        raise PasskeyError("The assertion does not hold.")
    with transaction.atomic(durable=True):
        # Compare and swap: of two uses of one assertion the second finds the counter moved.
        if not LoginKey.objects.filter(credential_id=stored["credential_id"], sign_count=count).update(
            sign_count=used.sign_count
        ):
            raise PasskeyError
        return steps.begin_sign_in(account=account, now=now, face=face, assurance=PASSKEY, randomness=randomness)


@cache
def _nobodys_key() -> str:
    made = SoftwarePasskey.create(rp_id="nobody", randomness=os.urandom).credential().as_json()
    return str(made["public_key"])


def sign_in_demonstration(
    *, now: datetime, account: str, face: str, demonstration: bool, randomness: Randomness = os.urandom
) -> steps.SignedIn:
    """Sign in with one click, in the demonstration only."""
    if not demonstration:
        raise PasskeyError
    with transaction.atomic(durable=True):
        return steps.begin_sign_in(account=account, now=now, face=face, assurance=DEMONSTRATION, randomness=randomness)


def bind_identity(*, actor: Actor, now: datetime, account: str, issuer: str, subject: str) -> Enrolled:
    """Let a colleague's account be opened by what the identity provider says of ``subject``; once, for one account."""
    actor.require(Permission.PERSON_ENROL)
    person = queries.actor_for(account=account, now=now).person
    if face_of(roles=queries.roles_of(person=person, now=now)) != DESK:
        raise queries.NoStandingError("Only colleagues sign in through the company's provider.")
    identity = identity_digest(issuer=issuer, subject=subject)
    try:
        with transaction.atomic(durable=True):
            ProviderIdentity.objects.create(id=identity, account_id=account, bound_at=now)
            facts = {"account": account, "identity": identity}
            entry = ledger.record(actor=actor, now=now, kind="people.bind_identity", subject=person, facts=facts)
    except IntegrityError as error:
        raise AlreadyEnrolledError from error
    return Enrolled(id=identity, entry=entry.id, at=now)


def unbind_identity(*, actor: Actor, now: datetime, account: str) -> Enrolled:
    """End every way into an account by the identity provider, and the sessions that came by it; one may stop alone."""
    actor.require(Permission.PERSON_SUSPEND)
    with transaction.atomic(durable=True):
        rows = ProviderIdentity.objects.filter(account_id=account, ended_at__isnull=True)
        ended = rows.update(ended_at=now)
        if not ended:
            raise ConflictError("No identity of a provider opens that account.")
        SignIn.objects.filter(account_id=account, assurance=PROVIDER, ended_at__isnull=True).update(ended_at=now)
        person = Account.objects.values_list("person_id", flat=True).get(pk=account)
        facts = {"account": account, "ended": ended}
        entry = ledger.record(actor=actor, now=now, kind="people.unbind_identity", subject=person, facts=facts)
    return Enrolled(id=account, entry=entry.id, at=now)


def sign_in_with_provider(
    *, now: datetime, issuer: str, subject: str, randomness: Randomness = os.urandom
) -> steps.SignedIn:
    """Sign a colleague in whom the identity provider named (rule 10); raises ``NotBoundError`` for anybody else."""
    with transaction.atomic(durable=True):
        account = queries.account_of_identity(identity=identity_digest(issuer=issuer, subject=subject))
        return steps.begin_sign_in(account=account, now=now, face=DESK, assurance=PROVIDER, randomness=randomness)


def end_sign_in(*, actor: Actor, now: datetime, sign_in: str) -> None:
    """End one of the actor's own sessions; raises ``UnknownSessionError`` for any other."""
    with transaction.atomic(durable=True):
        mine = SignIn.objects.filter(pk=sign_in, account__person_id=actor.person, ended_at__isnull=True)
        if not mine.update(ended_at=now):
            raise queries.UnknownSessionError
        facts = {"sign_in": sign_in}
        ledger.record(actor=actor, now=now, kind="people.end_sign_in", subject=actor.person, facts=facts)


def sign_out(*, actor: Actor, now: datetime, sign_in: str = "") -> None:
    """Record that a person signed out, and end that session."""
    with transaction.atomic(durable=True):
        SignIn.objects.filter(pk=sign_in, account_id=actor.account, ended_at__isnull=True).update(ended_at=now)
        facts = {"account": actor.account}
        ledger.record(actor=actor, now=now, kind="people.sign_out", subject=actor.person, facts=facts)


@dataclass(frozen=True, kw_only=True)
class AlarmAcknowledged:
    """A person answered an alarm."""

    alarm: str
    entry: str
    at: datetime


def raise_alarm(
    *, now: datetime, source: str, code: str, gate: str, caller: str, randomness: Randomness = os.urandom
) -> None:
    """Count a refusal among this hour's alarms. The one way by which a face or the worker raises one.

    No matter is named: what a person asked for may be silenced, or made up, and an alarm must not tell which.
    """
    key = {"source": source, "hour": alarm_hour(now), "code": code[:40], "gate": gate[:64], "caller": caller[:64]}
    with transaction.atomic(durable=True):
        rows = Alarm.objects.filter(**key)
        if rows.filter(count__lt=MOST_COUNTED).update(count=F("count") + 1, last=now) or rows.exists():
            return
        # Of two first refusals at once one makes the row, and the other counts in it.
        _, made = Alarm.objects.get_or_create(**key, defaults={"id": new_id(randomness), "at": now, "last": now})
        if not made:
            rows.update(count=F("count") + 1, last=now)


def enter_alarms(*, now: datetime, randomness: Randomness = os.urandom) -> int:
    """Enter in the ledger what was raised since the last round; return how many alarms were entered."""
    with transaction.atomic(durable=True):
        return steps.enter_alarms(now=now, randomness=randomness)


def acknowledge_alarm(*, actor: Actor, now: datetime, alarm: str, reason: str) -> AlarmAcknowledged:
    """Answer an alarm that the actor may see, with one of the listed reasons; once for all."""
    actor.require(Permission.ALARM_ACKNOWLEDGE)
    if reason not in REASONS:
        raise BadInputError("Choose one of the listed reasons.")
    with transaction.atomic(durable=True):
        row = queries.seen_alarms(actor).select_for_update().filter(pk=alarm).first()
        if row is None:
            raise queries.UnknownAlarmError
        if row.acknowledged_at is not None:
            raise ConflictError("Somebody has answered this alarm.")
        row.acknowledged_at, row.acknowledged_by, row.reason = now, actor.person, reason
        row.save(update_fields=["acknowledged_at", "acknowledged_by", "reason"])
        facts = {"reason": reason, "code": row.code, "count": row.count}
        entry = ledger.record(actor=actor, now=now, kind="people.acknowledge_alarm", subject=row.pk, facts=facts)
    return AlarmAcknowledged(alarm=row.pk, entry=entry.id, at=now)
