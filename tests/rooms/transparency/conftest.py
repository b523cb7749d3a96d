"""A world with a ledger, a vault process that signs, and matters that a test writes down itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.own_database import own_database, sqlite_settings

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.configuration import Configuration, Demonstration
from safeconduct.core.base.periods import Window
from safeconduct.core.rulebook import SignOffs, load
from safeconduct.core.tlog.notes import Signer, sign_note
from safeconduct.rooms.transparency import actions
from safeconduct.rooms.transparency.actions import band_statements, building, publishing

NOW = datetime(2026, 7, 10, 15, 0, tzinfo=UTC)
COMPANY = "Northwind Messaging, Inc."
ACTOR = Actor(
    person="a" * 32,
    account="b" * 32,
    organisation="c" * 32,
    permissions=frozenset({actions.BUILD, actions.PUBLISH, actions.BAND}),
)


@dataclass(frozen=True)
class Matter:
    """One matter, in the words of the room of government requests."""

    process: str
    outcome: str
    notice: str = "none_due"
    country: str = "US"
    received_at: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)
    selectors: int = 1
    served_entity: str = "northwind-us"


MATTERS = (
    Matter("subpoena", "disclosed_as_asked", "before"),
    Matter("subpoena", "none_held"),
    Matter("subpoena", "refused"),
    Matter("court_order_2703d", "disclosed_as_asked", "before"),
    Matter("search_warrant", "disclosed_narrowed", "prohibited"),
    Matter("search_warrant", "disclosed_as_asked", "after"),
    Matter("emergency_request", "disclosed_as_asked", "after"),
    Matter("foreign_request", "redirected", country="DE"),
    Matter("foreign_request", "redirected", country="GB"),
    Matter("preservation_request", "preserved"),
    Matter("subpoena", "pending", received_at=datetime(2026, 7, 2, tzinfo=UTC)),
)


@dataclass
class World:
    """What a test may look into and change."""

    here: Configuration
    signer: Signer = field(default_factory=lambda: Signer("issuer.northwind.example", b"\x07" * 32))
    matters: tuple[Matter, ...] = MATTERS
    signed: list[str] = field(default_factory=list)
    failure: Exception | None = None

    def countable(self, *, window: Window) -> tuple[Matter, ...]:
        return tuple(one for one in self.matters if window.holds(one.received_at))

    def sign_statement(self, *, kind: str, text: str, entry: str) -> str:
        assert text.startswith(f"safeconduct/v1/{kind}\n")
        assert len(entry) == 32
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        self.signed.append(text)
        return sign_note(text, self.signer)


def configuration(root: Path, *, enclave: bool) -> Configuration:
    found: Configuration = settings.SAFECONDUCT
    return replace(
        found,
        root=root,
        name="Northwind Messaging",
        enclave=enclave,
        public=root / "public",
        overlay=root / "sign-offs.toml",
        rulebook=None,
        demonstration=Demonstration(now="2026-07-10T15:00:00Z", seed=1, visitor=root / "visitor"),
    )


@pytest.fixture
def world(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_db_blocker: Any,
) -> Iterator[World]:
    """An instance whose matters stand in ``world.matters``; its counsel is fictitious and has signed everything."""
    found = World(configuration(tmp_path, enclave=False))
    monkeypatch.setattr(settings, "SAFECONDUCT", found.here)
    signs = SignOffs(demonstration=True).signing(load().provisions.values(), name="R. Fictitious", day=date(2026, 1, 2))
    found.here.overlay.write_text(signs.text, "utf-8")
    for module in (building, band_statements):
        monkeypatch.setattr(module, "countable", found.countable)
    for module in (publishing, band_statements):
        monkeypatch.setattr(module.vault, "sign_statement", found.sign_statement)
    with django_db_blocker.unblock(), own_database(sqlite_settings(tmp_path), "ledger", "people", "transparency"):
        yield found


@pytest.fixture
def enclave(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The same, as the instance for national-security matters."""
    monkeypatch.setattr(settings, "SAFECONDUCT", configuration(tmp_path, enclave=True))
    return world
