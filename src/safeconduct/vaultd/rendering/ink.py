"""Whether words that a file names can be seen where it says that they stand: there is ink in their box, or none."""

import io
from collections.abc import Iterable

from PIL import Image

from safeconduct.core.reading.words import EDGE, Box

LEAST_CONTRAST = 48
"""Grey levels between the lightest and the darkest point of a box that holds readable letters."""


class Picture:
    """One page of a clean copy, looked at in grey."""

    def __init__(self, jpeg: bytes) -> None:
        """Open a picture that we have made."""
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as opened:
            self._grey = opened.convert("L")

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height in pixels."""
        return self._grey.size

    def shows(self, boxes: Iterable[Box]) -> bool:
        """Return whether every box holds something that can be told from its ground."""
        return all(self._inked(box) for box in boxes)

    def _inked(self, box: Box) -> bool:
        wide, high = self._grey.size
        left, top, right, bottom = (
            box[0] * wide // EDGE,
            box[1] * high // EDGE,
            -(-box[2] * wide // EDGE),
            -(-box[3] * high // EDGE),
        )
        if right - left < 1 or bottom - top < 1:
            return False
        levels = [level for level, count in enumerate(self._grey.crop((left, top, right, bottom)).histogram()) if count]
        return levels[-1] - levels[0] >= LEAST_CONTRAST
