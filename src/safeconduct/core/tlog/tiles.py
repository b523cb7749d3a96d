"""Writing a log as a folder of static files, and reading it back: tiles, entry bundles and one checkpoint.

Any web server can serve the folder. Files are written beside their place, synced and renamed; a tile that exists
is never replaced by other bytes; the checkpoint comes last, so a reader never sees a head without its tiles.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from safeconduct.core.base.disk import sync, sync_folder
from safeconduct.core.base.errors import BadInputError, ConflictError, DamagedError
from safeconduct.core.tlog.merkle import HASH_BYTES, ReadNode
from safeconduct.core.tlog.tile_paths import TILE_HEIGHT, WIDTH, TilePath, bundles_of, tiles_of

CHECKPOINT = "checkpoint"
LENGTH_BYTES = 2
MAX_ENTRY = 2**16 - 1

ReadEntries = Callable[[int, int], Sequence[bytes]]
"""Reads the leaves ``[start, stop)`` as they were hashed."""


class TileError(DamagedError):
    """A tile or a bundle of entries is missing, damaged, or not the one written before."""

    code = "SC-TILE"


class TileConflictError(ConflictError):
    """A tile with other content is already there: the log was split or rolled back."""

    code = "SC-TILE-CONFLICT"
    cure = "Stop publishing. Compare the folder with the log's database before anything else."


def write_durably(path: Path, data: bytes) -> None:
    """Write ``data`` beside ``path``, sync it, rename it into place and sync the folder; errors pass upwards."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        sync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def _write_once(directory: Path, tile: TilePath, data: bytes) -> bool:
    path = directory / str(tile)
    if path.exists():
        if path.read_bytes() != data:
            raise TileConflictError(f"{tile} differs.")
        return False
    write_durably(path, data)
    return True


def pack_entries(entries: Sequence[bytes]) -> bytes:
    """Return a bundle: each entry after its length in two bytes, big-endian."""
    if any(len(entry) > MAX_ENTRY for entry in entries):
        raise BadInputError("An entry of a log holds at most 65,535 bytes.")
    return b"".join(len(entry).to_bytes(LENGTH_BYTES, "big") + entry for entry in entries)


def unpack_entries(data: bytes, width: int) -> list[bytes]:
    """Return the entries of a bundle that holds exactly ``width``; raises ``TileError``."""
    found: list[bytes] = []
    position, total = 0, len(data)
    try:
        while position < total:
            start = position + LENGTH_BYTES
            # The length is two bytes, most significant first; read so, it takes half as long as from a slice.
            position = start + (data[start - 2] << 8 | data[start - 1])
            found.append(data[start:position])
    except IndexError:
        position = total + 1
    if position != total:
        raise TileError("A bundle of entries breaks off.")
    if len(found) != width:
        raise TileError(f"A bundle holds {len(found)} entries, not {width}.")
    return found


def hashes_of(tile: TilePath, read: ReadNode) -> bytes:
    """Return the bytes of a hash tile from stored nodes."""
    level, first = (tile.level or 0) * TILE_HEIGHT, tile.index * WIDTH
    return b"".join(read(level, first + offset) for offset in range(tile.width))


def write_tiles(directory: Path, *, old_size: int, size: int, read: ReadNode, entries: ReadEntries | None) -> int:
    """Write the tiles and bundles that a log grown from ``old_size`` to ``size`` leaves adds; return how many.

    ``entries`` None writes hashes only. Raises ``TileConflictError`` if a file is there with other bytes.
    """
    known = {*tiles_of(old_size), *bundles_of(old_size)}
    written = 0
    for bundle in bundles_of(size) if entries else []:
        if entries and bundle not in known:
            start = bundle.index * WIDTH
            written += _write_once(directory, bundle, pack_entries(entries(start, start + bundle.width)))
    for tile in tiles_of(size):
        if tile not in known:
            written += _write_once(directory, tile, hashes_of(tile, read))
    return written


def write_checkpoint(directory: Path, note: str) -> None:
    """Put the signed head in place, after its tiles."""
    write_durably(directory / CHECKPOINT, note.encode())


def _read(directory: Path, tile: TilePath) -> tuple[bytes, bool]:
    """Return a file's bytes, and whether it is the full tile that stands in for a partial one that is gone."""
    try:
        return (directory / str(tile)).read_bytes(), False
    except FileNotFoundError:
        try:
            return (directory / str(TilePath(tile.level, tile.index))).read_bytes(), True
        except OSError as error:
            raise TileError(f"{tile} is missing.") from error
    except OSError as error:
        raise TileError(f"{tile} cannot be read.") from error


def read_entries(directory: Path, bundle: TilePath) -> list[bytes]:
    """Return a bundle's entries, cut from the full bundle where the partial one is gone; raises ``TileError``."""
    data, full = _read(directory, bundle)
    return unpack_entries(data, WIDTH)[: bundle.width] if full else unpack_entries(data, bundle.width)


def read_tile(directory: Path, tile: TilePath) -> bytes:
    """Return a tile's bytes, cut from the full tile where the partial one is gone; raises ``TileError``."""
    if tile.level is None:
        return pack_entries(read_entries(directory, tile))
    data, full = _read(directory, tile)
    if len(data) != (WIDTH if full else tile.width) * HASH_BYTES:
        raise TileError(f"{tile} has the wrong length.")
    return data[: tile.width * HASH_BYTES]
