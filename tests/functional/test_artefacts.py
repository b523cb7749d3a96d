"""Everything handed out verifies offline, and nothing that was changed does."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.functional.conftest import Demo, command

from safeconduct.core.tlog.notes import Signer, sign_note, split_note
from safeconduct.core.verification.trust import Trust
from safeconduct.core.verification.verify import verify


def artefacts(demo: Demo) -> list[Path]:
    outbox = sorted((demo.root / "outbox").glob("*.age"))
    opened = sorted((demo.visitor / "opened").rglob("*.zip"))
    bags = sorted(path.parent for path in (demo.visitor / "opened").rglob("bagit.txt"))
    public = [*sorted((demo.root / "public").rglob("*.note")), demo.root / "public" / "trust.json"]
    logs = sorted(path.parent for path in (demo.root / "public").rglob("checkpoint"))
    assert len(outbox) > 20
    assert len(opened) >= 9
    assert len(bags) >= 9
    assert len(logs) >= 1
    reports = sorted(path.parent for path in (demo.root / "public").rglob("report.json"))
    handed = sorted(
        path for path in (demo.visitor / "opened").rglob("*.pdf") if path.with_name(f"{path.name}.note").exists()
    )
    assert len(reports) == 1
    assert len(handed) > 10
    return [*outbox, *opened, *bags, *public, *logs, *reports, *handed]


def test_every_artefact_verifies_offline(demo: Demo) -> None:
    done = command("verify", "--trust", demo.trust, *artefacts(demo))
    assert done.returncode == 0, done.stdout
    assert "Everything is as issued." in done.stdout
    assert "not independently witnessed" in done.stdout
    assert "demonstration" in done.stdout


def test_without_a_trust_file_nothing_is_called_verified(demo: Demo) -> None:
    done = command("verify", artefacts(demo)[0])
    assert done.returncode != 0
    assert "issuer" in done.stdout


def bad_parts(path: Path, demo: Demo) -> list[str]:
    """Return the parts that are not as issued; a control on the same path has none."""
    return [part.part for part in verify(path, Trust.read(demo.trust)) if not part.ok]


def flip_middle(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut_last(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    path.write_bytes(b"")


DAMAGE: dict[str, Callable[[Path], None]] = {"flip": flip_middle, "cut": cut_last, "empty": empty}


@pytest.mark.parametrize("harm", sorted(DAMAGE))
def test_a_damaged_sealed_package_is_refused_and_named(demo: Demo, tmp_path: Path, harm: str) -> None:
    sealed = demo.sealed("invoice_subpoena", "package")
    for path in sealed.parent.glob(f"{sealed.name}*"):
        shutil.copy(path, tmp_path)
    copy = tmp_path / sealed.name
    assert command("verify", "--trust", demo.trust, copy).returncode == 0
    DAMAGE[harm](copy)
    done = command("verify", "--trust", demo.trust, copy)
    assert done.returncode != 0
    assert f"BAD {copy}" in done.stdout
    assert sealed.name in done.stdout


@pytest.mark.parametrize("harm", sorted(DAMAGE))
def test_damage_to_any_file_of_an_open_package_names_that_file(demo: Demo, tmp_path: Path, harm: str) -> None:
    bag = next((demo.visitor / "opened" / "invoice_subpoena").rglob("bagit.txt")).parent
    names = sorted(path.relative_to(bag) for path in bag.rglob("*") if path.is_file())
    assert len(names) > 8
    for number, name in enumerate(names):
        copy = tmp_path / str(number) / bag.name
        shutil.copytree(bag, copy)
        DAMAGE[harm](copy / name)
        parts = bad_parts(copy, demo)
        assert parts, name
        # A damaged list accuses what it lists, since nobody can say which of the two was changed.
        assert "manifest" in name.name or any(name.name in part for part in parts), (name, parts)


def test_a_file_swapped_between_two_packages_is_refused(demo: Demo, tmp_path: Path) -> None:
    first, second = demo.sealed("invoice_subpoena", "package"), demo.sealed("pharmacy_order", "package")
    shutil.copy(first.with_name(f"{first.name}.note"), tmp_path)
    shutil.copy(second, tmp_path / first.name)
    done = command("verify", "--trust", demo.trust, tmp_path / first.name)
    assert done.returncode != 0
    assert first.name in done.stdout


def test_a_forgery_signed_with_another_key_under_our_name_is_refused(demo: Demo, tmp_path: Path) -> None:
    sealed = demo.sealed("invoice_subpoena", "package")
    note = next(sealed.parent.glob(f"{sealed.name}.note"))
    shutil.copy(sealed, tmp_path)
    text, _ = split_note(note.read_text())
    name = note.read_text().rsplit("\n", 2)[-2].split(" ")[1]
    forged = tmp_path / note.name
    forged.write_text(sign_note(text, Signer(name, bytes(range(32)))))
    done = command("verify", "--trust", demo.trust, tmp_path / sealed.name)
    assert done.returncode != 0
    assert note.name in done.stdout
    shutil.copy(note, forged)
    assert command("verify", "--trust", demo.trust, tmp_path / sealed.name).returncode == 0


def test_a_public_log_with_a_changed_leaf_is_refused(demo: Demo, tmp_path: Path) -> None:
    log = next((demo.root / "public").rglob("checkpoint")).parent
    for number, name in enumerate(sorted(path.relative_to(log) for path in log.rglob("*") if path.is_file())):
        copy = tmp_path / str(number)
        shutil.copytree(log, copy)
        flip_middle(copy / name)
        assert bad_parts(copy, demo), name
