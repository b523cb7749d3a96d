"""Checking a package: container, manifests, the signed release, and that every view is its records again."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from safeconduct.core.base.canonical import canonical_json, parse_canonical
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.packages import bag
from safeconduct.core.packages.bag import BagError, Files
from safeconduct.core.packages.csv_view import ColumnKind, CsvError, read_csv
from safeconduct.core.packages.parquet_view import check_parquet
from safeconduct.core.packages.receipts import OfficerReceipt
from safeconduct.core.packages.record_files import ENDINGS, FOLDER, file_line, stem
from safeconduct.core.packages.records import Row, read_lines, write_lines
from safeconduct.core.packages.release import NAME as RELEASE
from safeconduct.core.packages.release import Release
from safeconduct.core.packages.xlsx_view import check_xlsx
from safeconduct.core.verification.results import Kind, PartResult, good
from safeconduct.core.verification.texts import issued
from safeconduct.core.verification.trust import Trust

DESCRIPTION, RECEIPT = "data/package.json", "data/receipt.json"


def check_zip(path: str, data: bytes, trust: Trust | None) -> list[PartResult]:
    """Return the results for a package in its zip; raises an error that names the part at fault."""
    folder, files = bag.read_zip(data)
    bag.check_bag(files)
    results = [good(path, Kind.PACKAGE, "the container", "It holds exactly the files that it should.")]
    return results + _check_files(path, files, folder, trust)


def check_folder(path: str, folder: Path, trust: Trust | None) -> list[PartResult]:
    """Return the results for an unpacked package; its folder may have been renamed."""
    files = bag.read_folder(folder)
    results = [good(path, Kind.PACKAGE, "the bag", "The bagit library accepts it.")]
    return results + _check_files(path, files, None, trust)


def _check_files(path: str, files: Files, folder: str | None, trust: Trust | None) -> list[PartResult]:
    if RELEASE not in files:
        raise BagError(RELEASE, "it is missing: this package was never released.")
    try:
        text = issued(files[RELEASE], trust)
    except SafeconductError as error:
        raise BagError(RELEASE, error.message) from error
    release = Release.parse(text)
    release.check(folder=folder, files=files)
    counts = _views(files)
    _receipt(files, counts)
    total = sum(counts.values())
    parts = sum(name.startswith(FOLDER) and name.endswith(".jsonl") for name in files)
    shown = f"{total:,} records in {parts} part{'s' if parts != 1 else ''}; each view gives them back exactly."
    return [
        good(path, Kind.PACKAGE, "manifests", f"{len(files)} files have the SHA-256 that the manifests give."),
        good(path, Kind.PACKAGE, RELEASE, f"Release {release.release[:16]} of {release.released} covers every file."),
        good(path, Kind.PACKAGE, "data/records", shown),
        good(path, Kind.PACKAGE, RECEIPT, "It speaks of every record, and of no other."),
    ]


def _receipt(files: Files, counts: dict[str, int]) -> None:
    """Raise ``BagError`` unless the officer's receipt speaks of every record that is there, and of no other."""
    try:
        OfficerReceipt.read(files.get(RECEIPT, b"")).check(counts)
    except SafeconductError as error:
        raise BagError(RECEIPT, error.detail) from error


def _views(files: Files) -> dict[str, int]:
    """Return the records of each category, after comparing every view with them and the description with both."""
    described = _described(files)
    held = {name for name in files if name.startswith(FOLDER)}
    expected: set[str] = set()
    counts: dict[str, int] = {}
    for category, about in described.items():
        try:
            kinds = {column["name"]: ColumnKind(column["kind"]) for column in about["columns"]}
            parts = about["parts"]
            stems = [stem(category, number, len(parts)) for number in range(1, len(parts) + 1)]
        except (KeyError, TypeError, ValueError) as error:
            raise BagError(DESCRIPTION, "it cannot be read.") from error
        found = [_part(files, base, part, kinds) for base, part in zip(stems, parts, strict=True)]
        expected |= {f"{FOLDER}{base}.{ending}" for base in stems for ending in ENDINGS}
        counts[category] = sum(found)
        told = {"columns": about["columns"], "parts": parts, "records": counts[category]}
        if about != told or not found or not all(found):
            raise BagError(DESCRIPTION, f"it does not give the number of {category} records.")
    if held != expected:
        raise BagError(DESCRIPTION, "it does not describe the record files that are there.")
    return counts


def _part(files: Files, base: str, about: object, kinds: Mapping[str, ColumnKind]) -> int:
    """Return the number of a part's records; raises ``BagError`` naming the file that is not theirs."""
    held = {ending: files.get(f"{FOLDER}{base}.{ending}") for ending in ENDINGS}
    for ending, data in held.items():
        if data is None:
            raise BagError(f"{FOLDER}{base}.{ending}", f"{DESCRIPTION} names it and it is missing.")
    lines = f"{FOLDER}{base}.jsonl"
    try:
        rows = read_lines(files[lines])
    except SafeconductError as error:
        raise BagError(lines, error.message) from error
    for ending, check in _CHECKS.items():
        try:
            check(files[f"{FOLDER}{base}.{ending}"], rows, kinds)
        except (SafeconductError, KeyError, TypeError, ValueError) as error:
            raise BagError(f"{FOLDER}{base}.{ending}", "it does not give the records of the .jsonl file.") from error
    listed = [file_line(f"{base}.{ending}", files[f"{FOLDER}{base}.{ending}"]) for ending in ENDINGS]
    if about != {"records": len(rows), "files": listed}:
        raise BagError(DESCRIPTION, f"it does not tell what {base} holds.")
    return len(rows)


def _check_csv(data: bytes, rows: Sequence[Row], kinds: Mapping[str, ColumnKind]) -> None:
    if write_lines(read_csv(data, kinds)) != write_lines(rows):
        raise CsvError


_CHECKS: Mapping[str, Callable[[bytes, Sequence[Row], Mapping[str, ColumnKind]], None]] = {
    "csv": _check_csv,
    "xlsx": check_xlsx,
    "parquet": check_parquet,
}


def _described(files: Files) -> Mapping[str, Mapping[str, Any]]:
    try:
        value = parse_canonical(files.get(DESCRIPTION, b""))
        found = value["categories"]
    except (SafeconductError, KeyError, TypeError) as error:
        raise BagError(DESCRIPTION, "it cannot be read.") from error
    if not isinstance(found, dict) or not all(isinstance(about, dict) for about in found.values()):
        raise BagError(DESCRIPTION, f"it describes no categories: {len(canonical_json(found))} bytes.")
    return found
