"""What a published report must be: the statement over its files, and a count made again from its own leaves.

A report is a folder. ``report.note`` is signed and names every other file with its SHA-256, the root and the number of
leaves; ``counted.jsonl`` holds the leaves; ``report.json`` and the CSV files hold the tables. docs/formats/report.md.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from safeconduct.core.base.canonical import JsonValue, sha256_hex
from safeconduct.core.base.errors import BadInputError, DamagedError, SafeconductError
from safeconduct.core.base.periods import HalfYear
from safeconduct.core.tally.bands import BandError, BandStatement
from safeconduct.core.tally.commitments import Leaf, in_order, opening_of, read_leaf, request_of, root
from safeconduct.core.tally.counting import RULES_VERSION, Counted, NationalSecurityError, Table, Tally, tally
from safeconduct.core.tlog.notes import Verifier, open_note, split_note

FIRST_LINE = "safeconduct/v1/report"
NOTE, LEAVES, REPORT, BAND = "report.note", "counted.jsonl", "report.json", "band.note"
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")


class ReportError(DamagedError):
    """The published report is not what was signed, or does not add up."""

    code = "SC-TALLY-REPORT"


@dataclass(frozen=True, kw_only=True)
class ReportStatement:
    """What the issuer signs about a report."""

    company: str
    period: HalfYear
    version: int
    root: bytes
    leaves: int
    files: Mapping[str, str]

    @property
    def text(self) -> str:
        """Return the text of the note."""
        lines = [FIRST_LINE, f"{self.company}, {self.period}, version {self.version}"]
        lines += [f"rules {RULES_VERSION}", f"root {self.root.hex()}", f"leaves {self.leaves}"]
        lines += [f"file {digest} {name}" for name, digest in sorted(self.files.items())]
        return "\n".join(lines) + "\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the statement in a note's text; raises ``ReportError`` if it holds anything else."""
        lines = text.split("\n")
        head = re.fullmatch(r"(.+), (\d{4})-H([12]), version ([1-9]\d*)", lines[1] if len(lines) > 1 else "")
        body = re.compile(
            rf"rules {RULES_VERSION}\nroot ([0-9a-f]{{64}})\nleaves (0|[1-9]\d*)\n((?:file [0-9a-f]{{64}} \S+\n)*)",
        ).fullmatch("\n".join(lines[2:]))
        if lines[0] != FIRST_LINE or head is None or body is None:
            raise ReportError("The statement is not of version 1.")
        files = {name: digest for _, digest, name in (line.split(" ") for line in body[3].splitlines())}
        found = cls(
            company=head[1],
            period=HalfYear(int(head[2]), int(head[3])),
            version=int(head[4]),
            root=bytes.fromhex(body[1]),
            leaves=int(body[2]),
            files=files,
        )
        if found.text != text:
            raise ReportError("The statement is not of version 1.")
        return found


@dataclass(frozen=True)
class Part:
    """One part of a report that was looked at; ``error`` is None if it holds."""

    name: str
    says: str
    error: SafeconductError | None = None


def table_csv(table: Table) -> bytes:
    """Return a table as RFC 4180 CSV in UTF-8, its total in the last row."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n")
    write.writerow(["key", *(key for key, _ in table.columns)])
    write.writerows([key, *numbers] for key, _, numbers in table.rows)
    write.writerow(["total", *table.total])
    return out.getvalue().encode()


def leaves_jsonl(leaves: Iterable[Leaf]) -> bytes:
    """Return the leaves in the order of the tree, one a line."""
    return "".join(json.dumps(leaf.as_json(), sort_keys=True) + "\n" for leaf in leaves).encode()


def read_leaves(data: bytes) -> list[Leaf]:
    """Return the leaves of a file; raises ``ReportError``."""
    try:
        return [read_leaf(json.loads(line)) for line in data.decode().splitlines()]
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{LEAVES} is not JSON lines.") from error


def recount(period: HalfYear, leaves: list[Leaf]) -> Tally:
    """Return the tables counted again from leaves; raises ``ReportError`` for a leaf of another half-year."""
    requests: list[Counted] = [request_of(leaf) for leaf in leaves]
    if any(leaf.opening != opening_of(period, request) for leaf, request in zip(leaves, requests, strict=True)):
        raise ReportError("A leaf belongs to another half-year.")
    return tally(period, requests)


def check_report(folder: Path, issuer: Verifier | None) -> list[Part]:
    """Return a result for every part of the report in ``folder``; without ``issuer`` the signature stays unread."""
    try:
        note = (folder / NOTE).read_text("utf-8")
        text = split_note(note)[0] if issuer is None else open_note(note, [issuer]).text
        said = ReportStatement.parse(text)
    except (OSError, UnicodeDecodeError) as error:
        return [Part(NOTE, "", _chain(ReportError("It cannot be read."), error))]
    except SafeconductError as error:
        return [Part(NOTE, "", error)]
    parts = [Part(NOTE, f"{said.company}, {said.period}, version {said.version}")]
    parts += [_file(folder, name, digest) for name, digest in said.files.items()]
    strange = {file.name for file in folder.iterdir()} - {NOTE, *said.files}
    parts += [Part(name, "", ReportError(f"The statement does not name {name}.")) for name in sorted(strange)]
    if all(part.error is None for part in parts):
        parts += [_try(LEAVES, lambda: _recounted(folder, said)), _try(BAND, lambda: _band(folder, said))]
    return parts


def _chain(error: ReportError, cause: Exception) -> ReportError:
    error.__cause__ = cause
    return error


def _try(name: str, check: Any) -> Part:  # noqa: ANN401 - a function without arguments that returns a sentence
    try:
        return Part(name, check())
    except SafeconductError as error:
        return Part(name, "", error)
    except (ValueError, KeyError, TypeError, OSError, RecursionError) as error:
        return Part(name, "", _chain(ReportError(f"{name} is not of this form."), error))


def _file(folder: Path, name: str, digest: str) -> Part:
    if not _NAME.fullmatch(name):
        return Part(name, "", ReportError("A file's name has small letters, digits, dots and hyphens."))
    try:
        if sha256_hex((folder / name).read_bytes()) != digest:
            return Part(name, "", ReportError(f"{name} was changed after it was signed."))
    except OSError as error:
        return Part(name, "", _chain(ReportError(f"{name} is missing."), error))
    return Part(name, "as signed")


def _recounted(folder: Path, said: ReportStatement) -> str:
    leaves = read_leaves((folder / LEAVES).read_bytes())
    if len(leaves) != said.leaves or root(leaves) != said.root:
        raise ReportError(f"{LEAVES} does not lead to the signed root.")
    if not in_order(leaves):
        raise ReportError(f"{LEAVES} is not in the order of the leaves' hashes.")
    counted = recount(said.period, leaves)
    published = json.loads((folder / REPORT).read_bytes())
    check_no_national_security(published)
    for table in counted.tables:
        if published["tables"][table.code] != table.as_json():
            raise ReportError(f"{REPORT}: {table.code} is not what the leaves add up to.")
        if (folder / f"{table.code}.csv").read_bytes() != table_csv(table):
            raise ReportError(f"{table.code}.csv is not what the leaves add up to.")
    return f"{said.leaves} leaves lead to the root and add up to every table"


def _band(folder: Path, said: ReportStatement) -> str:
    published = json.loads((folder / REPORT).read_bytes())["national_security"]
    if BAND not in said.files:
        if published is not None:
            raise BandError("The report states a band that no signed statement carries.")
        return "no band is stated"
    note = (folder / BAND).read_text("utf-8")
    statement = BandStatement.parse(split_note(note)[0])
    if published != band_json(statement):
        raise BandError("The report states other bands than the signed statement.")
    return f"option {statement.number} as stated; the enclave's own key signs {BAND}"


def band_json(statement: BandStatement) -> dict[str, JsonValue]:
    """Return how a report's data states the bands: as text, never as numbers."""
    return {
        "option": statement.number,
        "citation": statement.citation,
        "publication": statement.publication.isoformat(),
        "bands": [{"series": name, "band": band, **window.as_json()} for name, band, window in statement.bands],
    }


def check_no_national_security(published: Mapping[str, Any]) -> None:
    """Raise ``NationalSecurityError`` if an exact table mentions national security process."""
    text = json.dumps(published["tables"])
    if re.search(r"national_security|fisa|\bnsl", text, re.IGNORECASE):
        raise NationalSecurityError("An exact table speaks of national security process (rule 11).")


def check_counts(rows: Iterable[Mapping[str, str]], *, key: str, received: str, disclosed: str) -> None:
    """Raise ``BadInputError`` for a row of anybody's report that disclosed more than it received, or an untidy key."""
    for row in rows:
        if row[key] != row[key].strip():
            raise ReportRowError(f"{row[key]!r} begins or ends with a space.")
        if int(row[disclosed]) > int(row[received]):
            raise ReportRowError(f"{row[key]}: {row[disclosed]} disclosed of {row[received]} received.")


class ReportRowError(BadInputError):
    """A row of a published report cannot be true."""

    code = "SC-TALLY-ROW"
