"""Durable writing: a folder is built under another name, synced, and renamed once. Nobody reads a half-written one."""

import errno
import shutil
from collections.abc import Iterable
from io import RawIOBase
from pathlib import Path
from typing import Literal, Protocol, Self

from safeconduct.core.base.disk import make_folder, sync, sync_folder
from safeconduct.core.segments.errors import SegmentExistsError
from safeconduct.core.segments.layout import PART_PREFIX

PRIVATE_FOLDER = 0o700


class Sized(Protocol):
    """What is known of a file without opening it."""

    @property
    def st_size(self) -> int:
        """Return its length in bytes."""


class Files(Protocol):
    """A folder or file that a reader reads: a path of this disk, or a place in an object store.

    A file opened here is read by ``seek`` and ``read``; ``read`` gives all that was asked for, or up to the end.
    """

    @property
    def name(self) -> str:
        """Return its last name."""

    def __truediv__(self, name: str, /) -> Self:
        """Return what is called so in this folder."""

    def is_file(self) -> bool:
        """Return whether there is such a file."""

    def exists(self) -> bool:
        """Return whether there is a file or folder."""

    def stat(self) -> Sized:
        """Return what the disk or store itself says of the file."""

    def open(self, mode: Literal["rb"], buffering: Literal[0]) -> RawIOBase:
        """Open the file to read."""


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
