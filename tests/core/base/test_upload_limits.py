"""The limits of uploads: defaults that hold together, and a table that changes them or is refused."""

from dataclasses import fields
from pathlib import Path

import pytest
from tests.vaultd.ground import TOML

from safeconduct.core.base.configuration import ConfigurationError, read_configuration
from safeconduct.core.base.upload_limits import UploadLimits

PORTS = {"desk": 9101, "portal": 9102, "approve": 9103, "open": 9104, "public": 9105}


def configured(folder: Path, table: str) -> UploadLimits:
    path = folder / "safeconduct.toml"
    path.write_text(TOML.format(**PORTS) + table, "utf-8")
    return read_configuration(path).uploads


def test_without_a_table_the_defaults_hold(tmp_path: Path) -> None:
    limits = configured(tmp_path, "")
    assert limits == UploadLimits()
    assert limits.request_bytes >= limits.files * limits.file_bytes
    assert limits.archive_bytes >= limits.file_bytes
    assert limits.child_cpu_seconds < limits.child_seconds < limits.rendering_seconds


def test_a_table_changes_what_it_names(tmp_path: Path) -> None:
    limits = configured(tmp_path, "\n[uploads]\npages = 20\ndpi = 200\n")
    assert (limits.pages, limits.dpi, limits.file_bytes) == (20, 200, UploadLimits().file_bytes)


@pytest.mark.parametrize(
    "line", ["page = 20", "pages = 0", "pages = -1", 'pages = "20"', "pages = true", "pages = 2.5"]
)
def test_a_line_that_is_no_limit_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(ConfigurationError):
        configured(tmp_path, f"\n[uploads]\n{line}\n")


def test_something_else_than_a_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "safeconduct.toml"
    path.write_text("uploads = 3\n" + TOML.format(**PORTS), "utf-8")
    with pytest.raises(ConfigurationError):
        read_configuration(path)


def test_every_limit_is_explained() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "operate" / "uploads.md").read_text("utf-8")
    names = [one.name for one in fields(UploadLimits)]
    assert len(names) > 15
    assert [name for name in names if f"`{name}`" not in page] == []
