"""Checkpoints (c2sp.org/tlog-checkpoint): the text a log signs to say how large it is and what its root is."""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from safeconduct.core.base.errors import DamagedError
from safeconduct.core.tlog.merkle import HASH_BYTES
from safeconduct.core.tlog.notes import ED25519, Note, Verifier, open_note

SIZE_TEXT = re.compile(r"0|[1-9][0-9]{0,18}")
MIN_LINES = 3


class CheckpointError(DamagedError):
    """The text is not a checkpoint, or is one of another log."""

    code = "SC-CHECKPOINT"


def parse_size(text: str) -> int:
    """Return a tree size written in plain decimal; raises ``CheckpointError``."""
    if not SIZE_TEXT.fullmatch(text):
        raise CheckpointError("A size is a decimal number without leading zeroes.")
    return int(text)


def parse_hash(text: str) -> bytes:
    """Return 32 bytes written in canonical base64; raises ``CheckpointError``."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CheckpointError("A hash is 32 bytes in base64.") from error
    if len(value) != HASH_BYTES or base64.b64encode(value).decode() != text:
        raise CheckpointError("A hash is 32 bytes in base64.")
    return value


def hash_text(value: bytes) -> str:
    """Return a hash in base64."""
    return base64.b64encode(value).decode()


def origin_of(base: str, log: str) -> str:
    """Return the origin of one of an instance's logs, such as ``log.northwind.example/public``."""
    return f"{base}/{log}"


@dataclass(frozen=True)
class Checkpoint:
    """A tree head.

    Attributes:
        origin: the log's unique name.
        size: number of leaves.
        root: 32 bytes.
        extensions: further lines, kept and signed, never interpreted.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the text to be signed, ending in a newline."""
        lines = (self.origin, str(self.size), hash_text(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the checkpoint in ``text``; raises ``CheckpointError``."""
        lines = text.split("\n")
        if len(lines) <= MIN_LINES or lines.pop() != "" or not all(lines):
            raise CheckpointError("A checkpoint is an origin line, a size line and a root line.")
        return cls(lines[0], parse_size(lines[1]), parse_hash(lines[2]), tuple(lines[MIN_LINES:]))


@dataclass(frozen=True)
class OpenedCheckpoint:
    """A checkpoint whose signatures were checked.

    Attributes:
        checkpoint: the head.
        note: the note it came in, with the trusted signatures.
    """

    checkpoint: Checkpoint
    note: Note


def open_checkpoint(note: str, *, origin: str, verifiers: Iterable[Verifier]) -> OpenedCheckpoint:
    """Return the checkpoint in ``note`` if the log itself signed it; raises ``NoteError`` or ``CheckpointError``.

    ``verifiers`` are the log's key (plain Ed25519) and the witnesses' keys; cosignatures alone do not suffice.
    """
    opened = open_note(note, verifiers)
    if all(found.verifier.kind != ED25519 for found in opened.signatures):
        raise CheckpointError("The log did not sign it.")
    checkpoint = Checkpoint.parse(opened.text)
    if checkpoint.origin != origin:
        raise CheckpointError("It belongs to another log.")
    return OpenedCheckpoint(checkpoint, opened)
