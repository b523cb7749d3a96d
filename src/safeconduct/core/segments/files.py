"""Durable writing: a folder is built under another name, synced, and renamed once. Nobody reads a half-written one."""

import errno
import shutil
from collections.abc import Iterable
from pathlib import Path

from safeconduct.core.base.disk import make_folder, sync, sync_folder
from safeconduct.core.segments.errors import SegmentExistsError
from safeconduct.core.segments.layout import PART_PREFIX

PRIVATE_FOLDER = 0o700


def write_file(path: Path, parts: Iterable[bytes]) -> int:
    """Write ``parts`` to a new file, sync it, and return its length in bytes."""
    with path.open("xb", buffering=1024 * 1024) as file:
        written = sum(file.write(part) for part in parts)
        file.flush()
        sync(file.fileno())
    return written


def begin_folder(final: Path, attempt: str) -> Path:
    """Return a new empty folder beside ``final``; raises ``SegmentExistsError`` if ``final`` was already written."""
    if final.exists():
        raise SegmentExistsError
    make_folder(final.parent, PRIVATE_FOLDER)
    part = final.parent / f"{PART_PREFIX}{final.name}-{attempt}"
    part.mkdir(mode=PRIVATE_FOLDER)
    return part


def finish_folder(part: Path, final: Path) -> None:
    """Rename a complete folder to its final name and make that durable."""
    sync_folder(part)
    try:
        part.rename(final)
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
            raise
        raise SegmentExistsError from error
    sync_folder(final.parent)


def sweep(directory: Path) -> int:
    """Remove what broken-off attempts left under a store and return how many there were. Run it before serving."""
    left = list(directory.glob(f"*/{PART_PREFIX}*"))
    for part in left:
        shutil.rmtree(part)
    return len(left)
