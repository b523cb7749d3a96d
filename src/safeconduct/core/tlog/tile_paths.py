"""Where tiles and entry bundles lie (c2sp.org/tlog-tiles): 256 hashes wide, partial ones beside the full ones."""

import re
from dataclasses import dataclass

from safeconduct.core.base.errors import DamagedError

WIDTH = 256
TILE_HEIGHT = 8
GROUP = 1000
ENTRIES = "entries"
PATH = re.compile(r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])((?:/x[0-9]{3})*/[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class TilePathError(DamagedError):
    """The file is not where a tile can be."""

    code = "SC-TILE-PATH"


@dataclass(frozen=True, order=True)
class TilePath:
    """One tile or one bundle of entries.

    Attributes:
        level: 0 and up for hashes; None for a bundle of entries, which stands beside level 0.
        index: number of the tile in its level.
        width: hashes or entries in it, 1 to 256; below 256 it is partial.
    """

    level: int | None
    index: int
    width: int = WIDTH

    def __str__(self) -> str:
        rest, text = divmod(self.index, GROUP)
        path = f"{text:03d}"
        while rest:
            rest, group = divmod(rest, GROUP)
            path = f"x{group:03d}/{path}"
        kind = ENTRIES if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{kind}/{path}{partial}"

    @classmethod
    def parse(cls, text: str) -> "TilePath":
        """Return the tile whose path is ``text``; raises ``TilePathError`` for any other spelling."""
        match = PATH.fullmatch(text)
        if match is None:
            raise TilePathError(text)
        groups = match[2].replace("/", "").split("x")
        digits = "".join(groups)
        found = cls(None if match[1] == ENTRIES else int(match[1]), int(digits), int(match[3] or WIDTH))
        if str(found) != text:
            raise TilePathError(text)
        return found


def tiles_of(size: int) -> list[TilePath]:
    """Return every hash tile that a tree of ``size`` leaves has, level by level, partial ones last in their level."""
    found = []
    level, count = 0, size
    while count:
        full, rest = divmod(count, WIDTH)
        found += [TilePath(level, index) for index in range(full)]
        if rest:
            found.append(TilePath(level, full, rest))
        level, count = level + 1, full
    return found


def bundles_of(size: int) -> list[TilePath]:
    """Return every bundle of entries that a log of ``size`` leaves has."""
    full, rest = divmod(size, WIDTH)
    found = [TilePath(None, index) for index in range(full)]
    return [*found, TilePath(None, full, rest)] if rest else found
