"""Checking a file that is handed out with a note beside it: a sealed package, a letter, a notice."""

from pathlib import Path

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.packages.envelope import NOTE_SUFFIX, Envelope
from safeconduct.core.verification.results import Kind, PartResult, VerificationError, bad, good
from safeconduct.core.verification.texts import issued, read_bytes
from safeconduct.core.verification.trust import Trust


def note_beside(file: Path) -> Path | None:
    """Return the note beside a file, ``NAME.note`` before ``STEM.note``, or None."""
    for candidate in (file.with_name(file.name + NOTE_SUFFIX), file.with_suffix(NOTE_SUFFIX)):
        if candidate.is_file():
            return candidate
    return None


def file_of(note: Path) -> Path | None:
    """Return the file that a note lies beside, or None."""
    stem = note.name.removesuffix(NOTE_SUFFIX)
    for candidate in (note.with_name(stem), note.with_name(f"{stem}.age"), note.with_name(f"{stem}.pdf")):
        if candidate.is_file() and candidate != note:
            return candidate
    return None


def check_handed_out(path: str, file: Path, trust: Trust | None) -> list[PartResult]:
    """Return the results for a file and its note; never raises for damage."""
    note = note_beside(file)
    if note is None:
        missing = VerificationError("There is no note beside it, so nobody can say who issued it.")
        return [bad(path, Kind.SEALED, file.name + NOTE_SUFFIX, missing)]
    try:
        envelope = Envelope.parse(issued(read_bytes(note), trust))
    except SafeconductError as error:
        return [bad(path, Kind.SEALED, note.name, error)]
    try:
        envelope.check(name=file.name, data=read_bytes(file))
    except SafeconductError as error:
        return [bad(path, Kind.SEALED, file.name, error)]
    return [
        good(path, Kind.SEALED, note.name, f"The note is for reference {envelope.reference}."),
        good(path, Kind.SEALED, file.name, f"{envelope.size:,} bytes, as the note says."),
    ]
