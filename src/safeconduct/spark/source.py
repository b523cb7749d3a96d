"""A Python Data Source for Spark: ``spark.read.format("safeconduct")`` over sealed segments, under an executor grant.

Driver and workers each open the sealed grant with the executor's identity, a file on their own host. So no key stands
in a plan, a task, an event log or a shuffle: Spark moves the names of files, and rows.

Options: ``grant`` and ``identity`` (files on every host), ``issuer`` (the issuer's key, as in the trust file),
``table``, ``store`` (a folder on every host, or ``s3://bucket/prefix`` with ``endpoint``, ``credentials``, ``region``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.executors.grant import ExecutorGrant, open_grant
from safeconduct.core.executors.reading import Task, read, tasks
from safeconduct.core.segments.tables import table_spec
from safeconduct.core.tlog.notes import Verifier
from safeconduct.spark.stores import fetching

NAME = "safeconduct"
SPARK_INSTANT = pa.timestamp("us", tz="UTC")
"""Spark keeps instants in microseconds; a whole number of milliseconds loses nothing."""


class SourceOptionError(BadInputError):
    """An option of the data source is missing."""

    code = "SC-SPARK-OPTION"
    cure = "docs/operate/spark.md names every option."


def spark_schema(table: str) -> pa.Schema:
    """Return a table's schema as Spark has it."""
    fields = table_spec(table).schema
    return pa.schema([one.with_type(SPARK_INSTANT) if pa.types.is_timestamp(one.type) else one for one in fields])


@lru_cache(maxsize=4)
def _opened(sealed: bytes, identity: str, issuer: str) -> ExecutorGrant:
    return open_grant(sealed, identity=identity, issuer=Verifier.from_vkey(issuer))


def granted(options: Mapping[str, str]) -> ExecutorGrant:
    """Return the grant that the options name; raises ``SourceOptionError`` and what ``open_grant`` raises."""
    try:
        sealed = Path(options["grant"]).read_bytes()
        identity = Path(options["identity"]).read_text("ascii").strip()
        return _opened(sealed, identity, options["issuer"])
    except (KeyError, OSError) as error:
        raise SourceOptionError("grant, identity or issuer is missing.") from error


@dataclass
class Part(InputPartition):  # type: ignore[misc]
    """One task for one worker: ids, and no key."""

    task: Task


class SealedReader(DataSourceReader):  # type: ignore[misc]
    """Plans tasks on the driver and reads one of them on a worker."""

    def __init__(self, options: Mapping[str, str]) -> None:
        """Keep the options; nothing that Spark moves about holds more."""
        self._options = dict(options)

    def now(self) -> datetime:
        """Return the time: this edge reads the clock, the vault process set the end."""
        return datetime.now(UTC)

    def partitions(self) -> list[InputPartition]:
        """Return the tasks; raises ``GrantError`` where the grant is over."""
        grant = granted(self._options)
        grant.check(matter=grant.matter, now=self.now())
        return [Part(task) for task in tasks(grant, table=self._options["table"])]

    def read(self, partition: InputPartition) -> Iterator[pa.RecordBatch]:
        """Yield the rows of one task."""
        wanted, fetch = spark_schema(self._options["table"]), fetching(self._options)
        for rows in read(granted(self._options), partition.task, fetch=fetch, now=self.now()):
            yield from rows.cast(wanted).to_batches()


class SealedRecords(DataSource):  # type: ignore[misc]
    """Register with ``spark.dataSource.register(SealedRecords)``."""

    @classmethod
    def name(cls) -> str:
        """Return the format's name."""
        return NAME

    def schema(self) -> StructType:
        """Return the columns of the table."""
        if "table" not in self.options:
            raise SourceOptionError("table is missing.")
        return from_arrow_schema(spark_schema(self.options["table"]))

    def reader(self, schema: StructType) -> SealedReader:
        """Return the reader; ``schema`` is always the table's own."""
        del schema
        return SealedReader(self.options)
