"""The clean copy of each paper: drawn when it is first asked for, then sealed beside the original."""

import threading

from safeconduct.vaultd.objects import Objects
from safeconduct.vaultd.rendering.drawing import Drawing

CLEAN_COPY = "clean_copy"
ENDING = "-clean"
"""An id that no caller of the socket can choose."""


class CleanCopies:
    """Makes and keeps clean copies; one paper is drawn at a time, so that memory stays bounded."""

    def __init__(self, *, objects: Objects, drawing: Drawing) -> None:
        """Keep the sealed objects and what draws them."""
        self._objects = objects
        self._drawing = drawing
        self._one_at_a_time = threading.Lock()

    def of(self, paper: str) -> bytes:
        """Return the clean copy of a sealed paper; raises what ``Drawing.clean_copy`` raises, and then keeps nothing.

        The row of the copy names its digest; the original and its digest stay as they are.
        """
        name = f"{paper}{ENDING}"
        if not self._objects.has(name):
            with self._one_at_a_time:
                if not self._objects.has(name):
                    self._make(paper, name)
        return self._objects.open(name)

    def _make(self, paper: str, name: str) -> None:
        original = self._objects.find(paper)
        made = self._drawing.clean_copy(self._objects.open(paper))
        self._objects.put(kind=CLEAN_COPY, owner=original.owner, data=made, object_id=name)

    def digest(self, paper: str) -> str:
        """Return the SHA-256 of a paper's clean copy, as it was sealed."""
        return self._objects.find(f"{paper}{ENDING}").sha256
