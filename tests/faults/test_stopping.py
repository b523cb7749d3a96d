"""Live processes whose disk fails: each ends at once with status 70, having acknowledged nothing.

A full disk they survive. The vault process, the desk under its own server, and the worker run as they do in service,
with ``strace`` beside them: it stands apart (``-D``), so that the process started here is the process itself.
"""

import http.client
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.functional.conftest import free_port_block
from tests.vaultd.running import Socket
from tests.vaultd.story import CUSTODIANS, MATTER, begin, write_certificate

from safeconduct.cli.serve import _face_command, _wait_for_port, environment
from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.disk import STORAGE_FAILED_STATUS

pytestmark = pytest.mark.needs_apt("strace")
PROGRAM = [sys.executable, "-m", "safeconduct.cli.main"]
STRACE = ["strace", "-D", "-f", "-q", "-e", "signal=none", "--seccomp-bpf"]
EXITED = f"+++ exited with {STORAGE_FAILED_STATUS} +++"


@pytest.fixture
def place(template_database: Path) -> Iterator[Configuration]:
    """An instance on the disk, with a short path for its socket; none of its processes runs yet."""
    folder = Path(tempfile.mkdtemp(prefix="sc-"))
    story = begin(folder / "i", free_port_block())
    story.vault.close()
    faces = story.configuration.faces
    write_certificate(story.configuration.tls, [face.host for face in faces.values()])
    shutil.copy(template_database, story.configuration.root / "safeconduct.sqlite3")
    (folder / "custodians.json").write_text(json.dumps(CUSTODIANS))
    yield story.configuration
    shutil.rmtree(folder)


@contextmanager
def vault(place: Configuration) -> Iterator["subprocess.Popen[str]"]:
    given = ["--passphrase-file", str(place.root.parent / "custodians.json")]
    command = [*PROGRAM, "vaultd", "--config", str(place.root / "safeconduct.toml"), *given]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout is not None
        try:
            assert json.loads(child.stdout.readline())["sealed"] is False
            yield child
        finally:
            child.terminate()


def seal(place: Configuration, name: str) -> dict[str, Any]:
    """Have the vault process seal a paper; raises if it does not answer."""
    link = Socket(place.socket)
    try:
        owner, data = {"matter": MATTER}, b64encode(b"a paper").decode()
        link.request("POST", "/v1/seal", json.dumps({"kind": "paper", "owner": owner, "data": data, "object": name}))
        answer: dict[str, Any] = json.loads(link.getresponse().read())
        return answer
    finally:
        link.close()


@pytest.mark.parametrize("call", ["fsync", "fdatasync"])
def test_the_vault_process_ends_at_an_error_of_fsync_and_acknowledges_nothing(place: Configuration, call: str) -> None:
    name = "7" * 32
    with vault(place) as child:
        assert seal(place, "1" * 32) == {"object": "1" * 32}, "control: without a fault it answers"
        inject = ["-e", f"trace={call}", "-e", f"inject={call}:error=EIO"]
        tracer = ["strace", "-f", "-e", "signal=none", *inject, "-o", os.devnull, "-p", str(child.pid)]
        with subprocess.Popen(tracer, stderr=subprocess.PIPE, text=True) as strace:
            assert strace.stderr is not None
            assert "attached" in strace.stderr.readline()
            with pytest.raises((http.client.HTTPException, OSError)):
                seal(place, name)
        assert child.wait(20) == STORAGE_FAILED_STATUS
    with vault(place):
        link = Socket(place.socket)
        link.request("POST", "/v1/directory_names", json.dumps({"objects": [name]}))
        assert json.loads(link.getresponse().read()) == {"names": {}}
        link.close()
        assert seal(place, name) == {"object": name}


def page(place: Configuration) -> int:
    """Ask the desk for its first page, which writes a session; return the status, 0 for no answer."""
    face = place.faces["desk"]
    context = ssl.create_default_context(cafile=str(place.tls / "ca.pem"))
    context.check_hostname = False
    link = http.client.HTTPSConnection("127.0.0.1", face.port, context=context, timeout=20)
    try:
        link.request("GET", "/sign-in", headers={"Host": face.origin.removeprefix("https://")})
        return link.getresponse().status
    except (http.client.HTTPException, OSError):
        return 0
    finally:
        link.close()


class Watched:
    """What ``serve`` asks of its children, for one that runs beside a tracer."""

    def __init__(self, child: "subprocess.Popen[bytes]") -> None:
        self.child = child

    def ended(self) -> str | None:
        return None if self.child.poll() is None else "desk"


@contextmanager
def desk(place: Configuration, *inject: str) -> Iterator["subprocess.Popen[bytes]"]:
    path = place.root / "safeconduct.toml"
    settings = environment(path, DJANGO_SETTINGS_MODULE="safeconduct.site.settings.desk")
    log = place.root / "trace"
    command = [*STRACE, "-o", str(log), *inject, *_face_command(place.faces["desk"], place.tls)]
    with subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        try:
            _wait_for_port(Watched(child), "desk", place.faces["desk"].port)
            yield child
        finally:
            child.terminate()


def test_the_desk_ends_at_a_disk_error_and_answers_nothing(place: Configuration) -> None:
    with desk(place, "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO") as child:
        assert page(place) == 0
        assert child.wait(30) != 0, "nobody starts it anew"
    assert EXITED in (place.root / "trace").read_text()


def test_the_desk_survives_a_full_disk_and_says_so(place: Configuration) -> None:
    with desk(place, "-e", "trace=pwrite64", "-e", "inject=pwrite64:error=ENOSPC:when=1") as child:
        assert page(place) == http.client.SERVICE_UNAVAILABLE
        assert page(place) == http.client.OK, "it goes on alone"
        assert child.poll() is None


def test_the_worker_ends_at_a_disk_error(place: Configuration) -> None:
    worker = [*PROGRAM, "worker", "--config", str(place.root / "safeconduct.toml"), "--once"]
    fault = ["-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO"]
    failed = subprocess.run([*STRACE, "-o", os.devnull, *fault, *worker], check=False)
    assert failed.returncode == STORAGE_FAILED_STATUS
    assert subprocess.run(worker, check=False).returncode == 1, "control: it works, and the vault process is away"
