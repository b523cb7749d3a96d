"""How large, how many and how long: every limit of uploads and of their rendering, with its default."""

from dataclasses import dataclass, fields
from typing import Any, Self

from safeconduct.core.base.errors import BadInputError

MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class UploadLimits:
    """The limits of one instance; the table ``[uploads]`` of ``safeconduct.toml`` may change each of them.

    Attributes:
        file_bytes: the most that one file may hold, as sent and again for each file in an archive.
        request_bytes: the most that one request may hold, all files and fields together.
        files: how many files one request may hold.
        pages: how many pages one upload may have, over all files of an archive.
        image_pixels, image_edge: the largest picture, in pixels and along one edge.
        archive_files, archive_bytes, archive_ratio: an archive's files, their bytes unpacked, and how many bytes one
            compressed byte may become.
        dpi, page_pixels: how finely a page is rendered, and the most pixels of one rendered page.
        child_cpu_seconds, child_seconds: processor time and time by the clock of one rendering child.
        child_memory_bytes: the address space of a rendering child.
        fewest_pages: how many pages a child must get done before another one goes on where it stopped.
        rendering_seconds: how long a whole paper may take, over all its children.
        clean_bytes: the largest clean copy.
    """

    file_bytes: int = 32 * MIB
    request_bytes: int = 68 * MIB
    files: int = 2
    pages: int = 500
    image_pixels: int = 36_000_000
    image_edge: int = 20_000
    archive_files: int = 50
    archive_bytes: int = 64 * MIB
    archive_ratio: int = 100
    dpi: int = 150
    page_pixels: int = 9_000_000
    child_cpu_seconds: int = 5
    child_seconds: int = 20
    child_memory_bytes: int = 256 * MIB
    fewest_pages: int = 4
    rendering_seconds: int = 120
    clean_bytes: int = 64 * MIB

    @classmethod
    def from_table(cls, table: dict[str, Any]) -> Self:
        """Return the defaults with what ``table`` changes; raises ``BadInputError`` for a key or value not known."""
        names = {one.name for one in fields(cls)}
        for name, value in table.items():
            if name not in names or type(value) is not int or value < 1:
                raise BadInputError(f"[uploads] {name} is not a limit, or not a whole number from 1 on.")
        return cls(**table)
