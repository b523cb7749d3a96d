"""Consents: the objects that people are asked to sign, their approvals, declines and revocations.

1. A body is parsed strictly when it is proposed and again whenever it is opened, and must have its digest.
2. An approval is written only after its assertion held; the quorum is counted anew at every use, over today's roster.
3. A decline or a revocation is final for that digest.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safeconduct.core.base.canonical import canonical_json
from safeconduct.core.base.errors import ConflictError, DamagedError, NotPermittedError
from safeconduct.core.base.periods import instant_text, parse_instant
from safeconduct.core.conduct.approvals import APPROVAL_LASTS, QUORUMS, Approval, Enrolled, QuorumError, check_quorum
from safeconduct.core.conduct.bodies import Body, LetterBody, ReleaseBody, SafeConductBody, parse
from safeconduct.core.conduct.leases import RevokedConductError, check_standing
from safeconduct.core.conduct.members import Role
from safeconduct.vaultd.ceremonies import Answered
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.keys import KeyRing
from safeconduct.vaultd.roster import NotEnrolledError, Roster
from safeconduct.vaultd.store import Row, Store


class UnknownConsentError(NotPermittedError):
    """There is no such object to sign."""

    code = "SC-UNKNOWN-CONSENT"
    cure = "Propose it first, or check the digest."


class DeclinedError(NotPermittedError):
    """A person who was asked has declined it."""

    code = "SC-DECLINED"
    cure = "Read the reason, then propose a changed object."


class AppliedError(ConflictError):
    """It was applied already; a second time needs a new object and new approvals."""

    code = "SC-APPLIED"


class AlreadySignedError(ConflictError):
    """This person has already signed or declined it."""

    code = "SC-ALREADY-SIGNED"


class MayNotSignError(NotPermittedError):
    """This person's signature would not count."""

    code = "SC-MAY-NOT-SIGN"
    cure = "Ask a colleague on the roster who neither asked for this nor prepared it."


@dataclass(frozen=True)
class Decline:
    """Who declined, when and why."""

    person: str
    at: str
    reason: str


class Consents:
    """Every body proposed, under its digest."""

    def __init__(self, *, store: Store, ring: KeyRing, roster: Roster, clock: Clock) -> None:
        """Keep the roster against which approvals are counted."""
        self._store = store
        self._ring = ring
        self._roster = roster
        self._clock = clock

    def propose(self, body: Body, *, matter: str = "", parent: str | None = None) -> str:
        """Seal a body under its digest and return that; proposing it again changes nothing."""
        expires = instant_text(body.expires) if isinstance(body, SafeConductBody | ReleaseBody) else None
        with self._store.writing():
            if self._store.one("SELECT 1 FROM consent WHERE digest = ?", (body.digest,)) is None:
                sealed = self._ring.seal_field(f"consent/body/{body.digest}", body.canonical)
                now = instant_text(self._clock.now())
                values = (body.digest, body.kind, _matter(body, matter), expires, parent, now, sealed)
                self._store.run("INSERT INTO consent VALUES (?, ?, ?, ?, ?, NULL, NULL, ?, ?)", values)
        return body.digest

    def body(self, digest: str, kind: str | None = None) -> Body:
        """Return the body under ``digest``; raises ``UnknownConsentError`` also when it is of another kind."""
        row = self._row(digest)
        if kind is not None and row["kind"] != kind:
            raise UnknownConsentError
        found = parse(row["kind"], json.loads(self._ring.open_field(f"consent/body/{digest}", row["body_sealed"])))
        if found.digest != digest:
            raise DamagedError("The object is not the one that was proposed.")
        return found

    def silenced_to(self, body: Body) -> frozenset[str] | None:
        """Return the persons who alone may know of a silenced object, or None where there is no silence."""
        silence = body.silence if isinstance(body, SafeConductBody | LetterBody) else None
        if isinstance(body, ReleaseBody):
            return self.silenced_to(self.body(body.safe_conduct))
        return None if silence is None else silence.persons | {body.requested_by}

    def matter(self, digest: str) -> str:
        """Return the matter of a consent; empty for a change of roster or holders."""
        return str(self._row(digest)["matter"])

    def _row(self, digest: str) -> Row:
        row = self._store.one("SELECT * FROM consent WHERE digest = ?", (digest,))
        if row is None:
            raise UnknownConsentError
        return row

    def role_for(self, body: Body, person: str) -> Role:
        """Return the role in which a person may sign; raises ``MayNotSignError`` if in none."""
        if person in body.excluded:
            raise MayNotSignError("Who asked for it, prepared it or receives it never counts.")
        held = self._roster.person(person).roles
        fitting = [role for role in Role if role in QUORUMS[body.kind].roles and str(role) in held]
        if not fitting:
            raise MayNotSignError("None of their roles is asked for.")
        return fitting[0]

    def approve(self, body: Body, answered: Answered, *, assertion: Mapping[str, Any], domain: str) -> Approval:
        """Write an approval whose assertion held; raises ``ClocksDisagreeError``: nothing can be dated then."""
        self._clock.require_agreement()
        now = self._clock.now()
        approval = Approval(
            person=answered.person,
            role=Role(answered.role),
            digest=body.digest,
            at=now,
            expires=now + APPROVAL_LASTS,
            domain=domain,
            nonce=answered.nonce,
            credential_id=answered.credential,
            assertion=assertion,
        )
        place = f"approval/assertion/{body.digest}/{answered.person}"
        sealed = self._ring.seal_field(place, canonical_json(approval.as_json()))
        values = (body.digest, answered.person, answered.role, answered.credential, instant_text(now))
        with self._store.writing():
            self.require_open(body.digest, answered.person)
            row = (*values, answered.nonce, sealed)
            self._store.run("INSERT INTO approval VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        return approval

    def decline(self, body: Body, person: str, reason: str) -> None:
        """Write a decline; the object is void from now on."""
        sealed = self._ring.seal_field(f"decline/reason/{body.digest}/{person}", reason.encode())
        with self._store.writing():
            self.require_open(body.digest, person)
            values = (body.digest, person, instant_text(self._clock.now()), sealed)
            self._store.run("INSERT INTO decline VALUES (?, ?, ?, ?)", values)

    def require_open(self, digest: str, person: str) -> None:
        """Raise unless the object still waits for this person."""
        self.require_standing(digest)
        for table in ("approval", "decline"):
            statement = f"SELECT 1 FROM {table} WHERE digest = ? AND person = ?"  # noqa: S608 - two fixed names
            if self._store.one(statement, (digest, person)) is not None:
                raise AlreadySignedError

    def approvals(self, digest: str) -> list[Approval]:
        """Return the approvals under a digest, earliest first."""
        rows = self._store.all("SELECT * FROM approval WHERE digest = ? ORDER BY at, person", (digest,))
        places = [(row, f"approval/assertion/{digest}/{row['person']}") for row in rows]
        return [
            Approval.from_json(json.loads(self._ring.open_field(at, row["assertion_sealed"]))) for row, at in places
        ]

    def declines(self, digest: str) -> list[Decline]:
        """Return who declined."""
        rows = self._store.all("SELECT * FROM decline WHERE digest = ? ORDER BY at", (digest,))
        places = [(row, f"decline/reason/{digest}/{row['person']}") for row in rows]
        return [
            Decline(row["person"], row["at"], self._ring.open_field(at, row["reason_sealed"]).decode())
            for row, at in places
        ]

    def require_standing(self, digest: str) -> None:
        """Raise if the object was declined, revoked or has ended, or if its safe-conduct was revoked."""
        row = self._row(digest)
        expires = parse_instant(row["expires"]) if row["expires"] else None
        if self._store.one("SELECT 1 FROM decline WHERE digest = ?", (digest,)) is not None:
            raise DeclinedError
        if row["revoked_at"] is not None:
            raise RevokedConductError
        if row["applied_at"] is not None:
            raise AppliedError
        if expires is not None:
            check_standing(expires=expires, revoked=False, now=self._clock.now())
        if row["parent"] is not None:
            self.require_standing(row["parent"])

    def require_approved(self, body: Body) -> tuple[Approval, ...]:
        """Return the approvals that count now; raises ``QuorumError`` or what ended the object."""
        self.require_standing(body.digest)
        approvals = self.approvals(body.digest)
        return check_quorum(body=body, approvals=approvals, roster=self._enrolled(approvals), now=self._clock.now())

    def _enrolled(self, approvals: list[Approval]) -> dict[str, Enrolled]:
        found = {}
        for approval in approvals:
            try:
                person = self._roster.person(approval.person)
            except NotEnrolledError:
                continue
            known = self._roster.credentials(approval.person, approval.domain)
            found[approval.person] = Enrolled(
                roles=frozenset(Role(role) for role in person.roles),
                credential_ids=frozenset(one.as_json()["credential_id"] for one in known),
            )
        return found

    def state(self, digest: str) -> str:
        """Return ``open``, ``approved``, ``applied``, ``declined``, ``revoked`` or ``expired``."""
        try:
            self.require_approved(self.body(digest))
        except QuorumError:
            return "open"
        except DeclinedError:
            return "declined"
        except RevokedConductError:
            return "revoked"
        except AppliedError:
            return "applied"
        except NotPermittedError:
            return "expired"
        return "approved"

    def waiting_for(self, person: str) -> list[Body]:
        """Return what this person can sign now, oldest first."""
        rows = self._store.all("SELECT digest FROM consent WHERE revoked_at IS NULL ORDER BY at")
        return [body for row in rows if (body := self._open_for(row["digest"], person)) is not None]

    def _open_for(self, digest: str, person: str) -> Body | None:
        if self.state(digest) != "open":
            return None
        body = self.body(digest)
        try:
            self.role_for(body, person)
            self.require_open(digest, person)
        except (NotPermittedError, ConflictError):
            return None
        return body

    def handed_in(self, digest: str) -> datetime:
        """Return when an object was handed in, by the clock of this process."""
        return parse_instant(self._row(digest)["at"])

    def applied(self, digest: str) -> None:
        """Mark a consent as applied, once for all; call inside a transaction."""
        self._store.run("UPDATE consent SET applied_at = ? WHERE digest = ?", (instant_text(self._clock.now()), digest))

    def revoke(self, digest: str, at: datetime) -> None:
        """Revoke a consent; call inside a transaction."""
        self._row(digest)
        values = (instant_text(at), digest)
        self._store.run("UPDATE consent SET revoked_at = coalesce(revoked_at, ?) WHERE digest = ?", values)


def _matter(body: Body, matter: str) -> str:
    return body.matter if isinstance(body, SafeConductBody | LetterBody) else matter
