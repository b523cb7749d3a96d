"""A small instance of the vault, its people with software passkeys, a real log beside it, and rows to be asked for."""

import datetime as dt
import io
import os
from base64 import b64encode, urlsafe_b64decode
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from tests.vaultd.ground import NOW, Log, configuration_in, write_certificate

from safeconduct.core.base.canonical import JsonValue, sha256_hex
from safeconduct.core.base.configuration import Configuration
from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.core.rulebook.book import load
from safeconduct.core.rulebook.letter_templates import load_letters
from safeconduct.core.rulebook.sign_offs import SignOffs
from safeconduct.core.sealing.keyfile import Cost
from safeconduct.core.sealing.recipients import fingerprint, new_identity
from safeconduct.core.segments.tables import TABLES
from safeconduct.vaultd.ceremonies import Offer
from safeconduct.vaultd.operations import call
from safeconduct.vaultd.setup import initialise
from safeconduct.vaultd.vault import Vault

CUSTODIANS = {"ada": "correct horse battery", "ben": "staple under water"}
CHEAP = Cost(memory_kib=8 * 1024, passes=1, lanes=1)
ROLES = {
    "aline": ["analyst"],
    "ravi": ["counsel"],
    "ines": ["approver"],
    "petra": ["approver"],
    "mara": ["second_reader"],
    "dov": ["analyst"],
}
CUSTOMER = "c" * 32
OTHER = "d" * 32
MATTER = "a" * 32
NUMBER = "+12025550143"
STRANGER = "+12025550199"
__all__ = ["NOW", "Log", "configuration_in", "write_certificate"]


@cache
def officer_keys() -> tuple[str, str]:
    """Return the officer's age identity and recipient."""
    return new_identity()


@dataclass
class Story:
    """A vault that is open, its people, its log, and the calls a web process makes."""

    vault: Vault
    configuration: Configuration
    wall: list[float]
    passkeys: dict[str, dict[str, SoftwarePasskey]]
    elapsed: list[float] = field(default_factory=lambda: [0.0])
    log: Log = field(default_factory=Log)

    def call(self, op: str, **payload: JsonValue) -> dict[str, Any]:
        return call(self.vault, op, payload)

    def act(
        self,
        op: str,
        kind: str,
        *,
        subject: str = MATTER,
        person: str = "aline",
        facts: JsonValue = None,
        **payload: JsonValue,
    ) -> JsonValue:
        """Record an entry and make the call that it allows."""
        return self.call(op, **payload, proof=self.proof(kind, subject=subject, person=person, **(facts or {})))

    def proof(self, kind: str, *, subject: str = MATTER, person: str = "aline", **facts: JsonValue) -> dict[str, Any]:
        return self.prove(self.log.record(kind, subject, person, **facts))

    def prove(self, entry: int) -> dict[str, Any]:
        return self.log.proof(entry, self.vault.opened.heads.last("private").size)

    def offer(self, person: str, role: str, digest: str, face: str = "approve") -> Offer:
        at = self.configuration.faces[face]
        return self.vault.opened.ceremonies.offer(face=at, person=person, role=role, digest=digest)

    def sign(self, digest: str, person: str, **changes: JsonValue) -> None:
        """Approve as the approve origin does, from offer to written approval."""
        opened, face = self.vault.opened, self.configuration.faces["approve"]
        body = opened.consents.body(digest)
        role = str(opened.consents.role_for(body, person))
        offer = self.offer(person, role, digest)
        assertion = answer(self.passkeys[person]["approve"], offer, changes.get("origin", face.origin))
        held = opened.ceremonies.answer(
            face=face, person=person, roles=frozenset({role}), digest=digest, assertion=assertion
        )
        opened.consents.approve(body, held, assertion=assertion, domain=face.host)

    def import_rows(self, table: str, rows: pa.Table) -> dict[str, Any]:
        stream = io.BytesIO()
        with pa.ipc.new_stream(stream, rows.schema) as writer:
            writer.write_table(rows)
        proof = self.proof("records.import", subject="records", table=table, rows=rows.num_rows)
        return self.vault.opened.importing.take(table=table, stream=stream.getvalue(), proof=proof)

    def enrol_officer(self) -> None:
        digest = self.call("propose", kind="holder", body=holder_body(self))["digest"]
        for person in ("ravi", "ines"):
            self.sign(digest, person)
        self.act("enrol", "people.enrol", subject="officer-1", facts={"digest": digest}, digest=digest)

    def approved(self, **changes: JsonValue) -> str:
        digest: str = self.call("propose", kind="safe-conduct", body=conduct_body(self, **changes))["digest"]
        for person in ("ravi", "ines"):
            self.sign(digest, person)
        return digest

    def collect(self, digest: str, journey: str = "b" * 32) -> dict[str, Any]:
        facts = {"digest": digest, "journey": journey}
        answer_of: dict[str, Any] = self.act(
            "collect", "government_requests.authorise", facts=facts, digest=digest, journey=journey
        )
        return answer_of

    def release(self, digest: str, journey: str = "b" * 32) -> dict[str, Any]:
        facts = {"digest": digest, "journey": journey}
        answer_of: dict[str, Any] = self.act(
            "release", "government_requests.release", facts=facts, digest=digest, journey=journey
        )
        return answer_of

    def erase(self, customer: str, asked: str = "2026-06-01T09:00:00Z") -> dict[str, Any]:
        told: dict[str, Any] = self.act(
            "erase_customer",
            "records.erase_customer",
            subject=customer,
            facts={"asked": asked},
            customer=customer,
            asked=asked,
        )
        return told

    def grant(self, person: str = "aline", matter: str = MATTER) -> str:
        grant = self.vault.opened.grants.give(matter=matter, person=person).id
        self.act(
            "open_case",
            "government_requests.open_case",
            subject=matter,
            person=person,
            facts={"grant": grant},
            matter=matter,
            grant=grant,
        )
        return grant


def answer(passkey: SoftwarePasskey, offer: Offer, origin: str) -> dict[str, Any]:
    """Return the assertion that answers an offer."""
    challenge = urlsafe_b64decode(offer.challenge + "=" * (-len(offer.challenge) % 4))
    return passkey.assertion(challenge=challenge, origin=origin)


def holder_body(story: Story, **changes: JsonValue) -> dict[str, Any]:
    body = {
        "version": 1,
        "kind": "holder",
        "id": "1" * 32,
        "requested_by": "aline",
        "organisation": "calder-county",
        "organisation_name": "Calder County Sheriff Office",
        "person": "officer-1",
        "person_name": "Deputy L. Marrow",
        "country": "US",
        "governmental": True,
        "age_recipient": officer_keys()[1],
        "passkey": story.passkeys["officer-1"]["open"].credential().as_json(),
        "call_back": {"number_source": "State directory", "by": ["aline", "dov"], "at": "2026-06-11T10:00:00Z"},
    }
    return body | changes


def conduct_body(story: Story, edition: str | None = None, **changes: JsonValue) -> dict[str, Any]:
    body: dict[str, Any] = {
        "version": 1,
        "kind": "safe-conduct",
        "id": "2" * 32,
        "requested_by": "aline",
        "served_entity": {"id": "northwind-us", "name": "Northwind Messaging, Inc.", "country": "US"},
        "ground": {
            "kind": "compelled",
            "process": "search_warrant",
            "provisions": ["us.sca.2703-a"],
            "edition": edition or story.vault.opened.collector.authority.law.edition,
            "as_of": "2026-06-18",
            "disclosure_ground": {"kind": "domestic", "authority_country": "US"},
            "matter": MATTER,
            "determinations": [],
        },
        "holders": [
            {
                "organisation": "calder-county",
                "organisation_name": "Calder County Sheriff Office",
                "person": "officer-1",
                "person_name": "Deputy L. Marrow",
                "key_fingerprint": fingerprint(officer_keys()[1]),
            },
        ],
        "scope": [
            {
                "customer": CUSTOMER,
                "customer_name": "Tern & Lowe Logistics",
                "selectors": [{"kind": "phone", "value": NUMBER}],
                "categories": ["call_detail", "message_content", "subscriber"],
                "window": {"from": "2026-02-01T05:00:00Z", "until": "2026-03-01T05:00:00Z"},
            },
        ],
        "left_out": [{"words": "any and all other data associated with the account", "why": "Not particular."}],
        "limits": {"expires": "2026-07-02T21:00:00Z", "row_ceiling": 600},
        "papers": [{"object": "e" * 32, "name": "warrant.pdf", "sha256": sha256_hex(b"warrant"), "pages": 6}],
        "silence": None,
        "zone": "America/New_York",
    }
    return body | changes


def sealed(story: Story, kind: str, data: bytes, matter: str = MATTER) -> str:
    """Seal something that a matter owns and return its id."""
    owner = {"matter": matter}
    name: str = story.call("seal", kind=kind, owner=owner, data=b64encode(data).decode())["object"]
    return name


def instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def call_rows(customer: str = CUSTOMER, prefix: str = "r") -> pa.Table:
    """Return calls: two in the window about the number, one outside, one about a stranger."""
    times = [
        "2026-02-10T12:00:00+00:00",
        "2026-02-20T12:00:00+00:00",
        "2026-03-05T12:00:00+00:00",
        "2026-02-11T12:00:00+00:00",
    ]
    others = [NUMBER, NUMBER, NUMBER, STRANGER]
    return pa.table(
        {
            "record_id": [f"{prefix}{place}" for place in range(4)],
            "customer": [customer] * 4,
            "at": [instant(one) for one in times],
            "own_number": ["+12025550100"] * 4,
            "other_number": others,
            "direction": ["out"] * 4,
            "duration_s": [10, 20, 30, 40],
            "status": ["completed"] * 4,
        },
        schema=TABLES["calls"].schema,
    )


def subscriber_rows() -> pa.Table:
    """Return one subscriber who has the number."""
    return pa.table(
        {
            "record_id": ["s1"],
            "customer": [CUSTOMER],
            "number": [NUMBER],
            "name": ["Quillon Markerby"],
            "address": ["4 Tidewater Lane"],
            "email": ["q.markerby@example.net"],
            "service": ["voice"],
            "started_at": [instant("2025-01-01T00:00:00+00:00")],
            "ended_at": [None],
        },
        schema=TABLES["subscribers"].schema,
    )


def passkeys_for(configuration: Configuration) -> dict[str, dict[str, SoftwarePasskey]]:
    """Return a passkey of each person for each origin."""
    return {
        person: {
            face: SoftwarePasskey.create(rp_id=configuration.faces[face].host, randomness=os.urandom)
            for face in ("approve", "open")
        }
        for person in [*ROLES, "officer-1"]
    }


def sign_law(configuration: Configuration) -> None:
    """Have the fictitious counsel sign every provision and every text of a letter."""
    texts = [*load().provisions.values(), *load_letters().versions]
    signed = SignOffs(demonstration=True).signing(texts, name="Counsel of the demonstration", day=dt.date(2026, 1, 1))
    configuration.overlay.write_text(signed.text, "utf-8")


def begin(folder: Path, first_port: int = 18400, more: str = "") -> Story:
    """Make a new instance, with ``more`` in its configuration, and open it."""
    configuration = configuration_in(folder, first_port, more)
    passkeys = passkeys_for(configuration)
    roster = [
        {
            "id": person,
            "name": f"{person.title()} Tester",
            "roles": roles,
            "credentials": [one.credential().as_json() for one in passkeys[person].values()],
        }
        for person, roles in ROLES.items()
    ]
    sign_law(configuration)
    initialise(configuration, custodians=CUSTODIANS, roster=roster, cost=CHEAP)
    wall, elapsed = [1_000_000.0], [0.0]
    vault = Vault(configuration, wall=lambda: wall[0], elapsed=lambda: elapsed[0])
    story = Story(vault, configuration, wall, passkeys, elapsed)
    for custodian, passphrase in CUSTODIANS.items():
        story.call("unseal", custodian=custodian, passphrase=passphrase)
    return story
