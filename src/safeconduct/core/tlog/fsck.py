"""Checking a log's folder from nothing but its files: every leaf, every tile, the root, the signatures.

It trusts no tile: leaf hashes come from the entries where there are entries, every higher hash is computed anew, and
the first part that differs is named.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from safeconduct.core.base.errors import DamagedError, SafeconductError
from safeconduct.core.tlog.checkpoint import OpenedCheckpoint, open_checkpoint
from safeconduct.core.tlog.merkle import EMPTY_ROOT, HASH_BYTES, leaf_hashes
from safeconduct.core.tlog.notes import MAX_NOTE_BYTES, Verifier
from safeconduct.core.tlog.tile_paths import WIDTH, TilePath, TilePathError, bundles_of, tiles_of
from safeconduct.core.tlog.tiles import CHECKPOINT, TileError, read_entries, read_tile
from safeconduct.core.tlog.tree import MemoryTree


class FsckError(DamagedError):
    """The log's folder does not hold together."""

    code = "SC-LOG-DAMAGED"
    cure = "Restore the named part from another copy of the log; do not sign or publish from this folder."

    def __init__(self, part: str, detail: str) -> None:
        """Keep the first bad ``part``: a path inside the folder, with the entry where one can be told."""
        super().__init__(f"{part}: {detail}")
        self.part = part


@dataclass(frozen=True)
class FsckReport:
    """What was looked at, and found whole.

    Attributes:
        opened: the checkpoint with its checked signatures.
        tiles: number of hash tiles compared.
        entries: number of entries hashed; 0 where only hashes were looked at.
        older: number of older partial files compared.
        beyond: files of a larger tree than the checkpoint's, which a stopped publication leaves.
    """

    opened: OpenedCheckpoint
    tiles: int
    entries: int
    older: int
    beyond: tuple[str, ...]


def read_checkpoint(directory: Path, *, origin: str, verifiers: Sequence[Verifier]) -> OpenedCheckpoint:
    """Return the folder's signed head; raises ``FsckError`` naming the checkpoint."""
    try:
        note = (directory / CHECKPOINT).read_bytes()[: MAX_NOTE_BYTES + 1].decode()
        return open_checkpoint(note, origin=origin, verifiers=verifiers)
    except (OSError, UnicodeDecodeError) as error:
        raise FsckError(CHECKPOINT, "it cannot be read.") from error
    except SafeconductError as error:
        raise FsckError(CHECKPOINT, error.message) from error


def _read(directory: Path, tile: TilePath) -> bytes:
    try:
        return read_tile(directory, tile)
    except TileError as error:
        raise FsckError(str(tile), error.message) from error


def _hashes(data: bytes) -> list[bytes]:
    return [data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES)]


def _bundles(size: int) -> Iterator[TilePath]:
    """Yield the bundles one by one: a head may claim a size whose list would fill the memory."""
    full, rest = divmod(size, WIDTH)
    for index in range(full):
        yield TilePath(None, index)
    if rest:
        yield TilePath(None, full, rest)


def _leaves(directory: Path, size: int, *, with_entries: bool) -> Iterator[tuple[TilePath, list[bytes]]]:
    """Yield each level-0 tile's leaf hashes, checked against the entries where there are any."""
    for bundle in _bundles(size):
        tile = TilePath(0, bundle.index, bundle.width)
        data = _read(directory, tile)
        if not with_entries:
            yield tile, _hashes(data)
            continue
        try:
            found = leaf_hashes(read_entries(directory, bundle))
        except TileError as error:
            raise FsckError(str(bundle), error.message) from error
        if b"".join(found) != data:
            offset = next(place for place, value in enumerate(_hashes(data)) if found[place] != value)
            raise FsckError(f"{bundle} entry {bundle.index * WIDTH + offset}", "entry and leaf hash differ.")
        yield tile, found


def _check_levels(directory: Path, size: int, tree: MemoryTree) -> int:
    """Compare every tile above level 0 with the computed hashes; return how many there were."""
    upper = [tile for tile in tiles_of(size) if tile.level]
    for tile in upper:
        level, first = (tile.level or 0) * 8, tile.index * WIDTH
        for offset, value in enumerate(_hashes(_read(directory, tile))):
            if value != tree.read(level, first + offset):
                raise FsckError(str(tile), f"hash {offset} is not that of the tile below it.")
    return len(upper)


def _check_others(directory: Path, size: int) -> tuple[int, tuple[str, ...]]:
    """Compare partial files of older heads with what grew from them; list files beyond the head."""
    needed = {(tile.level, tile.index): tile for tile in (*tiles_of(size), *bundles_of(size))}
    older, beyond = 0, []
    for path in sorted((directory / "tile").rglob("*")):
        if path.is_dir():
            continue
        name = path.relative_to(directory).as_posix()
        if path.name.startswith(".") and path.name.endswith(".new"):
            beyond.append(name)
            continue
        try:
            tile = TilePath.parse(name)
        except TilePathError as error:
            raise FsckError(name, "no file of a log has this name.") from error
        whole = needed.get((tile.level, tile.index))
        if whole == tile:
            continue
        if whole is None or whole.width < tile.width:
            beyond.append(name)
            continue
        if not _read(directory, whole).startswith(_read(directory, tile)):
            raise FsckError(name, "it is not the beginning of the tile that grew from it.")
        older += 1
    return older, tuple(beyond)


def _check_company(opened: OpenedCheckpoint, *, quorum: int, newest: int) -> None:
    """Hold the head against what others signed and saw of the log."""
    if len(opened.note.cosigners) < quorum:
        raise FsckError(CHECKPOINT, f"{len(opened.note.cosigners)} of {quorum} log witnesses signed it.")
    if len(opened.note.signatures) != len(opened.note.lines):
        raise FsckError(CHECKPOINT, "it carries a line of no key that we know.")
    if opened.checkpoint.size < newest:
        raise FsckError(CHECKPOINT, f"it shows size {opened.checkpoint.size}, and another party saw {newest}.")


def fsck(
    directory: Path,
    *,
    origin: str,
    verifiers: Sequence[Verifier],
    hashes_only: bool = False,
    quorum: int | None = None,
    newest: int = 0,
) -> FsckReport:
    """Check the whole folder of a log; raises ``FsckError`` that names the first bad part.

    ``verifiers`` are the log's own key and those of the log witnesses. ``hashes_only`` is for a folder that was
    published without entries; otherwise a missing bundle of entries is damage. ``quorum`` is how many witnesses must
    have signed the head, and then no line may be a stranger's; ``newest`` is the size that another party saw: only it
    tells an old copy from the newest.
    """
    opened = read_checkpoint(directory, origin=origin, verifiers=verifiers)
    if quorum is not None or newest:
        _check_company(opened, quorum=quorum or 0, newest=newest)
    size = opened.checkpoint.size
    tree, tiles = MemoryTree(), 0
    for _, hashes in _leaves(directory, size, with_entries=not hashes_only):
        tiles += 1
        tree.extend(hashes)
    tiles += _check_levels(directory, size, tree)
    if (tree.root() if size else EMPTY_ROOT) != opened.checkpoint.root:
        raise FsckError(CHECKPOINT, "the tiles give another root than the one signed.")
    older, beyond = _check_others(directory, size)
    return FsckReport(opened, tiles, 0 if hashes_only else size, older, beyond)
