"""Columns of texts as small numbers and back: E.164 numbers, hexadecimal ids, words of a fixed list.

What is spelled any other way gets the number 0 and is written out beside it; nothing is ever changed.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

ID_BYTES = 16
_SHORTEST, _LONGEST, _PLUS = 8, 16, 19
"""Characters of an E.164 number with its plus; where the plus of a number without digits would stand."""
_GROUP = 10_000
_TENS = np.array([10**power for power in range(19)], np.int64)
_GROUPS = np.array([int.from_bytes(b"%04d" % value, "little") for value in range(_GROUP)], "<u4")
_NO_HEX = 256
_HEX = np.full(256, _NO_HEX, np.uint16)
_HEX[np.frombuffer(b"0123456789abcdef", np.uint8)] = np.arange(16, dtype=np.uint16)
_PAIRS = np.frombuffer(b"".join(b"%02x" % value for value in range(256)), "<u2")
_OF_PAIR = np.full(65_536, _NO_HEX, np.uint16)
_OF_PAIR[_PAIRS] = np.arange(256, dtype=np.uint16)


def texts(column: pa.Array | pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """Return offsets (int64, from 0) and bytes of a column of texts without nulls."""
    whole = pc.cast(column, pa.large_binary())
    whole = whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole
    offsets = np.frombuffer(whole.buffers()[1], np.int64)[whole.offset : whole.offset + len(whole) + 1]
    held = whole.buffers()[2]
    data = np.empty(0, np.uint8) if held is None else np.frombuffer(held, np.uint8)
    return offsets - offsets[0], data[int(offsets[0]) : int(offsets[-1])]


def strings(lengths: np.ndarray, data: bytes | np.ndarray, *, plain: bool = False) -> pa.Array:
    """Return texts that stand back to back as a column; raises ``ValueError`` where they are not UTF-8.

    ``plain`` texts are ASCII of our own making.
    """
    total = int(lengths.sum())
    if total != len(data):
        raise ValueError
    small = total < 2**31
    offsets = np.zeros(len(lengths) + 1, np.int32 if small else np.int64)
    np.cumsum(lengths, out=offsets[1:])
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    made = pa.Array.from_buffers(pa.string() if small else pa.large_string(), len(lengths), buffers)
    if not plain:
        made.validate(full=True)
    return made if small else made.cast(pa.string())


def number_values(column: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Return each E.164 number as its digits' value (int64), 0 for what is none."""
    offsets, data = texts(column)
    lengths = np.diff(offsets)
    values = np.zeros(len(lengths), np.int64)
    for length in np.flatnonzero(np.bincount(np.minimum(lengths, _LONGEST + 1), minlength=1)).tolist():
        if _SHORTEST <= length <= _LONGEST:
            chosen = np.flatnonzero(lengths == length)
            if len(chosen) == len(lengths):
                values = _value(data.reshape(-1, length))
            else:
                values[chosen] = _value(data[offsets[chosen][:, None] + np.arange(length)])
    return values


def _value(text: np.ndarray) -> np.ndarray:
    digits = text[:, 1:] - np.uint8(ord("0"))
    # One digit at a time: a whole matrix of wide numbers would cost more memory than time it saves.
    value = np.zeros(len(text), np.int64)
    for place in range(digits.shape[1]):
        value *= 10
        value += digits[:, place]
    good = (text[:, 0] == ord("+")) & (digits <= 9).all(axis=1) & (digits[:, 0] > 0)  # noqa: PLR2004 - the last digit
    return np.asarray(np.where(good, value, 0))


def numbers_of(values: np.ndarray) -> pa.Array:
    """Return numbers spelled out from their digits' values; raises ``ValueError`` for one that is no such value."""
    counts = np.searchsorted(_TENS, values, side="right")
    if len(values) and not (counts.min() >= _SHORTEST - 1 and counts.max() < _LONGEST):
        raise ValueError
    width = int(counts[0]) if len(counts) else 0
    text = _digits(values)
    if (counts == width).all():
        shown = np.ascontiguousarray(text[:, _PLUS - width :])
        shown[:, 0] = ord("+")
        return strings(np.full(len(values), width + 1, np.int64), shown.ravel(), plain=True)
    text[np.arange(len(values)), _PLUS - counts] = ord("+")
    return strings(counts + 1, text[np.arange(_PLUS + 1) >= (_PLUS - counts)[:, None]], plain=True)


def _digits(values: np.ndarray) -> np.ndarray:
    """Return sixteen digits of each value, with room before them."""
    high = values.astype(np.uint64) // np.uint64(_GROUP**2)
    halves = (high.astype(np.uint32), (values.astype(np.uint64) - high * np.uint64(_GROUP**2)).astype(np.uint32))
    text = np.empty((len(values), 5), "<u4")
    for place, half in zip((1, 3), halves, strict=True):
        upper = half // np.uint32(_GROUP)
        text[:, place], text[:, place + 1] = _GROUPS[upper], _GROUPS[half - upper * np.uint32(_GROUP)]
    return text.view(np.uint8)


def packed_ids(column: pa.ChunkedArray) -> np.ndarray | None:
    """Return ids of 32 lower-case hexadecimal digits as rows of 16 bytes, None where one is no such id."""
    offsets, data = texts(column)
    if not (np.diff(offsets) == 2 * ID_BYTES).all():
        return None
    found = _OF_PAIR[np.ascontiguousarray(data).view("<u2")]
    return None if (found == _NO_HEX).any() else found.astype(np.uint8).reshape(-1, ID_BYTES)


def ids_of(packed: np.ndarray) -> pa.Array:
    """Return ids, rows of 16 bytes, as their hexadecimal digits."""
    digits = _PAIRS[packed.ravel()].view(np.uint8)
    return strings(np.full(len(packed), 2 * ID_BYTES, np.int64), digits, plain=True)


def word_values(column: pa.ChunkedArray, words: Sequence[str]) -> np.ndarray:
    """Return the place of each text in a list of words, from 1; 0 for any other."""
    found = pc.index_in(column, pa.array(words)).combine_chunks()
    return np.asarray(pc.fill_null(found, -1).to_numpy() + 1).astype(np.uint8)


def words_of(values: np.ndarray, words: Sequence[str]) -> pa.Array:
    """Return the words at these places; raises ``ValueError`` for a place that the list does not have."""
    if len(values) and values.max() > len(words):
        raise ValueError
    return pa.array(["", *words]).take(pa.array(values))
