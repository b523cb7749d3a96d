"""A room with real tables, a real ledger and real people, and a vault process that a test can look into at the wire."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from tests.own_database import own_database, sqlite_settings
from tests.rooms.government_requests.world import FakeVault, World

from safeconduct.core.base.configuration import Demonstration
from safeconduct.core.rulebook import SignOffs, load
from safeconduct.core.rulebook.letter_templates import load_letters
from safeconduct.rooms.vault import wire

APPS = ("ledger", "people", "records", "senders", "government_requests")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    """A database file with every table and no row: each test gets a copy."""
    folder = tmp_path_factory.mktemp("migrated")
    settings = sqlite_settings(folder)
    with django_db_blocker.unblock(), own_database(settings, *APPS) as wrapper, wrapper.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(settings["NAME"])


@pytest.fixture(scope="session")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sign-offs of every provision by the demonstration's fictitious counsel."""
    path = tmp_path_factory.mktemp("overlay") / "sign-offs.toml"
    signed = SignOffs(demonstration=True).signing(
        [*load().provisions.values(), *load_letters().versions], name="Ravi Hask-Lowe", day=date(2026, 1, 2)
    )
    path.write_text(signed.text, "utf-8")
    return path


@pytest.fixture
def world(
    tmp_path: Path,
    migrated: Path,
    overlay: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_db_blocker: Any,
) -> Iterator[World]:
    """The room, empty, with its people."""
    own = sqlite_settings(tmp_path)
    shutil.copy(migrated, own["NAME"])
    settings.SAFECONDUCT = replace(
        settings.SAFECONDUCT,
        overlay=overlay,
        demonstration=Demonstration(now="2026-07-15T14:00:00Z", seed=1, visitor=tmp_path),
    )
    before = connections["default"]
    vault = FakeVault()
    monkeypatch.setattr(wire, "call", vault.call)
    with django_db_blocker.unblock():
        wrapper = DatabaseWrapper({**before.settings_dict, **own}, "default")
        connections["default"] = wrapper
        try:
            found = World(vault=vault, settings=settings)
            found.enrol_officer()
            yield found
        finally:
            wrapper.close()
            connections["default"] = before
