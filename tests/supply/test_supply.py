"""What we install is locked by hash, listed, audited and free of secrets; what we release can be built again."""

import json
import random
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests import soaking
from tests.supply import audit, bill, locks, release, secrets_scan

MAIN = locks.ROOT / "requirements" / "main.lock"
PLANTED = "AKIA" + "IOSFODNN7EXAMPLQ"


@pytest.mark.parametrize("path", locks.LOCKS, ids=lambda path: path.name)
def test_every_lock_pins_by_hash_and_names_no_address(path: Path) -> None:
    found = locks.parse(path.read_text("utf-8"))
    assert found
    assert all(one.hashes >= 1 for one in found)
    assert "://" not in path.read_text("utf-8")


def test_a_line_that_pins_nothing_is_refused() -> None:
    digest = "a" * 64
    assert locks.parse(f"one==1.0 --hash=sha256:{digest}\n")[0].version == "1.0"
    for line in (
        "one==1.0",
        f"one>=1.0 --hash=sha256:{digest}",
        f"one @ https://elsewhere.example/one.whl --hash=sha256:{digest}",
        f"--find-links https://elsewhere.example\none==1.0 --hash=sha256:{digest}",
        f"one==1.0 --hash=sha256:{digest[:-1]}",
        f"one==1.0 --hash=sha256:{digest}\none==1.1 --hash=sha256:{digest}",
    ):
        with pytest.raises(locks.LockError):
            locks.parse(line)


def test_the_makefile_installs_by_hash_alone() -> None:
    text = (locks.ROOT / "Makefile").read_text("utf-8")
    assert re.search(r"^PIP := .*--only-binary :all: --require-hashes$", text, re.MULTILINE)
    installs = [line.strip() for line in text.splitlines() if "pip install" in line and not line.startswith("PIP")]
    assert all("--no-deps --no-build-isolation --editable ." in line for line in installs), installs
    assert text.count("$(PIP) -r") >= 3


def test_the_bill_of_materials_is_the_lock(tmp_path: Path) -> None:
    made = bill.write(MAIN, tmp_path / "sbom.json")
    assert bill.compare(made, locks.pinned(MAIN)) == []
    assert len(made["components"]) > 20
    # The controls: nothing listed, one package too few.
    assert bill.compare({"components": []}, locks.pinned(MAIN)) == ["The bill lists nothing."]
    assert len(bill.compare({"components": made["components"][1:]}, locks.pinned(MAIN))) == 1


class Advisories(BaseHTTPRequestHandler):
    """An advisory service of our own on loopback: it knows one vulnerable version."""

    asked: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        """Answer as the OSV service does."""
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name, version = query["package"]["name"], query["version"]
        self.asked.append(name)
        affected = {"package": {"name": name, "ecosystem": "PyPI"}, "versions": [version]}
        told = {"id": "SC-2026-1", "summary": "Planted.", "modified": "2026-01-01T00:00:00Z", "affected": [affected]}
        found = [told]
        if (name, version) != ("planted", "1.0"):
            found = []
        body = json.dumps({"vulns": found} if found else {}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_told: Any) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Advisories)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    thread.join()
    server.server_close()


def audited(lock: Path, url: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "tests.supply.audit", "--osv-url", url, str(lock)]
    done = subprocess.run(command, cwd=locks.ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def lock_of(folder: Path, *names: str) -> Path:
    path = folder / "some.lock"
    path.write_text("".join(f"{name}==1.0 --hash=sha256:{'a' * 64}\n" for name in names), "utf-8")
    return path


def test_an_audit_finds_what_is_planted_and_fails_when_it_audited_nothing(service: str, tmp_path: Path) -> None:
    assert audited(lock_of(tmp_path, "clean", "other"), service) == (
        audit.CLEAN,
        "some.lock: Audited 2 of 2 packages: no known vulnerability.\n",
    )
    assert {"clean", "other"} <= set(Advisories.asked)
    code, said = audited(lock_of(tmp_path, "clean", "planted"), service)
    assert (code, said) == (audit.VULNERABLE, "some.lock: planted 1.0: SC-2026-1\n")
    code, said = audited(lock_of(tmp_path, "clean"), "http://127.0.0.1:9/v1/query")
    assert (code, "Audited nothing" in said) == (audit.NOT_AUDITED, True)


def test_an_audit_of_an_empty_or_half_answered_list_is_no_success() -> None:
    locked = {"one": "1.0", "two": "1.0"}
    whole = {"dependencies": [{"name": name, "version": "1.0", "vulns": []} for name in locked]}
    assert audit.judge(whole, locked)[0] == audit.CLEAN
    skipped = {"dependencies": [whole["dependencies"][0], {"name": "two", "skip_reason": "Not found."}]}
    older = {"dependencies": [whole["dependencies"][0], {"name": "two", "version": "0.9", "vulns": []}]}
    for report in ({}, {"dependencies": []}, skipped, older):
        assert audit.judge(report, locked)[0] == audit.NOT_AUDITED
    assert audit.judge(whole, {})[0] == audit.NOT_AUDITED
    assert audit.main([]) == audit.NOT_AUDITED


def test_no_tracked_file_holds_a_secret(tmp_path: Path) -> None:
    files = [path for path in secrets_scan.tracked() if path.suffix != ".lock"]
    chance = random.Random(soaking.seed("secrets"))  # noqa: S311 - a repeatable choice
    files = chance.sample(files, soaking.count(60, len(files)))
    found = secrets_scan.scan(files)
    soaking.report("secrets", files=len(files), known=len(secrets_scan.known()), found=len(found))
    assert found <= set(secrets_scan.known())
    assert len(files) >= soaking.count(60, 600)
    assert all(len(why) > 10 for why in secrets_scan.known().values())
    planted = tmp_path / "settings.py"
    planted.write_text(f'key = "{PLANTED}"\n-----BEGIN {"RSA "}PRIVATE KEY-----\n', "utf-8")
    assert {kind for _, kind in secrets_scan.scan([planted])} >= {"AWS Access Key", "Private Key"}


def test_the_release_is_the_same_bytes_wherever_it_is_built(tmp_path: Path) -> None:
    sums = release.twice("HEAD")
    assert release.judge(sums)[0] == 0, sums
    assert re.fullmatch(r"[0-9a-f]{64}", sums[0])
    # The controls: another release, two builds that differ, and a build that does not take the commit's time.
    assert release.judge(sums, "0" * 64)[0] == 1
    assert release.judge([sums[0], "0" * 64])[0] == 1
    files, time = release.archive("HEAD")
    wheel = tmp_path / "later.whl"
    wheel.write_bytes(release.build(files, str(int(time) + 86_400), tmp_path / "later", umask=0o022))
    assert release.judge(sums, str(wheel))[0] == 1
    assert release.judge(sums, sums[0])[0] == 0
