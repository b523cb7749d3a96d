"""Proof files (c2sp.org/tlog-proof): one text that shows offline that an entry is in a log which witnesses watched."""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.tlog.checkpoint import OpenedCheckpoint, hash_text, open_checkpoint, parse_hash, parse_size
from safeconduct.core.tlog.merkle import leaf_hash
from safeconduct.core.tlog.notes import Verifier
from safeconduct.core.tlog.proofs import MAX_PROOF, ProofError, verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
EXTRA, INDEX = "extra ", "index "


@dataclass(frozen=True)
class ProofFile:
    """An inclusion proof with the checkpoint it leads to.

    Attributes:
        index: the entry's place.
        path: hashes from the leaf upwards.
        note: the checkpoint with its signatures, word for word.
        extra: bytes for the reader that nothing authenticates.
    """

    index: int
    path: tuple[bytes, ...]
    note: str
    extra: bytes = b""

    @property
    def text(self) -> str:
        """Return the file's text."""
        extra = [f"{EXTRA}{base64.b64encode(self.extra).decode()}"] if self.extra else []
        lines = [HEADER, *extra, f"{INDEX}{self.index}", *map(hash_text, self.path), "", self.note]
        return "\n".join(lines)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the proof in ``text``; raises ``ProofError``."""
        head, gap, note = text.partition("\n\n")
        lines = head.split("\n")
        extra = b""
        try:
            if not gap or lines.pop(0) != HEADER:
                raise ProofError("It is not a log proof of version 1.")
            if lines and lines[0].startswith(EXTRA):
                extra = base64.b64decode(lines.pop(0).removeprefix(EXTRA), validate=True)
            place = lines.pop(0)
            index = parse_size(place.removeprefix(INDEX))
            path = tuple(parse_hash(line) for line in lines)
        except (IndexError, binascii.Error, SafeconductError) as error:
            raise ProofError("A line of the proof is not what it should be.") from error
        if not place.startswith(INDEX) or len(path) > MAX_PROOF:
            raise ProofError("A line of the proof is not what it should be.")
        return cls(index, path, note, extra)

    def check(self, entry: bytes, *, origin: str, verifiers: Iterable[Verifier]) -> OpenedCheckpoint:
        """Return the checkpoint if ``entry`` (the leaf's bytes) is in its tree; raises ``ProofError`` and others."""
        opened = open_checkpoint(self.note, origin=origin, verifiers=verifiers)
        head = opened.checkpoint
        verify_inclusion(leaf=leaf_hash(entry), index=self.index, size=head.size, root=head.root, proof=self.path)
        return opened
