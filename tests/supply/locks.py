"""Reads our hash-locked requirements, strictly: one exact version and at least one hash each, and no address."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKS = tuple(sorted((ROOT / "requirements").glob("*.lock")))
LINE = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9._-]*)(?:\[[a-z0-9,_-]+\])?==(?P<version>[0-9][^\s;]*)(?: ; (?P<marker>[^#]+?))?"
    r"(?P<hashes>(?: --hash=sha256:[0-9a-f]{64})+)"
)


class LockError(Exception):
    """A lock holds a line that pins nothing, or not by hash."""


@dataclass(frozen=True)
class Pinned:
    """One locked package."""

    name: str
    version: str
    hashes: int


def parse(text: str) -> list[Pinned]:
    """Return what a lock pins; raises ``LockError`` for any line that is not an exact, hashed pin."""
    found = []
    for line in re.sub(r"\s*\\\n\s*", " ", text).splitlines():
        if not line.strip():
            continue
        matched = LINE.fullmatch(line.strip())
        if matched is None:
            raise LockError(line[:80])
        found.append(Pinned(matched["name"], matched["version"], matched["hashes"].count("--hash")))
    if len({one.name for one in found}) != len(found):
        raise LockError("A package stands twice.")
    return found


def pinned(path: Path) -> dict[str, str]:
    """Return name and version of everything that a lock pins."""
    return {one.name: one.version for one in parse(path.read_text("utf-8"))}
