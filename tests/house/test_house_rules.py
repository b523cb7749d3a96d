"""Rules of the house that no linter knows: names, folders in the tour, dependencies with a reason, clean locks."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "safeconduct"
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "manager"}
REGISTRY = re.compile(r"(index-url|registry\s*=|https?://[^\s]*(pythonhosted|npmjs))")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:root|home/[a-z]+|work|farm)/")


def tracked_text_files() -> list[Path]:
    skipped = {".git", "var", "__pycache__", ".mypy_cache", ".ruff_cache", ".hypothesis", ".pytest_cache"}
    skipped |= {path.name for path in ROOT.glob(".venv*")}
    endings = {
        ".py",
        ".md",
        ".toml",
        ".lock",
        ".in",
        ".ini",
        ".cfg",
        ".html",
        ".css",
        ".js",
        ".typ",
        ".json",
        ".csv",
        "",
    }
    files = (path for path in ROOT.rglob("*") if path.is_file() and not skipped & set(path.relative_to(ROOT).parts))
    return [path for path in files if path.suffix in endings and path.stat().st_size < 3_000_000]


def rooms() -> list[Path]:
    return sorted(path for path in (SOURCE / "rooms").iterdir() if (path / "__init__.py").exists())


def test_no_module_has_a_name_that_hides_its_duty() -> None:
    modules = list(SOURCE.rglob("*.py"))
    assert len(modules) > 50
    assert [path for path in modules if path.stem in FORBIDDEN_NAMES] == []


def test_every_room_says_what_it_is() -> None:
    assert len(rooms()) >= 6
    assert [room.name for room in rooms() if not (room / "README.md").exists()] == []


def test_every_folder_of_the_house_has_a_line_in_the_tour() -> None:
    tour = (ROOT / "docs" / "tour.md").read_text("utf-8")
    folders = [f"core/{path.name}" for path in (SOURCE / "core").iterdir() if (path / "__init__.py").exists()]
    folders += [f"rooms/{room.name}" for room in rooms()] + ["vaultd", "cli", "site", "rulebook", "tests", "docs"]
    assert len(folders) > 15
    assert [name for name in folders if f"`{name}" not in tour] == []


def test_every_runtime_dependency_has_its_reason() -> None:
    reasons = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    names = [re.split(r"[\[<>=]", line)[0] for line in (ROOT / "requirements/main.in").read_text("utf-8").split()]
    assert len(names) > 10
    assert [name for name in names if f"`{name}`" not in reasons] == []


def test_the_package_declares_exactly_the_runtime_dependencies() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert sorted(declared) == sorted((ROOT / "requirements/main.in").read_text("utf-8").split())


def test_locks_pin_hashes_and_name_no_registry() -> None:
    locks = sorted((ROOT / "requirements").glob("*.lock"))
    assert len(locks) >= 3
    for lock in locks:
        text = lock.read_text("utf-8")
        assert text.count("==") > 0
        assert "--hash=sha256:" in text
        assert REGISTRY.search(text) is None


def test_no_file_names_a_path_of_a_machine_or_a_registry() -> None:
    files = tracked_text_files()
    assert len(files) > 100
    here = Path(__file__).name
    faults = [
        str(path.relative_to(ROOT))
        for path in files
        if path.name != here
        and (MACHINE_PATH.search(text := path.read_text("utf-8", "replace")) or REGISTRY.search(text))
    ]
    assert faults == []


def test_every_format_page_has_a_version() -> None:
    pages = sorted((ROOT / "docs" / "formats").glob("*.md"))
    assert len(pages) > 5
    assert [page.name for page in pages if not re.search(r"[Vv]ersion:? ?\d", page.read_text("utf-8"))] == []


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 4


@pytest.mark.parametrize("text", ["see /" + "root/project", "cd /" + "work/main", "index-" + "url = x"])
def test_the_search_for_bad_text_can_fail(text: str) -> None:
    assert MACHINE_PATH.search(text) or REGISTRY.search(text)
