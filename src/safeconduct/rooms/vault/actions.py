"""Enrolment with the vault process: an officer's keys after a call-back, and what two people have signed.

The vault process keeps its own roster and believes only approved bodies; these verbs hand one in and have it applied.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.people.rules import Permission
from safeconduct.rooms.vault import steps

LEAST_CALLERS = 2


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
