"""Checking statements under the issuer's key (band, report) and the trust file itself."""

from pathlib import Path

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.packages.envelope import NOTE_SUFFIX
from safeconduct.core.tally.bands import FIRST_LINE as BAND
from safeconduct.core.tally.bands import BandStatement
from safeconduct.core.tally.published import FIRST_LINE as REPORT
from safeconduct.core.tally.published import ReportStatement
from safeconduct.core.tlog.notes import open_note
from safeconduct.core.verification.results import Kind, PartResult, VerificationError, bad, good
from safeconduct.core.verification.texts import issued, note_text, read_bytes
from safeconduct.core.verification.trust import STATEMENT as TRUST
from safeconduct.core.verification.trust import Trust, TrustError

FIRST_LINES = (BAND, REPORT, TRUST)


def is_statement(text: str) -> bool:
    """Return whether a signed text begins with a statement's line."""
    return text.partition("\n")[0] in FIRST_LINES


def check_statement(path: str, name: str, data: bytes, trust: Trust | None) -> list[PartResult]:
    """Return the results for a signed statement; raises an error if it is not as issued."""
    text = issued(data, trust)
    if not is_statement(text):
        raise VerificationError("It is no statement.")
    if text.startswith(BAND):
        band = BandStatement.parse(text)
        told = ", ".join(f"{series} {found}" for series, found, _ in band.bands)
        return [good(path, Kind.STATEMENT, name, f"Option {band.number}, {band.publication}: {told}.")]
    if text.startswith(REPORT):
        said = ReportStatement.parse(text)
        told = f"Report of {said.company}, {said.period}, version {said.version}; its files were not looked at."
        return [good(path, Kind.STATEMENT, name, told)]
    return [good(path, Kind.STATEMENT, name, text.partition("\n")[2].strip())]


def check_trust_file(path: str, file: Path, trust: Trust | None) -> list[PartResult]:
    """Return the results for a trust file: its form, and its note if one lies beside it.

    With ``trust`` its keys must be the same, or its note must be signed by an issuer that ``trust`` already trusts.
    """
    try:
        found = Trust.read(file)
    except SafeconductError as error:
        return [bad(path, Kind.TRUST, file.name, error)]
    results = [good(path, Kind.TRUST, file.name, f"The keys of {found.name}; quorum {found.quorum}.")]
    note = file.with_name(file.name + NOTE_SUFFIX)
    signed = None
    if note.is_file():
        try:
            signed = open_note(note_text(read_bytes(note)), [found.issuer, *([trust.issuer] if trust else [])])
            if signed.text != found.statement:
                raise VerificationError("The note is about another trust file.")
        except SafeconductError as error:
            return [*results, bad(path, Kind.TRUST, note.name, error)]
        results.append(good(path, Kind.TRUST, note.name, "Signed by the issuer it names."))
    by_ours = (
        signed is not None and trust is not None and any(one.verifier == trust.issuer for one in signed.signatures)
    )
    if trust is not None and found != trust and not by_ours:
        strange = TrustError("It names other keys than the trust file you gave, and no key you trust signed it.")
        results.append(bad(path, Kind.TRUST, file.name, strange))
    return results
