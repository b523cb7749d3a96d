"""The roster: who may approve, with which passkeys; and the holders: officers to whom data may be sealed.

It is the vault process's own. Nothing here is read from the web database, and it changes only by approved bodies.
"""

import json
from dataclasses import dataclass

from safeconduct.core.base.canonical import canonical_json
from safeconduct.core.base.errors import ConflictError, NotPermittedError
from safeconduct.core.base.periods import parse_instant
from safeconduct.core.conduct.bodies import HolderBody
from safeconduct.core.conduct.passkeys import Credential
from safeconduct.core.sealing.recipients import fingerprint
from safeconduct.vaultd.keys import KeyRing
from safeconduct.vaultd.store import Row, Store


class NotEnrolledError(NotPermittedError):
    """This person or passkey is not enrolled here."""

    code = "SC-NOT-ENROLLED"
    cure = "Ask two approvers to enrol the person; nothing else opens this."


class CredentialTakenError(ConflictError):
    """This passkey already belongs to a person; one authenticator is one person."""

    code = "SC-CREDENTIAL-TAKEN"


@dataclass(frozen=True)
class Person:
    """A natural person of the roster."""

    id: str
    name: str
    roles: frozenset[str]


@dataclass(frozen=True)
class EnrolledHolder:
    """An officer whose keys were proven by a call-back."""

    person: str
    person_name: str
    organisation: str
    organisation_name: str
    country: str
    governmental: bool
    recipient: str
    fingerprint: str


class Roster:
    """Persons, their passkeys, and holders."""

    def __init__(self, *, store: Store, ring: KeyRing) -> None:
        """Keep the store and the keys that open names."""
        self._store = store
        self._ring = ring

    def person(self, person_id: str) -> Person:
        """Return an enrolled person; raises ``NotEnrolledError``."""
        row = self._store.one("SELECT * FROM person WHERE id = ? AND removed_at IS NULL", (person_id,))
        if row is None:
            raise NotEnrolledError
        return self._person(row)

    def persons(self) -> list[Person]:
        """Return everybody enrolled, by name."""
        rows = self._store.all("SELECT * FROM person WHERE removed_at IS NULL")
        return sorted((self._person(row) for row in rows), key=lambda person: person.name)

    def _person(self, row: Row) -> Person:
        name = self._ring.open_field(f"person/name/{row['id']}", row["name_sealed"]).decode()
        return Person(id=row["id"], name=name, roles=frozenset(json.loads(row["roles"])))

    def credentials(self, person_id: str, rp_id: str) -> list[Credential]:
        """Return a person's passkeys for one origin."""
        rows = self._store.all(
            "SELECT * FROM credential WHERE person = ? AND rp_id = ? AND removed_at IS NULL ORDER BY id",
            (person_id, rp_id),
        )
        return [_credential(row) for row in rows]

    def credential(self, person_id: str, credential_id: str, rp_id: str) -> Credential:
        """Return the named passkey of the person for the origin; raises ``NotEnrolledError``."""
        for one in self.credentials(person_id, rp_id):
            if one.as_json()["credential_id"] == credential_id:
                return one
        raise NotEnrolledError("The passkey is not this person's.")

    def ever_enrolled(self, person: str) -> bool:
        """Return whether this id is, or was, a person of the roster."""
        return self._store.one("SELECT 1 FROM person WHERE id = ?", (person,)) is not None

    def is_holder(self, person: str) -> bool:
        """Return whether this id is, or was, an officer's."""
        return self._store.one("SELECT 1 FROM holder WHERE person = ?", (person,)) is not None

    def owner_of(self, credential_id: str, rp_id: str) -> str:
        """Return the person to whom a passkey of this origin belongs; raises ``NotEnrolledError``."""
        row = self._store.one(
            "SELECT person FROM credential WHERE id = ? AND rp_id = ? AND removed_at IS NULL", (credential_id, rp_id)
        )
        if row is None:
            raise NotEnrolledError("The passkey is nobody's.")
        return str(row["person"])

    def called_back(self, person: str) -> str:
        """Return the day on which an enrolled officer was called back, in words; empty if not enrolled."""
        row = self._store.one("SELECT * FROM holder WHERE person = ?", (person,))
        if row is None:
            return ""
        value = json.loads(self._ring.open_field(f"holder/body/{person}", row["body_sealed"]))
        at = parse_instant(value["call_back"]["at"])
        return f"{at.day} {at:%B %Y}"

    def count_use(self, credential: Credential) -> None:
        """Write a passkey's new sign counter."""
        name = credential.as_json()["credential_id"]
        self._store.run("UPDATE credential SET sign_count = ? WHERE id = ?", (credential.sign_count, name))

    def add_person(self, *, person: str, name: str, roles: list[str], credentials: list[dict[str, str]]) -> None:
        """Enrol a person, or replace name and roles and add passkeys; call inside a transaction."""
        sealed = self._ring.seal_field(f"person/name/{person}", name.encode())
        self._store.run(
            "INSERT INTO person VALUES (?, ?, ?, NULL) ON CONFLICT (id) DO UPDATE SET "
            "roles = excluded.roles, name_sealed = excluded.name_sealed, removed_at = NULL",
            (person, json.dumps(sorted(roles)), sealed),
        )
        for one in credentials:
            self._add_credential(person, Credential.from_json(one))

    def _add_credential(self, person: str, credential: Credential) -> None:
        value = credential.as_json()
        # By its key too: one authenticator under two names would be one person who counts twice.
        taken = self._store.one(
            "SELECT 1 FROM credential WHERE (id = ? OR public_key = ?) AND person <> ?",
            (value["credential_id"], value["public_key"], person),
        )
        if taken is not None:
            raise CredentialTakenError
        self._store.run(
            "INSERT INTO credential VALUES (?, ?, ?, ?, 0, NULL) ON CONFLICT (id) DO UPDATE SET removed_at = NULL",
            (value["credential_id"], person, value["public_key"], value["rp_id"]),
        )

    def remove_person(self, person: str, at: str) -> None:
        """Remove a person and their passkeys; call inside a transaction."""
        self._store.run("UPDATE person SET removed_at = ? WHERE id = ?", (at, person))
        self._store.run("UPDATE credential SET removed_at = ? WHERE person = ?", (at, person))

    def add_holder(self, body: HolderBody, at: str) -> None:
        """Enrol an officer's keys from an approved body; call inside a transaction."""
        value = body.as_json()
        sealed = self._ring.seal_field(f"holder/body/{body.person}", canonical_json(value))
        self._store.run(
            "INSERT INTO holder VALUES (?, ?, ?, ?, ?, NULL, ?) ON CONFLICT (person) DO UPDATE SET "
            "organisation = excluded.organisation, fingerprint = excluded.fingerprint, country = excluded.country, "
            "governmental = excluded.governmental, suspended_at = NULL, body_sealed = excluded.body_sealed",
            (
                body.person,
                body.organisation,
                fingerprint(body.age_recipient),
                value["country"],
                int(value["governmental"]),
                sealed,
            ),
        )
        if body.passkey is not None:
            # A new passkey takes the place of the old ones: whoever lost one must not stay its victim.
            self._store.run("UPDATE credential SET removed_at = ? WHERE person = ?", (at, body.person))
            self._add_credential(body.person, Credential.from_json(dict(body.passkey)))

    def holders_of(self, organisation: str) -> list[str]:
        """Return every officer ever enrolled for an organisation."""
        rows = self._store.all("SELECT person FROM holder WHERE organisation = ? ORDER BY person", (organisation,))
        return [str(row["person"]) for row in rows]

    def suspend_holder(self, person: str, at: str) -> None:
        """Stop sealing to an officer, and end their passkeys; call inside a transaction."""
        self._store.run("UPDATE holder SET suspended_at = ? WHERE person = ?", (at, person))
        self._store.run("UPDATE credential SET removed_at = ? WHERE person = ?", (at, person))

    def holder(self, person: str) -> EnrolledHolder:
        """Return an enrolled officer; raises ``NotEnrolledError`` also for a suspended one."""
        row = self._store.one("SELECT * FROM holder WHERE person = ? AND suspended_at IS NULL", (person,))
        if row is None:
            raise NotEnrolledError("The officer's keys are not enrolled, or are suspended.")
        return self._holder(row)

    def holder_by_fingerprint(self, text: str) -> EnrolledHolder | None:
        """Return the enrolled officer whose age key has this fingerprint, or None."""
        row = self._store.one("SELECT * FROM holder WHERE fingerprint = ? AND suspended_at IS NULL", (text,))
        return None if row is None else self._holder(row)

    def key_is_suspended(self, text: str) -> bool:
        """Return whether the age key with this fingerprint is an officer's who is suspended, and nobody else's."""
        return (
            self.holder_by_fingerprint(text) is None
            and self._store.one("SELECT 1 FROM holder WHERE fingerprint = ?", (text,)) is not None
        )

    def _holder(self, row: Row) -> EnrolledHolder:
        value = json.loads(self._ring.open_field(f"holder/body/{row['person']}", row["body_sealed"]))
        return EnrolledHolder(
            person=row["person"],
            person_name=value["person_name"],
            organisation=row["organisation"],
            organisation_name=value["organisation_name"],
            country=row["country"],
            governmental=bool(row["governmental"]),
            recipient=value["age_recipient"],
            fingerprint=row["fingerprint"],
        )

    def name_of(self, person: str) -> str:
        """Return the name of a person of the roster or of a holder, or their id."""
        row = self._store.one("SELECT * FROM person WHERE id = ?", (person,))
        if row is not None:
            return self._person(row).name
        row = self._store.one("SELECT * FROM holder WHERE person = ?", (person,))
        return person if row is None else self._holder(row).person_name


def _credential(row: Row) -> Credential:
    value = {"credential_id": row["id"], "public_key": row["public_key"], "rp_id": row["rp_id"]}
    return Credential.from_json(value, sign_count=row["sign_count"])
