"""Reads one segment: the directory and the index say which pages to open, the exact filter says which rows to give."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from safeconduct.core.segments.catalogue import Catalogue, open_catalogue
from safeconduct.core.segments.errors import CustomerKeyDestroyedError, SegmentDamagedError
from safeconduct.core.segments.index import Index
from safeconduct.core.segments.layout import DIRECTORY, HEADER_BYTES, INDEX, PAGES, SegmentKeys, folder_of, read_header
from safeconduct.core.segments.pages import CustomerPages
from safeconduct.core.segments.selection import Span, Wanted, matching, wanted_of
from safeconduct.core.segments.tables import table_spec
from safeconduct.core.segments.tokens import token_key, tokens

Selectors = Iterable[Mapping[str, str]]
"""Selectors as JSON: ``{"kind": "phone" | "email" | "account", "value": ...}``."""


class SegmentReader:
    """One segment, opened for questions. It keeps no file open and nothing decrypted but the directory."""

    def __init__(
        self, directory: Path, *, table: str, segment: str, keys: SegmentKeys, directory_sha256: str | None = None
    ) -> None:
        """Open the directory; raises ``SegmentDamagedError`` if it is missing, damaged or not the pinned one."""
        self._folder = folder_of(directory, table, segment)
        self._spec = table_spec(table)
        self._keys = keys
        self._name = f"{table}/{segment}"
        blob = self._read(DIRECTORY)
        if directory_sha256 is not None and hashlib.sha256(blob).hexdigest() != directory_sha256:
            raise SegmentDamagedError(f"{self._name}: the directory is not the one that was recorded.")
        self._catalogue: Catalogue = open_catalogue(blob, table=table, segment=segment, keys=keys)
        self._offsets = self._catalogue.offsets
        self._owners = {customer: owner for owner, customer in enumerate(self._catalogue.customers)}

    @property
    def rows(self) -> int:
        """Return how many rows the segment has."""
        return int(self._catalogue.rows.sum())

    @property
    def customers(self) -> tuple[str, ...]:
        """Return the customers who have rows in it, sorted."""
        return self._catalogue.customers

    def find(self, *, customer: str, selectors: Selectors, window: tuple[datetime, datetime]) -> pa.Table:
        """Return exactly the rows of ``customer`` that match a selector in the half-open window, in stored order.

        Raises ``SegmentDamagedError`` naming the part, ``CustomerKeyDestroyedError``, ``SegmentError``.
        """
        wanted, span = wanted_of(selectors), Span.of(window)
        chosen = self._candidates(customer, wanted)
        catalogue = self._catalogue
        chosen = chosen[span.may_hold(self._spec, catalogue.earliest[chosen], catalogue.latest[chosen])]
        found = [self._spec.schema.empty_table()]
        for rows in self._open(customer, chosen):
            inside = rows.filter(span.mask(rows, self._spec))
            found.append(inside.filter(matching(inside, self._spec, wanted)))
        return pa.concat_tables(found)

    def count(self, *, customer: str, selectors: Selectors, window: tuple[datetime, datetime]) -> int:
        """Return how many rows ``find`` would give; for a whole account most pages need not be opened."""
        selectors = list(selectors)
        wanted, span = wanted_of(selectors), Span.of(window)
        if customer not in wanted.accounts or customer not in self._owners:
            return int(self.find(customer=customer, selectors=selectors, window=window).num_rows)
        catalogue = self._catalogue
        chosen = self._candidates(customer, wanted)
        earliest, latest = catalogue.earliest[chosen], catalogue.latest[chosen]
        whole = span.must_hold(self._spec, earliest, latest)
        partly = span.may_hold(self._spec, earliest, latest) & ~whole
        counted = int(catalogue.rows[chosen[whole]].sum())
        for rows in self._open(customer, chosen[partly]):
            counted += rows.filter(span.mask(rows, self._spec)).num_rows
        return counted

    def customers_holding(self, selectors: Selectors) -> set[str]:
        """Return the customers with at least one row that a selector matches, at any time.

        A customer whose key is destroyed holds nothing any more and is not named.
        """
        wanted = wanted_of(selectors)
        found = set(wanted.accounts & set(self._owners))
        pages = self._probe(wanted)
        owners = np.searchsorted(self._catalogue.first, pages, side="right") - 1
        for owner in np.unique(owners).tolist():
            customer = self._catalogue.customers[owner]
            if customer not in found and self._holds(customer, pages[owners == owner], wanted):
                found.add(customer)
        return found

    def check(self) -> int:
        """Open every page and every index block and return the rows opened; ``SegmentDamagedError`` names the part.

        Pages of a customer whose key is destroyed cannot be opened and are passed over.
        """
        catalogue = self._catalogue
        opened = 0
        for owner, customer in enumerate(catalogue.customers):
            numbers = np.arange(catalogue.first[owner], catalogue.first[owner + 1])
            try:
                opened += sum(rows.num_rows for rows in self._open(customer, numbers))
            except CustomerKeyDestroyedError:
                continue
        with self._path(INDEX).open("rb") as file:
            index = Index(file, place=catalogue.place, keys=self._keys, blocks=catalogue.blocks)
            postings = sum(index.block(number)[2] for number in range(catalogue.blocks))
        if postings != catalogue.postings:
            raise SegmentDamagedError(f"{self._name}: index: a posting is missing.")
        return opened

    def _holds(self, customer: str, pages: np.ndarray, wanted: Wanted) -> bool:
        try:
            return any(rows.filter(matching(rows, self._spec, wanted)).num_rows for rows in self._open(customer, pages))
        except CustomerKeyDestroyedError:
            return False

    def _candidates(self, customer: str, wanted: Wanted) -> np.ndarray:
        owner = self._owners.get(customer)
        if owner is None:
            return np.empty(0, np.int64)
        first, last = int(self._catalogue.first[owner]), int(self._catalogue.first[owner + 1])
        if customer in wanted.accounts:
            return np.arange(first, last)
        pages = self._probe(wanted)
        return pages[(pages >= first) & (pages < last)]

    def _probe(self, wanted: Wanted) -> np.ndarray:
        sought = [
            token
            for kind, values, columns in (
                ("phone", wanted.phones, self._spec.phones),
                ("email", wanted.emails, self._spec.emails),
            )
            if values and columns
            for token in tokens(
                token_key(self._keys.index_key(), table=self._spec.name, kind=kind), pa.array(values, pa.string())
            ).tolist()
        ]
        if not sought:
            return np.empty(0, np.int64)
        with self._path(INDEX).open("rb") as file:
            index = Index(file, place=self._catalogue.place, keys=self._keys, blocks=self._catalogue.blocks)
            return np.unique(np.concatenate([index.pages(token) for token in sought]))

    def _open(self, customer: str, numbers: np.ndarray) -> Iterator[pa.Table]:
        if not len(numbers):
            return
        pages = CustomerPages(self._catalogue.place, self._keys, customer)
        pages.require(self._catalogue.commitments[self._owners[customer]])
        with self._path(PAGES).open("rb") as file:
            read_header(PAGES, file.read(HEADER_BYTES), self._catalogue.place)
            if file.seek(0, 2) != self._offsets[-1]:
                raise SegmentDamagedError(f"{self._name}: pages: the file does not have its length.")
            for number in numbers.tolist():
                file.seek(int(self._offsets[number]))
                rows = pages.open(number, file.read(int(self._catalogue.lengths[number])))
                if rows.num_rows != self._catalogue.rows[number]:
                    raise SegmentDamagedError(f"{self._name}: pages: page {number} does not have its rows.")
                yield rows

    def _path(self, part: str) -> Path:
        path = self._folder / part
        if not path.is_file():
            raise SegmentDamagedError(f"{self._name}: {part}: the file is missing.")
        return path

    def _read(self, part: str) -> bytes:
        return self._path(part).read_bytes()
