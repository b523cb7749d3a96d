"""Enrolment: an approved change of the roster, or an officer's keys after a call-back."""

from typing import Any

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.periods import instant_text
from safeconduct.core.conduct.bodies import HolderBody, RosterBody
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.consents import Consents
from safeconduct.vaultd.entries import Entries
from safeconduct.vaultd.roster import Roster
from safeconduct.vaultd.store import Store

LEAST_APPROVERS = 2


class LastApproverError(NotPermittedError):
    """Without this person too few could approve, and nobody could ever change that."""

    code = "SC-LAST-APPROVER"
    cure = "Enrol another approver first."


class TwoPlacesError(NotPermittedError):
    """A person is on the roster or an officer outside, never both."""

    code = "SC-TWO-PLACES"
    cure = "Give the officer an id of their own."


class PasskeyHostError(NotPermittedError):
    """The passkey is not for a host on which this person can act."""

    code = "SC-PASSKEY-HOST"
    cure = "Enrol the passkey on the page where it will be used."


class Enrolment:
    """Applies approved bodies; there is no other way onto the roster after ``init``."""

    def __init__(
        self,
        *,
        configuration: Configuration,
        store: Store,
        clock: Clock,
        entries: Entries,
        consents: Consents,
        roster: Roster,
    ) -> None:
        """Keep the roster to be changed, and the hosts for which a passkey can be enrolled."""
        self._approve, self._open = (configuration.faces[name].host for name in ("approve", "open"))
        self._store = store
        self._clock = clock
        self._entries = entries
        self._consents = consents
        self._roster = roster

    def enrol(self, *, digest: str, proof: JsonValue) -> dict[str, Any]:
        """Apply an approved holder or roster body once."""
        with self._store.writing():
            entry = self._entries.admit(
                proof, op="enrol", act=digest, kind="people.enrol", subject=None, facts={"digest": digest}
            )
            if (before := self._entries.answered(entry)) is not None:
                return before
            body = self._consents.body(digest)
            self._consents.require_approved(body)
            if isinstance(body, HolderBody):
                answer = self._officer(body)
            elif isinstance(body, RosterBody):
                answer = self._change(body)
            else:
                raise NotPermittedError("This body enrols nobody.")
            self._consents.applied(digest)
            return self._entries.finish(entry, answer)

    def _officer(self, body: HolderBody) -> dict[str, Any]:
        if self._roster.ever_enrolled(body.person):
            raise TwoPlacesError
        if body.passkey is not None and body.passkey["rp_id"] != self._open:
            raise PasskeyHostError
        self._roster.add_holder(body, instant_text(self._clock.now()))
        return {"enrolled": body.person}

    def _change(self, body: RosterBody) -> dict[str, Any]:
        if body.change == "add":
            if self._roster.is_holder(body.person):
                raise TwoPlacesError
            if {one["rp_id"] for one in body.credentials} - {self._approve, self._open}:
                raise PasskeyHostError
            self._roster.add_person(
                person=body.person,
                name=body.name,
                roles=[str(role) for role in body.roles],
                credentials=[dict(one) for one in body.credentials],
            )
            return {"enrolled": body.person}
        if self._roster.is_holder(body.person):
            self._roster.suspend_holder(body.person, instant_text(self._clock.now()))
            return {"removed": body.person}
        others = [one for one in self._roster.persons() if "approver" in one.roles and one.id != body.person]
        if len(others) < LEAST_APPROVERS:
            raise LastApproverError
        self._roster.remove_person(body.person, instant_text(self._clock.now()))
        return {"removed": body.person}
