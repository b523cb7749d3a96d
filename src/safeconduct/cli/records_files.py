"""``safeconduct records import FILE --mapping M.toml``: read a file of any form in parts, and have it taken in."""

import argparse
import csv
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
from tqdm import tqdm

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.mappings.mapping import TableMapping
from safeconduct.core.mappings.parts import Row, Rows
from safeconduct.core.mappings.reading import read_mapping

PART = 50_000
PIECE = 1 << 20
LONGEST_FIELD = 4_000_000
ENDINGS = ".csv, .jsonl, .ndjson, .parquet, .arrow, .arrows"


class RecordFileError(BadInputError):
    """The file is not one that records can be read from."""

    code = "SC-FILE-FORMAT"
    cure = f"Give a file in UTF-8 that ends in one of {ENDINGS} and has the mapped columns."


def run(
    arguments: argparse.Namespace, room: Callable[[], tuple[Callable[[str], Actor], Callable[[], datetime]]]
) -> int:
    """Take the file in; exit code 0 also where rows are in quarantine: they are counted, and kept sealed."""
    mapping = read_mapping(_bytes(arguments.mapping))
    table = _table(arguments, mapping.tables)
    digest = file_digest(arguments.file)
    actor_of, now = room()
    from safeconduct.rooms.records.actions.file_import import import_file  # noqa: PLC0415 - needs Django to be set up first

    # A bar only where a person watches: without a terminal, tqdm stays silent.
    with tqdm(unit=" rows", desc=table.record, disable=True if arguments.json else None) as bar:
        told = import_file(
            actor=actor_of(arguments.account),
            now=now(),
            digest=digest,
            mapping=mapping.digest,
            table=table,
            parts=read_parts(arguments.file, table),
            progress=bar.update,
        )
    print(json.dumps(vars(told), sort_keys=True) if arguments.json else _text(vars(told)))
    return 0


def _text(told: dict[str, Any]) -> str:
    begin = "was in before" if told["before"] else "is in"
    lines = [f"{told['table']}: the file {begin}. {told['taken']} rows are sealed, {told['refused']} in quarantine."]
    return "\n".join([*lines, *(f"  {count} rows: {why}" for why, count in told["reasons"].items())])


def _table(arguments: argparse.Namespace, tables: Any) -> TableMapping:  # noqa: ANN401 - a mapping's tables by name
    name = arguments.table or (next(iter(tables)) if len(tables) == 1 else arguments.file.stem)
    if name not in tables:
        raise RecordFileError(f"The mapping has no table {name!r}; name one with --table.")
    found: TableMapping = tables[name]
    return found


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RecordFileError(f"{path.name} cannot be read.") from error


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    found = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                found.update(piece)
    except OSError as error:
        raise RecordFileError(f"{path.name} cannot be read.") from error
    return found.hexdigest()


def read_parts(path: Path, table: TableMapping, size: int = PART) -> Iterator[Rows]:
    """Give a file's rows in parts of ``size``, a line that is no row as its text; raises ``RecordFileError``.

    A file that has columns is given by column.
    """
    readers = {
        ".csv": _csv,
        ".jsonl": _listed(_json_lines),
        ".ndjson": _listed(_json_lines),
        ".parquet": _gathered(_parquet),
        ".arrow": _gathered(_arrow),
        ".arrows": _gathered(_arrow),
    }
    reader = readers.get(path.suffix)
    if reader is None:
        raise RecordFileError(f"{path.suffix or 'No ending'} is none of {ENDINGS}.")
    try:
        yield from reader(path, table, size)
    except (pa.ArrowInvalid, OSError) as error:
        # The library's own message may quote a value, so it is not repeated.
        raise RecordFileError(f"{path.name} cannot be read as a {path.suffix} file.") from error


Reader = Callable[[Path, TableMapping, int], Iterator[Rows]]


def _listed(reader: Callable[[Path, TableMapping], Iterator[Row]]) -> Reader:
    def parts(path: Path, table: TableMapping, size: int) -> Iterator[Rows]:
        rows = reader(path, table)
        while part := list(islice(rows, size)):
            yield part

    return parts


def _gathered(reader: Callable[[Path, TableMapping], Iterator[pa.RecordBatch]]) -> Reader:
    def parts(path: Path, table: TableMapping, size: int) -> Iterator[Rows]:
        waiting: pa.Table | None = None
        for batch in reader(path, table):
            more = pa.Table.from_batches([batch])
            waiting = more if waiting is None else pa.concat_tables([waiting, more])
            while waiting.num_rows >= size:
                yield waiting.slice(0, size)
                waiting = waiting.slice(size)
        if waiting is not None and waiting.num_rows:
            yield waiting

    return parts


def _require(names: list[str], table: TableMapping) -> None:
    missing = [one for one in table.sources if one not in names]
    if missing or len(set(names)) != len(names):
        raise RecordFileError(f"A mapped column is missing, or a column stands twice: {', '.join(missing)}.")


def _csv(path: Path, table: TableMapping, size: int) -> Iterator[Rows]:
    csv.field_size_limit(LONGEST_FIELD)
    # Bytes that are no UTF-8 stay recognisable, and make their row alone a bad one.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        lines = csv.reader(file)
        names = next(lines, [])
        _require(names, table)
        while part := _some(lines, size):
            yield _by_column(names, part) or [
                (dict(zip(names, cells, strict=True)) if len(cells) == len(names) else ",".join(cells))
                if isinstance(cells, list)
                else cells
                for cells in part
            ]


def _some(lines: Iterator[list[str]], size: int) -> list[list[str] | str]:
    """Return the next lines' cells; what is no CSV as words in their place."""
    found: list[list[str] | str] = []
    while len(found) < size:
        try:
            found += islice(lines, size - len(found))
        except csv.Error:
            found.append("a line that is no CSV")
        else:
            break
    return found


def _by_column(names: list[str], part: list[list[str] | str]) -> pa.Table | None:
    """Return well-formed lines by column; None where one is not."""
    whole = [cells for cells in part if isinstance(cells, list) and len(cells) == len(names)]
    if len(whole) != len(part):
        return None
    try:
        return pa.table([pa.array(column, pa.string()) for column in zip(*whole, strict=True)], names=names)
    except UnicodeEncodeError:
        return None


def _json_lines(path: Path, table: TableMapping) -> Iterator[Row]:
    with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        for line in file:
            try:
                value = json.loads(line)
            except ValueError:
                value = None
            # A line without one of the columns is a row with an empty value, as everywhere in this form.
            yield {name: value.get(name) for name in table.sources} if isinstance(value, dict) else line


def _parquet(path: Path, table: TableMapping) -> Iterator[pa.RecordBatch]:
    with pyarrow.parquet.ParquetFile(path) as file:
        _require(file.schema_arrow.names, table)
        yield from file.iter_batches(columns=list(table.sources))


def _arrow(path: Path, table: TableMapping) -> Iterator[pa.RecordBatch]:
    with path.open("rb") as file:
        begins = file.read(6)
    with pa.memory_map(str(path)) as source:
        if begins == b"ARROW1":
            whole = pa.ipc.open_file(source)
            _require(whole.schema.names, table)
            for number in range(whole.num_record_batches):
                yield whole.get_batch(number).select(list(table.sources))
        else:
            stream = pa.ipc.open_stream(source)
            _require(stream.schema.names, table)
            for batch in stream:
                yield batch.select(list(table.sources))
