from pathlib import Path
from typing import Any

import pytest

from safeconduct.site.public_files import found_file, public_app

HOST = "public.safeconduct.localhost"


@pytest.fixture
def public(tmp_path: Path) -> Path:
    folder = tmp_path / "public"
    (folder / "reports").mkdir(parents=True)
    (folder / ".well-known").mkdir()
    (folder / "reports" / "index.html").write_text("<p>Reports</p>")
    (folder / "trust.json").write_text("{}")
    (folder / ".well-known" / "security.txt").write_text("Contact: x\n")
    (folder / ".mark").write_text("hidden")
    (tmp_path / "secret").write_text("secret")
    (folder / "way-out").symlink_to(tmp_path / "secret")
    return folder


def ask(public: Path, address: str, *, host: str = HOST, method: str = "GET") -> tuple[str, dict[str, str], bytes]:
    told: list[Any] = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": address, "HTTP_HOST": f"{host}:8447"}
    body = public_app(public, HOST)(environ, lambda status, headers: told.extend((status, dict(headers))))
    return told[0], told[1], b"".join(body)


@pytest.mark.parametrize(
    "address", ["/../secret", "/%2e%2e/secret", "/way-out", "/.mark", "/nothing", "/reports/../.mark"]
)
def test_nothing_outside_the_folder_is_served(public: Path, address: str) -> None:
    status, _, body = ask(public, address)
    assert status.startswith("404")
    assert b"secret" not in body
    assert b"hidden" not in body


def test_files_and_folders_are_served_with_a_strict_policy(public: Path) -> None:
    for address, kind in (
        ("/trust.json", "application/json"),
        ("/reports/", "text/html"),
        ("/.well-known/security.txt", "text/plain"),
    ):
        status, headers, body = ask(public, address)
        assert status == "200 OK"
        assert headers["Content-Type"].startswith(kind)
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "script-src" not in headers["Content-Security-Policy"]
        assert body
    assert ask(public, "/reports")[1]["Location"] == "/reports/"
    assert ask(public, "/trust.json", method="HEAD")[2] == b""


def test_another_host_or_an_act_is_refused(public: Path) -> None:
    assert ask(public, "/trust.json", host="evil.example")[0].startswith("400")
    assert ask(public, "/trust.json", method="POST")[0].startswith("400")


def test_the_search_for_a_way_out_can_fail(public: Path) -> None:
    assert found_file(public.parent, "/secret") is not None
