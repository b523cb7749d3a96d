"""What is on the disk when a call returns. An error of ``fsync`` is never survived: the process must stop.

After such an error the kernel may have dropped the bytes and say yes the next time; whoever goes on acknowledges what
is not there.
"""

import os
from pathlib import Path

from safeconduct.core.base.errors import UnavailableError

STORAGE_FAILED_STATUS = 70
"""The exit status of a process that a disk stopped."""


class StorageFailedError(UnavailableError):
    """The disk did not confirm a write; the process stops."""

    code = "SC-STORAGE-FAILED"
    exit_code = STORAGE_FAILED_STATUS
    cure = "Check the disk, then start the process again. What was not acknowledged did not happen."


def sync(descriptor: int) -> None:
    """Flush a file or folder to the disk; raises ``StorageFailedError``, after which nothing may be believed."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        raise StorageFailedError("fsync failed.") from error


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk; raises ``StorageFailedError``, also if the folder cannot be opened.

    A file has its new name by then: whoever went on could believe that it still had the old one.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise StorageFailedError("A folder could not be flushed.") from error
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path, mode: int) -> None:
    """Create a folder with its parents, each name on the disk when this returns."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(exist_ok=True, mode=mode)
        sync_folder(one.parent)
