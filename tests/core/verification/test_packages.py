import io
import shutil
import zipfile
from pathlib import Path

import pytest
from tests.core.packages.samples import built, released
from tests.core.verification.samples import FORGER, code, faults, missed

from safeconduct.core.packages import bag
from safeconduct.core.packages.build import Package

WHOLE = released(built({"status": "=1+1"}))
NAMES = sorted(WHOLE.files)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "package.zip"
    path.write_bytes(WHOLE.zip_bytes)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    zipfile.ZipFile(io.BytesIO(WHOLE.zip_bytes)).extractall(tmp_path)
    return tmp_path / WHOLE.folder


def test_a_package_is_as_issued_in_its_zip_and_unpacked(file: Path, folder: Path) -> None:
    assert code(file) == code(folder) == 0
    renamed = folder.with_name("anything")
    folder.rename(renamed)
    assert code(renamed) == 0


def test_no_flipped_bit_and_no_cut_goes_unnoticed(file: Path) -> None:
    assert missed(file, WHOLE.zip_bytes) == []


def test_the_harness_would_catch_a_verifier_that_accepts_everything(file: Path) -> None:
    """Negative control: with such a verifier every place is missed."""
    data = WHOLE.zip_bytes[:500]
    assert len(set(missed(file, data, verifier=lambda _path: 0))) == len(data)


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_file_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / name).read_bytes() + b"\n")
    found = faults(folder)
    assert [one.exit_code for one in found] == [3]
    assert found[0].part in {name, bag.MANIFEST, bag.TAG_MANIFEST}
    assert name in found[0].part + found[0].says


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    found = faults(folder)
    assert found
    assert name in found[0].part + found[0].says


@pytest.mark.parametrize("name", NAMES)
def test_a_file_changed_with_manifests_made_anew_is_noticed(file: Path, name: str) -> None:
    """What somebody does who knows BagIt and has no key."""
    files = bag.seal_tags({**WHOLE.files, name: WHOLE.files[name] + b"\n"})
    file.write_bytes(bag.write_zip(WHOLE.folder, files))
    redone = name in (bag.MANIFEST, bag.TAG_MANIFEST)
    assert code(file) == (0 if redone else 3)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in (bag.MANIFEST, bag.TAG_MANIFEST)])
def test_a_file_left_out_or_added_with_manifests_made_anew_is_noticed(file: Path, name: str) -> None:
    rest = {kept: data for kept, data in WHOLE.files.items() if kept != name}
    file.write_bytes(bag.write_zip(WHOLE.folder, bag.seal_tags(rest)))
    assert code(file) == 3
    more = {**WHOLE.files, f"{name}.more": b"x"}
    file.write_bytes(bag.write_zip(WHOLE.folder, bag.seal_tags(more)))
    assert code(file) == 3


def test_a_package_signed_again_with_another_key_is_noticed(file: Path) -> None:
    forged = released(built({"status": "altered"}), FORGER)
    file.write_bytes(forged.zip_bytes)
    found = faults(file)
    assert [(one.part, one.exit_code) for one in found] == [("release.note", 3)]


def test_a_release_of_another_package_is_noticed(file: Path) -> None:
    other = released(built({"status": "other"}))
    files = bag.seal_tags({**other.files, "release.note": WHOLE.files["release.note"]})
    file.write_bytes(bag.write_zip(WHOLE.folder, files))
    assert [one.part for one in faults(file)] == ["data"]


def test_a_second_signature_that_nobody_can_account_for_is_noticed(file: Path) -> None:
    note = WHOLE.files["release.note"].decode()
    text = note.rpartition("\n\n")[0] + "\n"
    files = bag.seal_tags({**WHOLE.files, "release.note": (note + FORGER.line(text)).encode()})
    file.write_bytes(bag.write_zip(WHOLE.folder, files))
    assert [one.part for one in faults(file)] == ["release.note"]


def test_an_unreleased_package_is_not_as_issued(file: Path) -> None:
    file.write_bytes(built({}).zip_bytes)
    assert [one.part for one in faults(file)] == ["release.note"]


def test_a_container_packed_again_by_another_tool_is_noticed_and_its_folder_is_good(file: Path, folder: Path) -> None:
    made = shutil.make_archive(str(file.with_suffix("")), "zip", folder.parent, WHOLE.folder)
    assert made == str(file)
    assert code(file) == 3
    assert code(folder) == 0


def test_without_a_trust_file_integrity_is_told_and_the_outcome_is_not_zero(file: Path) -> None:
    found = faults(file, None)
    assert [(one.code, one.exit_code) for one in found] == [("SC-ISSUER-NOT-VERIFIED", 2)]
    forged = released(built({}), FORGER)
    file.write_bytes(forged.zip_bytes)
    assert code(file, None) == 2
    file.write_bytes(WHOLE.zip_bytes[:-1])
    assert code(file, None) == 3


def test_a_view_that_is_not_its_records_is_noticed_even_if_we_signed_it(file: Path) -> None:
    package = built({"status": "busy"})
    view = "data/records/call_detail.csv"
    files = bag.seal_tags({**package.files, view: package.files[view].replace(b"busy", b"idle")})
    file.write_bytes(released(Package(folder=package.folder, files=files)).zip_bytes)
    assert [one.part for one in faults(file)] == [view]
