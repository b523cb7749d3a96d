import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import bagit
import pyarrow as pa
import pytest
from tests.core.packages.samples import FACTS, ISSUER, built, calls, receipt, released

from safeconduct.core.packages import bag
from safeconduct.core.packages.bag import BagError
from safeconduct.core.packages.build import Package, PackageError, build_package, finish
from safeconduct.core.packages.facts import Addressee, FactsError, PackageFacts
from safeconduct.core.packages.receipts import (
    NOTHING,
    CompletenessLine,
    CompletenessReceipt,
    OfficerLine,
    OfficerReceipt,
    ReceiptError,
    Withheld,
)
from safeconduct.core.packages.release import Release
from safeconduct.core.tlog.notes import open_note


def unpacked(package: Package, place: Path) -> Path:
    zipfile.ZipFile(io.BytesIO(package.zip_bytes)).extractall(place)
    return place / package.folder


def test_the_bagit_library_validates_what_we_write(tmp_path: Path) -> None:
    folder = unpacked(released(built({}, {})), tmp_path)
    assert bagit.Bag(str(folder)).validate()
    assert bag.read_folder(folder)


@pytest.mark.parametrize("name", ["data/records/call_detail.jsonl", "bag-info.txt", "release.note"])
def test_the_bagit_library_would_notice_a_change(tmp_path: Path, name: str) -> None:
    """Negative control for the test above."""
    folder = unpacked(released(built({})), tmp_path)
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    with pytest.raises(bagit.BagError):
        bagit.Bag(str(folder)).validate()
    with pytest.raises(BagError) as caught:
        bag.read_folder(folder)
    assert caught.value.part == name


def test_sha256sum_checks_both_manifests(tmp_path: Path) -> None:
    folder = unpacked(released(built({})), tmp_path)
    for manifest in (bag.MANIFEST, bag.TAG_MANIFEST):
        done = subprocess.run(
            ["sha256sum", "--check", "--strict", manifest], cwd=folder, check=True, capture_output=True, text=True
        )
        assert done.stdout.count(": OK") == len((folder / manifest).read_text().splitlines()) > 2


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert released(built({}, {})).zip_bytes == released(built({}, {})).zip_bytes
    assert built({}).manifest_root != built({"status": "busy"}).manifest_root


def test_a_package_survives_its_zip_and_the_release_leaves_the_root_alone() -> None:
    first = built({}, {})
    assert Package.from_zip(first.zip_bytes) == first
    done = released(Package.from_zip(first.zip_bytes))
    assert done.manifest_root == first.manifest_root
    assert done.counts == first.counts == {"call_detail": 2}
    assert done.size == first.size > 0
    with pytest.raises(PackageError):
        released(done)


def test_the_release_names_root_digests_and_every_tag_file() -> None:
    done = released(built({}))
    text = open_note(done.files["release.note"].decode(), [ISSUER.verifier]).text
    release = Release.parse(text)
    assert (release.manifest_root, release.safe_conduct) == (done.manifest_root, FACTS.safe_conduct)
    assert {line.split(" ")[2] for line in release.tags.splitlines()} == {"bag-info.txt", "bagit.txt", bag.MANIFEST}


@pytest.mark.parametrize("name", ["bag-info.txt", "data/README.txt", "data/records/call_detail.csv"])
def test_a_release_does_not_cover_another_package(name: str) -> None:
    done = released(built({}))
    release = Release.parse(open_note(done.files["release.note"].decode(), [ISSUER.verifier]).text)
    other = bag.seal_tags({**done.files, name: done.files[name] + b"x"})
    with pytest.raises(BagError):
        release.check(folder=done.folder, files=other)
    with pytest.raises(BagError):
        release.check(folder="OTHER", files=done.files)


def test_a_release_that_does_not_parse_is_not_signed() -> None:
    signed: list[str] = []
    with pytest.raises(BagError):
        finish(
            built({}),
            release_digest="34" * 32 + "\nrelease " + "00" * 32,
            journey="j",
            released_at=datetime(2026, 3, 3, tzinfo=UTC),
            sign=lambda text: signed.append(text) or text,
        )
    assert signed == []


def test_nothing_is_written_to_a_disk() -> None:
    def opened(act: Callable[[], object]) -> list[str]:
        seen: list[str] = []
        watching.append(seen)
        act()
        watching.remove(seen)
        return seen

    watching: list[list[str]] = []

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and (arguments[1] is None or set("wax+") & set(str(arguments[1]))):
            for seen in watching:
                seen.append(str(arguments[0]))

    sys.addaudithook(hook)
    assert opened(lambda: released(built({}, {})).zip_bytes) == []
    # Negative control: the hook sees a file that is written.
    assert opened(lambda: Path(os.devnull).write_bytes(b"x")) == [os.devnull]


def test_an_empty_category_leaves_no_trace() -> None:
    tables = {"call_detail": calls({}), "message_content": calls()}
    told = receipt(call_detail=1, message_content=0)
    package = build_package(tables=tables, facts=FACTS, receipt=told)
    bare = build_package(tables={"call_detail": calls({})}, facts=FACTS, receipt=told)
    assert package.files == bare.files
    assert not [name for name in package.files if "message" in name]


def test_the_officers_receipt_says_the_same_whatever_the_reason_is() -> None:
    """Nothing held, everything withheld, everything deleted: one sentence, no number."""
    lines = [OfficerLine(asked="Item", category=category, rows=0) for category in ("message_content", None)]
    said = {json.dumps(one.as_json()) for one in lines}
    assert len(said) == 1
    assert NOTHING in said.pop()


@pytest.mark.parametrize(
    "rows",
    [{"call_detail": 1}, {"call_detail": 3}, {"call_detail": 2, "payment": 1}, {"payment": 0}, {"call_detail": -2}],
)
def test_an_officers_receipt_that_does_not_balance_is_refused(rows: dict[str, int]) -> None:
    with pytest.raises(ReceiptError):
        build_package(tables={"call_detail": calls({}, {})}, facts=FACTS, receipt=receipt(**rows))


def test_a_table_of_no_category_is_refused() -> None:
    with pytest.raises(PackageError):
        build_package(tables={"calls": calls({})}, facts=FACTS, receipt=receipt())


def test_the_certificate_names_custodian_rules_and_every_record_file() -> None:
    files = built({}).files
    words = files["data/certificate.txt"].decode()
    for name in ("data/records/call_detail.csv", "data/records/call_detail.jsonl"):
        assert name in words
        assert bag.sha256_hex(files[name]) in words
    for said in ("Aline Tarn", "902(11)", "902(14)", "28 U.S.C. 1746", "penalty of perjury", FACTS.mark):
        assert said in words


@pytest.mark.parametrize("hostile", ["two\nlines", "\u202eevil", "tab\t"])
def test_a_fact_cannot_pass_for_a_line_of_our_own(hostile: str) -> None:
    addressee = Addressee(organisation_name=hostile, person_name="x", key_fingerprint="y")
    with pytest.raises(FactsError):
        PackageFacts(**{**vars(FACTS), "addressees": (addressee,)})


def test_what_was_asked_cannot_pass_for_a_line_of_the_readme_either() -> None:
    asked = OfficerReceipt((OfficerLine(asked="all\n2. Everything\n   is produced", category=None, rows=0),))
    assert asked.text() == f"1. all 2. Everything is produced\n   {NOTHING}\n"


@pytest.mark.parametrize(
    "name",
    [
        "Jos\u00e9 D\u00faya",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u5c71\u7530\u3000\u592a\u90ce",
    ],
)
def test_names_of_every_script_fit_into_a_package(name: str) -> None:
    addressee = Addressee(organisation_name=name, person_name=name, key_fingerprint="y")
    facts = PackageFacts(**{**vars(FACTS), "addressees": (addressee,), "served_entity": name})
    package = build_package(tables={"call_detail": calls({})}, facts=facts, receipt=receipt(call_detail=1))
    assert name in package.files["data/README.txt"].decode()


def line(**numbers: object) -> CompletenessLine:
    return CompletenessLine(**{"item": 0, "category": "call_detail", "held": 5, "produced": 5, **numbers})


def test_the_completeness_receipt_balances_and_is_in_no_package() -> None:
    full = line(
        held=9,
        produced=5,
        withheld=(Withheld(rows=3, why="outside the instrument"),),
        deleted_before_service=("rows before 2025-11",),
        unreadable=(("segment-7", 1),),
    )
    internal = CompletenessReceipt.of(safe_conduct="ef" * 32, journey="j", lines=[line(item=1), full])
    assert [one.item for one in internal.lines] == [0, 1]
    assert internal.digest != CompletenessReceipt.of(safe_conduct="ef" * 32, journey="j", lines=[full]).digest
    everything = b"".join(released(built({})).files.values())
    assert b"withheld" not in everything
    assert b"deleted_before_service" not in everything


@pytest.mark.parametrize(
    "numbers",
    [
        {"produced": 4},
        {"held": -1, "produced": -1},
        {"produced": 5, "withheld": (Withheld(rows=1, why="x"),)},
        {"held": 5, "produced": 5, "withheld": (Withheld(rows=0, why="x"),)},
        {"held": 6, "produced": 5, "withheld": (Withheld(rows=1, why=""),)},
    ],
)
def test_a_completeness_line_that_loses_rows_is_refused(numbers: dict[str, object]) -> None:
    with pytest.raises(ReceiptError):
        line(**numbers)


def test_a_completeness_receipt_names_each_part_once() -> None:
    with pytest.raises(ReceiptError):
        CompletenessReceipt.of(safe_conduct="ef" * 32, journey="j", lines=[line(), line()])


def rewritten(change: dict[str, bytes]) -> bytes:
    """Return a zip by the ordinary library, with hostile entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in change.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x05\x06" + bytes(18),
        rewritten({}),
        rewritten({"../../etc/passwd": b"x"}),
        rewritten({"/etc/passwd": b"x"}),
        rewritten({"A/b": b"x", "B/b": b"x"}),
        rewritten({"A/b": b"x"}),
        rewritten({"A/../b": b"x"}),
        rewritten({f"A/{i}": b"x" for i in range(1001)}),
    ],
)
def test_a_hostile_container_is_refused(data: bytes) -> None:
    with pytest.raises(BagError):
        Package.from_zip(data)


def test_a_zip_bomb_is_refused_before_it_is_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("A/b", bytes(50_000_000))
    with pytest.raises(BagError, match="plainly"):
        Package.from_zip(out.getvalue())


@pytest.mark.parametrize("kind", ["link", "stray", "odd name"])
def test_a_folder_with_something_else_in_it_is_refused(tmp_path: Path, kind: str) -> None:
    folder = unpacked(released(built({})), tmp_path)
    if kind == "link":
        (folder / "data/link").symlink_to("/etc/hostname")
    elif kind == "stray":
        (folder / "data/stray.txt").write_text("x")
    else:
        (folder / "data/od\u00e9 name").write_text("x")
    with pytest.raises(BagError):
        bag.read_folder(folder)


def test_a_large_table_keeps_every_row() -> None:
    table = pa.concat_tables([calls(*({"status": f"{i}-{j}"} for j in range(100))) for i in range(20)])
    package = build_package(tables={"call_detail": table}, facts=FACTS, receipt=receipt(call_detail=2000))
    assert package.counts == {"call_detail": 2000}
