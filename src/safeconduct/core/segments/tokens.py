"""32-bit search tokens: AES-CMAC (RFC 4493) cut to its first four bytes, computed for a whole column at once.

A token can be guessed by whoever holds the index key, and two values may share one. So the key is a key of its own, the
postings are sealed, and every candidate page is filtered exactly after it has been opened.
"""

import numpy as np
import pyarrow as pa
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from safeconduct.core.sealing.keys import derive

BLOCK = 16
_REDUCTION = 0x87


def token_key(index_key: bytes, *, table: str, kind: str) -> bytes:
    """Return the key of the tokens of one kind of selector (``phone``, ``email``) in one table."""
    return derive(index_key, salt=b"", context={"use": "segment-token", "table": table, "kind": kind, "version": 1})


def _blocks(key: bytes, data: np.ndarray) -> np.ndarray:
    # ECB is used only as the bare block function that CMAC is built from.
    encryptor = Cipher(AES(key), ECB()).encryptor()  # noqa: S305 - the block cipher itself, inside CMAC
    return np.frombuffer(encryptor.update(data.tobytes()) + encryptor.finalize(), np.uint8).reshape(-1, BLOCK)


def _double(block: bytes) -> bytes:
    value = int.from_bytes(block, "big") << 1
    if value >> 128:
        value = (value & (2**128 - 1)) ^ _REDUCTION
    return value.to_bytes(BLOCK, "big")


def _same_length(key: bytes, messages: np.ndarray) -> np.ndarray:
    """Return the CMACs of ``messages``, an array of shape (count, length)."""
    first = _double(_blocks(key, np.zeros((1, BLOCK), np.uint8)).tobytes())
    count, length = messages.shape
    whole = length > 0 and length % BLOCK == 0
    size = length if whole else (length // BLOCK + 1) * BLOCK
    padded = np.zeros((count, size), np.uint8)
    padded[:, :length] = messages
    if not whole:
        padded[:, length] = 0x80
    padded[:, -BLOCK:] ^= np.frombuffer(first if whole else _double(first), np.uint8)
    state = np.zeros((count, BLOCK), np.uint8)
    for start in range(0, size, BLOCK):
        state = _blocks(key, state ^ padded[:, start : start + BLOCK])
    return state


def cmacs(key: bytes, values: pa.Array) -> np.ndarray:
    """Return the AES-CMAC of each string of ``values`` (no nulls): uint8 of shape (count, 16)."""
    binary = values.cast(pa.large_binary())
    offsets = np.frombuffer(binary.buffers()[1], np.int64)[binary.offset : binary.offset + len(binary) + 1]
    data = np.frombuffer(binary.buffers()[2] or b"", np.uint8)
    lengths = np.diff(offsets)
    found = np.empty((len(binary), BLOCK), np.uint8)
    for length in np.unique(lengths).tolist():
        chosen = np.flatnonzero(lengths == length)
        places = offsets[chosen][:, None] + np.arange(length)
        found[chosen] = _same_length(key, data[places])
    return found


def tokens(key: bytes, values: pa.Array) -> np.ndarray:
    """Return the 32-bit token of each string of ``values`` (no nulls): uint32, big-endian reading of the CMAC."""
    return np.ascontiguousarray(cmacs(key, values)[:, :4]).view(">u4").ravel().astype(np.uint32)


def column_tokens(key: bytes, column: pa.DictionaryArray) -> np.ndarray:
    """Return the token of every row of ``column``; each distinct value is computed once."""
    return np.asarray(tokens(key, column.dictionary)[column.indices.to_numpy()])
