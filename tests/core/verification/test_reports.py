import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from tests.core.conduct.samples import seeded
from tests.core.packages.samples import ISSUER
from tests.core.verification.samples import FORGER, code, faults, missed

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.periods import HalfYear
from safeconduct.core.tally.bands import BandStatement
from safeconduct.core.tally.commitments import commit, receipt, root
from safeconduct.core.tally.counting import Counted, Outcome, Told, tally
from safeconduct.core.tally.published import (
    BAND,
    LEAVES,
    NOTE,
    REPORT,
    ReportStatement,
    band_json,
    leaves_jsonl,
    table_csv,
)
from safeconduct.core.tlog.notes import Signer, sign_note

PERIOD = HalfYear(2026, 1)
ENCLAVE = Signer("enclave.northwind.example/issuer", b"e" * 32)
REQUESTS = [
    Counted(process="subpoena", country="US", outcome=Outcome.AS_ASKED, told=Told.AFTER),
    Counted(process="search_warrant", country="US", outcome=Outcome.NARROWED, told=Told.PROHIBITED),
    Counted(process="foreign_request", country="FR", outcome=Outcome.REDIRECTED, told=Told.NONE_DUE),
]
COUNTED_LEAVES = commit(PERIOD, REQUESTS, seeded("report"))


def report(
    folder: Path,
    requests: list[Counted] = REQUESTS,
    signer: Signer = ISSUER,
    band: BandStatement | None = None,
) -> Path:
    """Write a report whose tables are those of ``requests``, over the leaves of the real ones."""
    folder.mkdir(exist_ok=True)
    counted = tally(PERIOD, requests)
    data = {
        "tables": {table.code: table.as_json() for table in counted.tables},
        "national_security": None if band is None else band_json(band),
    }
    files = {f"{table.code}.csv": table_csv(table) for table in counted.tables}
    files |= {} if band is None else {BAND: sign_note(band.text, ENCLAVE).encode()}
    files |= {REPORT: json.dumps(data).encode(), LEAVES: leaves_jsonl(COUNTED_LEAVES)}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    said = ReportStatement(
        company="Northwind Messaging, Inc.",
        period=PERIOD,
        version=1,
        root=root(COUNTED_LEAVES),
        leaves=len(COUNTED_LEAVES),
        files={name: sha256_hex(content) for name, content in files.items()},
    )
    (folder / NOTE).write_text(sign_note(said.text, signer))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return report(tmp_path / "2026-H1")


def test_a_report_is_as_issued(folder: Path) -> None:
    assert code(folder) == code(folder / NOTE) == 0


@pytest.mark.parametrize("name", [NOTE, LEAVES, REPORT, "by-process.csv", "by-country.csv", "notices.csv"])
def test_no_flipped_bit_and_no_cut_of_a_report_goes_unnoticed(folder: Path, name: str) -> None:
    file = folder / name
    assert missed(file, file.read_bytes(), verifier=lambda _file: code(folder)) == []
    assert code(folder) == 0


def test_a_file_of_a_report_is_checked_with_its_report(folder: Path) -> None:
    assert code(folder / "by-process.csv") == 0
    (folder / "by-country.csv").write_bytes(b"")
    assert [one.part for one in faults(folder / "by-process.csv")] == ["by-country.csv"]


def test_a_band_signed_by_the_enclave_is_checked_inside_its_report(tmp_path: Path) -> None:
    """Outside the report only the enclave's trust file knows its key."""
    statement = BandStatement(
        company="Northwind Messaging, Inc.",
        number="1",
        citation="50 U.S.C. 1874(a)(1)",
        publication=date(2026, 7, 15),
        bands=(("nsl_received", "0-999", HalfYear(2025, 2).window),),
    )
    folder = report(tmp_path / "2026-H1", band=statement)
    assert code(folder) == code(folder / BAND) == 0
    alone = tmp_path / BAND
    shutil.copy(folder / BAND, alone)
    assert code(alone) == 3
    (folder / BAND).write_text(sign_note(statement.text.replace("0-999", "0-249"), ENCLAVE))
    assert [one.part for one in faults(folder)] == [BAND]


@pytest.mark.parametrize("name", [LEAVES, REPORT, "by-process.csv"])
def test_missing_swapped_and_added_files_are_named(folder: Path, name: str) -> None:
    kept = (folder / name).read_bytes()
    (folder / name).unlink()
    assert [one.part for one in faults(folder)] == [name]
    shutil.copy(folder / "by-country.csv", folder / name)
    assert [one.part for one in faults(folder)] == [name]
    (folder / name).write_bytes(kept)
    (folder / "more.csv").write_bytes(kept)
    assert [one.part for one in faults(folder)] == ["more.csv"]


def test_a_report_signed_by_another_key_is_noticed(tmp_path: Path) -> None:
    assert [one.part for one in faults(report(tmp_path / "forged", signer=FORGER))] == [NOTE]
    assert code(report(tmp_path / "forged", signer=FORGER), None) == 2


def test_a_report_whose_tables_are_not_its_leaves_is_noticed_even_if_we_signed_it(tmp_path: Path) -> None:
    assert [one.part for one in faults(report(tmp_path / "wrong", REQUESTS[:2]))] == [LEAVES]


def test_a_link_in_a_report_is_noticed(folder: Path, tmp_path: Path) -> None:
    (folder / "by-process.csv").rename(tmp_path / "elsewhere.csv")
    (folder / "by-process.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert [one.part for one in faults(folder)] == ["by-process.csv"]


def test_a_receipt_holds_and_no_altered_part_does(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    value = {**receipt(COUNTED_LEAVES, 1), "statement": (folder / NOTE).read_text()}
    data = json.dumps(value).encode()
    file.write_bytes(data)
    assert code(file) == 0
    assert [one.code for one in faults(file, None)] == ["SC-ISSUER-NOT-VERIFIED"]
    assert missed(file, data) == []
    other = {**value, "statement": (report(tmp_path / "forged", signer=FORGER) / NOTE).read_text()}
    file.write_text(json.dumps(other))
    assert code(file) == 3
