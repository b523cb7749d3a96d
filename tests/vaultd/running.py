"""A real vault process of a story, and ways to talk to it: its socket and its two TLS origins."""

import http.client
import json
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.vaultd.story import CUSTODIANS, ROLES, Story, begin, write_certificate

from safeconduct.core.base.canonical import JsonValue

PERSONS = [*ROLES, "officer-1"]


def free_ports() -> int:
    """Return the first of five ports that are free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1]) if probe.getsockname()[1] < 65000 else 41000


class Socket(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("vault", timeout=20)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(str(self._path))


class Process:
    """The running process, the story it serves, and ways to talk to it."""

    def __init__(self, story: Story, child: subprocess.Popen[str], ready: dict[str, Any]) -> None:
        self.story, self.child, self.ready = story, child, ready
        self.cookies: dict[str, str] = {}
        self.loose: list[socket.socket] = []

    def call(self, op: str, raw: bytes | None = None, **payload: JsonValue) -> tuple[int, dict[str, Any]]:
        connection = Socket(self.story.configuration.socket)
        connection.request("POST", f"/v1/{op}", raw if raw is not None else json.dumps(payload))
        answer = connection.getresponse()
        value: dict[str, Any] = json.loads(answer.read())
        connection.close()
        return answer.status, value

    def page(
        self, face: str, method: str, path: str, *, form: JsonValue = None, value: JsonValue = None, **headers: str
    ) -> JsonValue:
        at = self.story.configuration.faces[face]
        context = ssl.create_default_context(cafile=str(self.story.configuration.tls / "ca.pem"))
        connection = http.client.HTTPSConnection("127.0.0.1", at.port, context=context, timeout=20)
        connection.sock = context.wrap_socket(
            socket.create_connection(("127.0.0.1", at.port), 20), server_hostname=at.host
        )
        said = {"Host": at.origin.removeprefix("https://"), "Origin": at.origin}
        if face in self.cookies:
            said["Cookie"] = self.cookies[face]
        body: str | None = None
        if form is not None:
            body, said["Content-Type"] = urlencode(form), "application/x-www-form-urlencoded"
        if value is not None:
            body, said["Content-Type"], said["Accept"] = json.dumps(value), "application/json", "application/json"
        connection.request(
            method,
            path,
            body and body.encode(),
            said | {name.replace("_", "-"): text for name, text in headers.items()},
        )
        answer = connection.getresponse()
        content = answer.read()
        if cookie := answer.getheader("Set-Cookie"):
            self.cookies[face] = cookie.partition(";")[0]
        connection.close()
        return answer, content


@contextmanager
def running(folder: Path) -> Iterator[Process]:
    """Make an instance in ``folder``, start its vault process, and end it in order afterwards."""
    story = begin(folder, free_ports())
    story.enrol_officer()
    story.vault.close()
    faces = story.configuration.faces
    write_certificate(story.configuration.tls, [face.host for face in faces.values()])
    visitor = folder / "visitor"
    visitor.mkdir()
    keys = {
        person: {
            "name": person.title(),
            "roles": ROLES.get(person, ["officer"]),
            **{face: story.passkeys[person][face].to_json() for face in ("approve", "open")},
        }
        for person in PERSONS
    }
    (visitor / "passkeys.json").write_text(json.dumps(keys))
    (visitor / "custodians.json").write_text(json.dumps(CUSTODIANS))
    program = (
        "import sys; from safeconduct.cli.vaultd import add_arguments, run; import argparse;"
        "p = argparse.ArgumentParser(); add_arguments(p); sys.exit(run(p.parse_args()))"
    )
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            program,
            "--config",
            str(folder / "safeconduct.toml"),
            "--passphrase-file",
            str(visitor / "custodians.json"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout is not None
    process = Process(story, child, json.loads(child.stdout.readline()))
    try:
        yield process
        began = time.monotonic()
        child.terminate()
        assert child.wait(20) == 0
        assert time.monotonic() - began < 10
    finally:
        child.kill()
        child.wait(20)
        for one in process.loose:
            one.close()
        child.stdout.close()
