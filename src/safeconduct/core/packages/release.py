"""The release note inside a package: one signed text over the payload's root, both digests and every tag file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from safeconduct.core.base.canonical import JsonValue, parse_canonical, sha256_hex
from safeconduct.core.base.periods import instant_text
from safeconduct.core.packages import bag
from safeconduct.core.packages.bag import BagError, Files

NAME = "release.note"
FORMAT = "safeconduct/v1/release"
STATEMENT = "data/safe-conduct.json"
_UNSIGNED = frozenset({NAME, bag.TAG_MANIFEST})
_HEX = "([0-9a-f]{64})"
_TEXT = re.compile(
    rf"{FORMAT}\nreference ([A-Za-z0-9][A-Za-z0-9-]{{0,63}})\nsafe-conduct {_HEX}\nrelease {_HEX}\n"
    rf"manifest-root {_HEX}\njourney ([a-z0-9][a-z0-9._-]{{0,63}})\nreleased (\S{{20,32}})\n((?:tag \S+ \S+\n)*)",
    re.ASCII,
)


@dataclass(frozen=True, kw_only=True)
class Release:
    """What the release note says."""

    reference: str
    safe_conduct: str
    release: str
    manifest_root: str
    journey: str
    released: str
    tags: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the release in a note's text; raises ``BagError``."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise BagError(NAME, "it is not a release.")
        names = ("reference", "safe_conduct", "release", "manifest_root", "journey", "released", "tags")
        return cls(**dict(zip(names, found.groups(), strict=True)))

    def check(self, *, folder: str | None, files: Files) -> None:
        """Raise ``BagError`` naming the part that the release does not cover; ``folder`` None: not known."""
        if folder is not None and folder != self.reference:
            raise BagError("the folder", "its name is not the reference released.")
        if bag.manifest_root(files) != self.manifest_root:
            raise BagError("data", "the payload is not the one released.")
        if _tags(files) != self.tags:
            raise BagError("the tag files", "they are not the ones released.")
        statement = _statement(files)
        if (statement.get("safe_conduct"), statement.get("reference")) != (self.safe_conduct, self.reference):
            raise BagError(STATEMENT, "it speaks of another safe-conduct than the release.")


def _statement(files: Files) -> Mapping[str, JsonValue]:
    value = parse_canonical(files.get(STATEMENT, b""))
    if not isinstance(value, dict):
        raise BagError(STATEMENT, "it is no statement.")
    return value


def _tags(files: Files) -> str:
    tags = bag.tags_of(files)
    return "".join(f"tag {sha256_hex(tags[name])} {name}\n" for name in sorted(tags) if name not in _UNSIGNED)


def release_text(*, folder: str, files: Files, release_digest: str, journey: str, released_at: datetime) -> str:
    """Return the text that the issuer signs; raises ``BagError`` if it would not parse again."""
    text = (
        f"{FORMAT}\nreference {folder}\nsafe-conduct {_statement(files).get('safe_conduct')}\n"
        f"release {release_digest}\nmanifest-root {bag.manifest_root(files)}\njourney {journey}\n"
        f"released {instant_text(released_at)}\n{_tags(files)}"
    )
    Release.parse(text).check(folder=folder, files=files)
    return text
