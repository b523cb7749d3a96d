"""The database an instance names, as Django wants it: durable, or not at all."""

from typing import Any

from psycopg.conninfo import conninfo_to_dict

from safeconduct.core.base.configuration import Configuration, ConfigurationError

SQLITE, POSTGRESQL = "sqlite:", "postgresql://"
LOCAL = frozenset({"", "localhost", "127.0.0.1", "::1"})
SQLITE_ENGINE = "safeconduct.site.sqlite"
PASS_FILE = "database.pgpass"  # noqa: S105 - the name of a file
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA secure_delete=ON;",
}


def database(configuration: Configuration) -> dict[str, Any]:
    """Return Django's settings for ``configuration.database``; raises ``ConfigurationError`` for an unknown kind.

    An acknowledged commit is on disk: SQLite WAL with ``synchronous=FULL``, PostgreSQL ``synchronous_commit=on``.
    """
    text = configuration.database
    if text == "sqlite::memory:":
        return {"ENGINE": SQLITE_ENGINE, "NAME": ":memory:", "OPTIONS": SQLITE_OPTIONS}
    if text.startswith(SQLITE):
        path = configuration.root / text.removeprefix(SQLITE)
        return {"ENGINE": SQLITE_ENGINE, "NAME": str(path), "OPTIONS": SQLITE_OPTIONS}
    if text.startswith(POSTGRESQL):
        return _postgresql(configuration, text)
    raise ConfigurationError("store.database is sqlite:PATH or a postgresql:// URL.")


def _postgresql(configuration: Configuration, url: str) -> dict[str, Any]:
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    options: dict[str, Any] = {"options": "-c synchronous_commit=on"}
    if (configuration.root / PASS_FILE).exists():
        options["passfile"] = str(configuration.root / PASS_FILE)
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    found: dict[str, Any] = {name: parts.pop(key, "") for key, name in named.items()}
    if found["HOST"] not in LOCAL and not found["HOST"].startswith("/"):
        options["sslmode"] = "verify-full"
        if parts.get("sslmode", "verify-full") != "verify-full":
            raise ConfigurationError("store.database on another machine is reached with sslmode=verify-full alone.")
    return {"ENGINE": "django.db.backends.postgresql", **found, "OPTIONS": {**options, **parts}}
