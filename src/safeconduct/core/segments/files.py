"""Durable writing: a folder is built under another name, synced, and renamed once. Nobody reads a half-written one."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from safeconduct.core.segments.errors import SegmentExistsError
from safeconduct.core.segments.layout import PART_PREFIX


def write_file(path: Path, parts: Iterable[bytes]) -> int:
    """Write ``parts`` to a new file, sync it, and return its length in bytes."""
    with path.open("xb", buffering=1024 * 1024) as file:
        written = sum(file.write(part) for part in parts)
        file.flush()
        os.fsync(file.fileno())
    return written


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def begin_folder(final: Path, attempt: str) -> Path:
    """Return a new empty folder beside ``final``; raises ``SegmentExistsError`` if ``final`` was already written."""
    if final.exists():
        raise SegmentExistsError
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = final.parent / f"{PART_PREFIX}{final.name}-{attempt}"
    part.mkdir(mode=0o700)
    return part


def finish_folder(part: Path, final: Path) -> None:
    """Rename a complete folder to its final name and make that durable."""
    sync_folder(part)
    try:
        part.rename(final)
    except OSError as error:
        raise SegmentExistsError from error
    sync_folder(final.parent)
    sync_folder(final.parent.parent)


def sweep(directory: Path) -> int:
    """Remove what broken-off attempts left under a store and return how many there were. Run it before serving."""
    left = list(directory.glob(f"*/{PART_PREFIX}*"))
    for part in left:
        shutil.rmtree(part)
    return len(left)
