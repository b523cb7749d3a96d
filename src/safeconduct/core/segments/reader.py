"""Reads one segment: the directory and the index say which pages to open, the exact filter says which rows to give."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.core.segments.codec import Codec
from safeconduct.core.segments.directory import Batch, Directory, Pages, united
from safeconduct.core.segments.errors import CustomerKeyDestroyedError, SegmentDamagedError, SegmentError
from safeconduct.core.segments.index import Index
from safeconduct.core.segments.layout import DIRECTORY, HEADER_BYTES, INDEX, PAGES, SegmentKeys, folder_of
from safeconduct.core.segments.months import first_millisecond
from safeconduct.core.segments.pages import CustomerPages, sifted
from safeconduct.core.segments.readable import Files, Opened
from safeconduct.core.segments.selection import Span, Wanted, matching, wanted_of
from safeconduct.core.segments.sieve import Sieve, sieve_of
from safeconduct.core.segments.tables import SCHEMA_VERSION, TableSpec, table_spec
from safeconduct.core.segments.tokens import token_key, tokens

Selectors = Iterable[Mapping[str, str]]
"""Selectors as JSON: ``{"kind": "phone" | "email" | "account", "value": ...}``."""

FEW_PAGES = 6
"""So many pages of a customer are opened sooner than an index is asked about them."""
BATCH_ROWS = 128 * 1024
BATCH_BYTES = 64 * 1024 * 1024


def sought(wanted: Wanted, spec: TableSpec, keys: SegmentKeys) -> list[int]:
    """Return the tokens of the selectors in one table."""
    kinds = (("phone", wanted.phones, spec.phones), ("email", wanted.emails, spec.emails))
    return [
        token
        for kind, values, columns in kinds
        if values and columns
        for token in tokens(token_key(keys.index_key(), table=spec.name, kind=kind), pa.array(values)).tolist()
    ]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question to a segment, as ``SegmentReader.find`` takes it."""

    customer: str
    selectors: Selectors
    window: tuple[datetime, datetime]
    candidates: np.ndarray | None = None


class SegmentReader:
    """One segment, opened for questions. It keeps no file open and nothing decrypted but directory and index."""

    def __init__(
        self, directory: Files, *, table: str, segment: str, keys: SegmentKeys, directory_sha256: str | None = None
    ) -> None:
        """Open the directory's root; raises ``SegmentDamagedError`` if it is missing, damaged or not the pinned one."""
        self._folder = folder_of(directory, table, segment)
        self._spec = table_spec(table)
        self._keys = keys
        self._name = f"{table}/{segment}"
        path = self._folder / DIRECTORY
        self.directory = Directory(path, table=table, segment=segment, keys=keys, pin=directory_sha256)
        facts = self.directory.facts
        self.version, self.packed, self.month = int(facts["schema"]), bool(facts["packed"]), str(facts["month"])
        if self.version > SCHEMA_VERSION:
            raise SegmentError(f"{self._name}: its columns are of a later version of this program.")
        base = first_millisecond(self.month)
        self._codec = Codec(spec=self._spec, version=self.version, base=base, packed=self.packed)
        self._index: Index | None = None

    @property
    def rows(self) -> int:
        """Return how many rows the segment has."""
        return int(self.directory.facts["rows"])

    @property
    def pages(self) -> int:
        """Return how many pages the segment has."""
        return int(self.directory.facts["pages"])

    @property
    def customers(self) -> tuple[str, ...]:
        """Return the customers who have rows in it, sorted."""
        return tuple(owned.customer for owned in self.directory.every())

    def find(
        self,
        *,
        customer: str,
        selectors: Selectors,
        window: tuple[datetime, datetime],
        candidates: np.ndarray | None = None,
    ) -> pa.Table:
        """Return exactly the rows of ``customer`` that match a selector in the half-open window, in stored order.

        ``candidates`` are the pages that a merged run named; without them the segment's own run is asked where that
        is cheaper than opening the customer's pages. A damaged run costs time and no row: the pages are opened.
        Raises ``SegmentDamagedError`` naming the part, ``CustomerKeyDestroyedError``, ``SegmentError``.
        """
        wanted, span = wanted_of(selectors), Span.of(window)
        chosen = self._chosen(customer, wanted, span, candidates)
        found = [self._spec.schema.empty_table()]
        sieve = sieve_of(self._spec, wanted, span)
        found += [
            rows.filter(pc.and_(span.mask(rows, self._spec), matching(rows, self._spec, wanted)))
            for rows in self.open([chosen] if chosen is not None else [], sieve=sieve)
        ]
        return pa.concat_tables(found)

    def find_all(self, asked: Sequence[Asked]) -> list[pa.Table]:
        """Return what ``find`` would for each of several questions, of any customers, opening each page once.

        Raises what ``find`` raises for any of them.
        """
        found = [[self._spec.schema.empty_table()] for _ in asked]
        meant = [(wanted_of(one.selectors), Span.of(one.window)) for one in asked]
        pages: dict[str, list[Pages]] = {}
        places: dict[str, list[int]] = {}
        for place, (one, (wanted, span)) in enumerate(zip(asked, meant, strict=True)):
            if (chosen := self._chosen(one.customer, wanted, span, one.candidates)) is not None:
                pages.setdefault(one.customer, []).append(chosen)
                places.setdefault(one.customer, []).append(place)
        sieve = sieve_of(self._spec, *_hull(meant)) if meant else None
        for rows in self.open([united(parts) for parts in pages.values()], sieve=sieve):
            for customer, own in _by_customer(rows):
                for place in places[customer]:
                    wanted, span = meant[place]
                    exact = pc.and_(span.mask(own, self._spec), matching(own, self._spec, wanted))
                    found[place].append(own.filter(exact))
        return [pa.concat_tables(parts) for parts in found]

    def count(self, *, customer: str, selectors: Selectors, window: tuple[datetime, datetime]) -> int:
        """Return how many rows ``find`` would give; for a whole account most pages need not be opened."""
        selectors = list(selectors)
        wanted, span = wanted_of(selectors), Span.of(window)
        owned = self.directory.find(customer) if customer in wanted.accounts else None
        if owned is None:
            return int(self.find(customer=customer, selectors=selectors, window=window).num_rows)
        whole = span.must_hold(self._spec, owned.earliest, owned.latest)
        partly = span.may_hold(self._spec, owned.earliest, owned.latest) & ~whole
        counted = int(owned.rows[whole].sum())
        for rows in self.open([owned.only(partly)]):
            counted += rows.filter(span.mask(rows, self._spec)).num_rows
        return counted

    def customers_holding(self, selectors: Selectors, candidates: np.ndarray | None = None) -> set[str]:
        """Return the customers with at least one row that a selector matches, at any time.

        A customer whose key is destroyed holds nothing any more and is not named.
        """
        wanted = wanted_of(selectors)
        found = {customer for customer in wanted.accounts if self.directory.find(customer) is not None}
        for rows in self.scan(self._probe(wanted) if candidates is None else candidates, wanted):
            found.update(pc.unique(rows["customer"]).to_pylist())
        return found

    def check(self) -> int:
        """Open every page and every block and return the rows opened; ``SegmentDamagedError`` names the part.

        Pages of a customer whose key is destroyed cannot be opened and are passed over.
        """
        every = list(self.directory.batches())
        rows, pages = sum(int(one.rows.sum()) for one in every), sum(len(one.rows) for one in every)
        end = HEADER_BYTES + sum(int(one.lengths.sum()) for one in every)
        opened = sum(part.num_rows for part in self.batches(every, erased=True))
        if self._path(PAGES).stat().st_size != end:
            raise SegmentDamagedError(f"{self._name}: pages: the file does not have its length.")
        if (rows, pages) != (self.rows, self.pages):
            raise SegmentDamagedError(f"{self._name}: directory: a customer is missing.")
        if (self._folder / INDEX).exists() or not self.merged:
            self._own_index().check()
        return int(opened)

    merged = False
    """Whether the segment's postings now stand in a merged run, so that it has no index of its own."""

    def open(self, chosen: Sequence[Pages], *, erased: bool = False, sieve: Sieve | None = None) -> Iterator[pa.Table]:
        """Yield the rows of these pages in order, some hundred thousand at a time.

        A customer whose key is destroyed raises ``CustomerKeyDestroyedError``, or is passed over with ``erased``. Rows
        that a sieve holds back are left out.
        """
        if any(len(pages.numbers) for pages in chosen):
            yield from self.batches([Batch.of(chosen)], erased=erased, sieve=sieve)

    def scan(self, numbers: np.ndarray | None = None, wanted: Wanted | None = None) -> Iterator[pa.Table]:
        """Yield the rows of every page, or of those with these numbers (sorted), of customers whose keys exist.

        With ``wanted``, only the rows that it matches.
        """
        sieve = None if wanted is None else sieve_of(self._spec, wanted)
        for rows in self.batches(self.directory.batches(numbers), erased=True, sieve=sieve):
            yield rows if wanted is None else rows.filter(matching(rows, self._spec, wanted))

    def batches(self, batches: Iterable[Batch], *, erased: bool, sieve: Sieve | None = None) -> Iterator[pa.Table]:
        """Yield the rows of batches of pages, in order; as ``open`` does."""
        with self._path(PAGES).open("rb", buffering=0) as file:
            if file.read(HEADER_BYTES) != self.directory.place.header(PAGES):
                raise SegmentDamagedError(f"{self._name}: pages: the header is not the directory's.")
            for part in _parts(batches):
                opened, pages = self._opened(file, part, erased=erased)
                if pages:
                    yield self._decoded(opened, pages, sieve)

    def _opened(self, file: Opened, batch: Batch, *, erased: bool) -> tuple[Batch, list[bytes]]:
        found: list[bytes] = []
        kept: list[int] = []
        last, opener = -1, None
        owners, numbers = batch.owners.tolist(), batch.numbers.tolist()
        for place, (owner, number, sealed) in enumerate(zip(owners, numbers, _sealed(file, batch), strict=True)):
            if owner != last:
                last, opener = owner, self._opener(batch, owner, erased=erased)
            if opener is not None:
                found.append(opener.open(number, sealed))
                kept.append(place)
        return (batch if len(kept) == len(owners) else batch.only(np.array(kept, np.int64))), found

    def _opener(self, batch: Batch, owner: int, *, erased: bool) -> CustomerPages | None:
        try:
            opener = CustomerPages(self.directory.place, self._keys, batch.customers[owner])
        except CustomerKeyDestroyedError:
            if erased:
                return None
            raise
        opener.require(batch.commitments[owner])
        return opener

    def _decoded(self, batch: Batch, pages: list[bytes], sieve: Sieve | None) -> pa.Table:
        try:
            rows, kept = sifted(self._codec, int(self.directory.facts["dictionary"]), pages, batch.rows, sieve)
        except SegmentDamagedError as error:
            raise SegmentDamagedError(f"{self._name}: pages: a page does not hold its rows.") from error
        owners, names = np.repeat(batch.owners, batch.rows), pa.array(batch.customers, pa.string())
        owners = owners if kept is None else owners[kept]
        columns = []
        for column in self._spec.schema:
            if column.name == "customer":
                columns.append(names.take(pa.array(owners)))
            elif column.name in rows.column_names:
                columns.append(rows[column.name])
            else:
                fill = None if column.nullable else ""
                columns.append(pa.repeat(pa.scalar(fill, column.type), rows.num_rows))
        return pa.table(columns, schema=self._spec.schema)

    def _chosen(self, customer: str, wanted: Wanted, span: Span, candidates: np.ndarray | None) -> Pages | None:
        owned = self.directory.find(customer)
        if owned is None:
            return None
        owned = owned.only(span.may_hold(self._spec, owned.earliest, owned.latest))
        if customer in wanted.accounts or not len(owned.numbers):
            return owned
        if candidates is None:
            if len(owned.numbers) <= FEW_PAGES:
                return owned
            try:
                candidates = self._probe(wanted)
            except SegmentDamagedError:
                return owned
        return owned.only(np.isin(owned.numbers, candidates))

    def _own_index(self) -> Index:
        if self._index is None:
            index = Index(self._path(INDEX), table=self._spec.name, run=self._folder.name, keys=self._keys)
            if index.place.salt != self.directory.place.salt:
                raise SegmentDamagedError(f"{self._name}: index: it is another attempt's.")
            self._index = index
        return self._index

    def _probe(self, wanted: Wanted) -> np.ndarray:
        wanted_tokens = sought(wanted, self._spec, self._keys)
        none = np.empty(0, np.int64)
        return self._own_index().by_segment(wanted_tokens).get(self._folder.name, none) if wanted_tokens else none

    def _path(self, part: str) -> Files:
        path = self._folder / part
        if not path.is_file():
            raise SegmentDamagedError(f"{self._name}: {part}: the file is missing.")
        return path


def _hull(meant: Sequence[tuple[Wanted, Span]]) -> tuple[Wanted, Span]:
    """Return the least question that asks for all that several (at least one) ask for."""
    wanted = Wanted(
        phones=tuple(sorted({value for one, _ in meant for value in one.phones})),
        emails=tuple(sorted({value for one, _ in meant for value in one.emails})),
        accounts=frozenset().union(*(one.accounts for one, _ in meant)),
    )
    spans = [span for _, span in meant]
    first, until = min(one.first for one in spans), max(one.until for one in spans)
    return wanted, Span(first=first, until=until, after=min(one.after for one in spans))


def _by_customer(rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Yield the rows of each customer; they lie side by side."""
    encoded = rows["customer"].combine_chunks().dictionary_encode()
    owners = encoded.indices.to_numpy()
    cuts = [0, *(np.flatnonzero(np.diff(owners)) + 1).tolist(), len(owners)] if len(owners) else [0]
    for start, end in pairwise(cuts):
        yield encoded.dictionary[int(owners[start])].as_py(), rows.slice(start, end - start)


def _parts(batches: Iterable[Batch]) -> Iterator[Batch]:
    """Yield pages, brought together or cut apart, of about ``BATCH_ROWS`` rows or ``BATCH_BYTES`` bytes at a time."""
    waiting: list[Batch] = []
    held = 0
    for batch in batches:
        waiting.append(batch)
        held += int(batch.rows.sum())
        if held >= BATCH_ROWS:
            yield from _cut(Batch.together(waiting))
            waiting, held = [], 0
    if waiting:
        yield from _cut(Batch.together(waiting))


def _cut(batch: Batch) -> Iterator[Batch]:
    steps = np.cumsum(batch.rows) // (2 * BATCH_ROWS) + np.cumsum(batch.lengths) // BATCH_BYTES
    cuts = [0, *(np.flatnonzero(np.diff(steps)) + 1).tolist(), len(steps)]
    for start, end in pairwise(cuts):
        yield batch.only(slice(start, end))


def _sealed(file: Opened, batch: Batch) -> Iterator[bytes]:
    """Yield the bytes of each page; what lies side by side is read at once."""
    ends = batch.offsets + batch.lengths
    starts, places = batch.offsets.tolist(), ends.tolist()
    cuts = [0, *(np.flatnonzero(batch.offsets[1:] != ends[:-1]) + 1).tolist(), len(starts)]
    for first, last in pairwise(cuts):
        base = starts[first]
        file.seek(base)
        data = file.read(places[last - 1] - base)
        for one, two in zip(starts[first:last], places[first:last], strict=True):
            yield data[one - base : two - base]
