"""Reads from the vault process. Names of the directory and granted case papers are the only clear text it returns."""

from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safeconduct.core.base.periods import parse_instant
from safeconduct.rooms.vault import wire
from safeconduct.rooms.vault.rules import SEALED_VAULT, VaultUnavailableError

TOLD_NAMES = "_safeconduct_names"
"""Where a request keeps the names that were opened for it, and for it alone."""


@dataclass(frozen=True)
class ApprovalLine:
    """One approval: who, in which role, when."""

    person: str
    role: str
    at: datetime


@dataclass(frozen=True)
class DeclineLine:
    """One decline: who, when. The reason stays with the vault process."""

    person: str
    at: datetime


@dataclass(frozen=True)
class Approvals:
    """Where an object stands.

    Attributes:
        state: ``open``, ``approved``, ``applied``, ``declined``, ``revoked`` or ``expired``, as the vault counts now.
    """

    digest: str
    approvals: tuple[ApprovalLine, ...]
    declined: tuple[DeclineLine, ...]
    state: str


def status() -> dict[str, Any]:
    """Return whether the vault is sealed and, if not, its time, its heads, its edition and its public keys."""
    return wire.call("status", {})


def last_size(*, log: str) -> int:
    """Return the size of the head that the vault process saw last; raises ``VaultUnavailableError`` if it is sealed."""
    told = status()
    if "heads" not in told:
        raise VaultUnavailableError(SEALED_VAULT)
    return int(told["heads"][log]["size"])


def keys() -> dict[str, Any]:
    """Return the epochs alive with the keys under each, the next one's name, whether a rotation is due or stopped."""
    return wire.call("keys", {})


def approvals(*, digest: str) -> Approvals:
    """Return the approvals and declines of a proposed object."""
    told = wire.call("approvals", {"digest": digest})
    return Approvals(
        digest=digest,
        approvals=tuple(
            ApprovalLine(one["person"], one["role"], parse_instant(one["at"])) for one in told["approvals"]
        ),
        declined=tuple(DeclineLine(one["person"], parse_instant(one["at"])) for one in told["declined"]),
        state=told["state"],
    )


def directory_names(*, objects: list[str]) -> dict[str, str]:
    """Return the names behind sealed ``name`` objects; an id that is no name is left out."""
    wanted = list(dict.fromkeys(objects))
    return dict(wire.call("directory_names", {"objects": wanted})["names"]) if wanted else {}


def blind_index(*, kind: str, values: list[str]) -> list[str]:
    """Return the keyed blind index of each value, in the same order."""
    return list(wire.call("blind_index", {"kind": kind, "values": values})["indexes"]) if values else []


def read_case(*, matter: str, grant: str, objects: list[str]) -> dict[str, bytes]:
    """Return case papers of the matter under a live, opened grant; never an upload, never a record."""
    told = wire.call("read_case", {"matter": matter, "grant": grant, "objects": objects})
    return {name: b64decode(data) for name, data in told["objects"].items()}


def alarms(*, after: int) -> tuple[list[dict[str, Any]], int]:
    """Return the vault process's alarms with a number above ``after``, a page of them, and its newest number."""
    told = wire.call("alarms", {"after": after})
    return list(told["alarms"]), int(told["newest"])


def due_fakes() -> tuple[bytes, ...]:
    """Return the mails of seeded fakes that are to come in now and did not yet."""
    return tuple(b64decode(one) for one in wire.call("due_fakes", {})["mails"])


def erasure(*, customer: str) -> dict[str, Any]:
    """Return what a customer is told of their erasure: ``{"customer", "asked", "destroyed", "unreadable"}``."""
    return wire.call("erasure", {"customer": customer})


def check_records() -> dict[str, Any]:
    """Have every page and block in force opened: ``{"segments", "runs", "rows", "damaged": [{"name", "why"}]}``."""
    return wire.call("check_records", {})
