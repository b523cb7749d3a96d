"""What verification returns: one result for each part it looked at, good or bad, with the part's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from safeconduct.core.base.errors import BadInputError, DamagedError, SafeconductError


class Kind(StrEnum):
    """What an artefact is."""

    PACKAGE = "package"
    SEALED = "sealed file"
    REPORT = "report"
    CHECKPOINT = "checkpoint"
    LEDGER = "ledger"
    PROOF = "proof"
    STATEMENT = "statement"
    TRUST = "trust file"
    UNKNOWN = "unknown"


class UnknownArtefactError(BadInputError):
    """This is nothing that Safeconduct hands out."""

    code = "SC-UNKNOWN-ARTEFACT"
    cure = "Name a package, a sealed file with its note, a report folder, a log folder, a signed text or a trust file."


class IssuerNotVerifiedError(BadInputError):
    """Issuer not verified: no trust file was given, so only integrity was checked."""

    code = "SC-ISSUER-NOT-VERIFIED"
    cure = "Get the company's trust file, compare it with a second source, and give it with --trust."


class VerificationError(DamagedError):
    """The part is not the one that was issued."""

    code = "SC-NOT-AS-ISSUED"


@dataclass(frozen=True, kw_only=True)
class PartResult:
    """The outcome for one part of one artefact.

    Attributes:
        path: the artefact as the caller named it.
        kind: what it is.
        part: the file, entry or signature looked at.
        ok: whether it is as issued.
        says: one sentence.
        code: the error's code; empty if ok.
        exit_code: 0, or the error class's exit code.
    """

    path: str
    kind: Kind
    part: str
    ok: bool
    says: str
    code: str = ""
    exit_code: int = 0

    def as_json(self) -> dict[str, object]:
        """Return what ``--json`` prints."""
        return {**vars(self), "kind": str(self.kind)}


def good(path: str, kind: Kind, part: str, says: str) -> PartResult:
    """Return the result of a part that is as issued."""
    return PartResult(path=path, kind=kind, part=part, ok=True, says=says)


def bad(path: str, kind: Kind, part: str, error: SafeconductError) -> PartResult:
    """Return the result of a part that is not; a part that the error itself names goes before ``part``."""
    named = getattr(error, "part", part)
    return PartResult(
        path=path,
        kind=kind,
        part=named,
        ok=False,
        says=error.message,
        code=error.code,
        exit_code=error.exit_code,
    )


def exit_code(results: Sequence[PartResult]) -> int:
    """Return 0 only if there is a result and all are good; damage counts before everything else."""
    codes = {one.exit_code or UnknownArtefactError.exit_code for one in results if not one.ok}
    if not results:
        return UnknownArtefactError.exit_code
    if DamagedError.exit_code in codes:
        return DamagedError.exit_code
    return max(codes, default=0)
