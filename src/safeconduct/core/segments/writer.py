"""Writes one segment: sorts, cuts at customer boundaries, seals the pages, then the index, then the directory."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import zstandard

from safeconduct.core.base.ids import Randomness
from safeconduct.core.sealing.keys import fresh_salt
from safeconduct.core.segments.catalogue import OPEN_END, Catalogue
from safeconduct.core.segments.errors import SegmentError
from safeconduct.core.segments.files import begin_folder, finish_folder, write_file
from safeconduct.core.segments.index import BLOCK_POSTINGS, encode_index, postings_of
from safeconduct.core.segments.layout import DIRECTORY, INDEX, PAGES, Place, SegmentKeys, folder_of
from safeconduct.core.segments.months import month_of
from safeconduct.core.segments.pages import PAGE_ROWS, CustomerPages
from safeconduct.core.segments.tables import TableSpec, check_rows, table_spec


@dataclass(frozen=True, kw_only=True)
class SegmentSummary:
    """What was written. Holds no personal data: ids, counts, sizes, a digest.

    Attributes:
        month: the UTC month such as ``2026-03``; empty for an undated table.
        size: bytes of all three files.
        directory_sha256: digest of the directory file, which pins the other two.
    """

    table: str
    segment: str
    month: str
    rows: int
    pages: int
    customers: int
    postings: int
    size: int
    directory_sha256: str


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """Sorted rows and where they are cut: page ``p`` has rows ``cuts[p]`` until ``cuts[p + 1]``."""

    rows: pa.Table
    customers: tuple[str, ...]
    first: np.ndarray
    cuts: np.ndarray


def write_segment(
    directory: Path,
    rows: pa.Table,
    *,
    table: str,
    segment: str,
    keys: SegmentKeys,
    randomness: Randomness = os.urandom,
) -> SegmentSummary:
    """Write ``rows`` as the segment ``segment`` of ``table`` under ``directory`` and return what was written.

    Raises ``SegmentError`` for rows that do not fit the table, that cross a UTC month, ``SegmentExistsError``.
    Whatever stops it, no segment is there or a whole one; a new attempt uses new keys.
    """
    spec = table_spec(table)
    checked = check_rows(rows, table)
    month = month_of(checked, table)
    if month is None:
        raise SegmentError(f"{table}: the rows cross the end of a UTC month.")
    final = folder_of(directory, table, segment)
    plan = _plan(checked, spec)
    salt = fresh_salt(keys.directory_key(), _digest(plan.rows), randomness)
    place = Place(table=table, segment=segment, salt=salt)
    part = begin_folder(final, randomness(8).hex())
    try:
        summary = _write_parts(part, plan, place, keys, randomness, month)
        finish_folder(part, final)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return summary


def _write_parts(
    part: Path, plan: _Plan, place: Place, keys: SegmentKeys, randomness: Randomness, month: str
) -> SegmentSummary:
    lengths: list[int] = []
    commitments: list[bytes] = []
    size = write_file(part / PAGES, _sealed_pages(plan, place, keys, lengths, commitments))
    page_of_row = np.repeat(np.arange(len(plan.cuts) - 1, dtype=np.uint64), np.diff(plan.cuts))
    postings = postings_of(plan.rows, page_of_row, table=place.table, keys=keys)
    size += write_file(part / INDEX, encode_index(postings, place, keys))
    earliest, latest = _spans(plan, table_spec(place.table))
    catalogue = Catalogue(
        place=place,
        customers=plan.customers,
        commitments=tuple(commitments),
        first=plan.first,
        lengths=np.array(lengths, np.int64),
        rows=np.diff(plan.cuts),
        earliest=earliest,
        latest=latest,
        blocks=-(-len(postings) // BLOCK_POSTINGS),
        postings=len(postings),
    )
    sealed = catalogue.sealed(keys, randomness)
    size += write_file(part / DIRECTORY, [sealed])
    return SegmentSummary(
        table=place.table,
        segment=place.segment,
        month=month,
        rows=plan.rows.num_rows,
        pages=len(lengths),
        customers=len(plan.customers),
        postings=len(postings),
        size=size,
        directory_sha256=hashlib.sha256(sealed).hexdigest(),
    )


def _digest(rows: pa.Table) -> bytes:
    digest = hashlib.sha256()
    for column in rows.columns:
        for buffer in column.chunk(0).buffers():
            digest.update(buffer or b"")
    return digest.digest()


def _ranks(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    """Return each row's rank among the distinct values, and the values in order."""
    encoded = column.combine_chunks().dictionary_encode()
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(order), np.uint64)
    rank[order] = np.arange(len(order), dtype=np.uint64)
    return rank[encoded.indices.to_numpy()], encoded.dictionary.take(pa.array(order)).to_pylist()


def _plan(rows: pa.Table, spec: TableSpec) -> _Plan:
    customer, names = _ranks(rows["customer"])
    own, _ = _ranks(rows[spec.own])
    instant = rows[spec.instant].cast(pa.int64()).to_numpy()
    pair = (customer << np.uint64(32)) | own
    order = np.lexsort((instant, pair))
    counts = np.bincount(customer.astype(np.int64), minlength=len(names))
    starts = np.concatenate(([0], np.cumsum(counts)))
    cuts = np.concatenate([np.arange(start, end, PAGE_ROWS) for start, end in pairwise(starts)])
    pages = -(-counts // PAGE_ROWS)
    return _Plan(
        rows=rows.take(pa.array(order)).combine_chunks(),
        customers=tuple(names),
        first=np.concatenate(([0], np.cumsum(pages))),
        cuts=np.append(cuts, rows.num_rows),
    )


def _sealed_pages(
    plan: _Plan, place: Place, keys: SegmentKeys, lengths: list[int], commitments: list[bytes]
) -> Iterator[bytes]:
    yield place.header(PAGES)
    compressor = zstandard.ZstdCompressor(level=1)
    batch = plan.rows.select(table_spec(place.table).page_schema.names).to_batches()[0]
    cuts, first = plan.cuts.tolist(), plan.first.tolist()
    for owner, customer in enumerate(plan.customers):
        pages = CustomerPages(place, keys, customer)
        commitments.append(pages.commitment)
        for number in range(first[owner], first[owner + 1]):
            sealed = pages.seal(number, batch.slice(cuts[number], cuts[number + 1] - cuts[number]), compressor)
            lengths.append(len(sealed))
            yield sealed


def _spans(plan: _Plan, spec: TableSpec) -> tuple[np.ndarray, np.ndarray]:
    starts = plan.rows[spec.instant].cast(pa.int64()).to_numpy()
    ends = starts if spec.dated else pc.fill_null(plan.rows["ended_at"].cast(pa.int64()), int(OPEN_END)).to_numpy()
    return np.minimum.reduceat(starts, plan.cuts[:-1]), np.maximum.reduceat(ends, plan.cuts[:-1])
