"""The Parquet view: the same records for programs that read columns, typed by the declared kinds.

``text`` and ``phone`` are strings, ``instant`` is a timestamp in microseconds of UTC, ``whole`` is a 64-bit integer,
``flag`` is a boolean; null is null. Pages are compressed with zstd. The bytes depend on the version of the library
that wrote them, so a reader compares the rows.
"""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import DamagedError
from safeconduct.core.packages.csv_view import ColumnKind
from safeconduct.core.packages.records import Row, plain_rows

_TYPES: Mapping[ColumnKind, pa.DataType] = {
    ColumnKind.TEXT: pa.string(),
    ColumnKind.PHONE: pa.string(),
    ColumnKind.INSTANT: pa.timestamp("us", tz="UTC"),
    ColumnKind.WHOLE: pa.int64(),
    ColumnKind.FLAG: pa.bool_(),
}


class ParquetError(DamagedError):
    """The Parquet view is not one that these records give."""

    code = "SC-PARQUET-VIEW"


def _schema(kinds: Mapping[str, ColumnKind]) -> pa.Schema:
    return pa.schema([pa.field(name, _TYPES[kind]) for name, kind in kinds.items()])


class ParquetWriter:
    """Writes one Parquet file to memory, a row group for each batch."""

    def __init__(self, kinds: Mapping[str, ColumnKind]) -> None:
        """Write everything that stands before the rows."""
        self._schema = _schema(kinds)
        self._kinds = kinds
        self._out = pa.BufferOutputStream()
        self._writer = pq.ParquetWriter(self._out, self._schema, compression="zstd", version="2.6")

    def add(self, rows: Sequence[Mapping[str, JsonValue]]) -> None:
        """Write further rows."""
        columns = []
        for name, kind in self._kinds.items():
            values = pa.array([row[name] for row in rows], pa.string() if kind is ColumnKind.INSTANT else _TYPES[kind])
            columns.append(values.cast(_TYPES[kind]))
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))

    def finish(self) -> bytes:
        """Return the file."""
        self._writer.close()
        return bytes(self._out.getvalue())


def check_parquet(data: bytes, rows: Sequence[Row], kinds: Mapping[str, ColumnKind]) -> None:
    """Raise ``ParquetError`` unless the file gives exactly ``rows``, in their order and the declared types."""
    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        same = file.schema_arrow.equals(_schema(kinds)) and file.metadata.num_rows == len(rows)
        place = 0
        for batch in file.iter_batches() if same else ():
            told = plain_rows(batch)
            same = same and told == rows[place : place + len(told)]
            place += len(told)
    except Exception as error:
        # A hostile file makes the reader raise many kinds (Arrow, OSError, value, overflow, memory).
        raise ParquetError("It cannot be read as Parquet.") from error
    if not same or place != len(rows):
        raise ParquetError("It does not give the records.")
