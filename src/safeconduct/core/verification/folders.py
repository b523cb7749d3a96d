"""What lies in a folder: which files and folders are artefacts of ours, and which are something else.

1. A folder is one artefact if anything in it marks it as a package, a report or a log, whole or with parts missing.
2. A file that is sealed, a PDF, a zip, a note, a trust file, a proof or a signed text is an artefact by its name or by
   its first bytes, so that damage to one of the two does not hide it.
3. A note that lies beside its file is looked at with the file, not once more.
4. Links are not followed and not passed over: a folder that holds one is not as we hand it out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.packages.bag import MANIFEST, TAG_MANIFEST
from safeconduct.core.packages.envelope import FORMAT as ENVELOPE
from safeconduct.core.packages.envelope import NOTE_SUFFIX
from safeconduct.core.packages.release import NAME as RELEASE
from safeconduct.core.tally.published import LEAVES, NOTE, REPORT
from safeconduct.core.tlog.notes import DASH
from safeconduct.core.tlog.tiles import CHECKPOINT
from safeconduct.core.verification import trust as trust_file
from safeconduct.core.verification.handed_out import note_beside
from safeconduct.core.verification.logs import resembles_proof
from safeconduct.core.verification.report_check import resembles_receipt
from safeconduct.core.verification.results import Kind
from safeconduct.core.verification.texts import MOST_NOTE_BYTES, parse_json, read_bytes
from safeconduct.core.verification.trust import Trust

AGE, PDF, ZIP = b"age-encryption.org/v1", b"%PDF-", b"PK\x03\x04"
SIGNED = b"safeconduct/v"
_SUFFIXES = (".age", ".pdf", ".zip", NOTE_SUFFIX)
_MARKS = {
    Kind.PACKAGE: (RELEASE, "bagit.txt", MANIFEST, TAG_MANIFEST),
    Kind.LEDGER: (CHECKPOINT, "tile"),
    Kind.REPORT: (NOTE, LEAVES, REPORT),
}


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What was found in a folder, in the order of names.

    Attributes:
        artefacts: files and folders to be verified, each once.
        others: files that are nothing of ours.
        links: links, which nobody follows.
    """

    artefacts: tuple[Path, ...]
    others: tuple[Path, ...]
    links: tuple[Path, ...]


def kind_of_folder(folder: Path) -> Kind | None:
    """Return what a folder is as a whole, by any of its marks; None for a folder that holds other things."""
    return next((kind for kind, names in _MARKS.items() if any((folder / name).exists() for name in names)), None)


def look_through(folder: Path, trust: Trust | None) -> Contents:
    """Return what lies in ``folder`` and below; ``trust`` helps to know a log's head. Raises ``OSError``."""
    artefacts, others, links = list[Path](), list[Path](), list[Path]()
    for path in _walk(folder):
        if path.is_symlink():
            links.append(path)
        elif path.is_dir() or _is_ours(path, trust):
            artefacts.append(path)
        else:
            others.append(path)
    beside = {note for path in artefacts if path.is_file() and (note := _note_of(path)) is not None}
    return Contents(
        artefacts=tuple(path for path in artefacts if path not in beside),
        others=tuple(others),
        links=tuple(links),
    )


def _walk(folder: Path) -> Iterator[Path]:
    """Yield every file, every link, and every folder that is an artefact as a whole, without going into it."""
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        below = []
        for path in sorted(here.iterdir()):
            if path.is_symlink() or not path.is_dir() or kind_of_folder(path) is not None:
                yield path
            else:
                below.append(path)
        waiting += reversed(below)


def _note_of(file: Path) -> Path | None:
    if file.name == trust_file.NAME:
        return file.with_name(file.name + NOTE_SUFFIX)
    return None if file.suffix == NOTE_SUFFIX else note_beside(file)


def _is_ours(file: Path, trust: Trust | None) -> bool:
    if file.name == trust_file.NAME or file.suffix in _SUFFIXES:
        return True
    data = read_bytes(file)
    if data.startswith((AGE, PDF, ZIP, SIGNED)) or _has_envelope(file):
        return True
    return _is_proof(data) if file.suffix == ".json" else _is_signed(data, trust)


def _has_envelope(file: Path) -> bool:
    note = note_beside(file)
    return note is not None and read_bytes(note).startswith(ENVELOPE.encode())


def _is_proof(data: bytes) -> bool:
    """Return whether JSON resembles a proof or a receipt; what cannot be read may have been one."""
    try:
        value = parse_json(data)
    except SafeconductError:
        return True
    return resembles_proof(value) or resembles_receipt(value)


def _is_signed(data: bytes, trust: Trust | None) -> bool:
    """Return whether a text carries a signature line, or begins as the heads of a trusted log do."""
    if len(data) > MOST_NOTE_BYTES:
        return False
    origins = () if trust is None else tuple(f"{origin}\n".encode() for origin in trust.log_keys)
    return data.startswith(origins) or f"\n\n{DASH}".encode() in data
