"""The peers of bench-records that take rows in: plain Parquet, SQLite with sealed rows, an encrypted file each."""

import hashlib
import os
import sqlite3
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

BOTH = ("own_number", "other_number")


def synced(path: Path) -> int:
    """Flush a file and return its size."""
    handle = os.open(path, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    return path.stat().st_size


def plain(rows: pa.Table, path: Path) -> int:
    """Write the peer's file: the same sort, zstd, bloom filters on both numbers."""
    ordered = rows.sort_by([("customer", "ascending"), ("own_number", "ascending"), ("at", "ascending")])
    bloom = {name: {"ndv": max(rows.num_rows // 4, 1000), "fpp": 0.01} for name in BOTH}
    pq.write_table(ordered, path, compression="zstd", bloom_filter_options=bloom)
    return synced(path)


def sealed_rows(rows: pa.Table, path: Path) -> None:
    """Write rows one by one, each sealed, with tokens of both numbers, in one durable transaction."""
    path.unlink(missing_ok=True)
    store, cipher = sqlite3.connect(path), AESGCM(bytes(32))
    store.execute("PRAGMA synchronous = FULL")
    store.execute("CREATE TABLE held (customer TEXT, own BLOB, other BLOB, sealed BLOB)")
    store.execute("CREATE INDEX own ON held (own)")
    store.execute("CREATE INDEX other ON held (other)")
    columns = [
        column.to_pylist()
        for column in rows.cast(pa.schema([(name, pa.string()) for name in rows.column_names])).columns
    ]
    with store:
        for row in zip(*columns, strict=True):
            nonce = os.urandom(12)
            sealed = nonce + cipher.encrypt(nonce, "\0".join(row).encode(), row[1].encode())
            tokens = [hashlib.blake2s(one.encode(), key=b"k" * 32, digest_size=8).digest() for one in row[3:5]]
            store.execute("INSERT INTO held VALUES (?, ?, ?, ?)", (row[1], *tokens, sealed))
    store.close()


def file_each(rows: pa.Table, counts: list[int], folder: Path) -> None:
    """Write one encrypted Parquet file for each of these customers, flushed together at the end."""
    folder.mkdir()
    place = 0
    for customer, count in enumerate(counts):
        properties = pe.create_encryption_properties(os.urandom(32))
        pq.write_table(
            rows.slice(place, count), folder / str(customer), compression="zstd", encryption_properties=properties
        )
        place += count
    os.sync()
