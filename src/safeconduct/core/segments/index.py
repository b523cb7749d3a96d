"""Token index runs: sorted (token, page) postings in sealed blocks, behind a root with each block's first token.

A segment is written with a run of its own; runs are merged into longer ones, so that a question costs a few probes and
not one for each segment. A run numbers the pages of its segments one after the other.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.segments.blocks import SealedBlocks, seal_blocks
from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.core.segments.layout import INDEX, Place, SegmentKeys
from safeconduct.core.segments.readable import Files
from safeconduct.core.segments.tables import table_spec
from safeconduct.core.segments.tokens import column_tokens, token_key

BLOCK_POSTINGS = 4096
MERGE_POSTINGS = 4 * 1024 * 1024
"""How many postings a merge holds at a time, about."""
TOKENS = 2**32
_LOW = np.uint64(TOKENS - 1)
_HALF = np.uint64(32)


class Covered(NamedTuple):
    """One segment of a run: its id, the salt of its attempt in hexadecimal, the number of its pages."""

    segment: str
    salt: str
    pages: int


def postings_of(
    spelled: Mapping[str, pa.DictionaryArray], page_of_row: np.ndarray, *, table: str, keys: SegmentKeys
) -> np.ndarray:
    """Return the sorted distinct postings of rows: uint64, token in the upper half, page in the lower.

    ``spelled`` are the searched columns by name, each distinct value once.
    """
    spec = table_spec(table)
    found = []
    for kind, columns in (("phone", spec.phones), ("email", spec.emails)):
        key = token_key(keys.index_key(), table=table, kind=kind) if columns else b""
        found += [(column_tokens(key, spelled[name]).astype(np.uint64) << _HALF) | page_of_row for name in columns]
    return distinct(np.concatenate(found))


def distinct(postings: np.ndarray) -> np.ndarray:
    """Return the postings sorted, each once."""
    every = np.sort(postings)
    keep = np.ones(len(every), bool)
    keep[1:] = every[1:] != every[:-1]
    return every[keep]


def _shuffle(values: np.ndarray) -> bytes:
    # Bytes of equal weight side by side: the high bytes of deltas are nearly all zero and compress away.
    return values.astype("<u4").view(np.uint8).reshape(-1, 4).T.tobytes()


def _unshuffle(data: bytes) -> np.ndarray:
    planes = np.frombuffer(data, np.uint8).reshape(4, -1)
    return np.ascontiguousarray(planes.T).view("<u4").ravel()


def _blocks(parts: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Yield sorted postings, that come in sorted parts, by whole blocks."""
    held = np.empty(0, np.uint64)
    for part in parts:
        held = np.concatenate((held, part)) if len(held) else part
        whole = len(held) // BLOCK_POSTINGS * BLOCK_POSTINGS
        yield from (held[start : start + BLOCK_POSTINGS] for start in range(0, whole, BLOCK_POSTINGS))
        held = held[whole:]
    if len(held):
        yield held


def encode_index(
    parts: Iterable[np.ndarray], place: Place, keys: SegmentKeys, covered: Sequence[Covered], pin: list[str]
) -> Iterator[bytes]:
    """Yield the index file of sorted postings that come in sorted parts."""
    firsts: list[int] = []
    total = 0

    def payloads() -> Iterator[bytes]:
        nonlocal total
        for block in _blocks(parts):
            found = (block >> _HALF).astype(np.uint32)
            firsts.append(int(found[0]))
            total += len(block)
            yield _shuffle(np.diff(found, prepend=found[:1])) + _shuffle(block & _LOW)

    def root(_: list[int]) -> tuple[dict[str, JsonValue], bytes]:
        segments: list[JsonValue] = [[one.segment, one.salt, one.pages] for one in covered]
        return {"segments": segments, "postings": total}, np.array(firsts, "<u4").tobytes()

    yield from seal_blocks(place, INDEX, keys, payloads(), root, pin)


class Index(SealedBlocks):
    """Answers which pages may hold a token. One sealed block is opened per probe, seldom more."""

    def __init__(self, path: Files, *, table: str, run: str, keys: SegmentKeys, pin: str | None = None) -> None:
        """Read the root; raises ``SegmentDamagedError``."""
        super().__init__(path, part=INDEX, table=table, segment=run, keys=keys, pin=pin)
        self._firsts = np.frombuffer(self.arrays, "<u4", self.count).astype(np.int64)
        self.covered = [Covered(*one) for one in self.facts["segments"]]
        self.postings = int(self.facts["postings"])
        self.bases = np.concatenate(([0], np.cumsum([one.pages for one in self.covered], dtype=np.int64)))

    def decoded(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the (tokens, pages) of block ``number``; raises ``SegmentDamagedError`` naming it."""
        raw = self.block(number)
        deltas, pages = _unshuffle(raw[: len(raw) // 2]), _unshuffle(raw[len(raw) // 2 :])
        return np.cumsum(deltas, dtype=np.int64) + self._firsts[number], pages.astype(np.int64)

    def pages(self, token: int) -> np.ndarray:
        """Return the run's numbers of the pages that may hold ``token``."""
        found = [np.empty(0, np.int64)]
        for number in self._numbers(token, token):
            block, pages = self.decoded(number)
            found.append(pages[np.searchsorted(block, token) : np.searchsorted(block, token, side="right")])
        return np.unique(np.concatenate(found))

    def _numbers(self, low: int, high: int) -> range:
        first = max(int(np.searchsorted(self._firsts, low, side="left")) - 1, 0)
        return range(first, int(np.searchsorted(self._firsts, high, side="right")))

    def by_segment(self, tokens: Iterable[int]) -> dict[str, np.ndarray]:
        """Return for every segment of the run that may hold one of the tokens the numbers of its pages, sorted."""
        pages = np.unique(np.concatenate([np.empty(0, np.int64), *(self.pages(token) for token in tokens)]))
        cuts = np.searchsorted(pages, self.bases)
        return {
            one.segment: pages[cuts[place] : cuts[place + 1]] - self.bases[place]
            for place, one in enumerate(self.covered)
            if cuts[place] < cuts[place + 1]
        }

    def between(self, low: int, high: int) -> np.ndarray:
        """Return the postings with ``low <= token < high``, sorted."""
        found = [np.empty(0, np.uint64)]
        for number in self._numbers(low, high - 1):
            tokens, pages = self.decoded(number)
            keep = (tokens >= low) & (tokens < high)
            found.append((tokens[keep].astype(np.uint64) << _HALF) | pages[keep].astype(np.uint64))
        return np.concatenate(found)

    def check(self) -> None:
        """Open every block; raises ``SegmentDamagedError``."""
        if sum(len(self.decoded(number)[1]) for number in range(self.count)) != self.postings:
            raise SegmentDamagedError(f"{self.name}: a posting is missing.")


Purge = Callable[[str], np.ndarray]
"""Says, of a segment, which of its pages no longer have a reader: their postings are left out of a merge."""


def merged(runs: Sequence[Index], kept: Sequence[Covered], purge: Purge) -> Iterator[np.ndarray]:
    """Yield, in sorted parts, the postings of several runs for the segments ``kept``, numbered in that order."""
    bases = dict(zip([one.segment for one in kept], np.cumsum([0, *(one.pages for one in kept)]), strict=False))
    maps = [_renumbered(run, bases, purge) for run in runs]
    ranges = max(1, -(-sum(run.postings for run in runs) // MERGE_POSTINGS))
    edges = [TOKENS * place // ranges for place in range(ranges + 1)]
    for low, high in pairwise(edges):
        found = [np.empty(0, np.uint64)]
        for run, new in zip(runs, maps, strict=True):
            postings = run.between(low, high)
            numbers = new[(postings & _LOW).astype(np.int64)]
            found.append((postings & ~_LOW)[numbers >= 0] | numbers[numbers >= 0].astype(np.uint64))
        yield np.sort(np.concatenate(found))


def _renumbered(run: Index, bases: dict[str, int], purge: Purge) -> np.ndarray:
    """Return for each page number of a run its new one, or -1 where its postings go away."""
    new = np.full(int(run.bases[-1]), -1, np.int64)
    for place, one in enumerate(run.covered):
        if one.segment in bases:
            numbers = np.arange(one.pages) + bases[one.segment]
            numbers[purge(one.segment)] = -1
            new[run.bases[place] : run.bases[place + 1]] = numbers
    return new
