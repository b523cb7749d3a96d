"""People, papers and a vault process in memory, for the tests of this room."""

import hashlib
import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.rooms.government_requests.papers import paper
from tests.small_pdf import small_pdf

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import UnavailableError
from safeconduct.core.conduct.bodies import parse
from safeconduct.core.sealing.recipients import fingerprint, new_identity
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Party, Upload
from safeconduct.rooms.government_requests.models import Matter, Prohibition
from safeconduct.rooms.government_requests.queries.waiting import waiting_of
from safeconduct.rooms.government_requests.rules.paper import Paper
from safeconduct.rooms.government_requests.rules.waiting import WaitingReason
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome, Process
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.people.models import Clearance, Membership, Organisation, Person
from safeconduct.rooms.people.rules import Role, permissions_of
from safeconduct.rooms.vault.rules import VaultNotPermittedError
from safeconduct.rooms.vault.wire import refuse_inside_transaction

NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)
CUSTOMER = "c" * 32
AGENCY = "a" * 32
GRANT = "e" * 32
IDENTITY, RECIPIENT = new_identity()


def held_by(*roles: Role) -> frozenset[str]:
    """Return what these roles may do, as the people room says."""
    return permissions_of(roles=frozenset(roles))


class VaultDownError(UnavailableError):
    """The vault process does not answer."""

    code = "SC-TEST-DOWN"


@dataclass
class FakeVault:
    """Answers at the wire as the vault process would; ``down`` makes one operation fail."""

    objects: dict[str, bytes] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    approved: set[str] = field(default_factory=set)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    down: set[str] = field(default_factory=set)
    rows: int = 3

    def call(self, op: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Stand in for ``wire.call``, with its refusal inside a transaction."""
        refuse_inside_transaction()
        if op in self.down:
            raise VaultDownError
        self.calls.append((op, payload))
        answer: dict[str, Any] = getattr(self, f"_{op}", lambda _payload: {})(payload)
        return answer

    def ops(self, op: str) -> list[dict[str, Any]]:
        return [payload for name, payload in self.calls if name == op]

    def _status(self, _payload: dict[str, Any]) -> dict[str, Any]:
        return {"heads": {"private": {"size": 0}}}

    def _seal(self, payload: dict[str, Any]) -> dict[str, Any]:
        name = payload.get("object") or f"{len(self.objects):032x}"
        self.objects[name], self.kinds[name] = b64decode(payload["data"]), payload["kind"]
        return {"object": name}

    def _read_case(self, payload: dict[str, Any]) -> dict[str, Any]:
        if not set(payload["objects"]) <= set(self.objects):
            raise VaultNotPermittedError({"code": "SC-UNKNOWN-OBJECT", "message": "There is no such object here."})
        assert all(self.kinds[one] != "paper" for one in payload["objects"])
        return {"objects": {one: b64encode(self.objects[one]).decode() for one in payload["objects"]}}

    def _blind_index(self, payload: dict[str, Any]) -> dict[str, Any]:
        text = [f"{payload['kind']} {value}" for value in payload["values"]]
        return {"indexes": [hashlib.sha256(one.encode()).hexdigest() for one in text]}

    def _directory_names(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"names": {one: f"Name {one[:4]}" for one in payload["objects"]}}

    def _propose(self, payload: dict[str, Any]) -> dict[str, Any]:
        body = parse(payload["kind"], payload["body"])
        self.bodies[body.digest] = payload["body"]
        return {"digest": body.digest}

    def _approvals(self, payload: dict[str, Any]) -> dict[str, Any]:
        state = "approved" if payload["digest"] in self.approved else "open"
        return {"approvals": [], "declined": [], "state": state}

    def _forecast(self, _payload: dict[str, Any]) -> dict[str, Any]:
        counts = [{"customer": CUSTOMER, "category": "subscriber", "rows": self.rows}] if self.rows else []
        return {"counts": counts, "total": self.rows}

    def _collect(self, payload: dict[str, Any]) -> dict[str, Any]:
        release = hashlib.sha256(payload["journey"].encode()).hexdigest()
        counts = {"subscriber": self.rows}
        return {"manifest_root": "d" * 64, "release_digest": release, "counts": counts, "bytes": 9, "receipt": "9" * 32}

    def _release(self, _payload: dict[str, Any]) -> dict[str, Any]:
        return {"files": [{"name": "package.age", "sha256": "f" * 64, "size": 9}]}

    _issue_letter = _release


@dataclass
class World:
    """The room and its people; every helper calls a real action."""

    vault: FakeVault
    settings: Any
    now: datetime = NOW

    def actor(self, name: str, held: frozenset[Any], organisation: str = "b" * 32) -> Actor:
        """Return a person with today's clearances."""
        person = name * (32 // len(name))
        cleared = frozenset(Clearance.objects.filter(person_id=person).values_list("matter", flat=True))
        rights = frozenset(str(one) for one in held)
        return Actor(
            person=person, account=f"{name}-account", organisation=organisation, permissions=rights, clearances=cleared
        )

    @property
    def analyst(self) -> Actor:
        return self.actor("1", held_by(Role.ANALYST))

    @property
    def colleague(self) -> Actor:
        return self.actor("2", held_by(Role.ANALYST, Role.SECOND_READER))

    @property
    def counsel(self) -> Actor:
        return self.actor("3", held_by(Role.COUNSEL))

    @property
    def stranger(self) -> Actor:
        return self.actor("4", held_by(Role.ANALYST))

    @property
    def officer(self) -> Actor:
        return self.actor("5", held_by(Role.OFFICER), organisation=AGENCY)

    @property
    def party(self) -> Party:
        return Party(
            organisation=AGENCY,
            organisation_name="Calder County Sheriff",
            person=self.officer.person,
            person_name="Lt. Marrow",
            recipient=RECIPIENT,
            key_fingerprint=fingerprint(RECIPIENT),
        )

    def enrol_officer(self) -> None:
        """Put the agency and its officer on record, as their enrolment after a call-back does."""
        agency = Organisation.objects.create(id=AGENCY, name_object="0" * 32, country="US", governmental=True)
        person = Person.objects.create(id=self.officer.person, name_object="1" * 32, organisation=agency)
        Membership.objects.create(
            person=person,
            role=str(Role.OFFICER),
            starts=self.now - timedelta(days=90),
            ends=self.now + timedelta(days=900),
        )

    def receive(self, served: Paper | None = None, **more: Any) -> str:
        uploads = (Upload(name="paper.pdf", data=small_pdf("the words", pages=2), pages=2),)
        typed = ("A paper.", "We seek:\nThe name of the\nsubscriber. All else is left out.")
        facts = {
            "actor": self.analyst,
            "channel": "desk",
            "transcript": typed,
            "cleared": frozenset({self.colleague.person}),
            "officer": self.officer.person,
            "served_entity": next(iter(self.settings.SAFECONDUCT.entities.values())),
            **more,
        }
        found = actions.receive(
            now=self.now,
            paper=served or paper(),
            uploads=uploads,
            organisation=AGENCY,
            **facts,
        )
        return found.matter

    def find(self, matter: str, outcome: FindingOutcome = FindingOutcome.MET, *kinds: FindingKind) -> None:
        for kind in kinds or tuple(FindingKind):
            actions.record_finding(
                actor=self.analyst,
                now=self.now,
                matter=matter,
                kind=kind,
                outcome=outcome,
                reason="Because of the words.",
                words="The name of the subscriber.",
                page=2,
                grant=GRANT,
            )

    def reviewed(self, served: Paper | None = None) -> str:
        """Return a matter in review with five findings met and its papers open."""
        matter = self.receive(served)
        actions.take(actor=self.analyst, now=self.now, matter=matter)
        actions.open_case(actor=self.analyst, now=self.now, matter=matter, grant=GRANT)
        if served is not None and served.process is Process.EMERGENCY_REQUEST:
            self.call_back(matter)
        self.find(matter)
        return matter

    def call_back(self, matter: str) -> None:
        by = {self.analyst.person, self.colleague.person}
        actions.record_call_back(
            actor=self.analyst, now=self.now, matter=matter, source="our_directory", reached=True, by=by
        )

    def proposed(self, served: Paper | None = None, **more: Any) -> str:
        matter = self.reviewed(served)
        self.propose(matter, **more)
        return matter

    def propose(self, matter: str, **more: Any) -> str:
        actions.forecast(actor=self.analyst, now=self.now, matter=matter, grant=GRANT)
        facts = {"customers": {CUSTOMER: "Tern & Lowe"}, "expires": self.now + timedelta(days=30), **more}
        proposed = actions.propose_scope(
            actor=self.analyst, now=self.now, matter=matter, grant=GRANT, holders=(self.party,), **facts
        )
        return proposed.digest

    def authorised(self, served: Paper | None = None) -> str:
        matter = self.proposed(served)
        self.vault.approved.add(self.row(matter).scope_digest)
        actions.authorise(actor=self.analyst, now=self.now, matter=matter)
        return matter

    def collected(self, served: Paper | None = None) -> str:
        matter = self.authorised(served)
        actions.collect(actor=self.analyst, now=self.now, matter=matter)
        actions.propose_release(actor=self.analyst, now=self.now, matter=matter)
        return matter

    def released(self, served: Paper | None = None) -> str:
        matter = self.collected(served)
        self.vault.approved.add(self.row(matter).release_digest)
        self.waived(matter)
        actions.release(actor=self.colleague, now=self.now, matter=matter)
        return matter

    def waived(self, matter: str) -> None:
        """Have counsel enter that the customer agreed, where the package would wait for the customer's days."""
        if not waiting_of(row=self.row(matter), now=self.now).may_leave:
            reason, words = WaitingReason.CUSTOMER_AGREED, "They wrote that they will not object."
            actions.waive_waiting(actor=self.counsel, now=self.now, matter=matter, reason=reason, words=words)

    def notified(self, matter: str) -> None:
        written = actions.draft_notice(
            actor=self.analyst, now=self.now, matter=matter, customer=CUSTOMER, to=self.party, agency="Calder"
        )
        self.vault.approved.add(written.digest)
        actions.release_notice(actor=self.colleague, now=self.now, matter=matter)

    def warned(self, matter: str) -> None:
        """Have the agency warned of each silence that names its day."""
        for one in Prohibition.objects.filter(matter=matter, until__isnull=False):
            written = actions.warn_agency(
                actor=self.analyst, now=self.now, matter=matter, prohibition=one.pk, to=self.party
            )
            self.vault.approved.add(written.digest)
            actions.issue_letter(actor=self.analyst, now=self.now, letter=written.letter)

    def row(self, matter: str) -> Matter:
        return Matter.objects.get(pk=matter)

    def kinds(self, matter: str) -> list[str]:
        return [line.kind.removeprefix("government_requests.") for line in ledger.history(subject=matter)]

    def sealed_json(self, name: str) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.vault.objects[name])
        return value
