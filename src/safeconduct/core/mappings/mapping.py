"""The mapping file, read strictly: which table and column over there is what in one of our record tables.

Format: docs/formats/mapping.md. A mapping holds names of tables and columns and how values are written, never a value
of a person and never a secret.
"""

from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field
from types import MappingProxyType

from safeconduct.core.base.canonical import digest
from safeconduct.core.mappings.instants import Instants
from safeconduct.core.mappings.numbers import Numbers
from safeconduct.core.segments.tables import TABLES, TableSpec

VERSION = 1
CUSTOMER, RECORD_ID = "customer", "record_id"
INSTANTS = frozenset({"at", "started_at", "ended_at"})
WHOLES = frozenset({"duration_s"})
MAY_BE_EMPTY = frozenset({"ended_at"})


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of ours and how it is had from over there.

    Attributes:
        name: our column.
        source: the column over there; empty for a constant.
        constant: the value of every row, where there is no column.
        stored: ``text``, ``integer``, ``uuid`` or ``uuid_text`` (with hyphens, small): the type over there.
        trim: whether spaces around the text mean nothing.
        fold: whether capital letters mean nothing (e-mail addresses).
        empty: what stands for a missing or empty value; None where one is a fault.
        prefix: what stands before a customer's id over there.
        words: what words over there mean here; empty to take them as they are.
        divide: how many of the unit over there make one of ours.
        numbers: the forms of telephone numbers, or None.
        instants: how instants are written, or None.
    """

    name: str
    source: str = ""
    constant: str | int | None = None
    stored: str = "text"
    trim: bool = False
    fold: bool = False
    empty: str | None = None
    prefix: str = ""
    words: Pairs[str, str] = field(default_factory=dict)
    divide: int = 1
    numbers: Numbers | None = None
    instants: Instants | None = None


@dataclass(frozen=True, kw_only=True)
class TableMapping:
    """One record table of ours and the table, view or files that it is read from."""

    record: str
    source: str
    columns: Pairs[str, Column]

    @property
    def spec(self) -> TableSpec:
        """Return our table."""
        return TABLES[self.record]

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the columns over there that are read, each once, in the order of ours."""
        return tuple(dict.fromkeys(one.source for one in self.columns.values() if one.source))


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """A whole mapping file: one or more tables of one source, by record table, and the digest that pins it."""

    name: str
    tables: Pairs[str, TableMapping]
    digest: str

    def table(self, record: str) -> TableMapping | None:
        """Return how a record table of ours is read, or None if it is not in this source."""
        return self.tables.get(record)


def mapping_of(name: str, tables: list[TableMapping], value: object) -> Mapping:
    """Return the mapping; its digest is that of the parsed file, so that spacing and comments change nothing."""
    by_record = MappingProxyType({one.record: one for one in tables})
    return Mapping(name=name, tables=by_record, digest=digest("safeconduct/v1/mapping", value))
