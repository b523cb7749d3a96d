"""Columns made from keyed blocks of raw random bits: the same bytes on every machine, in any order.

A block is a Philox counter generator with key ``(seed, block number)``. Only its raw 64-bit output and integer
arithmetic are used, because NumPy keeps bit streams but not its distribution methods stable between versions.
"""

import itertools
import tomllib
from functools import lru_cache
from importlib import resources

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from safeconduct.core.base.ids import ALPHABET

Raw = NDArray[np.uint64]
Whole = NDArray[np.int64]

_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
_LETTERS = np.frombuffer(ALPHABET.encode("ascii"), dtype=np.uint8)
CODE_LENGTH = 8


class Block:
    """One keyed stream; every call returns the next bits of it."""

    def __init__(self, *, seed: int, number: int) -> None:
        """Key the stream with ``(seed, number)``, both below 2**64."""
        self._philox = np.random.Philox(key=np.array([seed, number], dtype=np.uint64))

    def raw(self, count: int) -> Raw:
        """Return ``count`` unsigned 64-bit integers."""
        return self._philox.random_raw(count).astype(np.uint64, copy=False)

    def below(self, limit: int, count: int) -> Whole:
        """Return ``count`` integers in ``[0, limit)``."""
        return (self.raw(count) % np.uint64(limit)).astype(np.int64)

    def record_ids(self, count: int) -> pa.Array:
        """Return ``count`` ids of 32 hexadecimal characters."""
        data = self.raw(count * 2).view(np.uint8)
        return fixed_width_strings(np.stack((_HEX[data >> 4], _HEX[data & 15]), axis=1).reshape(count, 32))

    def codes(self, count: int) -> pa.Array:
        """Return ``count`` codes such as ``7KQ2M4XW`` that make a text its own."""
        rest = self.raw(count)
        columns = []
        for _ in range(CODE_LENGTH):
            columns.append(_LETTERS[(rest % np.uint64(len(_LETTERS))).astype(np.int64)])
            rest //= np.uint64(len(_LETTERS))
        return fixed_width_strings(np.stack(columns, axis=1))


def fixed_width_strings(letters: NDArray[np.uint8]) -> pa.Array:
    """Return a string array from ASCII letters of shape (rows, width), without a Python object per row."""
    rows, width = letters.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(width)
    data = np.ascontiguousarray(letters)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(data))


def weighted(raw: Raw, weights: Whole) -> Whole:
    """Return for each raw value the index it falls on when indexes are drawn by ``weights`` (integers)."""
    edges = np.cumsum(weights)
    return np.searchsorted(edges, (raw % np.uint64(edges[-1])).astype(np.int64), side="right")


@lru_cache(maxsize=1)
def _phrases() -> pa.Array:
    words = tomllib.loads(resources.files("safeconduct.cli.demonstration").joinpath("words.toml").read_text("utf-8"))
    lists: dict[str, list[str]] = words["message_words"]
    texts = {
        template.format(**dict(zip(lists, chosen, strict=True)))
        for template in words["message_templates"]
        for chosen in itertools.product(*lists.values())
    }
    return pa.array(sorted(texts))


def message_bodies(block: Block, count: int) -> pa.Array:
    """Return ``count`` message texts, each ending in a code of its own."""
    phrases = _phrases()
    chosen = phrases.take(pa.array(block.below(len(phrases), count)))
    return pc.binary_join_element_wise(chosen, block.codes(count), " Ref ")
