"""A real PostgreSQL with a role that may only read, and a folder for files."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from tests.postgresql import postgresql_server

__all__ = ["postgresql_server"]


@dataclass(frozen=True)
class Company:
    """The company's own database: the owner's link, and the URL of the role that reads."""

    link: "psycopg.Connection[Any]"
    url: str


@pytest.fixture(scope="package")
def company(postgresql_server: dict[str, Any]) -> Iterator[Company]:
    """A database of call records with a role ``reader`` that has nothing but SELECT."""
    with psycopg.connect(**postgresql_server, autocommit=True) as link:
        link.execute("CREATE DATABASE company")
    with psycopg.connect(**{**postgresql_server, "dbname": "company"}, autocommit=True) as link:
        link.execute("CREATE SCHEMA telephony")
        link.execute("CREATE ROLE reader LOGIN")
        link.execute("GRANT USAGE ON SCHEMA telephony TO reader")
        yield Company(link, f"postgresql://reader@/company?host={postgresql_server['host']}")
    with psycopg.connect(**postgresql_server, autocommit=True) as link:
        link.execute("DROP DATABASE company WITH (FORCE)")
        link.execute("DROP ROLE reader")
