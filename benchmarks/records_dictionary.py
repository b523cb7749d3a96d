"""Trains the dictionaries of ``core/segments/dictionaries`` from made-up rows only, and writes them.

Whoever holds a store needs the dictionary that its segments name, so a number is never given to other bytes: a new
training gets the next number. ``tests/core/segments/test_second_reader.py`` holds the files to their digests.
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import zstandard
from records_data import Generator

from safeconduct.core.segments.codec import Codec
from safeconduct.core.segments.prepared import prepare
from safeconduct.core.segments.tables import SCHEMA_VERSION, TABLES

SIZE = 8 * 1024
ROWS = 60_000
WORDS = """
the a we you to is at on and for it of in this that with be not me tomorrow meeting thanks please call back
delivery order code account today morning later home train late sorry yes no ok number your will are have
"""
NAMES = "Avery Blake Casey Devon Ellis Finley Gray Harper Indigo Jules Kai Lane Morgan Noel Oakley Perry"
STREETS = "High Station Church Mill Park Garden Bridge River Market Hill"


def _pick(source: np.random.Philox, words: list[str], count: int) -> list[str]:
    return [words[place] for place in (source.random_raw(count) % np.uint64(len(words))).tolist()]


def made_up(table: str) -> pa.Table:
    """Return made-up rows of any table: the calls of the generator, with words where the table has other columns."""
    calls = Generator(seed=2).day(0, ROWS, planted=False)
    source = np.random.Philox(key=[3, 3])
    started, lasted = calls["at"], pa.array([None if n % 3 else 1 for n in range(ROWS)])
    first, second = _pick(source, NAMES.split(), ROWS), _pick(source, NAMES.split(), ROWS)
    words = [_pick(source, WORDS.split(), 4 + n % 12) for n in range(ROWS)]
    both = list(zip(first, second, strict=True))
    streets = _pick(source, STREETS.split(), ROWS)
    more = {
        "number": calls["own_number"],
        "started_at": started,
        "ended_at": pa.compute.if_else(pa.compute.is_null(lasted), pa.scalar(None, started.type), started),
        "name": [f"{one} {two}" for one, two in both],
        "email": [f"{one}.{two}{n % 97}@mail.example".lower() for n, (one, two) in enumerate(both)],
        "address": [f"{n % 211} {street} Street, Exampletown" for n, street in enumerate(streets)],
        "service": _pick(source, ["voice", "messaging", "data", "voice and messaging"], ROWS),
        "means": _pick(source, ["card ending 0000", "direct debit", "voucher", "invoice"], ROWS),
        "source": _pick(source, ["card", "bank", "shop", "partner"], ROWS),
        "kind": _pick(source, ["sms", "mms", "rcs"], ROWS),
        "body": [" ".join(one) for one in words],
    }
    if table == "messages":
        more["status"] = _pick(source, ["delivered", "sent", "failed", "undelivered", "queued", "received"], ROWS)
    columns = {**{name: calls[name] for name in calls.column_names}, **more}
    return pa.table({name: columns[name] for name in TABLES[table].schema.names}, schema=TABLES[table].schema)


def trained(table: str) -> bytes:
    """Return the dictionary of a table, trained from its small pages."""
    spec, rows = TABLES[table], made_up(table)
    rows = rows.sort_by([("customer", "ascending"), (spec.own, "ascending")])
    owners = rows["customer"].to_numpy(zero_copy_only=False)
    cuts = np.concatenate(([0], np.flatnonzero(owners[1:] != owners[:-1]) + 1, [len(owners)]))
    cuts = np.unique(np.concatenate((cuts, np.arange(0, len(owners), 24))))
    base = int(rows[spec.instant].cast(pa.int64()).to_numpy().min()) if spec.dated else 0
    codec = Codec(spec=spec, version=SCHEMA_VERSION, base=base, packed=True)
    clear, ends, _ = codec.encode(prepare(rows, spec), np.arange(rows.num_rows), cuts)
    samples = [clear[start:end] for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)]
    return bytes(zstandard.train_dictionary(SIZE, samples, level=1, dict_id=2).as_bytes())


def main(folder: Path) -> int:
    """Write the dictionary of every table."""
    for table in TABLES:
        (folder / f"{table}-2.zdict").write_bytes(trained(table))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
