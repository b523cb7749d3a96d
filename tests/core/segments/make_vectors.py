"""Makes ``docs/formats/vectors/segment.json``, anew only with a new version: ``python -m`` and this module.

Keys and rows are made up and stand in the file. Another implementation reads the segments, gets the rows and postings,
and refuses every changed file named under ``refused``.
"""

import base64
import hashlib
import json
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from tests.core.segments import second_reader
from tests.core.segments.conftest import CUSTOMERS, Keys, make_rows

from safeconduct.core.segments.index import Index
from safeconduct.core.segments.layout import VERSION
from safeconduct.core.segments.merging import merge_runs
from safeconduct.core.segments.tables import TABLES
from safeconduct.core.segments.writer import write_segment

FILE = Path(__file__).resolve().parents[3] / "docs" / "formats" / "vectors" / "segment.json"
ROWS = 12


def repeated() -> Any:
    """Return a source of bytes that gives the same bytes in every run."""
    numbers = count()
    return lambda size: b"".join(hashlib.sha256(f"vector {next(numbers)}".encode()).digest() for _ in range(8))[:size]


def rows_of(table: str) -> pa.Table:
    """Return rows of one table; those of one have ids that are no hexadecimal digits."""
    rows = make_rows(table, ROWS)
    if table != "messages":
        return rows
    return rows.set_column(0, "record_id", pa.array([f"id-é-{place}" for place in range(ROWS)]))


def as_json(rows: pa.Table) -> list[dict[str, Any]]:
    """Return rows as JSON, instants as milliseconds, in the order of their ids."""
    columns = [one.cast(pa.int64()) if pa.types.is_timestamp(one.type) else one for one in rows.columns]
    return sorted(pa.table(columns, names=rows.column_names).to_pylist(), key=lambda row: str(row["record_id"]))


def encoded(folder: Path) -> dict[str, str]:
    """Return the files of a folder in base64."""
    return {path.name: base64.b64encode(path.read_bytes()).decode() for path in sorted(folder.iterdir())}


def made(store: Path) -> dict[str, Any]:
    """Return the vectors."""
    keys, random, segments, pins = Keys("vectors"), repeated(), [], []
    for table in sorted(TABLES):
        told = write_segment(store, rows_of(table), table=table, segment="v1", keys=keys, randomness=random)
        facts = {"table": table, "segment": "v1", "month": told.month, "pin": told.directory_sha256}
        postings = second_reader.read_index(store / table / "v1", lent(keys), told.index_sha256)
        segments.append(
            facts | {"files": encoded(store / table / "v1"), "rows": as_json(rows_of(table)), "postings": postings}
        )
    for number in (2, 3):
        rows = make_rows("calls", ROWS, seed=number)
        told = write_segment(store, rows, table="calls", segment=f"v{number}", keys=keys, randomness=random)
        pins.append((told.segment, told.index_sha256))
    indexes = [
        Index(store / "calls" / name / "index", table="calls", run=name, keys=keys, pin=pin) for name, pin in pins
    ]
    kept, nobody = [name for name, _ in pins], lambda _segment: np.empty(0, np.int64)
    merged = merge_runs(
        store, indexes, table="calls", run="run-v", keys=keys, kept=kept, purge=nobody, randomness=random
    )
    run = {
        "table": "calls",
        "run": "run-v",
        "pin": merged.index_sha256,
        "files": encoded(store / "calls" / "run-v"),
        "postings": second_reader.read_index(store / "calls" / "run-v", lent(keys), merged.index_sha256),
    }
    held = {one: keys.customer_key(one).hex() for one in CUSTOMERS}
    named = {"customers": held, "index": keys.index_key().hex(), "directory": keys.directory_key().hex()}
    refused = [
        {"table": "calls", "file": "pages", "place": 60, "bit": 3},
        {"table": "calls", "file": "directory", "place": 41, "bit": 0},
        {"table": "calls", "file": "index", "place": 20, "bit": 7},
        {"table": "subscribers", "file": "pages", "place": 10, "bit": 1},
    ]
    return {"version": VERSION, "keys": named, "segments": segments, "runs": [run], "refused": refused}


def lent(keys: Keys) -> second_reader.Keys:
    """Return the keys as the second reader takes them."""
    customers = {one: keys.customer_key(one) for one in CUSTOMERS}
    return second_reader.Keys(customers, keys.index_key(), keys.directory_key())


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as folder:
        FILE.write_text(json.dumps(made(Path(folder)), indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
