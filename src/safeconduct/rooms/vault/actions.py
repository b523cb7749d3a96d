"""Enrolment with the vault process: an officer's keys after a call-back, and what two people have signed.

The vault process keeps its own roster and believes only approved bodies; these verbs hand one in and have it applied.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError, ConflictError, DamagedError, NotPermittedError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.ledger import queries as ledger_queries
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.people import queries as people_queries
from safeconduct.rooms.people import steps as people
from safeconduct.rooms.people.rules import Permission
from safeconduct.rooms.vault import queries, steps

LEAST_CALLERS = 2


class InventedAlarmError(DamagedError):
    """The database holds alarms of the vault process that it never raised."""

    code = "SC-ALARM-INVENTED"
    cure = "Compare with ``safeconduct people alarms``, which asks the vault process itself."


ROTATE, ROTATED, REFUSED = "vault.rotate", "vault.rotate_done", "vault.rotate_refused"
RENEW = "vault.renew"
_REFUSALS = (BadInputError, ConflictError, DamagedError, NotPermittedError)
"""Answers that end the act. After anything else its end is unknown, and the same entry goes on."""


class NotARotationError(BadInputError):
    """The entry records no rotation of this sort."""

    code = "SC-NOT-A-ROTATION"
    cure = "Name the entry that the broken-off command printed."


class CallersError(BadInputError):
    """An officer is called back by two people."""

    code = "SC-CALLERS"
    cure = "Call the agency together, on a number that we found ourselves, and name both of you."


@dataclass(frozen=True, kw_only=True)
class OfficerKeys:
    """What two people confirmed by calling an officer back.

    Attributes:
        organisation, organisation_name, country, governmental: the agency.
        person, person_name: the officer.
        age_recipient: the key to which files will be sealed.
        passkey: ``Credential.as_json`` for the open origin, or None.
    """

    organisation: str
    organisation_name: str
    country: str
    governmental: bool
    person: str
    person_name: str
    age_recipient: str
    passkey: Mapping[str, str] | None


@dataclass(frozen=True, kw_only=True)
class Applied:
    """A change of the roster or of the holders holds from now on."""

    digest: str
    entry: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Ceremony:
    """Passphrases by custodian for a change of the root: two custodians of today, and all those from now on."""

    current: Mapping[str, str] = field(repr=False)
    custodians: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Rotated:
    """Every key lies under a new epoch, and the epochs before it are destroyed. Counts only."""

    entry: str
    epoch: str
    keys: int
    destroyed: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Renewed:
    """What is sealed for the customer from now on is sealed under this version of their key."""

    entry: str
    customer: str
    version: int
    at: datetime


def propose_officer(
    *,
    actor: Actor,
    now: datetime,
    keys: OfficerKeys,
    number_source: str,
    called_by: frozenset[str],
    randomness: Randomness = os.urandom,
) -> str:
    """Hand in an officer's keys for two signatures and return the digest; raises ``CallersError``.

    ``number_source`` says where the number came from; never from the request itself.
    """
    actor.require(Permission.CALL_BACK_RECORD)
    if len(called_by) < LEAST_CALLERS:
        raise CallersError
    body = {
        "version": 1,
        "kind": "holder",
        "id": new_id(randomness),
        "requested_by": actor.person,
        **vars(keys),
        "passkey": None if keys.passkey is None else dict(keys.passkey),
        "call_back": {"number_source": number_source, "by": sorted(called_by), "at": instant_text(now)},
    }
    return steps.propose(kind="holder", body=body)


def enrol(*, actor: Actor, now: datetime, digest: str, person: str, randomness: Randomness = os.urandom) -> Applied:
    """Enter the enrolment and have the vault process apply what two people signed under ``digest``.

    The entry is the intent; asked again after an unknown outcome, the vault process answers as it did.
    """
    actor.require(Permission.CALL_BACK_RECORD)
    with transaction.atomic(durable=True):
        facts = {"digest": digest}
        entry = ledger.record(
            actor=actor, now=now, kind="people.enrol", subject=person, facts=facts, randomness=randomness
        )
    steps.enrol(digest=digest, entry=entry.id)
    return Applied(digest=digest, entry=entry.id, at=now)


def fetch_alarms(*, now: datetime, randomness: Randomness = os.urandom) -> int:
    """Copy the vault process's alarms and enter them; return how many entries that made.

    The vault process keeps them whatever becomes of the copy. A copy that holds more than it ever raised was made up,
    which is an alarm of its own.
    """
    after, entered = people_queries.next_vault_alarm(now=now), 0
    while True:
        told, newest = queries.alarms(after=after)
        with transaction.atomic(durable=True):
            for one in told:
                people.keep_vault_alarm(told=one)
            entered += people.enter_alarms(now=now, randomness=randomness)
        if not told:
            break
        after = int(told[-1]["id"])
    if people_queries.newest_vault_alarm() > newest:
        raise InventedAlarmError
    return entered


def renew_customer_key(
    *, actor: Actor, now: datetime, customer: str, entry: str | None = None, randomness: Randomness = os.urandom
) -> Renewed:
    """Enter that a customer's key gets a next version and have it made; ``entry`` goes on with an earlier intent."""
    actor.require(Permission.KEYS_ROTATE)
    if entry is None:
        with transaction.atomic(durable=True):
            entry = ledger.record(
                actor=actor, now=now, kind=RENEW, subject=customer, facts={}, randomness=randomness
            ).id
    version = steps.renew(customer=customer, entry=entry)
    return Renewed(entry=entry, customer=customer, version=version, at=now)


def intend_rotation(
    *, actor: Actor, now: datetime, custodians: int | None = None, randomness: Randomness = os.urandom
) -> str:
    """Enter that the keys are to be rotated, and with a number of custodians the root too; return the entry's id."""
    actor.require(Permission.KEYS_ROTATE)
    epoch = queries.keys()["next"]
    facts = {"what": "epoch"} if custodians is None else {"what": "root", "custodians": custodians}
    with transaction.atomic(durable=True):
        facts = {"epoch": epoch, **facts}
        return ledger.record(actor=actor, now=now, kind=ROTATE, subject=epoch, facts=facts, randomness=randomness).id


def rotate_keys(
    *,
    actor: Actor,
    now: datetime,
    entry: str,
    ceremony: Ceremony | None = None,
    randomness: Randomness = os.urandom,
) -> Rotated:
    """Have the vault process rotate as ``entry`` says, then enter the outcome; the same entry again goes on.

    Raises what the vault refuses, after entering the refusal; anything else leaves the intent open.
    """
    actor.require(Permission.KEYS_ROTATE)
    epoch = _intended(entry, root=ceremony is not None)
    try:
        if ceremony is None:
            told = steps.rotate(epoch=epoch, entry=entry)
        else:
            told = steps.rotate_root(epoch=epoch, current=ceremony.current, custodians=ceremony.custodians, entry=entry)
    except _REFUSALS as refusal:
        _settle_rotation(actor, now, REFUSED, epoch, {"entry": entry, "code": refusal.as_json()["code"]}, randomness)
        raise
    counts = {"keys": int(told["keys"]), "destroyed": int(told["destroyed"])}
    _settle_rotation(actor, now, ROTATED, epoch, {"entry": entry, **counts}, randomness)
    return Rotated(entry=entry, epoch=epoch, at=now, **counts)


def _intended(entry: str, *, root: bool) -> str:
    found = ledger_queries.entry(entry=entry)
    if found.kind != ROTATE or found.facts["what"] != ("root" if root else "epoch"):
        raise NotARotationError
    return str(found.facts["epoch"])


def _settle_rotation(
    actor: Actor, now: datetime, kind: str, epoch: str, facts: dict[str, str | int], randomness: Randomness
) -> None:
    with transaction.atomic(durable=True):
        known = any(one.kind == kind and one.facts == facts for one in ledger_queries.history(subject=epoch))
        if not known:
            ledger.record(actor=actor, now=now, kind=kind, subject=epoch, facts=facts, randomness=randomness)
