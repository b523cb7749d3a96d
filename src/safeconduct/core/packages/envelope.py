"""The note beside a file that is handed out: its name, SHA-256, size and reference, signed; nothing personal."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.errors import BadInputError, DamagedError

FORMAT = "safeconduct/v1/sealed"
NOTE_SUFFIX = ".note"
_TEXT = re.compile(
    rf"{FORMAT}\nname ([A-Za-z0-9][A-Za-z0-9._-]{{0,127}})\nsha256 ([0-9a-f]{{64}})\nsize (0|[1-9][0-9]{{0,15}})\n"
    r"reference ([A-Za-z0-9][A-Za-z0-9-]{0,63})\n",
    re.ASCII,
)


class EnvelopeError(DamagedError):
    """The file and the note beside it do not belong together."""

    code = "SC-ENVELOPE"


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What the note says of one file."""

    name: str
    sha256: str
    size: int
    reference: str

    @classmethod
    def of(cls, *, name: str, data: bytes, reference: str) -> Self:
        """Return the envelope of ``data``; raises ``BadInputError`` for a name or reference that is not plain."""
        made = cls(name=name, sha256=sha256_hex(data), size=len(data), reference=reference)
        if _TEXT.fullmatch(made.text) is None:
            raise BadInputError("A file's name and reference are plain letters, digits, dots and dashes.")
        return made

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the envelope in a note's text; raises ``EnvelopeError``."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise EnvelopeError("The note is not one about a file.")
        return cls(name=found[1], sha256=found[2], size=int(found[3]), reference=found[4])

    @property
    def text(self) -> str:
        """Return the text that the issuer signs."""
        return f"{FORMAT}\nname {self.name}\nsha256 {self.sha256}\nsize {self.size}\nreference {self.reference}\n"

    def check(self, *, name: str, data: bytes) -> None:
        """Raise ``EnvelopeError`` unless ``data`` under ``name`` is the file that was signed."""
        if len(data) != self.size or sha256_hex(data) != self.sha256:
            raise EnvelopeError("The file is not the one that the note names.")
        if name != self.name:
            raise EnvelopeError("The file has another name than the note gives it.")


def write_note(*, name: str, data: bytes, reference: str, sign: Callable[[str], str]) -> tuple[str, str]:
    """Return the name and the text of the signed note that goes beside ``data``."""
    return name + NOTE_SUFFIX, sign(Envelope.of(name=name, data=data, reference=reference).text)
