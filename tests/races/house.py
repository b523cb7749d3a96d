"""The rooms on a real database and the real vault process behind the same wire, without the socket between them."""

import io
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from tests.functional.founded import default_database
from tests.races.ground import contested
from tests.rooms.government_requests.papers import ZONE, paper
from tests.small_pdf import small_pdf
from tests.vaultd.ground import Log
from tests.vaultd.story import CUSTOMER, NUMBER, Story, officer_keys

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.periods import window_of_days
from safeconduct.core.sealing.recipients import fingerprint
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Party, Upload
from safeconduct.rooms.government_requests.rules.paper import Item, Selector
from safeconduct.rooms.government_requests.rules.words import Category, FindingKind, FindingOutcome
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.ledger import steps as ledger_steps
from safeconduct.rooms.ledger.models import Opening
from safeconduct.rooms.people.rules import Role, permissions_of
from safeconduct.rooms.vault import wire
from safeconduct.rooms.vault.rules import refusal
from safeconduct.vaultd import socket_app
from safeconduct.vaultd.server import own_user
from safeconduct.vaultd.socket_app import SocketApp

NOW = datetime(2026, 6, 18, 15, tzinfo=UTC)
SHEET = small_pdf("the words")
WORDS = "The name of the subscriber."
TYPED = ("A paper.", f"We seek:\n{WORDS} All else is left out.")
ROLES = {
    "aline": (Role.ANALYST,),
    "dov": (Role.ANALYST,),
    "mara": (Role.ANALYST, Role.SECOND_READER),
    "noor": (Role.ANALYST, Role.SECOND_READER),
    "petra": (Role.COUNSEL,),
}


def sent(app: SocketApp, address: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """Call the vault process's socket application as its server would; return status and answer."""
    path, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "X_REMOTE_UID": os.getuid(),
        "wsgi.input": io.BytesIO(body),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
    }
    told: list[int] = []
    (answer,) = app(environ, lambda status, _headers: told.append(int(status[:3])))
    return told[0], json.loads(answer)


class Openings(list[tuple[dict[str, Any], bytes]]):
    """What the ledger's entries say, by their number."""

    def __getitem__(self, index: Any) -> Any:
        return json.loads(Opening.objects.values_list("body", flat=True).get(entry__index=index)), b""


class RoomsLog(Log):
    """The rooms' ledger where the story of the vault process expects its own log."""

    def __init__(self) -> None:
        super().__init__()
        self.openings = Openings()

    def record(self, kind: str, subject: str, person: str = "aline", **facts: Any) -> Any:
        actor = Actor(person=person, account=f"{person}-account", organisation="self")
        with transaction.atomic(durable=True):
            return ledger_steps.record(actor=actor, now=NOW, kind=kind, subject=subject, facts=facts).id

    def proof(self, entry: Any, since: int) -> dict[str, Any]:
        return ledger.proof_for(entry=entry, since=since)


@dataclass
class House:
    """The rooms and their people; every matter is made by the real actions."""

    story: Story
    database: dict[str, Any]
    now: datetime = NOW
    matters: list[str] = field(default_factory=list)

    def actor(self, person: str) -> Actor:
        held = frozenset(str(one) for one in permissions_of(roles=frozenset(ROLES[person])))
        return Actor(person=person, account=f"{person}-account", organisation="self", permissions=held)

    @property
    def party(self) -> Party:
        recipient = officer_keys()[1]
        return Party(
            organisation="calder-county",
            organisation_name="Calder County Sheriff Office",
            person="officer-1",
            person_name="Deputy L. Marrow",
            recipient=recipient,
            key_fingerprint=fingerprint(recipient),
        )

    def matter(self) -> str:
        """Receive a warrant and bring it through its review and its forecast."""
        served = paper(
            dated=date(2026, 6, 10),
            reply_by=date(2026, 7, 2),
            selectors=(Selector(kind="phone", value=NUMBER),),
            items=(Item(number=1, page=2, words=WORDS, categories=(Category.SUBSCRIBER,)),),
            window=window_of_days(date(2026, 2, 1), date(2026, 2, 28), ZONE),
        )
        aline, entity = self.actor("aline"), next(iter(self.story.configuration.entities.values()))
        matter = actions.receive(
            actor=aline,
            now=self.now,
            paper=served,
            uploads=(Upload(name="paper.pdf", data=SHEET, pages=1),),
            served_entity=entity,
            organisation="calder-county",
            officer="officer-1",
            transcript=TYPED,
        ).matter
        actions.take(actor=aline, now=self.now, matter=matter)
        grant = self.open(matter)
        for kind in FindingKind:
            self.find(matter, grant, kind, FindingOutcome.MET)
        actions.forecast(actor=aline, now=self.now, matter=matter, grant=grant)
        self.matters.append(matter)
        return matter

    def find(self, matter: str, grant: str, kind: FindingKind, outcome: FindingOutcome) -> None:
        actions.record_finding(
            actor=self.actor("aline"),
            now=self.now,
            matter=matter,
            kind=kind,
            outcome=outcome,
            reason="Because of the words.",
            words=WORDS,
            page=2,
            grant=grant,
        )

    def open(self, matter: str) -> str:
        grant = self.story.vault.opened.grants.give(matter=matter, person="aline").id
        actions.open_case(actor=self.actor("aline"), now=self.now, matter=matter, grant=grant)
        return grant

    def propose(self, matter: str, grant: str) -> str:
        return actions.propose_scope(
            actor=self.actor("aline"),
            now=self.now,
            matter=matter,
            grant=grant,
            customers={CUSTOMER: "Tern & Lowe Logistics"},
            holders=(self.party,),
            expires=self.now + timedelta(days=14),
        ).digest


@contextmanager
def house(database: dict[str, Any], settings: Any, monkeypatch: Any) -> Iterator[House]:
    """Put the rooms of this thread on ``database`` and in front of a fresh vault process."""
    with default_database(database), contested(RoomsLog()) as story:
        app = SocketApp(story.vault, allowed=own_user())

        def send(address: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
            wire.refuse_inside_transaction()
            status, value = sent(app, address, body, headers)
            if status != wire.HTTP_OK:
                raise refusal(status, value.get("error", {}))
            return value

        monkeypatch.setattr(socket_app, "log", lambda **_: None)
        monkeypatch.setattr(wire, "_send", send)
        settings.SAFECONDUCT = story.configuration
        yield House(story, database)
