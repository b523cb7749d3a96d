"""What people offers to a higher room's action inside its open transaction."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from safeconduct.core.base.actors import system_actor
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import parse_instant
from safeconduct.core.conduct.passkeys import Credential
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.people import queries
from safeconduct.rooms.people.models import (
    Account,
    Alarm,
    Clearance,
    LoginKey,
    Mandate,
    Membership,
    Organisation,
    Person,
    SignIn,
)
from safeconduct.rooms.people.rules import AT_LEAST, MANDATE, VAULT, Role, alarm_hour, face_of

MOST_ENTERED = 100
"""How many alarms one round enters; the rest wait for the next."""


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A person signed in through an account."""

    account: str
    person: str
    sign_in: str
    at: datetime


def begin_sign_in(*, account: str, now: datetime, face: str, assurance: str, randomness: Randomness) -> SignedIn:
    """Enter that an account signed in at a face, and so surely; raises ``NoStandingError`` for one that may not."""
    actor = queries.actor_for(account=account, now=now)
    if face_of(roles=queries.roles_of(person=actor.person, now=now)) != face:
        raise queries.NoStandingError
    begun = SignIn.objects.create(id=new_id(randomness), account_id=account, assurance=assurance, began=now, last=now)
    facts = {"account": account, "assurance": assurance}
    ledger.record(actor=actor, now=now, kind="people.sign_in", subject=actor.person, facts=facts)
    return SignedIn(account=account, person=actor.person, sign_in=begun.pk, at=now)


def clear(*, person: str, matter: str) -> None:
    """Let ``person`` know of the silenced ``matter``; twice is once. The caller's entry records it."""
    Clearance.objects.get_or_create(person_id=person, matter=matter)


def withdraw_clearance(*, person: str, matter: str) -> None:
    """Take the clearance back; it counts from the next use."""
    Clearance.objects.filter(person_id=person, matter=matter).delete()


def enter_mandate(*, mandate: str, person: str, matter: str, starts: datetime, ends: datetime) -> tuple[str, ...]:
    """Enter a mandate and end an earlier one of the same matter; return what was ended. The caller's entry says so."""
    earlier = Mandate.objects.select_for_update().filter(person_id=person, matter=matter, state=MANDATE.initial)
    ended = tuple(earlier.values_list("pk", flat=True))
    for one in ended:
        leave_mandate(mandate=one, now=starts)
    Mandate.objects.create(id=mandate, person_id=person, matter=matter, starts=starts, ends=ends)
    return ended


def leave_mandate(*, mandate: str, now: datetime) -> None:
    """End a mandate at once; it counts from the next use. Raises ``TransitionError`` for one that was ended."""
    row = Mandate.objects.select_for_update().get(pk=mandate)
    row.state, row.ended_at = MANDATE.next_state(row.state, "end"), now
    row.save(update_fields=["state", "ended_at"])


def enter_organisation(*, organisation: str, name_object: str, country: str, governmental: bool) -> None:
    """Enter an organisation under a fresh id; the caller's entry records it."""
    Organisation.objects.create(id=organisation, name_object=name_object, country=country, governmental=governmental)


def enter_officer(*, person: str, name_object: str, organisation: str, starts: datetime, ends: datetime) -> None:
    """Enter an officer of an organisation, with the role until ``ends``; the caller's entry records it."""
    Person.objects.create(id=person, name_object=name_object, organisation_id=organisation)
    Membership.objects.create(person_id=person, role=str(Role.OFFICER), starts=starts, ends=ends)


def enter_account(*, account: str, person: str, key: Mapping[str, str] | None, now: datetime) -> None:
    """Open an account, with a passkey or without; the caller's entry records it. Raises for a passkey that is known."""
    Account.objects.create(id=account, person_id=person, opened_at=now)
    if key is not None:
        LoginKey.objects.create(account_id=account, **Credential.from_json(dict(key)).as_json())


def hold_person(*, person: str, now: datetime) -> None:
    """Suspend a person and end every session of theirs; the caller's entry records it."""
    Person.objects.filter(pk=person, suspended_at__isnull=True).update(suspended_at=now)
    SignIn.objects.filter(account__person_id=person, ended_at__isnull=True).update(ended_at=now)


def hold_organisation(*, organisation: str, now: datetime) -> None:
    """Suspend an organisation and end every session of whoever acts for it; the caller's entry records it."""
    Organisation.objects.filter(pk=organisation, suspended_at__isnull=True).update(suspended_at=now)
    rows = SignIn.objects.filter(account__person__organisation_id=organisation, ended_at__isnull=True)
    rows.update(ended_at=now)


def restore_person(*, person: str) -> None:
    """Let a suspended person act again; sessions that were ended stay ended. The caller's entry records it."""
    Person.objects.filter(pk=person).update(suspended_at=None)


def restore_organisation(*, organisation: str) -> None:
    """Let those who act for an organisation act again. The caller's entry records it."""
    Organisation.objects.filter(pk=organisation).update(suspended_at=None)


def use_again(*, sign_in: str, now: datetime) -> None:
    """Keep when a session was used last; nothing is entered, since nothing is decided."""
    SignIn.objects.filter(pk=sign_in, ended_at__isnull=True, last__lt=now).update(last=now)


def keep_vault_alarm(*, told: Mapping[str, Any]) -> None:
    """Keep an alarm of the vault process under its number there; told again, only its count and last time change."""
    facts = {"count": told["count"], "last": parse_instant(told["last"])}
    first = {
        "source": VAULT,
        "hour": alarm_hour(parse_instant(told["at"])),
        "at": parse_instant(told["at"]),
        **{name: told[name] for name in ("code", "gate", "caller", "matter")},
    }
    name = vault_alarm(int(told["id"]))
    if not Alarm.objects.filter(id=name, count__lte=told["count"]).update(**facts):
        Alarm.objects.get_or_create(id=name, defaults={**first, **facts})


def vault_alarm(number: int) -> str:
    """Return the id here of the vault process's alarm ``number``."""
    return f"{VAULT}-{number}"


def enter_alarms(*, now: datetime, randomness: Randomness = os.urandom) -> int:
    """Enter alarms that are new, and once more those whose hour is over with a greater count; return how many."""
    this_hour, done = alarm_hour(now), 0
    for row in Alarm.objects.filter(entered__lt=F("count")).order_by("at", "id")[: 10 * MOST_ENTERED]:
        grown = row.entered > 0 and row.hour < this_hour
        if not grown and (row.entered > 0 or row.count < AT_LEAST.get(row.code, 1)):
            continue
        facts = {"source": row.source, "code": row.code, "gate": row.gate, "hour": row.hour, "count": row.count}
        actor = system_actor(permissions=frozenset())
        ledger.record(
            actor=actor, now=now, kind="people.raise_alarm", subject=row.pk, facts=facts, randomness=randomness
        )
        Alarm.objects.filter(pk=row.pk).update(entered=row.count)
        done += 1
        if done == MOST_ENTERED:
            break
    return done
