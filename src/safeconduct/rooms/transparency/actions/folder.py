"""Writing the public folder: whole files by rename, a published report never twice with other bytes."""

from pathlib import Path

from safeconduct.core.base.errors import ConflictError


class PublishedAlreadyError(ConflictError):
    """Something else stands in the public folder under this name."""

    code = "SC-PUBLISHED-ALREADY"
    cure = "What was published is never changed: build a new version that says why."


def report_folder(public: Path, *, period: str, version: int) -> Path:
    """Return where a version of a report lies."""
    return public / "reports" / period / f"v{version}"


def write_file(path: Path, body: bytes) -> None:
    """Write a whole file or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(body)
    partial.replace(path)


def write_once(folder: Path, files: dict[str, bytes]) -> None:
    """Write ``files`` into ``folder``; again changes nothing. Raises ``PublishedAlreadyError`` for other bytes."""
    for name, body in files.items():
        path = folder / name
        if path.exists() and path.read_bytes() != body:
            raise PublishedAlreadyError(f"{folder.name}/{name}.")
    for name, body in files.items():
        if not (folder / name).exists():
            write_file(folder / name, body)
