"""The parts that several signed bodies share, as shapes and as frozen values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.periods import parse_instant
from safeconduct.core.conduct import shapes


class Role(StrEnum):
    """A role of the roster."""

    ANALYST = "analyst"
    COUNSEL = "counsel"
    APPROVER = "approver"
    SECOND_READER = "second_reader"
    SECURITY_ENGINEER = "security_engineer"
    OFFICER = "officer"
    OUTSIDE_COUNSEL = "outside_counsel"


HEAD = {
    "version": shapes.whole(1, 1),
    "kind": shapes.IDENTIFIER,
    "id": shapes.IDENTIFIER,
    "requested_by": shapes.IDENTIFIER,
}
"""The members that open every body."""

HOLDER_SHAPE = shapes.record(
    {
        "organisation": shapes.IDENTIFIER,
        "organisation_name": shapes.text(),
        "person": shapes.IDENTIFIER,
        "person_name": shapes.text(),
        "key_fingerprint": shapes.text(longest=128),
    },
)
SILENCE_SHAPE = shapes.nullable(
    shapes.record({"until": shapes.nullable(shapes.instant), "persons": shapes.listing(shapes.IDENTIFIER, most=100)}),
)
CREDENTIAL_SHAPE = shapes.record(
    {"credential_id": shapes.BASE64URL, "public_key": shapes.BASE64URL, "rp_id": shapes.HOST},
)


@dataclass(frozen=True, kw_only=True)
class Holder:
    """An officer to whom a package may be handed, and the key it is sealed to."""

    organisation: str
    organisation_name: str
    person: str
    person_name: str
    key_fingerprint: str

    def as_json(self) -> dict[str, JsonValue]:
        """Return the canonical form."""
        return dict(vars(self))


@dataclass(frozen=True, kw_only=True)
class Silence:
    """A prohibition of notice: when it ends, if it says so, and who may know of the matter."""

    until: datetime | None
    persons: frozenset[str]

    @classmethod
    def from_json(cls, value: JsonValue) -> Self | None:
        """Return the silence in ``value``, or None where there is none."""
        if value is None:
            return None
        until = None if value["until"] is None else parse_instant(value["until"])
        return cls(until=until, persons=frozenset(value["persons"]))


def holders(value: JsonValue) -> tuple[Holder, ...]:
    """Return the holders in a list that already has their shape."""
    return tuple(Holder(**one) for one in value)
