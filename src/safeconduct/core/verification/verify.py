"""``verify``: find out what a path is and check it, offline, naming every part that is not as issued."""

import re
from pathlib import Path

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.packages.envelope import FORMAT as ENVELOPE
from safeconduct.core.packages.envelope import NOTE_SUFFIX
from safeconduct.core.packages.release import NAME as RELEASE
from safeconduct.core.tlog.notes import split_note
from safeconduct.core.tlog.tiles import CHECKPOINT
from safeconduct.core.verification import trust as trust_file
from safeconduct.core.verification.handed_out import check_handed_out, file_of, note_beside
from safeconduct.core.verification.logs import check_checkpoint, check_ledger, check_public_proof, is_public_proof
from safeconduct.core.verification.package_check import check_folder, check_zip
from safeconduct.core.verification.report_check import (
    check_counted_receipt,
    check_report_folder,
    is_receipt,
    is_report,
)
from safeconduct.core.verification.results import (
    IssuerNotVerifiedError,
    Kind,
    PartResult,
    UnknownArtefactError,
    bad,
)
from safeconduct.core.verification.statements import check_statement, check_trust_file, is_statement
from safeconduct.core.verification.texts import note_text, parse_json, read_bytes
from safeconduct.core.verification.trust import Trust

NOT_INDEPENDENT = "not independently witnessed: every log witness in the trust file is run by the company itself"
_AGE, _PDF, _ZIP = b"age-encryption.org/v1", b"%PDF-", b"PK\x03\x04"


def verify(path: Path, trust: Trust | None) -> list[PartResult]:
    """Return a result for each part of the artefact at ``path``; never raises for what the artefact holds.

    Without ``trust`` only integrity is checked, and one result says that the issuer was not verified.
    """
    name = str(path)
    try:
        results = _folder(name, path, trust) if path.is_dir() else _file(name, path, trust)
    except SafeconductError as error:
        results = [bad(name, Kind.UNKNOWN, path.name, error)]
    except OSError:
        results = [bad(name, Kind.UNKNOWN, path.name, UnknownArtefactError("It cannot be read."))]
    except RecursionError:
        results = [bad(name, Kind.UNKNOWN, path.name, UnknownArtefactError("It is nested too deeply."))]
    if trust is None:
        results.append(bad(name, results[0].kind, "issuer", IssuerNotVerifiedError()))
    return results


def notices(trust: Trust | None) -> list[str]:
    """Return what a reader must be told whatever the outcome."""
    if trust is None:
        return []
    told = [f"demonstration: {trust.name} is a fictional company"] if trust.demonstration else []
    return told if trust.independently_witnessed else [*told, NOT_INDEPENDENT]


def _folder(name: str, path: Path, trust: Trust | None) -> list[PartResult]:
    kind = Kind.UNKNOWN
    try:
        if (path / RELEASE).exists() or (path / "bagit.txt").exists():
            kind = Kind.PACKAGE
            return check_folder(name, path, trust)
        if (path / CHECKPOINT).exists():
            kind = Kind.LEDGER
            return check_ledger(name, path, trust)
        if is_report(path):
            return check_report_folder(name, path, trust)
    except SafeconductError as error:
        return [bad(name, kind, path.name, error)]
    return [bad(name, kind, path.name, UnknownArtefactError())]


def _file(name: str, path: Path, trust: Trust | None) -> list[PartResult]:
    if is_report(path.parent) and path.is_file():
        return check_report_folder(name, path.parent, trust)
    if path.name == trust_file.NAME:
        return check_trust_file(name, path, trust)
    if path.name.endswith(NOTE_SUFFIX):
        return _note(name, path, trust)
    return _content(name, path, read_bytes(path), trust)


def _content(name: str, path: Path, data: bytes, trust: Trust | None) -> list[PartResult]:
    if note_beside(path) is not None or path.suffix in (".age", ".pdf") or data.startswith((_AGE, _PDF)):
        return check_handed_out(name, path, trust)
    if path.suffix == ".zip" or data.startswith(_ZIP):
        return _package(name, path, data, trust)
    if path.suffix == ".json":
        return _proof(name, path, data, trust)
    return _text(name, path, data, trust)


def _proof(name: str, path: Path, data: bytes, trust: Trust | None) -> list[PartResult]:
    try:
        value = parse_json(data)
        if is_receipt(value):
            return check_counted_receipt(name, path.name, value, trust)
        if is_public_proof(value):
            return check_public_proof(name, path.name, value, trust)
    except SafeconductError as error:
        return [bad(name, Kind.PROOF, path.name, error)]
    return [bad(name, Kind.UNKNOWN, path.name, UnknownArtefactError())]


def _package(name: str, path: Path, data: bytes, trust: Trust | None) -> list[PartResult]:
    try:
        return check_zip(name, data, trust)
    except SafeconductError as error:
        return [bad(name, Kind.PACKAGE, path.name, error)]


def _note(name: str, path: Path, trust: Trust | None) -> list[PartResult]:
    if path.name == trust_file.NAME + NOTE_SUFFIX:
        return check_trust_file(name, path.with_name(trust_file.NAME), trust)
    data = read_bytes(path)
    file = file_of(path)
    if file is not None and re.match(re.escape(ENVELOPE).encode(), data):
        return check_handed_out(name, file, trust)
    return _text(name, path, data, trust)


def _text(name: str, path: Path, data: bytes, trust: Trust | None) -> list[PartResult]:
    kind = Kind.UNKNOWN
    try:
        text = split_note(note_text(data))[0]
        kind = Kind.STATEMENT if is_statement(text) else Kind.CHECKPOINT
        if kind is Kind.STATEMENT:
            return check_statement(name, path.name, data, trust)
        return check_checkpoint(name, data, trust)
    except SafeconductError as error:
        return [bad(name, kind, path.name, error)]
