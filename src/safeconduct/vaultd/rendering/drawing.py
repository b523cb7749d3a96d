"""The parent's side: start a child, hand it the paper, and take pixels from it as from an attacker."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import IO

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.vaultd.rendering.children import HEAVY, BrokenOffError, Children, exactly
from safeconduct.vaultd.rendering.clean_pdf import CleanPdf
from safeconduct.vaultd.rendering.errors import TooHeavyError, UndrawableError
from safeconduct.vaultd.rendering.frames import (
    COLOUR,
    DONE,
    FAIL,
    FRAME,
    GREY,
    MAGIC,
    MORE,
    PAGE,
)

CHILD = (sys.executable, "-I", "-m", "safeconduct.vaultd.rendering.child")


class Drawing:
    """Draws papers, each in children of its own."""

    def __init__(self, limits: UploadLimits, *, elapsed: Callable[[], float], command: Sequence[str] = CHILD) -> None:
        """Keep the limits and a clock that only runs forward; ``command`` starts a child."""
        self._limits = limits
        self._elapsed = elapsed
        self._children = Children(command, seconds=limits.child_seconds)

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
        arguments = (str(first), json.dumps(asdict(self._limits)))
        return self._children.converse(arguments, data, MAGIC, lambda stream: self._talk(stream, made))

    def _talk(self, stream: IO[bytes], made: CleanPdf) -> int | None:
        while True:
            word, first, second, third = FRAME.unpack(exactly(stream, FRAME.size))
            if word == PAGE:
                self._take_page(stream, made, (first, second, third))
            elif word == DONE:
                return None
            elif word == MORE:
                return int(first)
            elif word == FAIL:
                raise TooHeavyError if first in HEAVY else UndrawableError
            else:
                raise BrokenOffError

    def _take_page(self, stream: IO[bytes], made: CleanPdf, size: tuple[int, int, int]) -> None:
        """Take one page's pixels; a size beyond the limits is no page of ours."""
        (width, height, channels), limits = size, self._limits
        edges = min(width, height) >= 1 and max(width, height) <= limits.image_edge
        if not edges or width * height > limits.page_pixels or channels not in (GREY, COLOUR):
            raise UndrawableError
        if made.pages >= limits.pages or len(made) > limits.clean_bytes:
            raise TooHeavyError
        made.add(width=width, height=height, channels=channels, pixels=exactly(stream, width * height * channels))
