"""The bodies under which somebody gains or loses a place: an officer's keys, the roster of approvers.

1. Nobody enrols themselves, calls themselves back, or counts for a change of their own place.
2. A call-back is made by two different persons; a person is added to the roster with at least one passkey.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from safeconduct.core.conduct import shapes
from safeconduct.core.conduct.body import Body
from safeconduct.core.conduct.members import CREDENTIAL_SHAPE, Role
from safeconduct.core.conduct.shapes import BodyError


@dataclass(frozen=True, kw_only=True)
class HolderBody(Body):
    """The enrolment of an officer's keys, with the call-back that proved whose they are."""

    KIND = "holder"
    SHAPE = {  # noqa: RUF012 - a class constant declared ClassVar in the base
        "organisation": shapes.IDENTIFIER,
        "organisation_name": shapes.text(),
        "person": shapes.IDENTIFIER,
        "person_name": shapes.text(),
        "country": shapes.COUNTRY,
        "governmental": shapes.flag,
        "age_recipient": shapes.AGE_RECIPIENT,
        "passkey": shapes.nullable(CREDENTIAL_SHAPE),
        "call_back": shapes.record(
            {
                "number_source": shapes.text(),
                "by": shapes.listing(shapes.IDENTIFIER, least=2, most=2),
                "at": shapes.instant,
            },
        ),
    }

    organisation: str
    person: str
    age_recipient: str
    passkey: Mapping[str, str] | None

    @property
    def excluded(self) -> frozenset[str]:
        """Return the requester and the person enrolled."""
        return frozenset({self.requested_by, self.person})

    @classmethod
    def _members(cls, value: dict[str, Any]) -> dict[str, Any]:
        if value["person"] in {value["requested_by"], *value["call_back"]["by"]}:
            raise BodyError("holder.person cannot enrol or call back themselves.")
        return {name: value[name] for name in ("organisation", "person", "age_recipient", "passkey")}


@dataclass(frozen=True, kw_only=True)
class RosterBody(Body):
    """A change of the roster of those who may approve."""

    KIND = "roster"
    SHAPE = {  # noqa: RUF012 - a class constant declared ClassVar in the base
        "change": shapes.one_of(["add", "remove"]),
        "person": shapes.record(
            {
                "id": shapes.IDENTIFIER,
                "name": shapes.text(),
                "roles": shapes.listing(shapes.one_of([*Role]), least=1, ordered=True),
                "credentials": shapes.listing(CREDENTIAL_SHAPE, most=10),
            },
        ),
    }

    change: str
    person: str
    name: str
    roles: frozenset[Role]
    credentials: tuple[Mapping[str, str], ...]

    @property
    def excluded(self) -> frozenset[str]:
        """Return the requester and the person whose place changes."""
        return frozenset({self.requested_by, self.person})

    @classmethod
    def _members(cls, value: dict[str, Any]) -> dict[str, Any]:
        person = value["person"]
        if value["change"] == "add" and not person["credentials"]:
            raise BodyError("roster.person.credentials: a person is added with at least one passkey.")
        ids = [one["credential_id"] for one in person["credentials"]]
        if len(set(ids)) != len(ids):
            raise BodyError("roster.person.credentials names a passkey twice.")
        return {
            "change": value["change"],
            "person": person["id"],
            "name": person["name"],
            "roles": frozenset(Role(role) for role in person["roles"]),
            "credentials": tuple(person["credentials"]),
        }
