"""Pages that somebody without any other key may open: a page key for each customer and segment, and where pages lie.

A page key is derived for one customer, one table and one attempt to write one segment: it opens no other page, and
nothing leads back from it to the customer's key. Index and directory stay closed; what is needed of them is named here.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pyarrow as pa

from safeconduct.core.base.canonical import canonical_json
from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.primitives import Gcm256
from safeconduct.core.segments.codec import Codec
from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.core.segments.layout import PAGES, Place, SegmentKeys, nonce
from safeconduct.core.segments.months import first_millisecond
from safeconduct.core.segments.pages import rows_of
from safeconduct.core.segments.reader import SegmentReader
from safeconduct.core.segments.selection import Span
from safeconduct.core.segments.tables import table_spec

Fetch = Callable[[str, Sequence[tuple[int, int]]], list[bytes]]
"""Gives parts of a file, named by its path under the store: (offset, length) each. A missing file is an ``OSError``."""

PAGES_AT_ONCE = 256


@dataclass(frozen=True, kw_only=True)
class GrantedPages:
    """Pages of one customer in one segment, and the one key that opens them.

    Attributes:
        customer: whose rows they hold.
        key: 32 bytes; kept out of the representation so that no log can show it.
        numbers: the pages' numbers; ``offsets``, ``lengths`` and ``rows`` are of the same pages.
    """

    customer: str
    key: bytes = field(repr=False)
    numbers: np.ndarray
    offsets: np.ndarray
    lengths: np.ndarray
    rows: np.ndarray


@dataclass(frozen=True, kw_only=True)
class GrantedSegment:
    """What may be opened of one segment.

    Attributes:
        folder: the folder of the segment under the store.
        place: table, segment and salt of the attempt.
        schema: version of its columns; ``dictionary`` and ``packed`` say how its pages are written, ``month`` when.
        held: the pages, one for each customer.
    """

    folder: str
    place: Place
    schema: int
    dictionary: int
    packed: bool
    month: str
    held: tuple[GrantedPages, ...]

    def rows(self, pages: GrantedPages, fetch: Fetch) -> Iterator[pa.Table]:
        """Yield the rows of one customer's pages, in order; raises ``SegmentDamagedError`` naming the page."""
        path = f"{self.folder}/{PAGES}"
        for start in range(0, len(pages.numbers), PAGES_AT_ONCE):
            part = slice(start, start + PAGES_AT_ONCE)
            places = list(zip(pages.offsets[part].tolist(), pages.lengths[part].tolist(), strict=True))
            sealed = self._fetched(fetch, path, places)
            yield self._table(pages, self._opened(pages, pages.numbers[part].tolist(), sealed), pages.rows[part])

    def _fetched(self, fetch: Fetch, path: str, places: list[tuple[int, int]]) -> list[bytes]:
        try:
            return fetch(path, places)
        except OSError as error:
            raise SegmentDamagedError(f"{self.place.name}: pages: they cannot be fetched.") from error

    def _opened(self, pages: GrantedPages, numbers: list[int], sealed: list[bytes]) -> list[bytes]:
        cipher, bound = Gcm256(pages.key), _bound(self.place, pages.customer)
        found = []
        for number, one in zip(numbers, sealed, strict=True):
            try:
                found.append(cipher.open(nonce(number), one, bound))
            except SealError as error:
                raise SegmentDamagedError(f"{self.place.name}: pages: page {number} does not open.") from error
        return found

    def _table(self, pages: GrantedPages, frames: list[bytes], counts: np.ndarray) -> pa.Table:
        spec = table_spec(self.place.table)
        base = first_millisecond(self.month)
        codec = Codec(spec=spec, version=self.schema, base=base, packed=self.packed)
        try:
            rows = rows_of(codec, self.dictionary, frames, counts)
        except SegmentDamagedError as error:
            raise SegmentDamagedError(f"{self.place.name}: pages: a page does not hold its rows.") from error
        columns = []
        for column in spec.schema:
            if column.name == "customer":
                columns.append(pa.repeat(pa.scalar(pages.customer, pa.string()), rows.num_rows))
            elif column.name in rows.column_names:
                columns.append(rows[column.name])
            else:
                fill = None if column.nullable else ""
                columns.append(pa.repeat(pa.scalar(fill, column.type), rows.num_rows))
        return pa.table(columns, schema=spec.schema)


def _bound(place: Place, customer: str) -> bytes:
    """Return what a customer's pages are bound to: the same as ``Place.page_key`` says, which needs the key above."""
    return hashlib.sha256(place.salt + canonical_json(place.bound("segment-page"))).digest() + customer.encode()


def name_pages(
    reader: SegmentReader, keys: SegmentKeys, customer: str, windows: Sequence[tuple[datetime, datetime]]
) -> GrantedPages | None:
    """Return a customer's pages that can hold a row of one of the windows, with their key; None where there are none.

    Raises ``CustomerKeyDestroyedError``, and ``SegmentDamagedError`` where the directory committed to another key.
    """
    owned = reader.directory.find(customer)
    if owned is None:
        return None
    spec = table_spec(reader.directory.place.table)
    spans = [Span.of(window) for window in windows]
    chosen = np.any([span.may_hold(spec, owned.earliest, owned.latest) for span in spans], axis=0)
    if not chosen.any():
        return None
    key, commitment, _ = reader.directory.place.page_key(keys, customer)
    if commitment != owned.commitment:
        raise SegmentDamagedError(f"{reader.directory.place.name}: pages: a page was sealed under another key.")
    some = owned.only(chosen)
    return GrantedPages(
        customer=customer, key=key, numbers=some.numbers, offsets=some.offsets, lengths=some.lengths, rows=some.rows
    )


def granted_segment(reader: SegmentReader, folder: str, held: Sequence[GrantedPages]) -> GrantedSegment:
    """Return what is granted of one segment."""
    return GrantedSegment(
        folder=folder,
        place=reader.directory.place,
        schema=reader.version,
        dictionary=int(reader.directory.facts["dictionary"]),
        packed=reader.packed,
        month=reader.month,
        held=tuple(held),
    )
