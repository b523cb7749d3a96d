"""Checking a published report, and the receipt that one request was counted in it."""

from pathlib import Path

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.tally.commitments import check_receipt
from safeconduct.core.tally.published import NOTE, ReportStatement, check_report
from safeconduct.core.verification.results import Kind, PartResult, VerificationError, bad, good
from safeconduct.core.verification.texts import issued, read_bytes
from safeconduct.core.verification.trust import Trust

_RECEIPT = frozenset({"v", "opening", "salt", "index", "size", "root", "inclusion", "statement"})


def is_report(folder: Path) -> bool:
    """Return whether ``folder`` is a published report: its statement lies in it."""
    return (folder / NOTE).is_file()


def check_report_folder(path: str, folder: Path, trust: Trust | None) -> list[PartResult]:
    """Return a result for every part of a report; never raises for damage.

    The report's own engine recounts the tables. Links, folders and further signatures are refused here.
    """
    try:
        issued(read_bytes(folder / NOTE), trust)
    except SafeconductError as error:
        return [bad(path, Kind.REPORT, NOTE, error)]
    odd = sorted(file.name for file in folder.iterdir() if file.is_symlink() or not file.is_file())
    results = [bad(path, Kind.REPORT, name, VerificationError("A report holds no such thing.")) for name in odd]
    if odd:
        return results
    for part in check_report(folder, None if trust is None else trust.issuer):
        if part.error is None:
            results.append(good(path, Kind.REPORT, part.name, part.says))
        else:
            results.append(bad(path, Kind.REPORT, part.name, part.error))
    return results


def is_receipt(value: JsonValue) -> bool:
    """Return whether a JSON value looks like the receipt of a counted request with its report's statement."""
    return isinstance(value, dict) and set(value) == _RECEIPT


def resembles_receipt(value: JsonValue) -> bool:
    """Return whether a JSON value is such a receipt, or has most of its members."""
    return isinstance(value, dict) and 2 * len(_RECEIPT & set(value)) > len(_RECEIPT)


def check_counted_receipt(path: str, name: str, value: dict[str, JsonValue], trust: Trust | None) -> list[PartResult]:
    """Return the results for a receipt that carries ``report.note`` as ``statement``; raises if it does not hold."""
    note = value["statement"]
    if not isinstance(note, str):
        raise VerificationError("Its statement is not text.")
    said = ReportStatement.parse(issued(note.encode(), trust))
    texts = [value["root"], value["salt"], *(value["inclusion"] if isinstance(value["inclusion"], list) else [None])]
    if not all(isinstance(text, str) and text == text.lower() for text in texts):
        raise VerificationError("A hash is not written in small hexadecimal digits.")
    if (type(value["v"]), value["v"]) != (int, 1) or value["size"] != said.leaves or value["root"] != said.root.hex():
        raise VerificationError("It is not a receipt of this report.")
    counted = check_receipt(value, said.root)
    if value["opening"].get("period") != str(said.period):
        raise VerificationError("It belongs to another half-year than the report.")
    told = f"Counted in {said.period} as {counted.process}, {counted.country}, {counted.outcome}."
    return [
        good(path, Kind.PROOF, NOTE, f"{said.company}, {said.period}, version {said.version}."),
        good(path, Kind.PROOF, name, told),
    ]
