"""A small company for the tests of people: one colleague with two accounts, one officer, and a clock."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.periods import instant_text
from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.rooms.people import actions, queries
from safeconduct.rooms.people.rules import Permission, Role, face_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
UNTIL = NOW + timedelta(days=400)
COMPANY, AGENCY = "a" * 32, "b" * 32
COLLEAGUE, OFFICER = "c" * 32, "d" * 32
DESK = "desk.safeconduct.localhost"
DESK_ORIGIN = f"https://{DESK}:8443"
FOUNDER = Actor(
    person="e" * 32,
    account="founding",
    organisation=COMPANY,
    permissions=frozenset({str(Permission.PERSON_ENROL), str(Permission.PERSON_SUSPEND)}),
)


def passkey(rp_id: str = DESK) -> SoftwarePasskey:
    return SoftwarePasskey.create(rp_id=rp_id, randomness=os.urandom)


def settle(*, roles: frozenset[Role] = frozenset({Role.ANALYST}), until: datetime = UNTIL) -> None:
    """Enrol the company, the agency, a colleague with ``roles`` and an officer."""
    for organisation, country, governmental in ((COMPANY, "US", False), (AGENCY, "US", True)):
        actions.enrol_organisation(
            actor=FOUNDER,
            now=NOW,
            organisation=organisation,
            name_object=organisation,
            country=country,
            governmental=governmental,
        )
    for person, organisation, held in ((COLLEAGUE, COMPANY, roles), (OFFICER, AGENCY, frozenset({Role.OFFICER}))):
        actions.enrol_person(
            actor=FOUNDER,
            now=NOW,
            person=person,
            name_object=person,
            organisation=organisation,
            roles=held,
            until=until,
        )


def account(person: str, *keys: SoftwarePasskey) -> str:
    credentials = tuple(key.credential().as_json() for key in keys)
    return actions.open_account(actor=FOUNDER, now=NOW, person=person, keys=credentials).id


def session_of(account: str, now: datetime = NOW) -> dict[str, str]:
    """Return what a session holds after a sign-in through ``account`` at ``now``."""
    face = face_of(roles=queries.standing_of(account=account, now=now).roles) or ""
    event = actions.sign_in_demonstration(now=now, account=account, face=face, demonstration=True)
    stamp = instant_text(now)
    return {"account": account, "sign_in": event.sign_in, "began": stamp, "last": stamp}


def answer(key: SoftwarePasskey, expected: bytes, origin: str = DESK_ORIGIN) -> dict[str, Any]:
    found: dict[str, Any] = key.assertion(challenge=expected, origin=origin)
    return found
