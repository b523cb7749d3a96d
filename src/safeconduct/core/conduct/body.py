"""What every object that a person signs has in common: strict members, canonical bytes, one digest."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from safeconduct.core.base.canonical import JsonValue, canonical_json, digest, parse_canonical
from safeconduct.core.base.errors import DamagedError
from safeconduct.core.conduct import shapes
from safeconduct.core.conduct.members import HEAD
from safeconduct.core.conduct.shapes import BodyError

MOST_BYTES = 4 * 1024 * 1024
"""As much as 200 items of 200 identifiers can hold, and no more than a signer's page can show."""


def domain_of(kind: str) -> str:
    """Return the digest domain of a kind of body."""
    return f"safeconduct/v1/{kind}"


@dataclass(frozen=True, kw_only=True)
class Body(ABC):
    """What every signed body has.

    Attributes:
        canonical: the RFC 8785 bytes.
        id: 128 random bits.
        requested_by: the person who asked; never counts as an approver.
        digest: what approvals name, under the domain ``safeconduct/v1/<kind>``.
    """

    KIND: ClassVar[str]
    SHAPE: ClassVar[Mapping[str, shapes.Check]]

    canonical: bytes = field(repr=False)
    id: str
    requested_by: str
    digest: str

    def as_json(self) -> dict[str, JsonValue]:
        """Return a fresh copy of the body."""
        value: dict[str, JsonValue] = parse_canonical(self.canonical)
        return value

    @property
    def kind(self) -> str:
        """Return the kind of body."""
        return self.KIND

    @property
    def excluded(self) -> frozenset[str]:
        """Return the persons whose approval never counts."""
        return frozenset({self.requested_by})

    @classmethod
    @abstractmethod
    def _members(cls, value: dict[str, Any]) -> dict[str, Any]:
        """Return the members of this kind, after the rules that a shape cannot say."""

    @classmethod
    def from_json(cls, value: JsonValue) -> Self:
        """Return the body in ``value``; raises ``BodyError`` naming the member at fault."""
        try:
            canonical = canonical_json(value)
        except DamagedError as error:
            raise BodyError("The body has no canonical JSON form.") from error
        if len(canonical) > MOST_BYTES:
            raise BodyError(f"The body is longer than {MOST_BYTES} bytes.")
        shapes.record({**HEAD, **cls.SHAPE, "kind": shapes.one_of([cls.KIND])})(value, cls.KIND)
        copy = parse_canonical(canonical)
        return cls(
            canonical=canonical,
            id=copy["id"],
            requested_by=copy["requested_by"],
            digest=digest(domain_of(cls.KIND), copy),
            **cls._members(copy),
        )
