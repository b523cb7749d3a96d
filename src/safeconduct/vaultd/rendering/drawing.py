"""The parent's side: start a child, hand it the paper, and take pixels from it as from an attacker."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import IO

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.vaultd.rendering.clean_pdf import CleanPdf
from safeconduct.vaultd.rendering.errors import SandboxUnavailableError, TooHeavyError, UndrawableError
from safeconduct.vaultd.rendering.frames import (
    COLOUR,
    DONE,
    FAIL,
    FRAME,
    GREETING,
    GREY,
    MAGIC,
    MORE,
    NOT_ENCLOSED_STATUS,
    PAGE,
    Reason,
)

CHILD = (sys.executable, "-I", "-m", "safeconduct.vaultd.rendering.child")
RAN_OUT = frozenset({-signal.SIGXCPU, -signal.SIGKILL})
"""How the kernel ends a child whose processor time is used up."""
HEAVY = frozenset({Reason.PAGES, Reason.MEMORY})


class _BrokenOffError(Exception):
    """The child's words end in the middle, or are none that a child says."""


class Drawing:
    """Draws papers, each in children of its own."""

    def __init__(self, limits: UploadLimits, *, elapsed: Callable[[], float], command: Sequence[str] = CHILD) -> None:
        """Keep the limits and a clock that only runs forward; ``command`` starts a child."""
        self._limits = limits
        self._elapsed = elapsed
        self._command = command

    def clean_copy(self, data: bytes) -> bytes:
        """Return a PDF of the pictures of a paper's pages.

        Raises ``UndrawableError``, ``TooHeavyError`` or, where no child can be enclosed, ``SandboxUnavailableError``.
        """
        made, ends = CleanPdf(dpi=self._limits.dpi), self._elapsed() + self._limits.rendering_seconds
        following: int | None = 0
        while following is not None:
            before = made.pages
            following = self._one_child(data, following, made)
            if following is None:
                break
            if following != made.pages:
                raise UndrawableError
            if made.pages - before < self._limits.fewest_pages or self._elapsed() > ends:
                raise TooHeavyError
        if not made.pages:
            raise UndrawableError
        return made.finish()

    def _one_child(self, data: bytes, first: int, made: CleanPdf) -> int | None:
        """Have one child draw from page ``first`` on; return the page with which the next one begins, or None."""
        limits = self._limits
        child = subprocess.Popen(  # noqa: S603 - our own program with our own arguments
            [*self._command, str(first), json.dumps(asdict(limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
        killed = threading.Event()

        def end() -> None:
            killed.set()
            child.kill()

        watch = threading.Timer(limits.child_seconds, end)
        watch.daemon = True
        watch.start()
        try:
            return self._talk(child, data, made)
        except _BrokenOffError as error:
            _close(child)
            status = child.wait()
            if status == NOT_ENCLOSED_STATUS:
                raise SandboxUnavailableError from error
            raise (TooHeavyError if killed.is_set() or status in RAN_OUT else UndrawableError) from error
        finally:
            watch.cancel()
            _end(child)

    def _talk(self, child: "subprocess.Popen[bytes]", data: bytes, made: CleanPdf) -> int | None:
        if child.stdin is None or child.stdout is None:
            raise _BrokenOffError
        magic, _layers = GREETING.unpack(_exactly(child.stdout, GREETING.size))
        if magic != MAGIC:
            raise _BrokenOffError
        with suppress(BrokenPipeError):
            child.stdin.write(data)
            child.stdin.close()
        while True:
            word, first, second, third = FRAME.unpack(_exactly(child.stdout, FRAME.size))
            if word == PAGE:
                self._take_page(child.stdout, made, (first, second, third))
            elif word == DONE:
                return None
            elif word == MORE:
                return int(first)
            elif word == FAIL:
                raise TooHeavyError if first in HEAVY else UndrawableError
            else:
                raise _BrokenOffError

    def _take_page(self, stream: IO[bytes], made: CleanPdf, size: tuple[int, int, int]) -> None:
        """Take one page's pixels; a size beyond the limits is no page of ours."""
        (width, height, channels), limits = size, self._limits
        edges = min(width, height) >= 1 and max(width, height) <= limits.image_edge
        if not edges or width * height > limits.page_pixels or channels not in (GREY, COLOUR):
            raise UndrawableError
        if made.pages >= limits.pages or len(made) > limits.clean_bytes:
            raise TooHeavyError
        made.add(width=width, height=height, channels=channels, pixels=_exactly(stream, width * height * channels))


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.kill()
    _close(child)
    child.wait()


def _close(child: "subprocess.Popen[bytes]") -> None:
    """Hang up, so that a child that only listens or talks ends by itself; the watch ends any other."""
    for stream in (child.stdin, child.stdout):
        with suppress(OSError):
            if stream is not None:
                stream.close()


def _exactly(stream: IO[bytes], size: int) -> bytes:
    found = stream.read(size)
    if len(found) != size:
        raise _BrokenOffError
    return found
