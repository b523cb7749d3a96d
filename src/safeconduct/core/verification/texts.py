"""Opening signed texts strictly: one trusted issuer, every signature line accounted for."""

import json
from pathlib import Path

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.notes import Note, Verifier, open_note, split_note
from safeconduct.core.verification.results import UnknownArtefactError, VerificationError
from safeconduct.core.verification.trust import Trust

MOST_NOTE_BYTES = 1_000_000


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes; raises ``UnknownArtefactError`` if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnknownArtefactError(f"{path.name} cannot be read.") from error


def note_text(data: bytes) -> str:
    """Return a note's bytes as text; raises ``VerificationError``."""
    if len(data) > MOST_NOTE_BYTES:
        raise VerificationError("The note is too long.")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise VerificationError("The note is not text in UTF-8.") from error


def _once(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise VerificationError("An object names the same member twice.")
    return found


def parse_json(data: bytes) -> JsonValue:
    """Return the value of a JSON file, in any layout; raises ``VerificationError``."""
    try:
        return json.loads(data.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise VerificationError("It is not JSON in UTF-8.") from error


def issued(data: bytes, trust: Trust | None) -> str:
    """Return the text of a note by the issuer and nobody else; without ``trust`` the signature stays unread.

    Raises:
        NoteError: malformed, or not signed by the issuer.
        VerificationError: it carries a further signature that nobody can account for.
    """
    note = note_text(data)
    if trust is None:
        return split_note(note)[0]
    opened = open_note(note, [trust.issuer])
    if len(opened.lines) != 1:
        raise VerificationError("The note carries a signature that is not the issuer's.")
    return opened.text


def checked_head(note: Note, *, key: Verifier, trust: Trust) -> Checkpoint:
    """Return the head in an opened note of the log ``key``; raises ``VerificationError``.

    A head of the public log needs the trust file's quorum of witnesses.
    """
    if all(found.verifier != key for found in note.signatures):
        raise VerificationError("The log did not sign its head.")
    try:
        head = Checkpoint.parse(note.text)
    except SafeconductError as error:
        raise VerificationError(error.message) from error
    if head.origin != key.name:
        raise VerificationError("The head belongs to another log.")
    if key == trust.public_log and len(note.cosigners) < trust.quorum:
        raise VerificationError(f"It has {len(note.cosigners)} cosignatures of {trust.quorum} that it needs.")
    return head
