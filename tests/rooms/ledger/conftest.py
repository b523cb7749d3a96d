"""Ledger tests run on databases of their own, on SQLite and on PostgreSQL, with real commits."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from tests.own_database import own_database, sqlite_settings
from tests.postgresql import postgresql_database, postgresql_server

__all__ = ["postgresql_database", "postgresql_server"]


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    django_db_blocker: Any,
) -> Iterator[BaseDatabaseWrapper]:
    """A fresh ledger; the test runs on each database."""
    if request.param == "sqlite":
        settings = sqlite_settings(tmp_path)
    else:
        settings = {**request.getfixturevalue("postgresql_database"), "OPTIONS": {}}
    with django_db_blocker.unblock(), own_database(settings, "ledger") as wrapper:
        yield wrapper


@pytest.fixture
def sqlite_ledger(
    tmp_path: Path,
    django_db_blocker: Any,
) -> Iterator[BaseDatabaseWrapper]:
    """A fresh ledger on SQLite, for tests of that file itself."""
    with django_db_blocker.unblock(), own_database(sqlite_settings(tmp_path), "ledger") as wrapper:
        yield wrapper
