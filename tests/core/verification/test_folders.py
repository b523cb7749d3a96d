"""A folder in which several artefacts lie: each is looked at once, and nothing bad hides among web pages."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.core.packages.samples import built, released
from tests.core.verification.samples import FORGER, LOG, PUBLIC, TRUST, head, sealed
from tests.core.verification.test_reports import report

from safeconduct.core.verification.results import Kind, exit_code
from safeconduct.core.verification.verify import Survey, survey


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A public folder, an outbox and an opened package under one roof: six artefacts and two other files."""
    root = tmp_path / "handed-out"
    (root / "outbox").mkdir(parents=True)
    (root / "reports").mkdir()
    sealed(root / "outbox", name="one.zip.age")
    sealed(root / "outbox", name="letter.pdf")
    (root / "package.zip").write_bytes(released(built({})).zip_bytes)
    shutil.unpack_archive(root / "package.zip", root / "opened")
    report(root / "reports" / "2026-H1")
    (root / "index.html").write_text("<!doctype html><title>Reports</title>")
    (root / "reports" / "index.html").write_text("<!doctype html>\n\n<p>Reports</p>\n")
    (root / "trust.json").write_bytes(TRUST.data)
    return root


def bad_parts(found: Survey) -> list[str]:
    return [one.part for one in found.results if not one.ok]


def test_every_artefact_is_looked_at_once_and_the_rest_is_told(folder: Path) -> None:
    found = survey(folder, TRUST)
    assert bad_parts(found) == []
    seen = [Path(name).relative_to(folder).as_posix() for name in found.artefacts]
    (package,) = (folder / "opened").iterdir()
    assert seen == [
        "package.zip",
        "trust.json",
        f"opened/{package.name}",
        "outbox/letter.pdf",
        "outbox/one.zip.age",
        "reports/2026-H1",
    ]
    assert {Path(name).relative_to(folder).as_posix() for name in found.others} == {"index.html", "reports/index.html"}
    kinds = {one.kind for one in found.results}
    assert kinds == {Kind.PACKAGE, Kind.TRUST, Kind.SEALED, Kind.REPORT}


def test_without_a_trust_file_it_is_never_zero_and_says_so_once(folder: Path) -> None:
    found = survey(folder, None)
    assert bad_parts(found) == ["issuer"]
    assert exit_code(found.results) == 2


def test_a_folder_without_an_artefact_is_a_fault(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert exit_code(survey(empty, TRUST).results) == 2
    (empty / "index.html").write_text("<!doctype html>")
    found = survey(empty, TRUST)
    assert (exit_code(found.results), found.artefacts, len(found.others)) == (2, (), 1)


def _remove(name: str) -> Callable[[Path], None]:
    return lambda root: (root / name).unlink()


def _flip(name: str) -> Callable[[Path], None]:
    def act(root: Path) -> None:
        data = (root / name).read_bytes()
        (root / name).write_bytes(bytes([data[0] ^ 1]) + data[1:])

    return act


def _forge(root: Path) -> None:
    sealed(root / "outbox", signer=FORGER, name="one.zip.age")


def _forge_report(root: Path) -> None:
    report(root / "reports" / "2026-H1", signer=FORGER)


def _swap(root: Path) -> None:
    first, second = root / "outbox" / "one.zip.age", root / "outbox" / "letter.pdf"
    one, two = first.read_bytes(), second.read_bytes()
    first.write_bytes(two)
    second.write_bytes(one)


def _link(root: Path) -> None:
    (root / "outbox" / "more.age").symlink_to(root / "outbox" / "one.zip.age")


def _other_keys(root: Path) -> None:
    (root / "trust.json").write_bytes(replace(TRUST, issuer=FORGER.verifier).data)


@pytest.mark.parametrize(
    ("harm", "part"),
    [
        (_remove("outbox/one.zip.age"), "one.zip.age"),
        (_remove("outbox/one.zip.age.note"), "one.zip.age.note"),
        (_remove("outbox/letter.pdf"), "letter.pdf"),
        (_remove("outbox/letter.pdf.note"), "letter.pdf.note"),
        (_remove("reports/2026-H1/report.note"), "report.note"),
        (_remove("reports/2026-H1/by-process.csv"), "by-process.csv"),
        (_flip("outbox/one.zip.age"), "one.zip.age"),
        (_flip("outbox/one.zip.age.note"), "one.zip.age.note"),
        (_flip("package.zip"), "the container"),
        (_flip("reports/2026-H1/counted.jsonl"), "counted.jsonl"),
        (_flip("trust.json"), "trust.json"),
        (_forge, "one.zip.age.note"),
        (_forge_report, "report.note"),
        (_swap, "one.zip.age"),
        (_link, "more.age"),
        (_other_keys, "trust.json"),
    ],
)
def test_one_bad_artefact_among_good_ones_decides_and_is_named(
    folder: Path, harm: Callable[[Path], None], part: str
) -> None:
    assert exit_code(survey(folder, TRUST).results) == 0
    harm(folder)
    found = survey(folder, TRUST)
    assert exit_code(found.results) != 0
    assert part in bad_parts(found)


@pytest.mark.parametrize("name", ["release.note", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_a_package_that_lost_a_part_is_still_seen_as_a_package(folder: Path, name: str) -> None:
    (package,) = (folder / "opened").iterdir()
    (package / name).unlink()
    found = survey(folder, TRUST)
    assert [one.path for one in found.results if not one.ok] == [str(package)]


def test_a_log_that_lost_its_head_is_still_seen_as_a_log(tmp_path: Path) -> None:
    (tmp_path / "log" / "tile").mkdir(parents=True)
    assert [one.kind for one in survey(tmp_path, TRUST).results] == [Kind.LEDGER]
    assert exit_code(survey(tmp_path, TRUST).results) != 0


def test_signed_texts_and_proofs_are_known_by_what_they_hold(tmp_path: Path) -> None:
    (tmp_path / "newest-head.txt").write_text(head(PUBLIC))
    assert exit_code(survey(tmp_path, TRUST).results) == 0
    (tmp_path / "newest-head.txt").write_text(head(LOG).replace("\u2014 ", "- "))
    assert exit_code(survey(tmp_path, TRUST).results) == 3
    (tmp_path / "newest-head.txt").unlink()
    (tmp_path / "proof.json").write_text('{"v": 1, "commitment": "", "slot": {}, "log": {}}')
    assert exit_code(survey(tmp_path, TRUST).results) != 0
    (tmp_path / "proof.json").write_text('{"v": 1, ')
    assert len(survey(tmp_path, TRUST).artefacts) == 1
    (tmp_path / "proof.json").write_text('{"a page": "of another kind"}')
    assert survey(tmp_path, TRUST).artefacts == ()


def test_what_cannot_be_read_is_a_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "iterdir", refuse)
    found = survey(folder, TRUST)
    assert (exit_code(found.results), found.artefacts) == (2, ())


def test_one_artefact_named_directly_is_looked_at_as_before(folder: Path) -> None:
    for name in ("package.zip", "outbox/one.zip.age", "outbox/one.zip.age.note", "reports/2026-H1"):
        found = survey(folder / name, TRUST)
        assert (exit_code(found.results), found.artefacts) == (0, (str(folder / name),))
