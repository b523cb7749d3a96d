"""The shapes of ``stores`` as a MySQL would hold them, in a real MariaDB with a role that may only read."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pymysql
import pytest
from tests.mariadb import MariaDB, mariadb_server
from tests.vaultd.connectors import stores
from tests.vaultd.connectors.stores import Record, Shape

from safeconduct.core.base.source_places import SourceKind, SourcePlace

__all__ = ["company_mysql", "mariadb_server"]
TYPES = {
    "text": "VARCHAR(500)",
    "varchar(40)": "VARCHAR(40)",
    "uuid": "CHAR(36)",
    "timestamptz": "TIMESTAMP(6) NULL",
    "timestamp": "DATETIME(6)",
    "bigint": "BIGINT",
    "integer": "INT",
    "smallint": "SMALLINT",
}
NUMBERED = count()


@dataclass(frozen=True)
class CompanyMySQL:
    """The company's own MariaDB: the owner's link, and the URL of the role that reads."""

    server: MariaDB
    link: "pymysql.Connection[pymysql.cursors.Cursor]"
    url: str

    def run(self, statement: str, *values: Any) -> None:
        with self.link.cursor() as cursor:
            cursor.execute(statement, values or None)

    def put(self, shape: Shape, rows: Sequence[dict[str, Any]], name: str) -> None:
        """Put rows into ``telephony.<name>``; the owner's zone is not UTC."""
        columns = ", ".join(f"`{column}` {TYPES[kind]}" for column, kind in shape.types.items())
        self.run(f"CREATE TABLE telephony.`{name}` ({columns}) CHARACTER SET utf8mb4")
        places = ", ".join(["%s"] * len(shape.types))
        listed = [[_plain(row[column], kind) for column, kind in shape.types.items()] for row in rows]
        with self.link.cursor() as cursor:
            cursor.executemany(f"INSERT INTO telephony.`{name}` VALUES ({places})", listed)  # noqa: S608 - a test's own words

    def asked(self, **more: Any) -> dict[str, Any]:
        return {"kind": "mysql", "url": self.url, "password": "", "ca": "", "seconds": 60, **more}


def _plain(value: Any, kind: str) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if kind == "timestamptz" and isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def mapped(shape: Shape, name: str) -> str:
    return shape.mapping(f"telephony.{name}").replace('"uuid"', '"uuid_text"')


@pytest.fixture(scope="package")
def company_mysql(mariadb_server: MariaDB) -> Iterator[CompanyMySQL]:
    """A database of call records with a role ``reader`` that has nothing but SELECT."""
    with mariadb_server.link() as link:
        made = CompanyMySQL(mariadb_server, link, f"mysql://reader@/telephony?unix_socket={mariadb_server.socket}")
        made.run("SET GLOBAL time_zone = '-08:00'")
        made.run("SET SESSION time_zone = '+00:00'")
        made.run("CREATE DATABASE telephony CHARACTER SET utf8mb4")
        made.run("CREATE USER reader@localhost")
        made.run("GRANT SELECT ON telephony.* TO reader@localhost")
        yield made


def mysql_place(folder: Path, company: CompanyMySQL, clear: list[Record], table: str, **changes: Any) -> SourcePlace:
    company.put(stores.ZONED, stores.stored(random.Random(1), stores.ZONED, clear), table)  # noqa: S311 - repeatable
    mapping = folder / f"{table}.toml"
    mapping.write_text(mapped(stores.ZONED, table), "utf-8")
    place = SourcePlace(
        kind=SourceKind.MYSQL,
        mapping=mapping,
        url=company.url,
        password_file=None,
        ca=None,
        folder=None,
        timeout_seconds=60,
    )
    return replace(place, **changes)
