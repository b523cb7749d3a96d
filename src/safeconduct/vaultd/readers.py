"""Who may read the papers of a matter: a role that reads and, while silence is ordered, a place on its list.

The vault process learns of a silence from what was sealed or proposed for the matter, never from a caller's word:

1. The newest statement counts. A safe-conduct or letter with a ``silence``, and a case file that has one, each make it.
2. A body without silence lifts an earlier one only once somebody has signed it; a proposal alone lifts nothing.
3. A silence that names its end is over from that instant.

Counsel's advice is read by counsel only, under the same grant; outside counsel is counsel where mandated (``mandates``)
and reads nothing elsewhere.

A refusal says neither that a matter is silenced nor that it exists.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from safeconduct.core.base.errors import BadInputError, NotPermittedError
from safeconduct.core.conduct.bodies import LetterBody, SafeConductBody
from safeconduct.core.conduct.grants import GrantError
from safeconduct.core.conduct.members import Role, Silence
from safeconduct.vaultd.case_files import CASE_FILE, CaseFileError
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.consents import Consents
from safeconduct.vaultd.mandates import is_mandated
from safeconduct.vaultd.objects import Objects
from safeconduct.vaultd.roster import NotEnrolledError, Roster
from safeconduct.vaultd.store import Store

READING_ROLES = frozenset(
    {Role.ANALYST, Role.COUNSEL, Role.APPROVER, Role.SECOND_READER, Role.OUTSIDE_COUNSEL},
)


class NoReadingRoleError(NotPermittedError):
    """None of this person's roles reads case papers."""

    code = "SC-NO-READING-ROLE"
    cure = "An analyst, counsel, an approver or a second reader may open them."


@dataclass(frozen=True)
class Statement:
    """What one sealed object says of silence: ``silence`` is None where there is none, ``also`` may know anyway."""

    at: str
    silence: Silence | None
    also: frozenset[str] = frozenset()


class Readers:
    """Asks the roster for roles, and sealed objects for lists of silence."""

    def __init__(self, *, store: Store, roster: Roster, consents: Consents, objects: Objects, clock: Clock) -> None:
        """Keep the parts that know."""
        self._store = store
        self._roster = roster
        self._consents = consents
        self._objects = objects
        self._clock = clock

    def require_role(self, person: str) -> None:
        """Raise ``NotEnrolledError`` or ``NoReadingRoleError`` unless the roster gives this person a reading role."""
        if READING_ROLES.isdisjoint(self._roster.person(person).roles):
            raise NoReadingRoleError

    def is_counsel(self, person: str) -> bool:
        """Return whether the roster makes this person counsel, ours or outside: who alone opens privileged objects.

        Where outside counsel may read anything at all, ``may_read`` has said.
        """
        return not {Role.COUNSEL, Role.OUTSIDE_COUNSEL}.isdisjoint(self._roster.person(person).roles)

    def require(self, *, matter: str, person: str) -> None:
        """Raise ``GrantError`` unless this person may read papers of this matter now."""
        if not self.may_read(matter=matter, person=person):
            raise GrantError("Its person may not read here.")

    def may_read(self, *, matter: str, person: str) -> bool:
        """Return whether the role and, where one is in force, the list of silence allow it."""
        try:
            self.require_role(person)
        except (NotEnrolledError, NoReadingRoleError):
            return False
        if not self._mandated(matter, person):
            return False
        cleared = self.cleared(matter)
        return cleared is None or person in cleared

    def _mandated(self, matter: str, person: str) -> bool:
        """Return whether a person needs no mandate for this matter, or has one."""
        outside = Role.OUTSIDE_COUNSEL in self._roster.person(person).roles
        return not outside or is_mandated(store=self._store, clock=self._clock, matter=matter, person=person)

    def cleared(self, matter: str) -> frozenset[str] | None:
        """Return who may know of a matter under silence, or None where none is in force that the vault knows."""
        for one in sorted(self._statements(matter), key=lambda one: (one.at, one.silence is not None), reverse=True):
            if one.silence is None:
                return None
            over = one.silence.until is not None and one.silence.until <= self._clock.earliest()
            return None if over else one.silence.persons | one.also
        return None

    def _statements(self, matter: str) -> Iterator[Statement]:
        kinds = (SafeConductBody.KIND, LetterBody.KIND)
        rows = self._store.all("SELECT digest, at FROM consent WHERE matter = ? AND kind IN (?, ?)", (matter, *kinds))
        for row in rows:
            body = self._consents.body(row["digest"])
            silence = body.silence if isinstance(body, SafeConductBody | LetterBody) else None
            if silence is not None or self._consents.approvals(row["digest"]):
                yield Statement(row["at"], silence, frozenset({body.requested_by}))
        for object_id, at in self._objects.of_owner(kind=CASE_FILE, owner=f"matter/{matter}"):
            silence = _silence_in(self._objects.open(object_id))
            if silence is not None:
                yield Statement(at, silence)


def _silence_in(case_file: bytes) -> Silence | None:
    try:
        value = json.loads(case_file)
        return Silence.from_json(value.get("silence"))
    except (AttributeError, KeyError, TypeError, ValueError, BadInputError) as error:
        raise CaseFileError("Its silence cannot be read.") from error
