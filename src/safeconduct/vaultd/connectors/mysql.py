"""MySQL and MariaDB: a session that can only read, by a role that can do nothing else, and rows as they come.

1. A role is refused if it is granted anything but USAGE, SELECT and SHOW VIEW: also a role it could take on, and
   EXECUTE, since a routine may write with its maker's rights.
2. The transaction is READ ONLY and a consistent snapshot: the count and the rows are of one moment.
3. Statements, waits for locks and silence end by time limits that the session sets for itself.
4. The session's zone is UTC, so that a TIMESTAMP is an instant; a DATETIME has no zone, and the mapping names it.
5. Text that is compared is utf8mb4, where its bytes are its meaning; trailing spaces count for nothing over there, and
   a row that only they brought is refused on our side.
The driver puts values into the statement itself, escaped, in utf8mb4; this protocol has no other way without a prepared
statement for each. A value is a number, an instant or a text that the scope's own rules let in.
"""

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pymysql
from pymysql.constants import ER
from pymysql.cursors import SSCursor
from sqlalchemy import Select
from sqlalchemy.dialects import mysql

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.mappings.instants import PER_SECOND, TimeKind
from safeconduct.core.mappings.mapping import CUSTOMER, RECORD_ID, Column, TableMapping
from safeconduct.vaultd.connectors.errors import (
    SourceShapeError,
    SourceTimeoutError,
    SourceUnreachableError,
    SourceWritesError,
)

LOCAL = frozenset({"", "localhost", "127.0.0.1", "::1"})
PORT = 3306
TEXTS = frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext"})
WHOLES = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint", "decimal"})
READS = re.compile(r"GRANT (?P<what>[A-Z ,()`\w]+?) ON (?P<where>.+?) TO ")
MAY = frozenset({"USAGE", "SELECT", "SHOW VIEW"})
COLUMNS = re.compile(r"\s*\([^)]*\)")
TIMED_OUT = frozenset({1205, 1969, 3024})
"""Lock wait; MariaDB's and MySQL's word for a statement that took too long."""
AWAY = frozenset({ER.ACCESS_DENIED_ERROR, ER.BAD_DB_ERROR, ER.CON_COUNT_ERROR, 1927, 2003, 2006, 2013})
SHAPE = """
SELECT column_name, data_type, character_set_name FROM information_schema.columns
WHERE table_schema = COALESCE(%s, DATABASE()) AND table_name = %s
"""


class MySQL:
    """One session with one store."""

    def __init__(self, link: "pymysql.Connection[SSCursor]") -> None:
        """Keep the link, which is inside its one transaction."""
        self._link = link
        self.dialect = mysql.dialect()
        self._zoned: frozenset[int] = frozenset()

    def count(self, statement: Select[Any]) -> int:
        """Return the one number that a statement answers."""
        with _told(), _answer(self._link) as cursor:
            cursor.execute(*_compiled(statement))
            return int(cursor.fetchall()[0][0])

    def rows(self, statement: Select[Any]) -> Iterator[tuple[Any, ...]]:
        """Give rows one by one, as the server sends them."""
        with _told(), _answer(self._link) as cursor:
            cursor.execute(*_compiled(statement))
            for row in cursor.fetchall_unbuffered():
                yield tuple(_instant(one) if place in self._zoned else one for place, one in enumerate(row))

    def require_shape(self, mapping: TableMapping) -> None:
        """Raise ``SourceShapeError`` unless every column is there and of a type that compares as the mapping says."""
        schema, _, name = mapping.source.rpartition(".")
        with _told(), _answer(self._link) as cursor:
            cursor.execute(SHAPE, (schema or None, name))
            types = {str(one[0]): (str(one[1]), one[2]) for one in cursor.fetchall()}
        for one in mapping.columns.values():
            if not one.source:
                continue
            found, charset = types.get(one.source, ("", None))
            wanted = _types_of(mapping, one)
            if not found or (wanted and found not in wanted):
                raise SourceShapeError(f"{mapping.source}.{one.source} is of another type than {one.name} is read as.")
            if wanted == TEXTS and charset != "utf8mb4":
                raise SourceShapeError(f"{mapping.source}.{one.source} is not utf8mb4: its text cannot be compared.")
        zoned = {one.source for one in mapping.columns.values() if one.instants and one.instants.kind is TimeKind.ZONED}
        self._zoned = frozenset(place for place, one in enumerate(mapping.sources) if one in zoned)


@contextmanager
def _answer(link: "pymysql.Connection[SSCursor]") -> Iterator[SSCursor]:
    """Give a cursor; rows that nobody asks for any more are left unread, and the link ends with them."""
    cursor = link.cursor()
    try:
        yield cursor
    finally:
        result = cursor._result  # noqa: SLF001 - otherwise the driver reads millions of rows to throw them away
        if result is not None and result.unbuffered_active:
            result.unbuffered_active = False
            link._force_close()  # noqa: SLF001 - the driver's own way of ending a link in the middle of an answer
        cursor.close()


def _compiled(statement: Select[Any]) -> tuple[str, dict[str, Any]]:
    found = statement.compile(dialect=mysql.dialect(paramstyle="pyformat"))
    return str(found), dict(found.construct_params())


def _instant(value: object) -> object:
    """Return a TIMESTAMP, which comes in the session's zone, as the instant it is."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def _types_of(mapping: TableMapping, one: Column) -> frozenset[str]:
    if one.instants is not None:
        if one.instants.kind in PER_SECOND:
            return WHOLES
        return {TimeKind.ZONED: frozenset({"timestamp"}), TimeKind.LOCAL: frozenset({"datetime"})}.get(
            one.instants.kind, TEXTS
        )
    if one.name in (CUSTOMER, RECORD_ID, *mapping.spec.phones, *mapping.spec.emails):
        # A MariaDB UUID is compared in its own way: such a column is mapped through a view that casts it to text.
        return {"integer": WHOLES, "uuid": frozenset({"no type"})}.get(one.stored, TEXTS)
    return frozenset()


@contextmanager
def session(*, url: str, password: str, ca: str, seconds: int) -> Iterator[MySQL]:
    """Open one read-only session; raises ``SourceUnreachableError`` or ``SourceWritesError``."""
    with _told():
        link = _link(url, password, ca, seconds)
        try:
            _begin(link, seconds)
            yield MySQL(link)
        finally:
            link._force_close()  # noqa: SLF001 - a link whose server is silent would wait for its good-bye


def _link(url: str, password: str, ca: str, seconds: int) -> "pymysql.Connection[SSCursor]":
    parts = urlsplit(url)
    host, path = parts.hostname or "", parse_qs(parts.query).get("unix_socket", [""])[0]
    patience = min(seconds, 30)
    link = pymysql.connect(
        host=host or "localhost",
        user=unquote(parts.username or ""),
        password=password,
        database=unquote(parts.path.removeprefix("/")) or None,
        charset="utf8mb4",
        cursorclass=SSCursor,
        connect_timeout=patience,
        read_timeout=seconds + 2,
        write_timeout=seconds + 2,
        local_infile=False,
        autocommit=True,
        ssl=None if path or host in LOCAL else ssl.create_default_context(cafile=ca or None),
        program_name="safeconduct",
        defer_connect=True,
    )
    link.connect(_open(path, patience) if path else socket.create_connection((host, parts.port or PORT), patience))
    return link


def _open(path: str, patience: int) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    try:
        made.settimeout(patience)
        made.connect(path)
    except OSError:
        made.close()
        raise
    return made


def _begin(link: "pymysql.Connection[SSCursor]", seconds: int) -> None:
    maria = "mariadb" in link.get_server_info().lower()
    limit = f"max_statement_time = {seconds}" if maria else f"max_execution_time = {seconds * 1000}"
    with link.cursor() as cursor:
        cursor.execute(f"SET SESSION {limit}, lock_wait_timeout = {seconds}, innodb_lock_wait_timeout = {seconds}")
        cursor.execute(f"SET SESSION net_write_timeout = {max(seconds, 10)}, wait_timeout = {max(seconds, 10)}")
        cursor.execute("SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES'")
        _require_reader(cursor, maria=maria)
        cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")


def _require_reader(cursor: SSCursor, *, maria: bool) -> None:
    cursor.execute("SHOW GRANTS")
    lines = [str(row[0]) for row in cursor.fetchall()]
    if maria:
        try:
            cursor.execute("SHOW GRANTS FOR PUBLIC")
            lines += [str(row[0]) for row in cursor.fetchall()]
        except pymysql.MySQLError:
            # Before 10.11 there is no such role.
            lines += []
    for line in lines:
        found = READS.match(line)
        if found is None:
            raise SourceWritesError("It is granted a role, or what we cannot read as SELECT.")
        what = {part.strip() for part in COLUMNS.sub("", found["what"]).split(",")}
        if what - MAY:
            raise SourceWritesError(f"It has {min(what - MAY)} on {found['where']}.")
        if "WITH GRANT OPTION" in line:
            raise SourceWritesError(f"It may grant what it has on {found['where']}.")


@contextmanager
def _told() -> Iterator[None]:
    """Say in our words what went wrong: the driver's own may quote a value."""
    try:
        yield
    except SafeconductError:
        raise
    except (pymysql.MySQLError, OSError) as error:
        number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
        if number in TIMED_OUT or isinstance(error.__cause__, TimeoutError) or "timed out" in str(error):
            raise SourceTimeoutError from error
        if number in AWAY or isinstance(error, OSError):
            raise SourceUnreachableError(f"Error {number or 'none'}.") from error
        raise SourceShapeError(f"Error {number or 'none'}.") from error
