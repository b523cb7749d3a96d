"""Files that are on the disk when the call returns. An error of ``fsync`` is never survived: the process must stop."""

import os
import shutil
from pathlib import Path

from safeconduct.core.base.errors import UnavailableError

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


class StorageFailedError(UnavailableError):
    """The disk did not confirm a write; the vault process stops."""

    code = "SC-STORAGE-FAILED"
    cure = "Check the disk, then start the vault process again. What was not acknowledged did not happen."


def sync(descriptor: int) -> None:
    """Flush a file or folder to the disk; raises ``StorageFailedError``, after which nothing may be believed."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        raise StorageFailedError("fsync failed.") from error


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


def make_private(folder: Path) -> None:
    """Create a folder that only this user may enter, with its parents."""
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)


def write(path: Path, data: bytes, mode: int = PRIVATE_FILE) -> None:
    """Write a whole file or none of it: a neighbour, ``fsync``, rename, ``fsync`` of the folder."""
    make_private(path.parent)
    neighbour = path.with_name(f".{path.name}.part")
    descriptor = os.open(neighbour, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        sync(descriptor)
    finally:
        os.close(descriptor)
    neighbour.replace(path)
    sync_folder(path.parent)


def _blank(descriptor: int) -> None:
    try:
        view = memoryview(bytes(os.fstat(descriptor).st_size))
        while view:
            view = view[os.write(descriptor, view) :]
    except OSError as error:
        # The new file stands under its name already: only a fresh start tells the two apart.
        raise StorageFailedError("The old bytes could not be overwritten.") from error
    sync(descriptor)


def replace_secret(path: Path, data: bytes) -> None:
    """Write a whole file as ``write`` does, then overwrite the bytes it held before.

    What a file system or a disk copied aside by itself is out of reach (``docs/operate/rotate-keys.md``).
    """
    before = os.open(path, os.O_WRONLY | os.O_NOFOLLOW) if path.exists() else None
    try:
        write(path, data)
        if before is not None:
            _blank(before)
    finally:
        if before is not None:
            os.close(before)


def sync_tree(folder: Path) -> None:
    """Flush every file and folder below ``folder`` to the disk, then the folder that names it."""
    for path in sorted(folder.rglob("*")):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            sync(descriptor)
        finally:
            os.close(descriptor)
    sync_folder(folder)
    sync_folder(folder.parent)


def remove_tree(folder: Path) -> None:
    """Remove a folder with all it holds, if it is there."""
    if folder.exists():
        shutil.rmtree(folder)
        sync_folder(folder.parent)
