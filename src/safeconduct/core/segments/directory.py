"""The sealed directory of a segment: which pages belong to whom, where they lie and what time they span.

It is read by blocks of whole customers in order; its root says which block begins with whom. Its root is what names the
attempt's salt, so the other two files cannot be exchanged.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.segments.blocks import SealedBlocks, seal_blocks
from safeconduct.core.segments.layout import COMMITMENT_BYTES, DIRECTORY, HEADER_BYTES, Place, SegmentKeys
from safeconduct.core.segments.months import first_millisecond
from safeconduct.core.segments.readable import Files

BLOCK_CUSTOMERS = 256
BLOCK_PAGES = 4096
HEAD = struct.Struct("<II")


@dataclass(frozen=True, kw_only=True)
class Pages:
    """Pages of one customer: numbers, place and sealed length in the file, rows, and the span in milliseconds."""

    customer: str
    commitment: bytes
    numbers: np.ndarray
    offsets: np.ndarray
    lengths: np.ndarray
    rows: np.ndarray
    earliest: np.ndarray
    latest: np.ndarray

    def only(self, chosen: np.ndarray) -> "Pages":
        """Return those that the mask or places ``chosen`` name."""
        return Pages(
            customer=self.customer,
            commitment=self.commitment,
            numbers=self.numbers[chosen],
            offsets=self.offsets[chosen],
            lengths=self.lengths[chosen],
            rows=self.rows[chosen],
            earliest=self.earliest[chosen],
            latest=self.latest[chosen],
        )


def united(parts: Sequence[Pages]) -> Pages:
    """Return pages of one customer that stand in any of ``parts`` (at least one), each once, in order."""
    if len(parts) == 1:
        return parts[0]
    every = Batch.of(parts)
    _, once = np.unique(every.numbers, return_index=True)
    listed = [np.concatenate(column) for column in zip(*((one.earliest, one.latest) for one in parts), strict=True)]
    return Pages(
        customer=parts[0].customer,
        commitment=parts[0].commitment,
        numbers=every.numbers[once],
        offsets=every.offsets[once],
        lengths=every.lengths[once],
        rows=every.rows[once],
        earliest=listed[0][once],
        latest=listed[1][once],
    )


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Pages of several customers, page by page; ``owners`` says of each which of the customers it is."""

    customers: Sequence[str]
    commitments: Sequence[bytes]
    owners: np.ndarray
    numbers: np.ndarray
    offsets: np.ndarray
    lengths: np.ndarray
    rows: np.ndarray

    @classmethod
    def of(cls, chosen: Sequence[Pages]) -> "Batch":
        """Return the pages of ``chosen`` (at least one) in their order."""
        counts = [len(one.numbers) for one in chosen]
        return cls(
            customers=[one.customer for one in chosen],
            commitments=[one.commitment for one in chosen],
            owners=np.repeat(np.arange(len(chosen)), counts),
            numbers=np.concatenate([one.numbers for one in chosen]),
            offsets=np.concatenate([one.offsets for one in chosen]),
            lengths=np.concatenate([one.lengths for one in chosen]),
            rows=np.concatenate([one.rows for one in chosen]),
        )

    @classmethod
    def together(cls, parts: Sequence["Batch"]) -> "Batch":
        """Return several batches (at least one), one after the other, as one."""
        if len(parts) == 1:
            return parts[0]
        bases = np.cumsum([0, *(len(one.customers) for one in parts)])
        return cls(
            customers=[name for one in parts for name in one.customers],
            commitments=[name for one in parts for name in one.commitments],
            owners=np.concatenate([one.owners + base for one, base in zip(parts, bases, strict=False)]),
            numbers=np.concatenate([one.numbers for one in parts]),
            offsets=np.concatenate([one.offsets for one in parts]),
            lengths=np.concatenate([one.lengths for one in parts]),
            rows=np.concatenate([one.rows for one in parts]),
        )

    def only(self, chosen: np.ndarray | slice) -> "Batch":
        """Return those that the mask, places or slice ``chosen`` name."""
        return Batch(
            customers=self.customers,
            commitments=self.commitments,
            owners=self.owners[chosen],
            numbers=self.numbers[chosen],
            offsets=self.offsets[chosen],
            lengths=self.lengths[chosen],
            rows=self.rows[chosen],
        )


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What the writer lists: customers in order, the number of each one's pages, their commitments, then by page."""

    customers: Sequence[str]
    counts: np.ndarray
    commitments: bytes
    lengths: np.ndarray
    rows: np.ndarray
    earliest: np.ndarray
    latest: np.ndarray
    base: int

    def _cuts(self) -> list[int]:
        """Return where blocks begin, by customer: so many customers, or pages where some have very many."""
        begins, pages = [0], 0
        for place, count in enumerate(self.counts.tolist()):
            if place > begins[-1] and (place - begins[-1] >= BLOCK_CUSTOMERS or pages + count > BLOCK_PAGES):
                begins.append(place)
                pages = 0
            pages += count
        return [*begins, len(self.customers)]

    def sealed(self, place: Place, keys: SegmentKeys, facts: dict[str, JsonValue], pin: list[str]) -> Iterator[bytes]:
        """Yield the directory as it is stored."""
        cuts, first = self._cuts(), np.concatenate(([0], np.cumsum(self.counts)))
        offsets = HEADER_BYTES + np.concatenate(([0], np.cumsum(self.lengths, dtype=np.int64)))

        def root(_: list[int]) -> tuple[dict[str, JsonValue], bytes]:
            begins = first[cuts[:-1]]
            names = [self.customers[cut].encode() for cut in cuts[:-1]]
            arrays = (begins.astype("<u4"), offsets[begins].astype("<u8"), np.array([len(n) for n in names], "<u2"))
            return facts, b"".join(one.tobytes() for one in arrays) + b"".join(names)

        blocks = (self._block(one, two, slice(int(first[one]), int(first[two]))) for one, two in pairwise(cuts))
        yield from seal_blocks(place, DIRECTORY, keys, blocks, root, pin)

    def _block(self, one: int, two: int, pages: slice) -> bytes:
        names = [customer.encode() for customer in self.customers[one:two]]
        arrays = (
            np.array([len(name) for name in names], "<u2"),
            self.counts[one:two].astype("<u4"),
            self.lengths[pages].astype("<u4"),
            self.rows[pages].astype("<u2"),
            (self.earliest[pages] - self.base).astype(_form(self.base)),
            (self.latest[pages] - (self.earliest[pages] if self.base else 0)).astype(_form(self.base)),
        )
        commitments = self.commitments[one * COMMITMENT_BYTES : two * COMMITMENT_BYTES]
        head = HEAD.pack(two - one, pages.stop - pages.start)
        return head + b"".join(array.tobytes() for array in arrays) + commitments + b"".join(names)


class Directory(SealedBlocks):
    """The directory, opened: its root is in memory, blocks come as they are asked for."""

    def __init__(self, path: Files, *, table: str, segment: str, keys: SegmentKeys, pin: str | None) -> None:
        """Read the root; raises ``SegmentDamagedError``."""
        super().__init__(path, part=DIRECTORY, table=table, segment=segment, keys=keys, pin=pin)
        count = self.count
        self._first = np.frombuffer(self.arrays, "<u4", count).tolist()
        self._base = first_millisecond(self.facts["month"])
        self._begin = np.frombuffer(self.arrays, "<u8", count, 4 * count).tolist()
        lengths = np.frombuffer(self.arrays, "<u2", count, 12 * count)
        self._names = _names(lengths, self.arrays[14 * count :])

    def find(self, customer: str) -> Pages | None:
        """Return every page of a customer; None for one who has no rows here."""
        number = bisect_right(self._names, customer.encode()) - 1
        if number < 0:
            return None
        block = self._decoded(number)
        place = bisect_right(block.names, customer.encode()) - 1
        return block.pages(place) if block.names[place] == customer.encode() else None

    def every(self) -> Iterator[Pages]:
        """Yield the pages of each customer, customers in order."""
        for number in range(self.count):
            block = self._decoded(number)
            yield from (block.pages(place) for place in range(len(block.names)))

    def batches(self, numbers: np.ndarray | None = None) -> Iterator[Batch]:
        """Yield all pages, or those with these numbers (sorted), in order, block by block."""
        if numbers is None:
            for number in range(self.count):
                yield self._decoded(number).batch()
            return
        blocks = np.searchsorted(self._first, numbers, side="right") - 1
        for number in np.unique(blocks).tolist():
            yield self._decoded(number).batch(numbers[blocks == number])

    def between(self, after: str, until: str | None) -> Iterator[Pages]:
        """Yield the pages of each customer after ``after``, up to and with ``until`` (None: to the end)."""
        begin = max(bisect_right(self._names, after.encode()) - 1, 0)
        for number in range(begin, self.count):
            block = self._decoded(number)
            for place, name in enumerate(block.names):
                if until is not None and name > until.encode():
                    return
                if name > after.encode():
                    yield block.pages(place)

    def holders(self, numbers: np.ndarray) -> Iterator[Pages]:
        """Yield the pages with these numbers (sorted), by customer."""
        blocks = np.searchsorted(self._first, numbers, side="right") - 1
        for number in np.unique(blocks).tolist():
            block = self._decoded(number)
            inside = numbers[blocks == number]
            owners = np.searchsorted(block.first, inside, side="right") - 1
            for owner in np.unique(owners).tolist():
                pages = block.pages(owner)
                yield pages.only(inside[owners == owner] - pages.numbers[0])

    def last_names(self) -> list[str]:
        """Return the first customer of each block but the first: where a reader may cut."""
        return [name.decode() for name in self._names[1:]]

    def _decoded(self, number: int) -> "_Block":
        return _Block(self.block(number), self._first[number], self._begin[number], self._base)


class _Block:
    """One block, decoded."""

    def __init__(self, clear: bytes, first: int, begin: int, base: int) -> None:
        customers, pages = HEAD.unpack_from(clear)
        place = HEAD.size

        def taken(form: str, count: int) -> np.ndarray:
            nonlocal place
            found = np.frombuffer(clear, form, count, place)
            place += found.nbytes
            return found

        name_lengths, counts = taken("<u2", customers), taken("<u4", customers)
        self._lengths, self._rows = taken("<u4", pages).astype(np.int64), taken("<u2", pages).astype(np.int64)
        self._earliest = taken(_form(base), pages).astype(np.int64) + base
        self._latest = taken(_form(base), pages).astype(np.int64) + (self._earliest if base else 0)
        self._commitments = taken(f"V{COMMITMENT_BYTES}", customers)
        self.names = _names(name_lengths, clear[place:])
        self.first = first + np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
        self._base = first
        self._offsets = begin + np.concatenate(([0], np.cumsum(self._lengths)))

    def batch(self, numbers: np.ndarray | None = None) -> Batch:
        """Return all pages of the block, or those with these numbers (sorted)."""
        if numbers is None:
            numbers = np.arange(int(self.first[0]), int(self.first[-1]))
        here, places = np.unique(np.searchsorted(self.first, numbers, side="right") - 1, return_inverse=True)
        at = numbers - self._base
        return Batch(
            customers=[self.names[owner].decode() for owner in here.tolist()],
            commitments=self._commitments[here].tolist(),
            owners=places,
            numbers=numbers,
            offsets=self._offsets[at],
            lengths=self._lengths[at],
            rows=self._rows[at],
        )

    def pages(self, owner: int) -> Pages:
        """Return the pages of the customer at this place."""
        one, two = self.first[owner : owner + 2].tolist()
        part = slice(one - self._base, two - self._base)
        return Pages(
            customer=self.names[owner].decode(),
            commitment=self._commitments[owner].tobytes(),
            numbers=np.arange(one, two),
            offsets=self._offsets[part],
            lengths=self._lengths[part],
            rows=self._rows[part],
            earliest=self._earliest[part],
            latest=self._latest[part],
        )


def _form(base: int) -> str:
    """Return how instants are listed: four bytes from the month's first, in an undated table eight as they are."""
    return "<u4" if base else "<i8"


def _names(lengths: np.ndarray, data: bytes) -> list[bytes]:
    ends = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))).tolist()
    return [data[start:end] for start, end in pairwise(ends)]
