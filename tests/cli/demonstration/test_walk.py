from pathlib import Path

import pytest

from safeconduct.cli.demonstration.company import AGENCIES, OFFICERS
from safeconduct.cli.demonstration.half_year import BY_KEY
from safeconduct.cli.demonstration.instance import Places
from safeconduct.cli.demonstration.story import Ran
from safeconduct.cli.demonstration.summary import as_json, as_text
from safeconduct.cli.demonstration.told import Told
from safeconduct.cli.demonstration.walk import Walk, write_pages


def told(key: str, **files: list[str]) -> Told:
    return Told(plan=BY_KEY[key], matter="m" * 32, reference=f"REF-{key}", files=files, counts={"subscriber": 3})


@pytest.fixture
def matters() -> tuple[Told, ...]:
    return (
        told("invoice_subpoena", package=["AAAA.zip.age", "AAAA.zip.age.note"], notices=["letter-1.pdf.age"]),
        told("unsigned_subpoena", letters=["letter-2.pdf.age", "letter-2.pdf.note.age"]),
        told("scooter_warrant", package=["BBBB.zip.age"]),
    )


@pytest.fixture
def pages(tmp_path: Path, matters: tuple[Told, ...]) -> tuple[str, str]:
    walk = Walk(root=tmp_path / "demo", visitor=tmp_path / "demo-visitor", told=matters, rows=1234)
    walk.root.mkdir()
    walk.visitor.mkdir()
    write_pages(walk)
    return (walk.root / "index.html").read_text(), (walk.visitor / "index.html").read_text()


def test_the_page_in_the_instance_names_nobody_and_no_silenced_matter(pages: tuple[str, str]) -> None:
    plain, full = pages
    names = [officer.name for officer in OFFICERS.values()] + [agency.name for agency in AGENCIES.values()]
    assert not any(name in plain for name in names)
    assert "REF-" not in plain
    assert "BBBB" not in plain
    assert "AAAA.zip.age" in plain
    assert OFFICERS["vane"].name in full
    assert "REF-scooter_warrant" in full
    assert "silence" in full


def test_nothing_on_the_pages_runs_or_comes_from_elsewhere(pages: tuple[str, str]) -> None:
    for page in pages:
        assert "<script" not in page
        assert "style=" not in page
        assert "http" not in page


def test_the_summary_leaves_a_silenced_matter_out(tmp_path: Path, matters: tuple[Told, ...]) -> None:
    ran = Ran(told=matters, rows=1234, seconds=2.0)
    assert as_json(ran) == {"matters": 2, "packages": 1, "open": 0, "rows": 1234, "seconds": 2.0}
    shown = as_text(ran, Places(root=tmp_path / "demo"))
    assert "19 May" not in shown
    assert len(shown.splitlines()) < 45
