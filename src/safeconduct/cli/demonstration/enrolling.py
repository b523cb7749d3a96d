"""Brings people in: the founder enrols colleagues and agencies; officers' keys are enrolled after a call-back."""

import os
from datetime import UTC, datetime

from safeconduct.cli.demonstration.cast import DESK, OPEN, PORTAL, Cast
from safeconduct.cli.demonstration.company import AGENCIES, COLLEAGUES, ENTITY_NAME, OFFICERS, Agency, Officer
from safeconduct.cli.demonstration.names import demonstration_id
from safeconduct.cli.demonstration.stage import Stage
from safeconduct.core.base.actors import Actor
from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.rooms.people import actions as people
from safeconduct.rooms.people.rules import Permission, Role
from safeconduct.rooms.vault import steps as vault
from safeconduct.rooms.vault.actions import OfficerKeys, enrol, propose_officer

ROLES_UNTIL = datetime(2028, 1, 1, tzinfo=UTC)
FOUNDING = "founding"
"""The account of the founder, who enrols the first people and has no other right."""


def bring_people_in(cast: Cast, *, now: datetime) -> dict[str, str]:
    """Enrol the company, its colleagues, the agencies and their officers; return account ids by key."""
    ourselves = demonstration_id(cast.seed, "northwind")
    founder = Actor(
        person=cast["sefa"].person,
        account=FOUNDING,
        organisation=ourselves,
        permissions=frozenset({str(Permission.PERSON_ENROL)}),
    )
    name = vault.put_name(name=ENTITY_NAME)
    people.enrol_organisation(
        actor=founder, now=now, organisation=ourselves, name_object=name, country="US", governmental=False
    )
    for agency in AGENCIES.values():
        people.enrol_organisation(
            actor=founder,
            now=now,
            organisation=cast.organisations[agency.key],
            name_object=vault.put_name(name=agency.name),
            country=agency.country,
            governmental=agency.governmental,
        )
    accounts = {}
    for colleague in COLLEAGUES:
        roles = frozenset(Role(role) for role in colleague.roles)
        _enrol(cast, founder, colleague.key, organisation=ourselves, roles=roles, now=now)
        for number in range(1, colleague.accounts + 1):
            key = colleague.key if number == 1 else f"{colleague.key}-{number}"
            accounts[key] = _open(cast, founder, colleague.key, face=DESK, first=number == 1, now=now)
    for officer in OFFICERS.values():
        agency_id = cast.organisations[officer.agency]
        _enrol(cast, founder, officer.key, organisation=agency_id, roles=frozenset({Role.OFFICER}), now=now)
        accounts[officer.key] = _open(cast, founder, officer.key, face=PORTAL, first=True, now=now)
    return accounts


def _enrol(cast: Cast, founder: Actor, key: str, *, organisation: str, roles: frozenset[Role], now: datetime) -> None:
    people.enrol_person(
        actor=founder,
        now=now,
        person=cast[key].person,
        name_object=vault.put_name(name=cast[key].name),
        organisation=organisation,
        roles=roles,
        until=ROLES_UNTIL,
    )


def _open(cast: Cast, founder: Actor, key: str, *, face: str, first: bool, now: datetime) -> str:
    passkey = cast[key].passkeys[face]
    if not first:
        passkey = SoftwarePasskey.create(rp_id=passkey.rp_id, randomness=os.urandom)
    opened = people.open_account(
        actor=founder, now=now, person=cast[key].person, keys=(passkey.credential().as_json(),)
    )
    return opened.id


def bring_officers_in(stage: Stage) -> None:
    """Enrol in the vault the keys of each officer to whom a package may go: two called back, two others signed."""
    for officer in OFFICERS.values():
        agency = AGENCIES[officer.agency]
        if agency.governmental and agency.country == "US":
            _enrol_keys(stage, officer, agency)


def _enrol_keys(stage: Stage, officer: Officer, agency: Agency) -> None:
    player, mailbox = stage.cast[officer.key], stage.cast.mailboxes[officer.key]
    keys = OfficerKeys(
        organisation=stage.cast.organisations[officer.agency],
        organisation_name=agency.name,
        country=agency.country,
        governmental=agency.governmental,
        person=player.person,
        person_name=player.name,
        age_recipient=mailbox.recipient,
        passkey=player.passkeys[OPEN].credential().as_json(),
    )
    digest = propose_officer(
        actor=stage.actor("aline"),
        now=stage.now,
        keys=keys,
        number_source="The company's own directory of agencies",
        called_by=stage.cast.persons("dov", "mara"),
    )
    stage.sign(digest, "ravi", "ines")
    enrol(actor=stage.actor("aline"), now=stage.now, digest=digest, person=player.person)
