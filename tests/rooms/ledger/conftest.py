"""Ledger tests run on databases of their own, on SQLite and on PostgreSQL, with real commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from tests.postgresql import postgresql_database, postgresql_server

__all__ = ["postgresql_database", "postgresql_server"]


@contextmanager
def database(settings: dict[str, Any]) -> Iterator[BaseDatabaseWrapper]:
    """Put another database in the place of the default one, with the ledger's tables."""
    before = connections["default"]
    wrapper = connections.create_connection("default")
    wrapper.settings_dict = {**before.settings_dict, **settings}
    module = __import__(f"{settings['ENGINE']}.base", fromlist=["DatabaseWrapper"])
    replacement: BaseDatabaseWrapper = module.DatabaseWrapper(wrapper.settings_dict, "default")
    connections["default"] = replacement
    try:
        call_command("migrate", "ledger", verbosity=0)
        yield replacement
    finally:
        replacement.close()
        connections["default"] = before


def sqlite_settings(folder: Path) -> dict[str, Any]:
    options = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "ledger.sqlite3"), "OPTIONS": options}


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    django_db_blocker: Any,  # noqa: ANN401 - the plugin's own type
) -> Iterator[BaseDatabaseWrapper]:
    """A fresh ledger; the test runs on each database."""
    if request.param == "sqlite":
        settings = sqlite_settings(tmp_path)
    else:
        settings = {**request.getfixturevalue("postgresql_database"), "OPTIONS": {}}
    with django_db_blocker.unblock(), database(settings) as wrapper:
        yield wrapper


@pytest.fixture
def sqlite_ledger(
    tmp_path: Path,
    django_db_blocker: Any,  # noqa: ANN401 - the plugin's own type
) -> Iterator[BaseDatabaseWrapper]:
    """A fresh ledger on SQLite, for tests of that file itself."""
    with django_db_blocker.unblock(), database(sqlite_settings(tmp_path)) as wrapper:
        yield wrapper
