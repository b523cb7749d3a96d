"""A real S3 server for the suite: SeaweedFS from a lock of its own, one per run, a fresh bucket for whoever asks."""

import contextlib
import http.client
import itertools
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import obstore
import pytest
from obstore.store import S3Store

REQUIRED = "CI_SUITES_REQUIRED"
WEED = Path(__file__).resolve().parents[2] / ".venv-objectstore" / "bin" / "weed"
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory, where there is one; a private folder is made in it
BESIDE = 10_000
"""The server takes a second port so far from each one that it is given."""
PATIENCE = 60.0
NUMBERS = itertools.count()


@dataclass(frozen=True, kw_only=True)
class ObjectStore:
    """Where the server is and how to sign for it; ``folder`` holds all that it wrote, ``pid`` is its process."""

    endpoint: str
    key: str
    secret: str
    folder: Path
    pid: int

    def store(self, bucket: str) -> S3Store:
        """Return a client of our own for a bucket, beside the one under test."""
        return S3Store(
            bucket,
            endpoint=self.endpoint,
            access_key_id=self.key,
            secret_access_key=self.secret,
            region="eu-central-1",
            client_options={"allow_http": True},
        )

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """Answer nothing meanwhile: the connection is taken and nobody speaks."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)


def _free_port() -> int:
    for _ in range(100):
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            if port + BESIDE >= 1 << 16:
                port -= BESIDE
            with contextlib.suppress(OSError):
                two.bind(("127.0.0.1", port + BESIDE))
                return port
    raise OSError("No free pair of ports.")


def _answers(port: int) -> bool:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        link.request("GET", "/")
        return link.getresponse().status in (http.HTTPStatus.OK, http.HTTPStatus.FORBIDDEN)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


def _started(folder: Path, config: Path, port: int) -> subprocess.Popen[bytes]:
    ports = {name: _free_port() for name in ("master", "volume", "filer")}
    command = [str(WEED), "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3"]
    command += [f"-{name}.port={number}" for name, number in ports.items()]
    command += [f"-s3.port={port}", f"-s3.config={config}", "-s3.port.grpc=0", "-volume.max=5000"]
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0"]
    command += ["-master.volumeSizeLimitMB=32", "-master.volumePreallocate=false"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, start_new_session=True)
    ends = time.monotonic() + PATIENCE
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > ends:
            _ended(process)
            raise OSError((folder / "log").read_text("utf-8", "replace")[-2000:])
        time.sleep(0.05)
    return process


def _ended(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()


@pytest.fixture(scope="session")
def object_store_server() -> Iterator[ObjectStore]:
    """Start the server; skipped with the reason where it is not installed, failed where every suite is required."""
    if not WEED.is_file():
        reason = "no S3 server: make objectstore"
        if os.environ.get(REQUIRED):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="safeconduct-s3-", dir=MEMORY if MEMORY.is_dir() else None))
    key, secret = secrets.token_hex(10), secrets.token_hex(20)
    config = folder / "s3.json"
    signers = [{"accessKey": key, "secretKey": secret}]
    identity = {"name": "suite", "credentials": signers, "actions": ["Admin", "Read", "Write", "List", "Tagging"]}
    config.write_text(json.dumps({"identities": [identity]}))
    port = _free_port()
    process = _started(folder, config, port)
    try:
        endpoint = f"http://127.0.0.1:{port}"
        made = ObjectStore(endpoint=endpoint, key=key, secret=secret, folder=folder, pid=process.pid)
        # The first object of all waits until the server made room for it.
        obstore.put(made.store("warm"), "warm", b"warm")
        yield made
    finally:
        _ended(process)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def bucket() -> str:
    """Return a bucket's name that nobody used; this server makes a bucket at its first object."""
    return f"b-{os.getpid()}-{next(NUMBERS)}"
