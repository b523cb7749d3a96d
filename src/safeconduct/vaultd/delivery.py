"""Delivery: what a second person released is sealed to its holders and laid into the outbox with a signed note.

The files are prepared beside their place, then the act is committed, then they get their names: whatever stops this
process, a name in the outbox is a whole file of an act on record. The outbox holds sealed files only. The readable
package stays sealed in the vault for the open origin.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from safeconduct.core.base.canonical import JsonValue, sha256_hex
from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.errors import DamagedError, NotPermittedError
from safeconduct.core.conduct.bodies import Body, LetterBody, ReleaseBody, SafeConductBody
from safeconduct.core.conduct.leases import LeaseTakenError
from safeconduct.core.packages.build import Package, finish
from safeconduct.core.packages.envelope import write_note
from safeconduct.core.sealing.recipients import encrypt_age, fingerprint
from safeconduct.core.tlog.notes import sign_note
from safeconduct.vaultd import durable
from safeconduct.vaultd.authority import Authority, HolderKeyError
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.collector import package_object
from safeconduct.vaultd.consents import Consents, UnknownConsentError
from safeconduct.vaultd.entries import Entries
from safeconduct.vaultd.keys import KeyRing
from safeconduct.vaultd.leases import Leases
from safeconduct.vaultd.objects import Objects, UnknownObjectError
from safeconduct.vaultd.roster import NotEnrolledError, Roster
from safeconduct.vaultd.store import Store

PUBLIC_FILE = 0o644
LETTER_KINDS = frozenset({"letter", "notice"})


class SilenceError(NotPermittedError):
    """A prohibition of notice is in force; the notice does not leave."""

    code = "SC-SILENCE"
    cure = "Wait for its end, or record the order that lifts it."


def released_object(digest: str) -> str:
    """Return the object id of the finished package of a release."""
    return f"released-{digest[:40]}"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Everything that handing out needs."""

    configuration: Configuration
    store: Store
    clock: Clock
    ring: KeyRing
    roster: Roster
    entries: Entries
    objects: Objects
    consents: Consents
    authority: Authority
    leases: Leases

    def release(self, *, digest: str, journey: str, proof: JsonValue) -> dict[str, Any]:
        """Seal a released package to its holders; answers name, digest and size of each file."""
        body, conduct = self._bodies(digest)
        entry = self.entries.admit(
            proof,
            op="release",
            act=f"{digest}/{journey}",
            kind="government_requests.release",
            subject=conduct.matter,
            facts={"digest": digest, "journey": journey},
        )
        if (before := self.entries.answered_once("release", f"{digest}/{journey}")) is not None:
            return self._handed_out(before)
        self._may_leave(body, conduct, journey)
        package = self._finished(body, conduct)
        with self.store.writing():
            # Asked again where nothing can come between the answer and the act: a decline waits for no lock of ours.
            if (before := self.entries.answered_once("release", f"{digest}/{journey}")) is not None:
                return self._handed_out(before)
            recipients = self._may_leave(body, conduct, journey)
            files = self._lay_out(
                digest=digest,
                name=f"{package.folder}.zip.age",
                data=package.zip_bytes,
                reference=package.folder,
                recipients=recipients,
                object_id=released_object(digest),
            )
            self.leases.move(conduct.digest, "collected", "released")
            answer = self.entries.finish(entry, {"files": files})
        return self._handed_out(answer)

    def _may_leave(self, body: ReleaseBody, conduct: SafeConductBody, journey: str) -> list[str]:
        """Return the recipients of a release that stands now; raises at the first gate that refuses."""
        self.consents.require_approved(body)
        self.consents.require_standing(conduct.digest)
        if (body.journey, self.leases.journey(conduct.digest)) != (journey, journey):
            raise LeaseTakenError
        holders = self.authority.holders(body.holders)
        self.authority.reachable(conduct, holders)
        self.authority.real(conduct.matter)
        return sorted({holder.recipient for holder in holders})

    def _bodies(self, digest: str) -> tuple[ReleaseBody, SafeConductBody]:
        body = self.consents.body(digest, ReleaseBody.KIND)
        if not isinstance(body, ReleaseBody):
            raise DamagedError("The object is not a release.")
        conduct = self.consents.body(body.safe_conduct, SafeConductBody.KIND)
        if not isinstance(conduct, SafeConductBody):
            raise DamagedError("The object is not a safe-conduct.")
        return body, conduct

    def _finished(self, body: ReleaseBody, conduct: SafeConductBody) -> Package:
        name = released_object(body.digest)
        if self.objects.has(name):
            return self._approved(Package.from_zip(self.objects.open(name)), body)
        package = self._approved(Package.from_zip(self.objects.open(package_object(conduct.digest))), body)
        made = finish(
            package,
            release_digest=body.digest,
            journey=body.journey,
            released_at=self.clock.now(),
            sign=self._sign,
        )
        owner = f"matter/{conduct.matter}"
        self.objects.put(kind="package", owner=owner, data=made.zip_bytes, object_id=name)
        return made

    def _approved(self, package: Package, body: ReleaseBody) -> Package:
        if package.manifest_root != body.manifest_root:
            raise DamagedError("The sealed package is not the one that was approved.")
        return package

    def _sign(self, text: str) -> str:
        return sign_note(text, self.ring.signer("issuer"))

    def _lay_out(
        self, *, digest: str, name: str, data: bytes, reference: str, recipients: list[str], object_id: str
    ) -> list[dict[str, Any]]:
        sealed = encrypt_age(data, recipients)
        note_name, note = write_note(name=name, data=sealed, reference=reference, sign=self._sign)
        files = []
        for one, content in ((name, sealed), (note_name, note.encode())):
            durable.prepare(self.configuration.outbox / one, content, PUBLIC_FILE)
            told = sha256_hex(content)
            listed = json.dumps([fingerprint(recipient) for recipient in recipients])
            values = (digest, one, told, len(content), object_id, listed)
            self.store.run("INSERT OR REPLACE INTO delivery VALUES (?, ?, ?, ?, ?, ?)", values)
            files.append({"name": one, "sha256": told, "size": len(content)})
        return files

    def _handed_out(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return the answer once its files have their names in the outbox: no file is there before it is on record."""
        for one in answer["files"]:
            path = self.configuration.outbox / one["name"]
            if durable.digest_of_prepared(path) == one["sha256"]:
                # The same call, made twice at once, finds that its twin has named the file.
                with suppress(FileNotFoundError):
                    durable.put_in_place(path)
        return answer

    def issue_letter(self, *, digest: str, proof: JsonValue) -> dict[str, Any]:
        """Seal an approved letter or notice to its recipient; answers its files."""
        body = self.consents.body(digest, LetterBody.KIND)
        if not isinstance(body, LetterBody):
            raise DamagedError("The object is not a letter.")
        entry = self.entries.admit(
            proof,
            op="issue_letter",
            act=digest,
            kind="government_requests.issue_letter",
            subject=body.matter,
            facts={"digest": digest},
        )
        if (before := self.entries.answered_once("issue_letter", digest)) is not None:
            return self._handed_out(before)
        self.consents.require_approved(body)
        self._may_speak(body)
        data, name = self._letter(body), f"letter-{digest[:16]}.pdf"
        said = entry.opening["facts"].get("reference")
        reference = said if isinstance(said, str) else digest[:16]
        # The note over the opened letter is sealed too: a hash of a letter in the open would let its text be guessed.
        note_name, note = write_note(name=name, data=data, reference=reference, sign=self._sign)
        with self.store.writing():
            if (before := self.entries.answered_once("issue_letter", digest)) is not None:
                return self._handed_out(before)
            self.consents.require_approved(body)
            self._may_speak(body)
            files = [
                one
                for part, content in ((name, data), (note_name, note.encode()))
                for one in self._lay_out(
                    digest=digest,
                    name=f"{part}.age",
                    data=content,
                    reference=reference,
                    recipients=[body.recipient],
                    object_id=body.object,
                )
            ]
            answer = self.entries.finish(entry, {"files": files})
        return self._handed_out(answer)

    def _may_speak(self, body: LetterBody) -> None:
        if self.roster.key_is_suspended(fingerprint(body.recipient)):
            raise NotEnrolledError("The officer to whom the letter would go is suspended.")
        if "notice" not in body.letter_kind:
            return
        self.authority.real(body.matter)
        if body.silence is None:
            return
        clocks = self.clock.read()
        clocks.require_agreement()
        if body.silence.until is None or not clocks.over(body.silence.until):
            raise SilenceError

    def _letter(self, body: LetterBody) -> bytes:
        if fingerprint(body.recipient) != body.as_json()["to"]["key_fingerprint"]:
            raise HolderKeyError
        sealed = self.objects.find(body.object)
        if sealed.matter != body.matter or sealed.kind not in LETTER_KINDS:
            raise UnknownObjectError
        data = self.objects.open(body.object)
        if sha256_hex(data) != body.sha256:
            raise DamagedError("The letter is not the one that was approved.")
        return data

    def revoke(self, *, digest: str, proof: JsonValue) -> dict[str, Any]:
        """Revoke a consent at once; one person may do this, as one may always stop."""
        with self.store.writing():
            entry = self.entries.admit(
                proof,
                op="revoke",
                act=digest,
                kind="government_requests.revoke",
                subject=self.consents.matter(digest),
                facts={"digest": digest},
            )
            self.consents.revoke(digest, self.clock.now())
            return self.entries.finish(entry, {"revoked": True})

    def recipients_of(self, object_id: str) -> frozenset[str]:
        """Return the fingerprints of those to whom an object was handed out; none if it never was."""
        rows = self.store.all("SELECT recipients FROM delivery WHERE object = ?", (object_id,))
        return frozenset(one for row in rows for one in json.loads(row["recipients"]))

    def carried_out(self, body: Body) -> bool:
        """Return whether what a body allows has been done: its records collected, or its file handed out."""
        if isinstance(body, SafeConductBody):
            return self.leases.state(body.digest) in ("collected", "released")
        return self.store.one("SELECT 1 FROM delivery WHERE digest = ?", (body.digest,)) is not None

    def holders_of(self, digest: str) -> frozenset[str]:
        """Return the persons whom a released package lists; none where there is no such release."""
        try:
            body, conduct = self._bodies(digest)
        except UnknownConsentError:
            return frozenset()
        released = self.leases.state(conduct.digest) == "released"
        return frozenset(holder.person for holder in body.holders) if released else frozenset()

    def package(self, *, digest: str, person: str) -> tuple[str, bytes]:
        """Return name and bytes of a released package for a listed officer, until the release ends."""
        body, conduct = self._bodies(digest)
        self.consents.require_standing(digest)
        listed = {holder.person for holder in body.holders}
        if person not in listed or self.leases.state(conduct.digest) != "released":
            raise UnknownObjectError
        self.authority.holders(tuple(one for one in body.holders if one.person == person))
        package = Package.from_zip(self.objects.open(released_object(digest)))
        return f"{package.folder}.zip", package.zip_bytes
