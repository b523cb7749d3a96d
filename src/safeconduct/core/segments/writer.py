"""Writes one segment: sorts, cuts at customer boundaries, seals the pages, then the index, then the directory."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.ids import Randomness
from safeconduct.core.sealing.keys import fresh_salt
from safeconduct.core.segments.codec import Codec
from safeconduct.core.segments.directory import Listing
from safeconduct.core.segments.errors import SegmentError
from safeconduct.core.segments.files import begin_folder, finish_folder, write_file
from safeconduct.core.segments.index import Covered, distinct, encode_index, postings_of
from safeconduct.core.segments.layout import DIRECTORY, INDEX, PAGES, Place, SegmentKeys, folder_of
from safeconduct.core.segments.months import first_millisecond, month_of
from safeconduct.core.segments.pages import DICTIONARY, compress, joined, seal_all
from safeconduct.core.segments.planning import planned, spans
from safeconduct.core.segments.prepared import Prepared, checked, prepare
from safeconduct.core.segments.tables import SCHEMA_VERSION, table_spec


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

    def pages(self, parts: Iterator[Prepared]) -> Iterator[bytes]:
        """Yield the file of pages for all ``parts``."""
        yield self._place.header(PAGES)
        for part in parts:
            yield self._sealed(part)

    def _sealed(self, part: Prepared) -> bytes:
        plan = planned(part)
        if self._customers and plan.customers[0] <= self._customers[-1]:
            raise SegmentError(f"{self._spec.name}: the parts are not in the order of their customers.")
        first = len(self._lengths)
        with ThreadPoolExecutor(1) as beside:
            # Tokens need nothing of the pages, nor they of tokens: most of either is work without Python's lock.
            name, page = self._spec.name, plan.page_of_row(first)
            postings = beside.submit(postings_of, part.spelled, page, table=name, keys=self._keys)
            clear, ends, ids = self._codec.encode(part, plan.order, plan.cuts)
            frames = joined(ids, compress(name, clear, ends), plan.counts.tolist(), self._codec.apart)
            owners = list(zip(plan.customers, plan.pages.tolist(), strict=True))
            commitments, sealed = seal_all(self._place, self._keys, owners, frames, first)
            self._postings.append(postings.result())
        self._commitments += commitments
        self._lengths += map(len, sealed)
        self._customers += plan.customers
        self._counts.append(plan.pages)
        self._spans.append(spans(part, plan))
        return b"".join(sealed)

    def write(self, parts: Iterator[Prepared]) -> SegmentSummary:
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
    rows: pa.Table | Prepared,
    *,
    table: str,
    segment: str,
    keys: SegmentKeys,
    randomness: Randomness = os.urandom,
) -> SegmentSummary:
    """Write ``rows`` as the segment ``segment`` of ``table`` under ``directory`` and return what was written.

    Rows that come prepared were checked before. Raises ``SegmentError`` for rows that do not fit the table or cross a
    UTC month, ``SegmentExistsError``.
    Whatever stops it, no segment is there or a whole one; a new attempt uses new keys.
    """
    ready = rows if isinstance(rows, Prepared) else checked(rows, table)
    month = month_of(ready.rows, table)
    if month is None:
        raise SegmentError(f"{table}: the rows cross the end of a UTC month.")
    final, what = folder_of(directory, table, segment), _digest(ready.rows)
    packed = ready.ids is not None
    return _written(final, iter([ready]), keys, month, packed=packed, what=what, randomness=randomness)


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
    spec = table_spec(final.parent.name)
    ready = (prepare(rows, spec) for rows in parts)
    return _written(final, ready, keys, month, packed=packed, what=what, randomness=randomness)


def _written(
    final: Path,
    parts: Iterator[Prepared],
    keys: SegmentKeys,
    month: str,
    *,
    packed: bool,
    what: bytes,
    randomness: Randomness,
) -> SegmentSummary:
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
