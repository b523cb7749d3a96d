"""The five faces seen from outside, against Mozilla's Modern profile. What the libraries cannot offer: docs/tls.md."""

import json
import re
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import pytest
from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server
from tests import soaking
from tests.tls import probes
from tests.tls.serving import DYNAMIC, five_faces

from safeconduct.core.base.configuration import Configuration, Face

MAX_AGE = "max-age=63072000; includeSubDomains"
FACES = ("desk", "portal", "approve", "open", "public")
MODERN_GROUPS = {"X25519", "P-256", "P-384"}
PATHS = {
    "desk": ("/sign-in", "/", "/nothing", "/static/site/site.css"),
    "portal": ("/sign-in", "/", "/nothing", "/static/site/site.css"),
    "approve": ("/sign-in", "/", "/nothing", "/static/sheet.css"),
    "open": ("/sign-in", "/", "/nothing", "/static/sheet.css"),
    "public": ("/", "/index.html", "/nothing"),
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, template_database: Path) -> Iterator[Configuration]:
    with five_faces(tmp_path_factory.mktemp("t"), template_database) as found:
        yield found


@pytest.fixture(params=FACES)
def face(request: pytest.FixtureRequest, served: Configuration) -> Face:
    return served.faces[str(request.param)]


def written_down(face: str, column: int) -> set[str]:
    """Return what a cell of the table in docs/tls.md says of a face."""
    lines = Path(probes.ROOT / "docs" / "tls.md").read_text("utf-8").splitlines()
    row = next(line for line in lines if line.startswith(f"| {face} "))
    return {one.strip() for one in row.split("|")[column].split(",")}


def get(served: Configuration, face: Face, path: str, **more: str) -> HTTPResponse:
    return probes.answer(face, served.tls / "ca.pem", path, **more)


def test_version_1_3_or_nothing(face: Face) -> None:
    assert probes.agreed(face).startswith("TLSv1.3 ")
    for version in ("-tls1_2", "-tls1_1", "-tls1"):
        assert probes.agreed(face, version, "-cipher", "ALL:@SECLEVEL=0") == "", version


def test_only_the_three_modern_suites(face: Face) -> None:
    taken = {suite for suite in probes.SUITES if probes.agreed(face, "-ciphersuites", suite)}
    assert taken == probes.MODERN_SUITES


def test_the_modern_groups_are_there_and_what_else_is_there_is_written_down(face: Face) -> None:
    taken = {group for group in probes.GROUPS if probes.agreed(face, "-groups", group)}
    assert taken >= MODERN_GROUPS
    hybrid = probes.node(face, probes.HYBRID) is not None
    # The control: the same client does agree on a group that is there.
    assert probes.node(face, "X25519") is not None
    assert written_down(face.name, 3) == taken | ({probes.HYBRID} if hybrid else set())


def test_nothing_is_answered_in_clear(face: Face) -> None:
    got = probes.in_clear(face)
    # A TLS alert (type 21) may close the connection; no letter of HTTP does.
    assert got == b"" or got[0] == 21
    assert b"HTTP" not in got


def test_the_certificate_lives_90_days_at_most(served: Configuration, face: Face) -> None:
    shown = probes.certificate(face, served.tls / "ca.pem")
    lasts = ssl.cert_time_to_seconds(shown["notAfter"]) - ssl.cert_time_to_seconds(shown["notBefore"])
    assert timedelta(0) < timedelta(seconds=lasts) <= timedelta(days=90)


def test_no_compression_and_no_early_data(served: Configuration, face: Face) -> None:
    said = probes.openssl(face)
    assert "Compression: NONE" in said
    assert "Early data was not sent" in said
    assert "Max Early Data: 0" in said or "Max Early Data" not in said
    for path in PATHS[face.name]:
        assert get(served, face, path).headers["Content-Encoding"] is None, path


def test_every_answer_says_to_come_back_over_tls_only(served: Configuration, face: Face) -> None:
    seen = 0
    for path in PATHS[face.name]:
        for more in ({}, {"method": "DELETE"}, {"host": "elsewhere.example"}):
            found = get(served, face, path, **more)
            assert found.headers["Strict-Transport-Security"] == MAX_AGE, (path, more, found.status)
            assert found.headers["X-Content-Type-Options"] == "nosniff", (path, more, found.status)
            seen += 1
    assert seen >= 9


@pytest.mark.parametrize("name", ["desk", "portal", "approve", "open"])
def test_cookies_are_bound_to_their_host(served: Configuration, name: str) -> None:
    face = served.faces[name]
    way = {"method": "GET", "path": "/sign-in"} if name in DYNAMIC else {"method": "POST", "path": "/sign-out"}
    given = get(served, face, **way).headers.get_all("Set-Cookie") or []
    assert len(given) >= (2 if name in DYNAMIC else 1)
    for cookie in given:
        parts = [part.strip().lower() for part in cookie.split(";")]
        assert cookie.startswith("__Host-"), cookie
        assert {"secure", "httponly", "path=/"} <= set(parts), cookie
        assert any(part in {"samesite=lax", "samesite=strict"} for part in parts), cookie
        assert not any(part.startswith("domain") for part in parts), cookie


def test_the_scanner_agrees_but_for_what_is_written_down(served: Configuration, tmp_path: Path) -> None:
    if not probes.SCANNER.exists():
        pytest.skip("sslyze is not installed: make scan")
    report = probes.scan(list(served.faces.values()), tmp_path / "scan.json")
    found: list[Any] = report["server_scan_results"]
    assert [one["scan_status"] for one in found] == ["COMPLETED"] * len(FACES)
    missing = dict.fromkeys(FACES, frozenset[str]())
    for part in re.split(r"(?m)^ {4}(?=\S+:\d+: )", report["said"].partition("COMPLIANCE AGAINST")[2])[1:]:
        missing[part.partition(".")[0]] = frozenset(re.findall(r"(?m)^ +\* (\w+):", part))
    soaking.report("tls", faces=len(found), missing=json.dumps({name: sorted(one) for name, one in missing.items()}))
    assert {name: set(one) for name, one in missing.items()} == {name: written_down(name, 6) for name in FACES}


def started(adapter: BuiltinSSLAdapter | None) -> tuple[Server, threading.Thread]:
    server = Server(
        ("127.0.0.1", 0), lambda _environ, start: start("200 OK", [("Content-Length", "0")]) or [b""], numthreads=1
    )
    server.ssl_adapter = adapter
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    return server, thread


def test_a_server_of_the_old_kind_is_seen_through(served: Configuration) -> None:
    """The controls: the same server library as it comes takes TLS 1.2, one without TLS answers in clear."""
    adapter = BuiltinSSLAdapter(str(served.tls / "server.pem"), str(served.tls / "server.key"))
    running = [started(adapter), started(None)]
    old, clear = (replace(served.faces["public"], port=server.bind_addr[1]) for server, _ in running)
    try:
        assert probes.agreed(old, "-tls1_2").startswith("TLSv1.2 ")
        assert probes.answer(old, served.tls / "ca.pem", "/").headers["Strict-Transport-Security"] is None
        assert probes.in_clear(clear).startswith(b"HTTP/1.1 200")
    finally:
        for server, thread in running:
            server.stop()
            thread.join()
