"""The people of these tests, what they do by real actions, and a stand-in for the vault process at the wire."""

import os
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import clear_url_caches
from tests.rooms.people.world import AGENCY, COLLEAGUE, COMPANY, FOUNDER, NOW, OFFICER, account, session_of, settle

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import UnavailableError
from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.people import actions as people
from safeconduct.rooms.people import queries
from safeconduct.rooms.people.rules import Role
from safeconduct.rooms.senders import actions
from safeconduct.rooms.senders.actions import FoundNumber, Registrant
from safeconduct.rooms.vault.wire import refuse_inside_transaction

SECOND, THIRD, APPROVER = "2" * 32, "3" * 32, "6" * 32
NUMBER = "+1 202 555 0142"
REGISTRANT = Registrant(
    agency="Harrow County Sheriff", country="US", name="Tamsin Orr", post="Detective", mail="t.orr@harrow.example"
)
FORM = {**vars(REGISTRANT)}


class DownError(UnavailableError):
    """The vault process does not answer."""


@dataclass
class Ground:
    """Everybody, and what the vault process was told."""

    settings: Any
    now: datetime = NOW
    names: dict[str, str] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)
    down: bool = False
    accounts: dict[str, str] = field(default_factory=dict)

    def call(self, op: str, payload: dict[str, Any]) -> dict[str, Any]:
        refuse_inside_transaction()
        if self.down and op != "seal":
            raise DownError
        if op == "seal":
            self.names[payload.get("object") or os.urandom(16).hex()] = b64decode(payload["data"]).decode()
            return {"object": list(self.names)[-1]}
        if op == "directory_names":
            return {"names": {one: self.names.get(one, f"Name {one[:4]}") for one in payload["objects"]}}
        if op == "suspend":
            self.told.append(payload)
            return {"suspended": 1, "at": "2026-03-02T09:00:00Z"}
        return {"heads": {"private": {"size": 0}}}

    def settle(self) -> None:
        settle()
        for person, roles in ((SECOND, {Role.ANALYST}), (THIRD, {Role.COUNSEL}), (APPROVER, {Role.APPROVER})):
            people.enrol_person(
                actor=FOUNDER,
                now=NOW,
                person=person,
                name_object=person,
                organisation=COMPANY,
                roles=frozenset(roles),
                until=NOW + timedelta(days=400),
            )
        for person in (COLLEAGUE, SECOND, THIRD, APPROVER, OFFICER):
            self.accounts[person] = account(person)

    def actor(self, person: str) -> Actor:
        return queries.actor_for(account=self.accounts[person], now=self.now)

    @property
    def first(self) -> Actor:
        return self.actor(COLLEAGUE)

    @property
    def second(self) -> Actor:
        return self.actor(SECOND)

    def number(self, organisation: str = AGENCY, *, confirmed: bool = True, number: str = NUMBER) -> str:
        """Enter a number in the directory, with its second person."""
        found = FoundNumber(
            name="Harrow County Sheriff",
            country="US",
            governmental=True,
            number=number,
            source="State directory of sheriffs, page 12",
            found_on=date(2026, 2, 27),
            organisation=organisation,
        )
        made = actions.propose_number(actor=self.first, now=self.now, found=found).number
        if confirmed:
            actions.confirm_number(actor=self.second, now=self.now, number=made)
        return made

    def registered(self, address: str = "somewhere", registrant: Registrant = REGISTRANT) -> str:
        return actions.register(now=self.now, registrant=registrant, address=address).registration

    def called_back(self, registration: str, number: str) -> actions.Confirmed:
        actions.record_call(actor=self.first, now=self.now, registration=registration, number=number, reached=True)
        return actions.confirm_call(actor=self.second, now=self.now, registration=registration)

    def kinds(self, subject: str) -> list[str]:
        return [one.kind for one in ledger.history(subject=subject)]

    def face(self, name: str) -> None:
        self.settings.FACE, self.settings.ROOT_URLCONF = name, f"safeconduct.site.urls_{name}"
        clear_url_caches()

    def browser(self, person: str = "") -> Client:
        """Return a browser at the present face, signed in as ``person`` or as nobody."""
        client = Client(headers={"host": "testserver"})
        if person:
            session = client.session
            session.update(session_of(self.accounts[person], self.now))
            session.save()
            client.cookies[self.settings.SESSION_COOKIE_NAME] = str(session.session_key)
        return client

    def passkey(self) -> SoftwarePasskey:
        return SoftwarePasskey.create(rp_id=self.settings.SAFECONDUCT.faces["portal"].host, randomness=os.urandom)
