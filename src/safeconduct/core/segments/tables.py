"""The five record tables: their columns, what is searched in them, and the check every row passes before sealing.

Instants are ``timestamp("ms", tz="UTC")``; ids are strings; nothing but ``ended_at`` may be null.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pyarrow as pa

from safeconduct.core.segments.errors import SegmentError

INSTANT = pa.timestamp("ms", tz="UTC")
SCHEMA_VERSION = 1
WIDE = frozenset({"body"})
"""The columns whose texts may be longer than 65,535 bytes."""
WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "direction": ("inbound", "outbound", "in", "out"),
        "kind": ("sms", "mms", "rcs", "chat"),
        "status": (
            *("completed", "no answer", "busy", "failed", "canceled", "in progress", "ringing", "queued"),
            *("sent", "delivered", "undelivered", "received", "read", "accepted", "scheduled", "sending"),
        ),
    }
)
"""Words that a page holds as their place in the list, from 1. The lists are the format's, and never change."""
LONGEST = {False: 2**16 - 1, True: 2**26}

NUMBER_PATTERN = r"^(\+[1-9][0-9]{6,14}|[0-9]{3,8}|[A-Za-z0-9 ]{0,10}[A-Za-z][A-Za-z0-9 ]{0,10})$"
"""E.164, a short code, or an alphanumeric sender: a number written any other way could never be found again."""


@dataclass(frozen=True, kw_only=True)
class TableSpec:
    """One record table.

    Attributes:
        name: the table.
        schema: its Arrow schema.
        own: the column of the customer's own number; rows are kept in its order.
        instant: the column that rows are ordered by in time.
        phones: the columns that a phone selector searches.
        emails: the columns that an email selector searches.
        since: the schema version that a column came with, if not the first; older rows hold "" or null in it.
    """

    name: str
    schema: pa.Schema
    own: str
    instant: str
    phones: tuple[str, ...]
    emails: tuple[str, ...] = ()
    since: Mapping[str, int] = field(default_factory=dict)

    @property
    def dated(self) -> bool:
        """Return whether a row is one instant (``at``) and not a span of time."""
        return self.instant == "at"

    def page_schema(self, version: int) -> pa.Schema:
        """Return the schema inside a page of one schema version: without ``customer``, which the page is bound to."""
        held = (one for one in self.schema if one.name != "customer" and self.since.get(one.name, 1) <= version)
        return pa.schema(list(held))


def _schema(*columns: str) -> pa.Schema:
    types = {"at": INSTANT, "started_at": INSTANT, "ended_at": INSTANT, "duration_s": pa.int32()}
    return pa.schema([pa.field(name, types.get(name, pa.string()), nullable=name == "ended_at") for name in columns])


def _span(name: str, *columns: str, emails: tuple[str, ...] = ()) -> TableSpec:
    schema = _schema("record_id", "customer", "number", *columns, "started_at", "ended_at")
    return TableSpec(name=name, schema=schema, own="number", instant="started_at", phones=("number",), emails=emails)


def _dated(name: str, *columns: str) -> TableSpec:
    schema = _schema("record_id", "customer", "at", "own_number", "other_number", *columns)
    return TableSpec(name=name, schema=schema, own="own_number", instant="at", phones=("own_number", "other_number"))


TABLES: Mapping[str, TableSpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            _span("subscribers", "name", "address", "email", "service", emails=("email",)),
            _span("payments", "means", "source"),
            _dated("calls", "direction", "duration_s", "status"),
            _dated("messages", "direction", "kind", "status"),
            _dated("message_contents", "body"),
        )
    }
)
"""Every record table by name."""


def table_spec(name: str) -> TableSpec:
    """Return the table called ``name``; raises ``SegmentError`` for an unknown one."""
    try:
        return TABLES[name]
    except KeyError:
        raise SegmentError(f"There is no record table called {name!r}.") from None


def fitting(rows: pa.Table, table: str) -> pa.Table:
    """Return ``rows`` with exactly the table's schema, at least one; raises ``SegmentError`` naming the column."""
    spec = table_spec(table)
    if sorted(rows.column_names) != sorted(spec.schema.names):
        raise SegmentError(f"{table}: the columns must be {', '.join(spec.schema.names)}.")
    if rows.num_rows == 0:
        raise SegmentError(f"{table}: there are no rows.")
    return pa.table([_cast(rows, column, table) for column in spec.schema], schema=spec.schema)


def _cast(rows: pa.Table, column: pa.Field, table: str) -> pa.ChunkedArray:
    if not column.nullable and rows[column.name].null_count:
        raise SegmentError(f"{table}: {column.name} holds an empty value.")
    try:
        return rows[column.name].cast(column.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise SegmentError(f"{table}: {column.name} is not of type {column.type}.") from error
