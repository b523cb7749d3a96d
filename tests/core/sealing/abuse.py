"""What is done to ciphertexts, and the one judgement on it: a named error with its code, and not one byte released."""

import random
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType

from safeconduct.core.base.errors import SafeconductError

MARKER = b"MARKER-4be1c0de-c0ffee"
WINDOW = 12
"""So many bytes of a plaintext in a row are a release; random bytes do not meet them."""


@dataclass
class Sink:
    """Where a caller would put what an opener returns, and the count of refusals by code."""

    received: bytearray = field(default_factory=bytearray)
    refusals: dict[str, int] = field(default_factory=dict)

    def refuses(self, act: Callable[[], bytes], *, code: str, plaintext: bytes = MARKER) -> None:
        """Assert that ``act`` raises the error ``code`` and releases nothing, neither here nor in its traceback."""
        refusal: SafeconductError | None = None
        try:
            self.received += act()
        except SafeconductError as error:
            refusal = error
        assert bytes(self.received) == b"", "bytes were released"
        assert refusal is not None, "it was opened, and was empty"
        assert refusal.code == code
        assert leaks(refusal, plaintext) == []
        self.refusals[code] = self.refusals.get(code, 0) + 1


def _frames(error: BaseException) -> Iterator[FrameType]:
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if "/safeconduct/" in frame.f_code.co_filename:
            yield frame


def leaks(error: BaseException, plaintext: bytes) -> list[str]:
    """Return where an error, its causes or the variables of their frames hold a part of the plaintext."""
    parts = {plaintext[start : start + WINDOW] for start in range(0, max(len(plaintext) - WINDOW, 0) + 1, WINDOW)}
    found, seen = [], set[int]()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        waiting += [one.__cause__, one.__context__]
        held = {"words": repr(one.args).encode("latin-1", "replace")}
        for frame in _frames(one):
            for name, value in frame.f_locals.items():
                if isinstance(value, bytes | bytearray | memoryview):
                    held[f"{frame.f_code.co_name}.{name}"] = bytes(value)
        found += [place for place, data in held.items() if any(part and part in data for part in parts)]
    return found


def flips(data: bytes) -> Iterator[bytes]:
    """Yield ``data`` with every byte changed in one bit, the bit moving along."""
    for place in range(len(data)):
        yield data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :]


def cuts(data: bytes) -> Iterator[bytes]:
    """Yield every proper beginning of ``data``."""
    for length in range(len(data)):
        yield data[:length]


def extensions(data: bytes, rng: random.Random) -> Iterator[bytes]:
    """Yield ``data`` with something before or after it."""
    for size in (1, 15, 16, 17, 32, 48, 16 * 1024, 16 * 1024 + 16):
        yield data + rng.randbytes(size)
        yield data + bytes(size)
        yield rng.randbytes(size) + data
    yield data + data
