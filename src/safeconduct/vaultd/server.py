"""The three listeners of the vault process: the Unix socket, the approve origin and the open origin."""

import json
import logging
import os
import signal
import socket
import ssl
import sys
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cheroot.errors import FatalSSLAlert, NoSSLError
from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server

from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.errors import UnavailableError
from safeconduct.vaultd.faces.approve import approve_app
from safeconduct.vaultd.faces.open import open_app
from safeconduct.vaultd.socket_app import MIB, MOST_BYTES, SocketApp, log
from safeconduct.vaultd.store import held_alone
from safeconduct.vaultd.sweeping import sweep
from safeconduct.vaultd.vault import Vault

LOOPBACK = "127.0.0.1"
WORKERS = 8
HANDSHAKE_SECONDS = 5
IDLE_SECONDS = 120
STOP_SECONDS = 5
HEADER_BYTES = 256 * 1024
PAGE_BYTES = MIB
SOCKET_MODE = 0o666


class ListenError(UnavailableError):
    """The vault process cannot listen where its configuration says."""

    code = "SC-LISTEN"


@dataclass
class Listeners:
    """What is being served, and how to end it."""

    servers: list[Server]
    threads: list[threading.Thread]

    def stop(self, patience: float = STOP_SECONDS) -> bool:
        """Close every listener at once and return whether all their threads ended within ``patience`` seconds."""
        stopping = [threading.Thread(target=server.stop, daemon=True) for server in self.servers]
        for thread in stopping:
            thread.start()
        ends = time.monotonic() + patience
        for thread in (*stopping, *self.threads):
            thread.join(timeout=max(0.0, ends - time.monotonic()))
        return not any(thread.is_alive() for thread in (*stopping, *self.threads))


class TlsAdapter(BuiltinSSLAdapter):
    """The TLS side of an origin. A caller who dawdles over the handshake keeps nobody else waiting for long."""

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, Any]]:
        """Return the connection after its handshake."""
        sock.settimeout(HANDSHAKE_SECONDS)
        try:
            wrapped, environ = super().wrap(sock)  # type: ignore[no-untyped-call]  # cheroot has no types here
        except NoSSLError as error:
            # cheroot would answer in clear that it speaks TLS only; a dropped connection says as much.
            raise FatalSSLAlert from error
        wrapped.settimeout(IDLE_SECONDS)
        return wrapped, environ


def tls_adapter(folder: Path) -> TlsAdapter:
    """Return the TLS side of an origin: version 1.3 or nothing."""
    adapter = TlsAdapter(str(folder / "server.pem"), str(folder / "server.key"))
    adapter.context.minimum_version = ssl.TLSVersion.TLSv1_3
    return adapter


class Listener(Server):
    """A cheroot server whose own messages, which may quote a request, stay out of the log."""

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - cheroot's signature
        """Log only that there was an error."""
        if level >= logging.ERROR:
            log(event="listener", level=level)


def _server(address: str | tuple[str, int], app: Callable[..., Any], *, most: int) -> Server:
    server = Listener(address, app, numthreads=WORKERS, max=WORKERS, server_name="vault", shutdown_timeout=1)
    server.timeout = IDLE_SECONDS
    server.max_request_header_size = HEADER_BYTES
    server.max_request_body_size = most
    return server


def listen(vault: Vault, *, allowed: frozenset[int]) -> Listeners:
    """Start serving; every listener is ready when this returns."""
    configuration = vault.configuration
    configuration.socket.parent.mkdir(parents=True, exist_ok=True)
    configuration.socket.unlink(missing_ok=True)
    rpc = _server(str(configuration.socket), SocketApp(vault, allowed=allowed), most=max(MOST_BYTES.values()))
    rpc.peercreds_enabled = True
    servers = [rpc]
    for name, app in (("approve", approve_app(vault)), ("open", open_app(vault))):
        origin = _server((LOOPBACK, configuration.faces[name].port), app, most=PAGE_BYTES)
        origin.ssl_adapter = tls_adapter(configuration.tls)
        servers.append(origin)
    try:
        for server in servers:
            server.prepare()
    except OSError as error:
        # Those that listen already have threads that would keep the process from ending.
        for server in servers:
            server.stop()
        raise ListenError(str(error.strerror or "")) from error
    configuration.socket.chmod(SOCKET_MODE)
    threads = [threading.Thread(target=server.serve, daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    return Listeners(servers, threads)


def ready_line(vault: Vault) -> str:
    """Return the one line that says where everything listens."""
    configuration: Configuration = vault.configuration
    return json.dumps(
        {
            "ready": True,
            "sealed": vault.sealed,
            "socket": str(configuration.socket),
            "approve": configuration.faces["approve"].origin,
            "open": configuration.faces["open"].origin,
            "pid": os.getpid(),
        }
    )


def serve(vault: Vault, *, allowed: frozenset[int]) -> None:
    """Serve until SIGTERM or SIGINT, then finish what runs and close; raises ``ServedElsewhereError``."""
    with held_alone(vault.configuration.vault_store):
        _serve(vault, allowed)


def _serve(vault: Vault, allowed: frozenset[int]) -> None:
    warnings.simplefilter("ignore", ResourceWarning)
    swept = sweep(configuration=vault.configuration, store=vault.store)
    log(event="swept", handed_out=swept.handed_out, removed=swept.removed)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    listeners = listen(vault, allowed=allowed)
    sys.stdout.write(ready_line(vault) + "\n")
    sys.stdout.flush()
    ended.wait()
    clean = listeners.stop()
    # A running act is waited for; a caller who keeps a connection open is not.
    with vault.acting:
        vault.close()
        vault.configuration.socket.unlink(missing_ok=True)
        if not clean:
            os._exit(0)


def own_user() -> frozenset[int]:
    """Return the user this process runs as."""
    return frozenset({os.getuid()})
