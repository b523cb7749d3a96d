"""Checking a signed head of a log, and a whole log published as a folder of tiles."""

from pathlib import Path

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.base.periods import instant_text
from safeconduct.core.tlog import entries
from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.fsck import FsckError, fsck
from safeconduct.core.tlog.merkle import EMPTY_ROOT, HASH_BYTES
from safeconduct.core.tlog.notes import Verifier, open_note, split_note
from safeconduct.core.tlog.slots import check_slot_proof
from safeconduct.core.tlog.tile_paths import TILE_HEIGHT, WIDTH, TilePath, tiles_of
from safeconduct.core.tlog.tiles import CHECKPOINT, read_tile
from safeconduct.core.tlog.tree import MemoryTree
from safeconduct.core.verification.results import Kind, PartResult, VerificationError, good
from safeconduct.core.verification.texts import checked_head, note_text, read_bytes
from safeconduct.core.verification.trust import Trust

_PROOF = frozenset({"v", "commitment", "slot", "log", "checkpoint"})


def log_key(text: str, trust: Trust) -> Verifier:
    """Return the key of the log whose head ``text`` is; raises ``VerificationError`` for another log's."""
    origin = text.partition("\n")[0]
    key = trust.log_keys.get(origin)
    if key is None:
        raise VerificationError("It is the head of a log that the trust file does not name.")
    return key


def check_checkpoint(path: str, data: bytes, trust: Trust | None) -> list[PartResult]:
    """Return the results for one signed head; raises an error if it is not as issued."""
    text, _ = split_note(note_text(data))
    if trust is None:
        head = Checkpoint.parse(text)
        return [good(path, Kind.CHECKPOINT, head.origin, f"A head of {head.size:,} entries, signatures unread.")]
    key = log_key(text, trust)
    note = open_note(note_text(data), [key, *(one.key for one in trust.witnesses)])
    head = checked_head(note, key=key, trust=trust)
    told = f"A head of {head.size:,} entries, with {len(note.cosigners)} cosignature(s)."
    return [good(path, Kind.CHECKPOINT, head.origin, told)]


def is_public_proof(value: JsonValue) -> bool:
    """Return whether a JSON value looks like the proof of an entry of the public log."""
    return isinstance(value, dict) and set(value) >= _PROOF


def resembles_proof(value: JsonValue) -> bool:
    """Return whether a JSON value is such a proof, or has most of its members."""
    return isinstance(value, dict) and 2 * len(_PROOF & set(value)) > len(_PROOF)


def check_public_proof(path: str, name: str, value: dict[str, JsonValue], trust: Trust | None) -> list[PartResult]:
    """Return the results for an entry's proof (docs/formats/public-log.md); raises an error if it does not hold.

    With ``opening`` and ``salt`` beside it, what the commitment stands for is checked too.
    """
    note = value["checkpoint"]
    if set(value) not in (_PROOF, _PROOF | {"opening", "salt"}) or not isinstance(note, str):
        raise VerificationError("Its members are not those of a proof.")
    if not all(isinstance(one, str) and one == one.lower() for one in _hashes(value)):
        raise VerificationError("A hash is not written in small hexadecimal digits.")
    results = check_checkpoint(path, note.encode(), trust)
    head = Checkpoint.parse(split_note(note)[0])
    if trust is not None and head.origin != trust.public_log.name:
        raise VerificationError("Its head is not one of the public log.")
    proven = check_slot_proof(value, size=head.size, root=head.root)
    told = f"It stands in the slot of {instant_text(proven.start)}."
    if "opening" in value:
        _check_opening(value, proven.commitment)
        told += " Its opening is the one committed to."
    return [*results, good(path, Kind.PROOF, name, told)]


def _hashes(value: dict[str, JsonValue]) -> list[JsonValue]:
    try:
        paths = [*value["slot"]["path"], *value["log"]["inclusion"]]
        return [value["commitment"], value["slot"]["root"], *paths, *([value["salt"]] if "salt" in value else [])]
    except (KeyError, TypeError) as error:
        raise VerificationError("A part of the proof is missing.") from error


def _check_opening(value: dict[str, JsonValue], commitment: bytes) -> None:
    try:
        salt = bytes.fromhex(value["salt"])
    except (KeyError, TypeError, ValueError) as error:
        raise VerificationError("Its salt is missing or is not hexadecimal.") from error
    entries.check(leaf=commitment, opening=value["opening"], salt=salt)


def check_ledger(path: str, folder: Path, trust: Trust | None) -> list[PartResult]:
    """Return the results for a log's folder; raises ``FsckError`` naming the tile or entry at fault."""
    data = read_bytes(folder / CHECKPOINT)
    try:
        head_results = check_checkpoint(path, data, trust)
        text = split_note(note_text(data))[0]
    except SafeconductError as error:
        raise FsckError(CHECKPOINT, error.message) from error
    if trust is None:
        return [*head_results, _whole(path, folder, Checkpoint.parse(text))]
    key = log_key(text, trust)
    report = fsck(folder, origin=key.name, verifiers=[key, *(one.key for one in trust.witnesses)])
    told = f"{report.tiles} tiles and {report.entries:,} entries give the root that was signed."
    if report.beyond:
        told += f" {len(report.beyond)} file(s) lie beyond it."
    return [*head_results, good(path, Kind.LEDGER, "tile", told)]


def _whole(path: str, folder: Path, head: Checkpoint) -> PartResult:
    """Compare tiles and root where no key is known; entries are compared only by ``fsck``.

    Nobody vouches for the head's size, so the lowest tiles are read one by one before the others are even listed.
    """
    tree = MemoryTree()
    full, rest = divmod(head.size, WIDTH)
    for index in range(full):
        _grow(tree, _tile(folder, TilePath(0, index)))
    if rest:
        _grow(tree, _tile(folder, TilePath(0, full, rest)))
    if (tree.root() if head.size else EMPTY_ROOT) != head.root:
        raise FsckError(CHECKPOINT, "the tiles give another root than the one signed.")
    tiles = tiles_of(head.size)
    for tile in tiles:
        first = tile.index * WIDTH
        held = b"".join(tree.read((tile.level or 0) * TILE_HEIGHT, first + place) for place in range(tile.width))
        if _tile(folder, tile) != held:
            raise FsckError(str(tile), "it is not the tile that the entries' hashes give.")
    return good(path, Kind.LEDGER, "tile", f"{len(tiles)} tiles give the root of the head.")


def _grow(tree: MemoryTree, data: bytes) -> None:
    for start in range(0, len(data), HASH_BYTES):
        tree.append(data[start : start + HASH_BYTES])


def _tile(folder: Path, tile: TilePath) -> bytes:
    try:
        return read_tile(folder, tile)
    except SafeconductError as error:
        raise FsckError(str(tile), error.message) from error
