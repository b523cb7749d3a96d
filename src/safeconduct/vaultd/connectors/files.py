"""Folders of Parquet, CSV and JSON Lines, read in place by DuckDB in memory, with its hands tied.

1. Only regular files inside the source's folder are named to it, and its access is locked to that folder; it loads no
   extension, attaches nothing, and spills nothing to a disk.
2. All files of a table have one ending and the mapped columns. In Parquet, types must be those that the mapping says;
   CSV and JSON Lines have only text and whole numbers, so their instants are written ones or numbers since 1970.
3. The files are what they are when they are read; the record says how many there were.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Select, column, quoted_name, table
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql.expression import TableClause

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.mappings.instants import PER_SECOND, TimeKind
from safeconduct.core.mappings.mapping import Column, TableMapping
from safeconduct.vaultd.connectors.errors import SourceShapeError, SourceUnreachableError

BATCH = 2_000
MOST_FILES = 10_000
VIEW = "mapped"
WHOLE = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"})
ENDINGS = {".parquet": "parquet", ".csv": "csv", ".jsonl": "json", ".ndjson": "json"}
SETTINGS: dict[str, str | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "memory_limit": "1GB",
    "temp_directory": "",
    "threads": 2,
}


class Files:
    """One folder, opened for one table."""

    def __init__(self, link: duckdb.DuckDBPyConnection, mapping: TableMapping, files: int) -> None:
        """Keep the connection; ``source`` is the view that stands for the files."""
        self._link = link
        self.files = files
        self.dialect = DefaultDialect(paramstyle="named")
        self.source: TableClause = table(VIEW, *(column(quoted_name(one, quote=True)) for one in mapping.sources))

    def count(self, statement: Select[Any]) -> int:
        """Return the one number that a statement answers."""
        with _told():
            return int(self._run(statement).fetchall()[0][0])

    def rows(self, statement: Select[Any]) -> Iterator[tuple[Any, ...]]:
        """Give rows one by one; a batch of them is in memory."""
        with _told():
            batches: Any = self._run(statement).to_arrow_reader(BATCH)
            for batch in batches:
                yield from zip(*(one.to_pylist() for one in batch.columns), strict=True)

    def _run(self, statement: Select[Any]) -> duckdb.DuckDBPyRelation:
        compiled = statement.compile(dialect=DefaultDialect(paramstyle="numeric_dollar"))
        values = compiled.construct_params()
        return self._link.sql(str(compiled), params=[values[name] for name in compiled.positiontup or ()])


@contextmanager
def opened(folder: Path, mapping: TableMapping) -> Iterator[Files]:
    """Open the files of one table; raises ``SourceUnreachableError`` or ``SourceShapeError``."""
    paths, kind = _paths(folder, mapping.source)
    with _told(), duckdb.connect(":memory:", config=SETTINGS) as link:
        link.execute("SET TimeZone = 'UTC'")
        link.execute("SET allowed_directories = $1", [[f"{folder.resolve()}/"]])
        link.execute("SET enable_external_access = false")
        link.execute("SET lock_configuration = true")
        _view(link, mapping, paths, kind)
        yield Files(link, mapping, len(paths))


def _paths(folder: Path, source: str) -> tuple[list[str], str]:
    root = folder.resolve()
    if not root.is_dir():
        raise SourceUnreachableError("There is no such folder.")
    place = root / source
    found = sorted(place.rglob("*")) if place.is_dir() else [place]
    # A link could lead out of the folder, and is never followed.
    plain = [one for one in found if one.is_file() and not one.is_symlink() and one.resolve() == one]
    kinds = {ENDINGS.get(one.suffix, "") for one in plain}
    if not plain or len(plain) > MOST_FILES:
        raise SourceUnreachableError(f"{source}: there are no files, or more than {MOST_FILES}.")
    if len(kinds) != 1 or "" in kinds:
        raise SourceShapeError(f"{source}: all files are Parquet, or CSV, or JSON Lines.")
    return [str(one) for one in plain], kinds.pop()


def _view(link: duckdb.DuckDBPyConnection, mapping: TableMapping, paths: list[str], kind: str) -> None:
    listed: Any = paths
    if kind == "parquet":
        read = link.read_parquet(listed)
    elif kind == "csv":
        read = link.read_csv(listed, all_varchar=True, header=True, strict_mode=True)
    else:
        read = link.read_json(listed, format="newline_delimited", columns=dict.fromkeys(mapping.sources, "VARCHAR"))
    mapped_view(read, mapping, kind)


def mapped_view(read: duckdb.DuckDBPyRelation, mapping: TableMapping, kind: str) -> None:
    """Make the view that statements name, over columns held to the mapping; raises ``SourceShapeError``."""
    types = dict(zip(read.columns, map(str, read.types), strict=True))
    casts = []
    for name in mapping.sources:
        users = [one for one in mapping.columns.values() if one.source == name]
        for one in users:
            _require(mapping, one, types.get(name, ""), kind)
        quoted = name.replace('"', '""')
        whole = kind != "parquet" and any(_is_whole(one) for one in users)
        casts.append(f'CAST("{quoted}" AS BIGINT) AS "{quoted}"' if whole else f'"{quoted}"')
    read.project(", ".join(casts)).create_view(VIEW)


def _require(mapping: TableMapping, one: Column, found: str, kind: str) -> None:
    told = f"{mapping.source}: {one.source} is missing, or of another type than {one.name} is read as."
    if not found:
        raise SourceShapeError(told)
    if one.instants is not None and one.instants.kind not in PER_SECOND:
        wanted = {TimeKind.ZONED: "TIMESTAMP WITH TIME ZONE", TimeKind.LOCAL: "TIMESTAMP"}.get(
            one.instants.kind, "VARCHAR"
        )
        if found != wanted:
            raise SourceShapeError(told)
    elif kind == "parquet":
        fits = (found in WHOLE) if _is_whole(one) else found == ("UUID" if one.stored == "uuid" else "VARCHAR")
        if not fits and not (one.divide > 1 or one.name == "duration_s"):
            raise SourceShapeError(told)


def _is_whole(one: Column) -> bool:
    return one.stored == "integer" or (one.instants is not None and one.instants.kind in PER_SECOND)


@contextmanager
def _told() -> Iterator[None]:
    """Say in our words what went wrong: DuckDB's own may quote a line of a file."""
    try:
        yield
    except SafeconductError:
        raise
    except duckdb.Error as error:
        raise SourceShapeError(f"{type(error).__name__}.") from error
