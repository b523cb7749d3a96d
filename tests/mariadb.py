"""A real MariaDB for the suite: one server per run, on a socket alone, by a user that is not root."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pymysql
import pytest

REQUIRED = "CI_SUITES_REQUIRED"
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory, where there is one; a private folder is made in it
USER = "mysql" if os.geteuid() == 0 else ""
PATIENCE = 60.0


@dataclass(frozen=True)
class MariaDB:
    """Where the server listens, and its process."""

    socket: Path
    pid: int

    def link(self, user: str = "root", **more: str) -> "pymysql.Connection[pymysql.cursors.Cursor]":
        return pymysql.connect(unix_socket=str(self.socket), user=user, autocommit=True, charset="utf8mb4", **more)


def _founded(folder: Path) -> list[str]:
    """Make the system's tables and return the server's command."""
    data = folder / "data"
    data.mkdir()
    if USER:
        shutil.chown(folder, USER)
        shutil.chown(data, USER)
    plain = ["--no-defaults", f"--datadir={data}", *([f"--user={USER}"] if USER else [])]
    install = ["mariadb-install-db", *plain, "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(install, check=True, capture_output=True, cwd=folder)
    server = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
    quick = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M", "--skip-log-bin"]
    return [server, *plain, f"--socket={folder}/s", "--skip-networking", f"--pid-file={folder}/pid", *quick]


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariaDB]:
    """Start a server; skipped with the reason where it is not installed, failed where every suite is required."""
    if shutil.which("mariadb-install-db") is None:
        reason = "no MariaDB: apt-get install mariadb-server"
        if os.environ.get(REQUIRED):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="safeconduct-mariadb-", dir=MEMORY if MEMORY.is_dir() else None))
    folder.chmod(0o755)
    command = _founded(folder)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, start_new_session=True)
    made = MariaDB(folder / "s", process.pid)
    try:
        ends = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(made.socket))
                break
            if process.poll() is not None or time.monotonic() > ends:
                raise OSError((folder / "log").read_text("utf-8", "replace")[-2000:])
            time.sleep(0.05)
        yield made
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)
