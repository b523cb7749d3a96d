"""Merging of index runs and compaction of segments: new files are written whole; which are in force, others record.

Neither opens what is erased: a merge leaves out the postings of pages without a reader, a compaction their rows.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.core.base.ids import Randomness
from safeconduct.core.sealing.keys import fresh_salt
from safeconduct.core.segments.errors import SegmentError
from safeconduct.core.segments.files import begin_folder, finish_folder, write_file
from safeconduct.core.segments.index import Covered, Index, Purge, encode_index, merged
from safeconduct.core.segments.layout import INDEX, Place, SegmentKeys, folder_of
from safeconduct.core.segments.reader import SegmentReader
from safeconduct.core.segments.writer import SegmentSummary, write_parts

PART_ROWS = 500_000
"""How many rows a compaction holds at a time, about."""


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """A merged run: its segments in order, its postings, bytes and pin."""

    run: str
    segments: tuple[str, ...]
    postings: int
    size: int
    index_sha256: str


def merge_runs(
    directory: Path,
    runs: Sequence[Index],
    *,
    table: str,
    run: str,
    keys: SegmentKeys,
    kept: Sequence[str],
    purge: Purge,
    randomness: Randomness = os.urandom,
) -> RunSummary:
    """Write the postings of several runs, for the segments ``kept``, as the one run ``run``.

    Whatever stops it, no run is there or a whole one. Raises ``SegmentDamagedError``, ``SegmentExistsError``.
    """
    every = {one.segment: one for index in runs for one in index.covered}
    covered: list[Covered] = [every[segment] for segment in sorted(kept)]
    final = folder_of(directory, table, run)
    salt = fresh_salt(keys.index_key(), repr((run, covered)).encode(), randomness)
    part, pins = begin_folder(final, randomness(8).hex()), list[str]()
    place, total = Place(table=table, segment=run, salt=salt), 0

    def counted() -> Iterator[np.ndarray]:
        nonlocal total
        for postings in merged(runs, covered, purge):
            total += len(postings)
            yield postings

    try:
        size = write_file(part / INDEX, encode_index(counted(), place, keys, covered, pins))
        finish_folder(part, final)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    segments = tuple(one.segment for one in covered)
    return RunSummary(run=run, segments=segments, postings=total, size=size, index_sha256=pins[0])


def compact(
    directory: Path,
    sources: Sequence[SegmentReader],
    *,
    table: str,
    segment: str,
    keys: SegmentKeys,
    randomness: Randomness = os.urandom,
) -> SegmentSummary | None:
    """Write the rows of several segments of one table and month as one; None, and nothing, if all are erased.

    A row that stands in them twice, equal in every column, is written once. ``keys`` makes no key: a customer who is
    erased while it works stops it with ``CustomerKeyDestroyedError``. Raises ``SegmentDamagedError``.
    """
    months = {source.month for source in sources}
    if len(months) != 1:
        raise SegmentError(f"{table}: segments of several months are never brought together.")
    parts = _parts(sources)
    first = next(parts, None)
    if first is None:
        return None
    what = "".join(source.directory.place.salt.hex() for source in sources).encode()
    return write_parts(
        folder_of(directory, table, segment),
        chain([first], parts),
        keys=keys,
        month=months.pop(),
        packed=all(source.packed for source in sources),
        what=what + segment.encode(),
        randomness=randomness,
    )


def _parts(sources: Sequence[SegmentReader]) -> Iterator[pa.Table]:
    """Yield the readable rows of all sources in parts, each part's customers after those of the part before."""
    names = sorted(chain.from_iterable(source.directory.last_names() for source in sources))
    wanted = -(-sum(source.rows for source in sources) // PART_ROWS)
    cuts = [names[len(names) * place // wanted] for place in range(1, wanted)] if names else []
    edges: list[str | None] = ["", *sorted(set(cuts)), None]
    for after, until in pairwise(edges):
        tables = [
            rows
            for source in sources
            for rows in source.open(list(source.directory.between(after or "", until)), erased=True)
        ]
        if tables:
            yield _once(pa.concat_tables(tables))


def _once(rows: pa.Table) -> pa.Table:
    if pc.count_distinct(rows["record_id"]).as_py() == rows.num_rows:
        return rows
    return rows.group_by(rows.column_names, use_threads=False).aggregate([]).select(rows.column_names).cast(rows.schema)
