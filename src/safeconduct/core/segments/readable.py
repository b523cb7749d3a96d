"""What a reader needs of a folder or file: a path of this disk has it, and so may a place in an object store."""

from types import TracebackType
from typing import Literal, Protocol, Self


class Sized(Protocol):
    """What is known of a file without opening it."""

    @property
    def st_size(self) -> int:
        """Return its length in bytes."""


class Opened(Protocol):
    """A file that is open to be read at any place; ``read`` gives all that was asked for, or up to the end."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes."""

    def __enter__(self) -> Self:
        """Use it until the block ends."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close it."""


class Files(Protocol):
    """A folder or file that a reader reads: a path of this disk, or a place in an object store."""

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

    def open(self, mode: Literal["rb"], buffering: Literal[0]) -> Opened:
        """Open the file to read."""
