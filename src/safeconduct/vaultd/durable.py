"""Files that are on the disk when the call returns. An error of ``fsync`` is never survived: the process must stop."""

import os
import shutil
from pathlib import Path

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.disk import StorageFailedError, make_folder, sync, sync_folder

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
PART = ".part"


def make_private(folder: Path) -> None:
    """Create a folder that only this user may enter, with its parents."""
    make_folder(folder, PRIVATE_FOLDER)


def _neighbour(path: Path) -> Path:
    return path.with_name(f".{path.name}{PART}")


def prepare(path: Path, data: bytes, mode: int = PRIVATE_FILE) -> None:
    """Write a whole file beside the place of ``path``, on the disk when this returns; ``put_in_place`` names it."""
    make_private(path.parent)
    neighbour = _neighbour(path)
    descriptor = os.open(neighbour, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        sync(descriptor)
    finally:
        os.close(descriptor)


def put_in_place(path: Path) -> None:
    """Give a prepared file its name."""
    _neighbour(path).replace(path)
    sync_folder(path.parent)


def digest_of_prepared(path: Path) -> str | None:
    """Return the SHA-256 of what is prepared for ``path``, or None if nothing is."""
    try:
        return sha256_hex(_neighbour(path).read_bytes())
    except FileNotFoundError:
        return None


def write(path: Path, data: bytes, mode: int = PRIVATE_FILE) -> None:
    """Write a whole file or none of it: a neighbour, ``fsync``, rename, ``fsync`` of the folder."""
    prepare(path, data, mode)
    put_in_place(path)


def prepared(folder: Path) -> dict[str, Path]:
    """Return the files of a folder that were prepared and not put in place, by the name that they would get."""
    found = folder.glob(f".*{PART}")
    return {path.name.removeprefix(".").removesuffix(PART): path for path in found}


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


def remove_tree(folder: Path) -> None:
    """Remove a folder with all it holds, if it is there."""
    if folder.exists():
        shutil.rmtree(folder)
        sync_folder(folder.parent)
