"""A database on another machine is reached over verified TLS, or not at all."""

from dataclasses import replace

import pytest

from safeconduct.core.base.configuration import ConfigurationError
from safeconduct.site.databases import database
from safeconduct.site.instance import test_configuration as configuration


def options(url: str) -> object:
    return database(replace(configuration(), database=url))["OPTIONS"].get("sslmode")


def test_another_machine_is_verified_and_this_one_is_reached_directly() -> None:
    assert options("postgresql://web@db.company.example/safeconduct") == "verify-full"
    assert options("postgresql://web@db.company.example/safeconduct?sslmode=verify-full") == "verify-full"
    for near in ("postgresql://web@127.0.0.1:5433/x", "postgresql://web@localhost/x", "postgresql:///x?host=/run/db"):
        assert options(near) is None
    for weak in ("disable", "prefer", "require", "verify-ca"):
        with pytest.raises(ConfigurationError):
            options(f"postgresql://web@db.company.example/safeconduct?sslmode={weak}")
