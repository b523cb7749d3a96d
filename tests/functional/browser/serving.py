"""Serves a copy of the demonstration over TLS, on ports of its own, so that looking at pages changes nobody's data."""

import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safeconduct.core.base.configuration import FACES, Configuration, Face, read_configuration

PATIENCE_S = 60
GRACE_S = 20


@dataclass(frozen=True)
class Served:
    """A demonstration that answers over TLS.

    Attributes:
        root: the copied instance.
        visitor: the copied folder of keys and opened papers.
        story: what ``make demo`` did, by matter.
    """

    root: Path
    visitor: Path
    story: dict[str, dict[str, Any]]

    @property
    def configuration(self) -> Configuration:
        return read_configuration(self.root / "safeconduct.toml")

    def origin(self, face: str) -> str:
        return self.configuration.faces[face].origin

    def matter(self, key: str) -> str:
        return str(self.story[key]["matter"])


def copy_instance(root: Path, visitor: Path, *, into: Path, first_port: int) -> Path:
    """Copy a finished demonstration and give the copy ports of its own; returns the copy's configuration file."""
    target = into / root.name
    ignored = shutil.ignore_patterns("*.sock", "enclave")
    shutil.copytree(root, target, ignore=ignored)
    shutil.copytree(visitor, into / visitor.name)
    path = target / "safeconduct.toml"
    text = path.read_text("utf-8")
    for place, face in enumerate(FACES):
        text, count = re.subn(rf"^{face}_port = \d+$", f"{face}_port = {first_port + place}", text, flags=re.MULTILINE)
        assert count == 1, face
    path.write_text(text, "utf-8")
    return path


def _answers(face: Face, context: ssl.SSLContext) -> bool:
    try:
        with (
            socket.create_connection(("127.0.0.1", face.port), 1) as plain,
            context.wrap_socket(plain, server_hostname=face.host) as wrapped,
        ):
            wrapped.sendall(
                f"HEAD /sign-in HTTP/1.1\r\nHost: {face.host}:{face.port}\r\nConnection: close\r\n\r\n".encode()
            )
            return wrapped.recv(8) == b"HTTP/1.1"
    except (OSError, http.client.HTTPException):
        return False


@contextmanager
def serving(configuration: Path) -> Iterator[None]:
    """Run ``safeconduct serve`` until every face answers, and end it in order afterwards."""
    found = read_configuration(configuration)
    context = ssl.create_default_context(cafile=str(found.tls / "ca.pem"))
    log = found.root / "run" / "serve-browser.log"
    log.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "safeconduct.cli.main", "serve", "--config", str(configuration)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
    try:
        waiting = set(found.faces.values())
        until = time.monotonic() + PATIENCE_S
        while waiting := {face for face in waiting if not _answers(face, context)}:
            names = sorted(face.name for face in waiting)
            assert process.poll() is None, f"serve ended with {process.returncode}: {log.read_text()[-2000:]}"
            assert time.monotonic() < until, f"no answer from {names}: {log.read_text()[-2000:]}"
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        try:
            process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
