"""Files in a bucket of an S3-compatible store, read in place: Arrow fetches them, DuckDB answers over what it fetched.

1. Only objects below the source's one prefix are named; what is outside it is not listed and not read.
2. DuckDB has no network, no file and no extension: it is handed columns. The network is the child's, for one endpoint.
3. All objects of a table have one ending; types are held to the mapping as those of a folder are. CSV and JSON Lines
   are text here too, an empty field of CSV is none.
4. The objects are what they are when they are read: each question reads them anew.
"""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pyarrow as pa
from pyarrow import csv, dataset, fs
from sqlalchemy import Select

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.mappings.mapping import TableMapping
from safeconduct.vaultd.connectors.errors import SourceShapeError, SourceTimeoutError, SourceUnreachableError
from safeconduct.vaultd.connectors.files import ENDINGS, MOST_FILES, SETTINGS, Files, mapped_view

OBJECTS = "objects"
BATCH_LINES = 10_000
Fresh = Callable[[], Any]


class ObjectFiles(Files):
    """Objects of one table; each question gets them anew."""

    def __init__(self, link: duckdb.DuckDBPyConnection, mapping: TableMapping, files: int, fresh: Fresh) -> None:
        """Keep what gives the objects' columns."""
        super().__init__(link, mapping, files)
        self._fresh = fresh

    def count(self, statement: Select[Any]) -> int:
        """Return the one number that a statement answers."""
        with _told():
            return super().count(statement)

    def rows(self, statement: Select[Any]) -> Iterator[tuple[Any, ...]]:
        """Give rows one by one; a batch of them is in memory."""
        with _told():
            yield from super().rows(statement)

    def _run(self, statement: Select[Any]) -> duckdb.DuckDBPyRelation:
        self._link.register(OBJECTS, self._fresh())
        return super()._run(statement)


@contextmanager
def opened(
    *, bucket: str, endpoint: str, password: str, ca: str, seconds: int, mapping: TableMapping
) -> Iterator[Files]:
    """Open the objects of one table; raises ``SourceUnreachableError`` or ``SourceShapeError``."""
    with _told(), duckdb.connect(":memory:", config=SETTINGS) as link:
        system = _system(endpoint, password, ca, seconds)
        names, kind = _names(system, bucket.removeprefix("s3://").strip("/"), mapping.source)
        fresh = _fresh(system, names, kind, mapping)
        _require_same(fresh(), mapping)
        link.execute("SET TimeZone = 'UTC'")
        link.execute("SET enable_external_access = false")
        link.execute("SET lock_configuration = true")
        link.register(OBJECTS, fresh())
        mapped_view(link.table(OBJECTS), mapping, kind)
        yield ObjectFiles(link, mapping, len(names), fresh)


def _system(endpoint: str, password: str, ca: str, seconds: int) -> fs.S3FileSystem:
    try:
        told = json.loads(password)
        signed = {"access_key": str(told["access_key"]), "secret_key": str(told["secret_key"])}
    except (ValueError, KeyError, TypeError) as error:
        raise SourceUnreachableError("Its password file holds no access_key and secret_key.") from error
    place = urlsplit(endpoint)
    return fs.S3FileSystem(
        **signed,
        region=str(told.get("region", "us-east-1")),
        endpoint_override=place.netloc,
        scheme=place.scheme,
        request_timeout=float(seconds),
        connect_timeout=float(min(seconds, 30)),
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=1),
        **({"tls_ca_file_path": ca} if ca else {}),
    )


def _names(system: fs.S3FileSystem, root: str, source: str) -> tuple[list[str], str]:
    place = f"{root}/{source}"
    found = system.get_file_info([place])[0]
    listed = [found]
    if found.type is not fs.FileType.File:
        listed = system.get_file_info(fs.FileSelector(place, recursive=True, allow_not_found=True))
    plain = sorted(one.path for one in listed if one.type is fs.FileType.File)
    kinds = {ENDINGS.get(f".{name.rpartition('.')[2]}", "") for name in plain}
    if not plain or len(plain) > MOST_FILES:
        raise SourceUnreachableError(f"{source}: there are no files, or more than {MOST_FILES}.")
    if len(kinds) != 1 or "" in kinds:
        raise SourceShapeError(f"{source}: all files are Parquet, or CSV, or JSON Lines.")
    return plain, kinds.pop()


def _fresh(system: fs.S3FileSystem, names: list[str], kind: str, mapping: TableMapping) -> Fresh:
    """Return what gives the columns of all objects, from their beginning, each time that it is called."""
    if kind == "parquet":
        return lambda: dataset.dataset(names, filesystem=system, format="parquet")
    texts = pa.schema([(name, pa.string()) for name in mapping.sources])
    if kind == "csv":
        form = dataset.CsvFileFormat(
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(column_types=texts, null_values=[""], strings_can_be_null=True),
        )
        return lambda: dataset.dataset(names, filesystem=system, format=form, schema=texts)
    return lambda: pa.RecordBatchReader.from_batches(texts, _lines(system, names, texts))


def _require_same(made: object, mapping: TableMapping) -> None:
    """Raise ``SourceShapeError`` where an object lacks a column or has it in another type: Arrow would give nothing."""
    if not isinstance(made, dataset.Dataset):
        return
    for fragment in made.get_fragments():
        there = fragment.physical_schema
        for name in mapping.sources:
            found = there.field(name).type if name in there.names else None
            if name in made.schema.names and found != made.schema.field(name).type:
                raise SourceShapeError(f"{mapping.source}: {name} is missing in a file, or of another type there.")


def _lines(system: fs.S3FileSystem, names: list[str], texts: pa.Schema) -> Iterator[pa.RecordBatch]:
    for name in names:
        gathered: list[dict[str, str | None]] = []
        with system.open_input_stream(name) as stream, io.TextIOWrapper(stream, "utf-8") as lines:
            for line in lines:
                if line.strip():
                    gathered.append(_texts(json.loads(line), texts.names))
                if len(gathered) == BATCH_LINES:
                    yield pa.RecordBatch.from_pylist(gathered, schema=texts)
                    gathered = []
        yield pa.RecordBatch.from_pylist(gathered, schema=texts)


def _texts(told: dict[str, Any], names: list[str]) -> dict[str, str | None]:
    """Return the mapped members as text; a number is written as it stood, anything deeper is no value of ours."""
    found: dict[str, str | None] = {}
    for name in names:
        value = told.get(name)
        found[name] = value if value is None or isinstance(value, str) else json.dumps(value)
    return found


@contextmanager
def _told() -> Iterator[None]:
    """Say in our words what went wrong: a library's own may quote a line of a file, or an address."""
    try:
        yield
    except SafeconductError:
        raise
    except OSError as error:
        if "imeout" in str(error) or "timed out" in str(error):
            raise SourceTimeoutError from error
        raise SourceUnreachableError(f"{type(error).__name__}.") from error
    except (duckdb.Error, pa.ArrowException, ValueError) as error:
        if "IOError" in str(error) or "AWS Error" in str(error):
            raise SourceUnreachableError(f"{type(error).__name__}.") from error
        raise SourceShapeError(f"{type(error).__name__}.") from error
