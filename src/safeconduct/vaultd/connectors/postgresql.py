"""PostgreSQL: a session that can only read, by a role that can do nothing else, and rows through a cursor over there.

1. A role is refused if it, or any role it is in, is a superuser, makes roles or databases, replicates, may write files
   or run programs on the server, owns a table, or may write, create or truncate anything of this database.
2. The transaction is READ ONLY and REPEATABLE READ: the count and the rows are of one moment.
3. Statements, waits for locks and idleness end by time limits that the session sets for itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, NullPool, Select, create_engine, text
from sqlalchemy.exc import DBAPIError

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.mappings.instants import PER_SECOND, TimeKind
from safeconduct.core.mappings.mapping import CUSTOMER, RECORD_ID, Column, TableMapping
from safeconduct.vaultd.connectors.errors import (
    SourceShapeError,
    SourceTimeoutError,
    SourceUnreachableError,
    SourceWritesError,
)
from safeconduct.vaultd.connectors.statements import from_table

LOCAL = frozenset({"", "localhost", "127.0.0.1", "::1"})
BATCH = 2_000
CANCELLED, LOCKED = "57014", "55P03"
TEXTS, WHOLES, UUIDS = frozenset({25, 1042, 1043, 19}), frozenset({20, 21, 23, 1700}), frozenset({2950})
ZONED, LOCAL_TIME = frozenset({1184}), frozenset({1114})
ROLES = """
SELECT r.rolname,
  CASE WHEN r.rolsuper THEN 'is a superuser' WHEN r.rolcreaterole THEN 'makes roles'
       WHEN r.rolcreatedb THEN 'makes databases' WHEN r.rolreplication THEN 'replicates'
       WHEN r.rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program')
       THEN 'may write everywhere' END AS why
FROM pg_roles r WHERE pg_has_role(current_user, r.oid, 'MEMBER')
"""
TABLES = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, pg_roles r
WHERE pg_has_role(current_user, r.oid, 'MEMBER') AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_t%'
  AND (c.relowner = r.oid OR CASE WHEN c.relkind = 'S'
    THEN has_sequence_privilege(r.oid, c.oid, 'USAGE, UPDATE')
    ELSE has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
      OR has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE') END)
ORDER BY 1 LIMIT 1
"""
PLACES = """
SELECT 'schema ' || n.nspname FROM pg_namespace n, pg_roles r WHERE pg_has_role(current_user, r.oid, 'MEMBER')
  AND n.nspname NOT LIKE 'pg\\_t%' AND has_schema_privilege(r.oid, n.oid, 'CREATE')
UNION ALL SELECT 'database ' || d.datname FROM pg_database d, pg_roles r
  WHERE pg_has_role(current_user, r.oid, 'MEMBER') AND d.datname = current_database()
    AND has_database_privilege(r.oid, d.oid, 'CREATE')
LIMIT 1
"""


class PostgreSQL:
    """One session with one store."""

    def __init__(self, connection: Connection) -> None:
        """Keep the connection, which is inside its one transaction."""
        self._connection = connection
        self.dialect = connection.dialect

    def count(self, statement: Select[Any]) -> int:
        """Return the one number that a statement answers."""
        with _told():
            return int(self._connection.execute(statement).scalar_one())

    def rows(self, statement: Select[Any]) -> Iterator[tuple[Any, ...]]:
        """Give rows one by one; at most a batch of them is in memory."""
        with _told():
            found = self._connection.execution_options(stream_results=True, max_row_buffer=BATCH).execute(statement)
            for row in found:
                yield tuple(row)

    def require_shape(self, mapping: TableMapping) -> None:
        """Raise ``SourceShapeError`` unless every column is there and of a type that compares as the mapping says."""
        columns: list[Any] = [sqlalchemy.column(sqlalchemy.quoted_name(one, quote=True)) for one in mapping.sources]
        with _told():
            empty = sqlalchemy.select(*columns).select_from(from_table(mapping)).limit(0)
            found = self._connection.execute(empty)
            types = {one[0]: one[1] for one in found.cursor.description or ()}
        for one in mapping.columns.values():
            wanted = _types_of(mapping, one)
            if one.source and wanted and types.get(one.source) not in wanted:
                raise SourceShapeError(f"{mapping.source}.{one.source} is of another type than {one.name} is read as.")


def _types_of(mapping: TableMapping, one: Column) -> frozenset[int]:
    if one.instants is not None:
        if one.instants.kind in PER_SECOND:
            return WHOLES
        return {TimeKind.ZONED: ZONED, TimeKind.LOCAL: LOCAL_TIME}.get(one.instants.kind, TEXTS)
    if one.name in (CUSTOMER, RECORD_ID, *mapping.spec.phones, *mapping.spec.emails):
        return {"integer": WHOLES, "uuid": UUIDS}.get(one.stored, TEXTS)
    return frozenset()


@contextmanager
def session(*, url: str, password: str, ca: str, seconds: int) -> Iterator[PostgreSQL]:
    """Open one read-only session; raises ``SourceUnreachableError`` or ``SourceWritesError``."""
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: _link(url, password, ca, seconds), poolclass=NullPool
    )
    with _told(), engine.connect() as connection:
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        _require_reader(connection)
        yield PostgreSQL(connection)
        connection.rollback()


def _link(url: str, password: str, ca: str, seconds: int) -> "psycopg.Connection[Any]":
    parts: dict[str, Any] = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    host = str(parts.get("host", ""))
    if host not in LOCAL and not host.startswith("/"):
        if parts.get("sslmode", "verify-full") != "verify-full":
            raise SourceUnreachableError("Another machine is reached with sslmode=verify-full alone.")
        parts["sslmode"] = "verify-full"
        parts.setdefault("sslrootcert", ca or "system")
    if password:
        parts["password"] = password
    limit = f"{seconds * 1000}ms"
    parts["options"] = (
        f"-c default_transaction_read_only=on -c statement_timeout={limit} -c lock_timeout={limit} "
        f"-c idle_in_transaction_session_timeout={limit} -c TimeZone=UTC -c client_encoding=UTF8 "
        "-c search_path=pg_catalog"
    )
    parts["application_name"] = "safeconduct"
    parts["connect_timeout"] = min(seconds, 30)
    return psycopg.connect(**parts)


def _require_reader(connection: Connection) -> None:
    for role, why in connection.execute(text(ROLES)):
        if why is not None:
            raise SourceWritesError(f"{role} {why}.")
    for question in (TABLES, PLACES):
        found = connection.execute(text(question)).scalar()
        if found is not None:
            raise SourceWritesError(f"It may write to {found}.")


@contextmanager
def _told() -> Iterator[None]:
    """Say in our words what went wrong: the driver's own may quote a value."""
    try:
        yield
    except SafeconductError:
        raise
    except (DBAPIError, psycopg.Error) as error:
        origin = error.orig if isinstance(error, DBAPIError) else error
        state = getattr(origin, "sqlstate", None)
        if state in (CANCELLED, LOCKED):
            raise SourceTimeoutError from error
        if state is None or state.startswith(("08", "28", "3D", "53", "57")):
            raise SourceUnreachableError(f"SQLSTATE {state or 'none'}.") from error
        raise SourceShapeError(f"SQLSTATE {state}.") from error
