"""Reading proofs out of a published folder: any node of the tree from its tiles, as any reader of the log does."""

from collections.abc import Sequence
from pathlib import Path

from safeconduct.core.tlog.merkle import HASH_BYTES, node_hash
from safeconduct.core.tlog.tile_paths import TILE_HEIGHT, WIDTH, TilePath
from safeconduct.core.tlog.tiles import TileError, read_tile, unpack_entries


def _fold(hashes: Sequence[bytes]) -> bytes:
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[place], row[place + 1]) for place in range(0, len(row), 2)]
    return row[0]


class TileReader:
    """The tree of ``size`` leaves that a folder's tiles hold; tiles read once are kept."""

    def __init__(self, directory: Path, size: int) -> None:
        """Read from ``directory``, whose checkpoint says ``size``."""
        self._directory = directory
        self._size = size
        self._tiles: dict[TilePath, bytes] = {}

    def _tile(self, level: int, index: int) -> bytes:
        count = self._size >> (TILE_HEIGHT * level)
        width = min(WIDTH, count - index * WIDTH)
        if width < 1:
            raise TileError(f"A tree of {self._size} has no tile {index} at level {level}.")
        tile = TilePath(level, index, width)
        if tile not in self._tiles:
            self._tiles[tile] = read_tile(self._directory, tile)
        return self._tiles[tile]

    def read(self, level: int, index: int) -> bytes:
        """Return the hash of a complete subtree; raises ``TileError``."""
        tile_level, height = divmod(level, TILE_HEIGHT)
        first = index << height
        data = self._tile(tile_level, first // WIDTH)
        start = first % WIDTH
        stop = start + (1 << height)
        if stop * HASH_BYTES > len(data):
            raise TileError(f"A tree of {self._size} has no node {index} at level {level}.")
        return _fold([data[place * HASH_BYTES : (place + 1) * HASH_BYTES] for place in range(start, stop)])

    def entry(self, index: int) -> bytes:
        """Return the bytes of leaf ``index``; raises ``TileError``."""
        if not 0 <= index < self._size:
            raise TileError(f"A log of {self._size} has no leaf {index}.")
        bundle, place = divmod(index, WIDTH)
        width = min(WIDTH, self._size - bundle * WIDTH)
        return unpack_entries(read_tile(self._directory, TilePath(None, bundle, width)), width)[place]
