"""What the actions return: frozen, and free of personal data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A matter after an act: its state and the entry that records the act."""

    matter: str
    state: str
    entry: str


@dataclass(frozen=True, kw_only=True)
class Received(Moved):
    """A matter that has just begun. ``preserved`` is False while the copy is still owed or none is due."""

    reference: str
    case_file: str
    preserved: bool


@dataclass(frozen=True, kw_only=True)
class Preserved(Moved):
    """A preservation and its end."""

    until: datetime


@dataclass(frozen=True, kw_only=True)
class Written(Moved):
    """A letter: its id, and the digest that a second person signs."""

    letter: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Forecasted(Moved):
    """Counts of what the paper could reach, by customer and category."""

    counts: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, kw_only=True)
class ScopeProposed(Moved):
    """A scope that waits for two approvals, and how much of the paper it leaves out."""

    digest: str
    left_out: int


@dataclass(frozen=True, kw_only=True)
class Authorised(Moved):
    """A scope with its two approvals on record, and the journey under which it is collected."""

    digest: str
    journey: str


@dataclass(frozen=True, kw_only=True)
class Collected(Moved):
    """A sealed package that waits for its second reader."""

    release_digest: str
    manifest_root: str
    counts: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Sent(Moved):
    """Sealed files in the outbox: name, SHA-256 and size of each."""

    files: tuple[Mapping[str, object], ...]
