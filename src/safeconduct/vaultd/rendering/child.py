"""The rendering child: give up every right, read a paper, write pixels. Started by ``rendering.drawing`` alone.

Its arguments are the first page to draw and the limits as JSON; its environment is empty; it has two pipes.
"""

import json
import os
import sys
import time
from collections.abc import Iterator

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.core.uploads.errors import TooManyPagesError, UploadRefusedError
from safeconduct.core.uploads.gate import Part, parts
from safeconduct.core.uploads.kinds import Kind
from safeconduct.vaultd.rendering.frames import (
    DONE,
    FRAME,
    GREETING,
    MAGIC,
    MORE,
    NOT_ENCLOSED_STATUS,
    PAGE,
    Reason,
)
from safeconduct.vaultd.rendering.pages import Document, Drawn, TooManyPagesToDrawError, load_readers
from safeconduct.vaultd.rendering.pipes import PIECE, fail, read_all, write
from safeconduct.vaultd.rendering.sandbox import NotEnclosedError, enclose

ENOUGH = 0.6
"""After this part of its processor time a child hands on to the next one instead of beginning another page."""
WARM_UP = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj trailer<</Root 1 0 R>>"
)


def main(arguments: list[str]) -> int:
    """Draw what comes in; return the exit status."""
    first, limits = int(arguments[0]), UploadLimits(**json.loads(arguments[1]))
    # Whatever the libraries load on their first use, they load now.
    load_readers()
    list(Document(Part(Kind.PDF, WARM_UP), limits).draw(0).pieces)
    try:
        layers = enclose(limits)
    except NotEnclosedError:
        return NOT_ENCLOSED_STATUS
    write(GREETING.pack(MAGIC, layers))
    try:
        data = read_all(limits.file_bytes)
        for word, page in _draw(data, first, limits):
            write(FRAME.pack(word, page, 0, 0))
    except (TooManyPagesError, TooManyPagesToDrawError):
        fail(Reason.PAGES)
    except UploadRefusedError:
        fail(Reason.REFUSED)
    except MemoryError:
        fail(Reason.MEMORY)
    except Exception:  # noqa: BLE001 - a hostile paper may bring a library to raise anything; each means the same
        fail(Reason.UNREADABLE)
    return 0


def _draw(data: bytes, first: int, limits: UploadLimits) -> Iterator[tuple[bytes, int]]:
    """Write pages from ``first`` on and tell how it ends: all done, or which page is next."""
    begun, ends = 0, limits.child_cpu_seconds * ENOUGH
    for part in parts(data, limits=limits):
        document = Document(part, limits)
        following = begun + document.pages
        if following > limits.pages:
            raise TooManyPagesToDrawError
        for number in range(max(first, begun), following):
            if number > first and time.process_time() > ends:
                yield MORE, number
                return
            _send(document.draw(number - begun))
        begun = following
    yield DONE, begun


def _send(drawn: Drawn) -> None:
    write(FRAME.pack(PAGE, drawn.width, drawn.height, drawn.channels))
    gathered = bytearray()
    for piece in drawn.pieces:
        gathered += piece
        if len(gathered) >= PIECE:
            write(gathered)
            gathered.clear()
    write(gathered)


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))
