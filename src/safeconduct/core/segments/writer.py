"""Writes one segment: sorts, cuts at customer boundaries, seals the pages, then the index, then the directory."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.ids import Randomness
from safeconduct.core.sealing.keys import fresh_salt
from safeconduct.core.segments.codec import OPEN_END, Codec
from safeconduct.core.segments.directory import Listing
from safeconduct.core.segments.errors import SegmentError
from safeconduct.core.segments.files import begin_folder, finish_folder, write_file
from safeconduct.core.segments.index import Covered, distinct, encode_index, postings_of
from safeconduct.core.segments.layout import DIRECTORY, INDEX, PAGES, Place, SegmentKeys, folder_of
from safeconduct.core.segments.months import first_millisecond, month_of
from safeconduct.core.segments.pages import DICTIONARY, PAGE_ROWS, compress, joined, seal_all
from safeconduct.core.segments.spellings import packed_ids
from safeconduct.core.segments.tables import SCHEMA_VERSION, TableSpec, check_rows, table_spec


@dataclass(frozen=True, kw_only=True)
class SegmentSummary:
    """What was written. Holds no personal data: ids, counts, sizes, a span, digests.

    Attributes:
        month: the UTC month such as ``2026-03``; empty for an undated table.
        earliest: the first millisecond of any row; ``latest`` the last, the end of time where a row has not ended.
        size: bytes of all three files.
        directory_sha256: digest of the directory's header and root, which pins the attempt.
        index_sha256: digest of the same of its index run.
    """

    table: str
    segment: str
    month: str
    rows: int
    pages: int
    customers: int
    postings: int
    earliest: int
    latest: int
    size: int
    directory_sha256: str
    index_sha256: str


class SegmentWriter:
    """Takes rows in parts, each part's customers after those of the part before, and keeps one part in memory."""

    def __init__(self, part: Path, place: Place, keys: SegmentKeys, month: str, *, packed: bool) -> None:
        """Begin in the empty folder ``part``."""
        self._part, self._place, self._keys, self._month, self._packed = part, place, keys, month, packed
        self._spec = table_spec(place.table)
        base = first_millisecond(month)
        self._codec = Codec(spec=self._spec, version=SCHEMA_VERSION, base=base, packed=packed)
        self._postings: list[np.ndarray] = []
        self._customers: list[str] = []
        self._counts: list[np.ndarray] = []
        self._commitments: list[bytes] = []
        self._lengths: list[int] = []
        self._spans: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def pages(self, parts: Iterator[pa.Table]) -> Iterator[bytes]:
        """Yield the file of pages for all ``parts``."""
        yield self._place.header(PAGES)
        for rows in parts:
            yield from self._sealed(rows)

    def _sealed(self, rows: pa.Table) -> list[bytes]:
        plan = _planned(rows, self._spec)
        if self._customers and plan.customers[0] <= self._customers[-1]:
            raise SegmentError(f"{self._spec.name}: the parts are not in the order of their customers.")
        first, counts = len(self._lengths), np.diff(plan.cuts)
        with ThreadPoolExecutor(1) as beside:
            # Tokens need nothing of the pages, nor they of tokens: most of either is work without Python's lock.
            postings = beside.submit(self._posted, plan, first)
            clear, ends, ids = self._codec.encode(rows, plan.order, plan.cuts)
            frames = joined(ids, compress(self._spec.name, clear, ends), counts.tolist(), self._codec.apart)
            owners = list(zip(plan.customers, plan.pages.tolist(), strict=True))
            commitments, sealed = seal_all(self._place, self._keys, owners, frames, first)
            self._postings.append(postings.result())
        self._commitments += commitments
        self._lengths += map(len, sealed)
        self._customers += plan.customers
        self._counts.append(plan.pages)
        self._spans.append(_spans(rows, plan, self._spec))
        return [b"".join(sealed)]

    def _posted(self, plan: "_Plan", first: int) -> np.ndarray:
        page = np.empty(len(plan.order), np.uint64)
        page[plan.order] = np.repeat(np.arange(len(plan.cuts) - 1, dtype=np.uint64), np.diff(plan.cuts))
        return postings_of(plan.spelled, page + np.uint64(first), table=self._spec.name, keys=self._keys)

    def write(self, parts: Iterator[pa.Table]) -> SegmentSummary:
        """Write the three files of the rows in ``parts``."""
        size = write_file(self._part / PAGES, self.pages(parts))
        rows, earliest, latest = (np.concatenate(column) for column in zip(*self._spans, strict=True))
        postings = distinct(np.concatenate(self._postings)) if len(self._postings) > 1 else self._postings[0]
        covered = [Covered(self._place.segment, self._place.salt.hex(), len(rows))]
        pins: list[str] = []
        size += write_file(self._part / INDEX, encode_index([postings], self._place, self._keys, covered, pins))
        listing = Listing(
            customers=self._customers,
            counts=np.concatenate(self._counts),
            commitments=b"".join(self._commitments),
            lengths=np.array(self._lengths, np.int64),
            rows=rows,
            earliest=earliest,
            latest=latest,
            base=first_millisecond(self._month),
        )
        facts: dict[str, JsonValue] = {
            "schema": SCHEMA_VERSION,
            "dictionary": DICTIONARY,
            "packed": self._packed,
            "month": self._month,
            "rows": int(rows.sum()),
            "pages": len(rows),
            "customers": len(self._customers),
        }
        size += write_file(self._part / DIRECTORY, listing.sealed(self._place, self._keys, facts, pins))
        return SegmentSummary(
            table=self._place.table,
            segment=self._place.segment,
            month=self._month,
            rows=int(rows.sum()),
            pages=len(rows),
            customers=len(self._customers),
            postings=len(postings),
            earliest=int(earliest.min()),
            latest=int(latest.max()),
            size=size,
            directory_sha256=pins[1],
            index_sha256=pins[0],
        )


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
    checked = check_rows(rows, table)
    month = month_of(checked, table)
    if month is None:
        raise SegmentError(f"{table}: the rows cross the end of a UTC month.")
    packed = packed_ids(checked["record_id"]) is not None
    final, what = folder_of(directory, table, segment), _digest(checked)
    return write_parts(final, iter([checked]), keys=keys, month=month, packed=packed, what=what, randomness=randomness)


def write_parts(
    final: Path,
    parts: Iterator[pa.Table],
    *,
    keys: SegmentKeys,
    month: str,
    packed: bool,
    what: bytes,
    randomness: Randomness,
) -> SegmentSummary:
    """Write checked rows of one month, that come in parts by customer, as the segment in ``final``.

    ``what`` hedges the attempt's salt: other content gets another one should the source of randomness repeat.
    """
    salt = fresh_salt(keys.directory_key(), what, randomness)
    place = Place(table=final.parent.name, segment=final.name, salt=salt)
    part = begin_folder(final, randomness(8).hex())
    try:
        summary = SegmentWriter(part, place, keys, month, packed=packed).write(parts)
        finish_folder(part, final)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return summary


def _digest(rows: pa.Table) -> bytes:
    digest = hashlib.sha256()
    for column in rows.columns:
        for chunk in column.chunks:
            for buffer in chunk.buffers():
                digest.update(buffer or b"")
            digest.update(b"%d %d" % (chunk.offset, len(chunk)))
    return digest.digest()


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """In which order rows stand, and where they are cut: page ``p`` has rows ``cuts[p]`` until ``cuts[p + 1]``.

    ``spelled`` are the searched columns with each distinct value once, rows as they came.
    """

    order: np.ndarray
    customers: list[str]
    pages: np.ndarray
    cuts: np.ndarray
    spelled: dict[str, pa.DictionaryArray]


def _ranks(encoded: pa.DictionaryArray) -> tuple[np.ndarray, list[str]]:
    """Return each row's rank among the distinct values, and the values in order."""
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(order), np.uint64)
    rank[order] = np.arange(len(order), dtype=np.uint64)
    return rank[encoded.indices.to_numpy()], encoded.dictionary.take(pa.array(order)).to_pylist()


def _planned(rows: pa.Table, spec: TableSpec) -> _Plan:
    names = dict.fromkeys(("customer", spec.own, *spec.phones, *spec.emails))
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda name: rows[name].combine_chunks().dictionary_encode(), names)
        spelled = dict(zip(names, found, strict=True))
    customer, customers = _ranks(spelled["customer"])
    own, numbers = _ranks(spelled[spec.own])
    counts = np.bincount(customer.astype(np.int64), minlength=len(customers))
    starts = np.concatenate(([0], np.cumsum(counts)))
    pages = -(-counts // PAGE_ROWS)
    if (pages == 1).all():
        cuts = starts
    else:
        cuts = np.append(np.concatenate([np.arange(one, two, PAGE_ROWS) for one, two in pairwise(starts)]), starts[-1])
    order = _order(customer * np.uint64(len(numbers)) + own, rows[spec.instant].cast(pa.int64()).to_numpy())
    return _Plan(order=order, customers=customers, pages=pages, cuts=cuts, spelled=spelled)


def _order(pair: np.ndarray, instant: np.ndarray) -> np.ndarray:
    """Return the order by pair, then instant, first come first: in one sort where both and the place fit 64 bits."""
    since = (instant - instant.min()).astype(np.uint64)
    bits = [int(values.max()).bit_length() for values in (pair, since)]
    if sum(bits) > 64:  # noqa: PLR2004 - the bits of a word
        return np.asarray(np.lexsort((instant, pair)))
    return np.asarray(np.argsort((pair << np.uint64(bits[1])) | since, kind="stable"))


def _spans(rows: pa.Table, plan: _Plan, spec: TableSpec) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    starts = rows[spec.instant].cast(pa.int64()).to_numpy()[plan.order]
    ends = starts
    if not spec.dated:
        ends = pc.fill_null(rows["ended_at"].cast(pa.int64()), int(OPEN_END)).to_numpy()[plan.order]
    firsts = plan.cuts[:-1]
    return np.diff(plan.cuts), np.minimum.reduceat(starts, firsts), np.maximum.reduceat(ends, firsts)
