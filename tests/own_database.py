"""A database of its own for a test that needs real commits.

The ledger's tables refuse DELETE, so a database cannot be emptied between tests; a test that commits gets a new one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from safeconduct.site.databases import SQLITE_ENGINE


@contextmanager
def own_database(settings: dict[str, Any], *apps: str) -> Iterator[BaseDatabaseWrapper]:
    """Put a new database in the place of the default one, with the tables of ``apps``, or of all without any."""
    before = connections["default"]
    module = import_module(f"{settings['ENGINE']}.base")
    replacement: BaseDatabaseWrapper = module.DatabaseWrapper({**before.settings_dict, **settings}, "default")
    connections["default"] = replacement
    try:
        for words in [(app,) for app in apps] or [()]:
            call_command("migrate", *words, verbosity=0)
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
    return {"ENGINE": SQLITE_ENGINE, "NAME": str(folder / "ledger.sqlite3"), "OPTIONS": options}
