"""``verify``: find out what a path is and check it, offline, naming every part that is not as issued.

A path is one artefact, or a folder in which any number of them lie (``survey``).
"""

import re
from dataclasses import dataclass
from pathlib import Path

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.packages.envelope import FORMAT as ENVELOPE
from safeconduct.core.packages.envelope import NOTE_SUFFIX
from safeconduct.core.tlog.notes import split_note
from safeconduct.core.verification import trust as trust_file
from safeconduct.core.verification.folders import AGE, PDF, ZIP, kind_of_folder, look_through
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
    VerificationError,
    bad,
)
from safeconduct.core.verification.statements import check_statement, check_trust_file, is_statement
from safeconduct.core.verification.texts import note_text, parse_json, read_bytes
from safeconduct.core.verification.trust import Trust

NOT_INDEPENDENT = "not independently witnessed: every log witness in the trust file is run by the company itself"


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What was looked at under one path.

    Attributes:
        results: one for each part of each artefact.
        artefacts: what was verified, each once.
        others: files that are nothing of ours, as they were named.
    """

    results: tuple[PartResult, ...]
    artefacts: tuple[str, ...]
    others: tuple[str, ...] = ()


def survey(path: Path, trust: Trust | None) -> Survey:
    """Verify the artefact at ``path``, or every artefact in that folder and below; never raises for what lies there.

    A folder without a single artefact is a fault, for nothing in it was verified. So is a link.
    """
    try:
        if not path.is_dir() or kind_of_folder(path) is not None:
            return Survey(results=tuple(verify(path, trust)), artefacts=(str(path),))
        found = look_through(path, trust)
    except (OSError, SafeconductError):
        unread = bad(str(path), Kind.UNKNOWN, path.name, UnknownArtefactError("It cannot be read."))
        return Survey(results=(unread,), artefacts=())
    results = [result for artefact in found.artefacts for result in _verified(artefact, trust)]
    link = VerificationError("It is a link, and links are not followed.")
    results += [bad(str(one), Kind.UNKNOWN, one.name, link) for one in found.links]
    if not found.artefacts:
        results.append(bad(str(path), Kind.UNKNOWN, path.name, UnknownArtefactError("The folder holds no artefact.")))
    if trust is None:
        results.append(bad(str(path), results[0].kind, "issuer", IssuerNotVerifiedError()))
    return Survey(
        results=tuple(results),
        artefacts=tuple(map(str, found.artefacts)),
        others=tuple(map(str, found.others)),
    )


def verify(path: Path, trust: Trust | None) -> list[PartResult]:
    """Return a result for each part of the artefact at ``path``; never raises for what the artefact holds.

    Without ``trust`` only integrity is checked, and one result says that the issuer was not verified.
    """
    results = _verified(path, trust)
    if trust is None:
        results.append(bad(str(path), results[0].kind, "issuer", IssuerNotVerifiedError()))
    return results


def _verified(path: Path, trust: Trust | None) -> list[PartResult]:
    name = str(path)
    try:
        return _folder(name, path, trust) if path.is_dir() else _file(name, path, trust)
    except SafeconductError as error:
        return [bad(name, Kind.UNKNOWN, path.name, error)]
    except OSError:
        return [bad(name, Kind.UNKNOWN, path.name, UnknownArtefactError("It cannot be read."))]
    except RecursionError:
        return [bad(name, Kind.UNKNOWN, path.name, UnknownArtefactError("It is nested too deeply."))]


def notices(trust: Trust | None) -> list[str]:
    """Return what a reader must be told whatever the outcome."""
    if trust is None:
        return []
    told = [f"demonstration: {trust.name} is a fictional company"] if trust.demonstration else []
    return told if trust.independently_witnessed else [*told, NOT_INDEPENDENT]


def _folder(name: str, path: Path, trust: Trust | None) -> list[PartResult]:
    kind = kind_of_folder(path) or Kind.UNKNOWN
    try:
        if kind is Kind.PACKAGE:
            return check_folder(name, path, trust)
        if kind is Kind.LEDGER:
            return check_ledger(name, path, trust)
        if kind is Kind.REPORT:
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
    if note_beside(path) is not None or path.suffix in (".age", ".pdf") or data.startswith((AGE, PDF)):
        return check_handed_out(name, path, trust)
    if path.suffix == ".zip" or data.startswith(ZIP):
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
    if re.match(re.escape(ENVELOPE).encode(), data):
        file = file_of(path)
        if file is None:
            alone = VerificationError("The file that this note is for does not lie beside it.")
            return [bad(name, Kind.SEALED, path.name.removesuffix(NOTE_SUFFIX), alone)]
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
