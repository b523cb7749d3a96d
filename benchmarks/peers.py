"""The peers of bench-web, each started on a free port with the instance's own certificate, each ended by its id."""

import os
import shutil
import socket
import sqlite3
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_S = 40
NGINX = """
daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; open_file_cache max=100; keepalive_requests 1000000;
  client_body_temp_path {folder}/t; proxy_temp_path {folder}/t; fastcgi_temp_path {folder}/t;
  uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;
  server {{
    listen 127.0.0.1:{port} ssl; root {folder}/www; default_type text/html;
    ssl_certificate {tls}/server.pem; ssl_certificate_key {tls}/server.key; ssl_protocols TLSv1.3;
  }}
}}
"""


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, child: "subprocess.Popen[bytes]") -> None:
    """Wait until somebody answers TLS 1.3 there; raises ``RuntimeError`` if the process ends first."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and child.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as plain, context.wrap_socket(plain) as wrapped:
                assert wrapped.version() == "TLSv1.3"
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nobody serves on port {port}")


@contextmanager
def started(command: list[str], port: int, folder: Path) -> Iterator[None]:
    """Run a server until the block ends."""
    with (folder / "said").open("wb") as said:
        child = subprocess.Popen(command, stdout=said, stderr=said, stdin=subprocess.DEVNULL)
    try:
        wait_for(port, child)
        yield
    finally:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextmanager
def nginx(files: dict[str, bytes], tls: Path) -> Iterator[int]:
    """Serve these very bytes with nginx, by name; the port."""
    folder, port = Path(tempfile.mkdtemp(prefix="sc-nginx-")), free_port()
    # Its workers run as another user when root starts it.
    folder.chmod(0o755)
    (folder / "www").mkdir()
    (folder / "t").mkdir()
    for name, data in files.items():
        (folder / "www" / name).write_bytes(data)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, tls=tls.resolve()))
    try:
        with started([str(shutil.which("nginx", path=searched())), "-c", str(folder / "nginx.conf")], port, folder):
            yield port
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def searched() -> str:
    """Return where programs are looked for; Debian keeps nginx where only root looks."""
    return os.environ.get("PATH", "") + ":/usr/sbin"


@contextmanager
def datasette(program: Path, rows: list[dict[str, str]], tls: Path) -> Iterator[int]:
    """Serve the same rows as a table page with Datasette; the port."""
    folder, port = Path(tempfile.mkdtemp(prefix="sc-datasette-")), free_port()
    store = sqlite3.connect(folder / "bench.db")
    names = list(rows[0])
    store.execute(f"CREATE TABLE matters ({', '.join(names)})")
    marks = ", ".join("?" * len(names))
    store.executemany(f"INSERT INTO matters VALUES ({marks})", [tuple(row.values()) for row in rows])  # noqa: S608 - our own column names
    store.commit()
    store.close()
    command = [
        *(str(program), "serve", str(folder / "bench.db"), "--host", "127.0.0.1", "--port", str(port)),
        *("--ssl-certfile", str(tls / "server.pem"), "--ssl-keyfile", str(tls / "server.key")),
    ]
    try:
        with started(command, port, folder):
            yield port
    finally:
        shutil.rmtree(folder, ignore_errors=True)
