"""All five faces of one small instance, served over TLS exactly as the product serves them."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.functional.conftest import free_port_block
from tests.vaultd.story import begin

from safeconduct.cli.demonstration.certificates import new_authority, write_server_certificate
from safeconduct.cli.serve import _face_command, environment
from safeconduct.core.base.configuration import Configuration
from safeconduct.site.public_files import public_server
from safeconduct.vaultd.server import listen, own_user

PATIENCE_S = 60
DYNAMIC = ("desk", "portal")


@contextmanager
def five_faces(folder: Path, template: Path) -> Iterator[Configuration]:
    """Serve the five faces until the block ends; certificates are those that the demonstration makes."""
    story = begin(folder / "i", free_port_block())
    found = story.configuration
    hosts = [face.host for face in found.faces.values()]
    write_server_certificate(found.tls, authority=new_authority(), hosts=hosts)
    shutil.copy(template, found.root / "safeconduct.sqlite3")
    found.public.mkdir(parents=True, exist_ok=True)
    (found.public / "index.html").write_text("<!doctype html><title>Public</title>", "utf-8")
    listeners, public = listen(story.vault, allowed=own_user()), public_server(found)
    public.prepare()
    thread = threading.Thread(target=public.serve, daemon=True)
    thread.start()
    children = [_start(found, name) for name in DYNAMIC]
    try:
        for name, child in zip(DYNAMIC, children, strict=True):
            _wait(found.faces[name].port, child)
        yield found
    finally:
        for child in children:
            child.terminate()
            child.wait(20)
        public.stop()
        thread.join()
        listeners.stop()
        story.vault.close()


def _start(found: Configuration, name: str) -> subprocess.Popen[bytes]:
    settings = {"DJANGO_SETTINGS_MODULE": f"safeconduct.site.settings.{name}"}
    more = {one: os.environ[one] for one in ("PYTHONPATH",) if one in os.environ}
    child = environment(found.root / "safeconduct.toml", **settings, **more)
    command = _face_command(found.faces[name], found.tls)
    assert command[0] == sys.executable
    return subprocess.Popen(command, env=child, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _wait(port: int, child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert child.poll() is None, "the face ended"
            assert time.monotonic() < until, "the face does not answer"
            time.sleep(0.1)
        else:
            return
