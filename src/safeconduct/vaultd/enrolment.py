"""Enrolment: an approved change of the roster, or an officer's keys after a call-back; and an end to both at once.

A suspension needs one entry and no signature, since one person may always stop. Nothing but a fresh enrolment lifts it:
a call-back and an object that are younger than the suspension, signed by two.
"""

from typing import Any

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.errors import BadInputError, NotPermittedError
from safeconduct.core.base.periods import instant_text, parse_instant
from safeconduct.core.conduct.bodies import HolderBody, RosterBody
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.consents import Consents
from safeconduct.vaultd.entries import Entries
from safeconduct.vaultd.roster import Roster
from safeconduct.vaultd.store import Store

LEAST_APPROVERS = 2
OFFICER, ORGANISATION = "officer", "organisation"


class LastApproverError(NotPermittedError):
    """Without this person too few could approve, and nobody could ever change that."""

    code = "SC-LAST-APPROVER"
    cure = "Enrol another approver first."


class TwoPlacesError(NotPermittedError):
    """A person is on the roster or an officer outside, never both."""

    code = "SC-TWO-PLACES"
    cure = "Give the officer an id of their own."


class SuspendedError(NotPermittedError):
    """The officer or the agency was suspended after this was called back or handed in."""

    code = "SC-SUSPENDED"
    cure = "Call the officer back anew, and have a new object signed."


class SortError(BadInputError):
    """An officer or an organisation is suspended, nothing else."""

    code = "SC-SORT"


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
        self._younger_than_any_suspension(body)
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

    def suspend(self, *, sort: str, subject: str, proof: JsonValue) -> dict[str, Any]:
        """Stop sealing and handing out to an officer, or to every officer of an organisation, at once."""
        if sort not in (OFFICER, ORGANISATION):
            raise SortError
        with self._store.writing():
            entry = self._entries.admit(
                proof,
                op="suspend",
                act=f"{sort}/{subject}",
                kind="senders.suspend",
                subject=subject,
                facts={"sort": sort},
            )
            if (before := self._entries.answered(entry)) is not None:
                return before
            at = instant_text(self._clock.now())
            held = [subject] if sort == OFFICER else self._roster.holders_of(subject)
            for person in held:
                self._roster.suspend_holder(person, at)
            return self._entries.finish(entry, {"suspended": len(held), "at": at})

    def _younger_than_any_suspension(self, body: HolderBody) -> None:
        """Raise ``SuspendedError`` for a call-back or an object that is not younger than the last suspension."""
        told = self._entries.last_answers(
            "suspend", [f"{OFFICER}/{body.person}", f"{ORGANISATION}/{body.organisation}"]
        )
        suspended = [parse_instant(one["at"]) for one in told]
        called = parse_instant(body.as_json()["call_back"]["at"])
        if suspended and max(suspended) >= min(called, self._consents.handed_in(body.digest)):
            raise SuspendedError
