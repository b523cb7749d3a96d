"""A child's two pipes: everything comes in through one and leaves through the other."""

import os

from safeconduct.vaultd.rendering.frames import FAIL, FRAME, Reason

PIECE = 1024 * 1024


def read_all(most: int) -> bytes:
    """Return what comes in until its end; raises ``ValueError`` beyond ``most`` bytes."""
    pieces, length = [], 0
    while piece := os.read(0, PIECE):
        length += len(piece)
        if length > most:
            raise ValueError
        pieces.append(piece)
    return b"".join(pieces)


def write(data: bytes | bytearray) -> None:
    """Send all of ``data``."""
    with memoryview(data) as view:
        place = 0
        while place < len(view):
            place += os.write(1, view[place:])


def fail(reason: Reason) -> None:
    """Say why it ends here."""
    write(FRAME.pack(FAIL, reason, 0, 0))
