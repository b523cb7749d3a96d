"""Serves the public folder over TLS: files as they lie there, and nothing else. No database, no session, no script."""

import hashlib
import mimetypes
import socket
import ssl
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from cheroot.errors import FatalSSLAlert, NoSSLError
from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server

from safeconduct.core.base.configuration import Configuration

THREADS = 4
HANDSHAKE_SECONDS = 5
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("Strict-Transport-Security", "max-age=63072000; includeSubDomains"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cache-Control", "no-cache"),
)
TEXTS = {"": "text/plain; charset=utf-8", ".note": "text/plain; charset=utf-8", ".jsonl": "application/jsonl"}
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


def found_file(root: Path, address: str) -> Path | None:
    """Return the file at ``address`` under ``root``, or None: no hidden name but ``.well-known``, no way out."""
    parts = [part for part in unquote(address).split("/") if part]
    if any(part.startswith(".") and part != ".well-known" for part in parts) or "\x00" in address:
        return None
    path = root.joinpath(*parts)
    if path.is_dir():
        path /= "index.html"
    top = root.resolve()
    return path if path.is_file() and path.resolve().is_relative_to(top) else None


def _kind(path: Path) -> str:
    if path.suffix in TEXTS:
        return TEXTS[path.suffix]
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind == "application/json" else kind


def public_app(root: Path, host: str) -> Callable[[dict[str, Any], StartResponse], Iterable[bytes]]:
    """Return the WSGI application for ``root``; it answers its own host only."""

    def answer(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        named = environ.get("HTTP_HOST", "").rsplit(":", 1)[0]
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or named != host:
            start("400 Bad Request", [("Content-Type", TEXTS[""]), *HEADERS])
            return [b"This request cannot be read.\n"]
        address = environ.get("PATH_INFO", "/")
        path = found_file(root, address)
        if path is None:
            start("404 Not Found", [("Content-Type", TEXTS[""]), *HEADERS])
            return [b"There is nothing here.\n"]
        if path.name == "index.html" and not address.endswith(("/", "index.html")):
            # A folder without its slash would break the page's relative links.
            start("301 Moved Permanently", [("Location", "/" + address.strip("/") + "/"), *HEADERS])
            return []
        data = path.read_bytes()
        tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        if environ.get("HTTP_IF_NONE_MATCH") == tag:
            start("304 Not Modified", [("ETag", tag), *HEADERS])
            return []
        start("200 OK", [("Content-Type", _kind(path)), ("Content-Length", str(len(data))), ("ETag", tag), *HEADERS])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [data]

    return answer


class TlsOnly(BuiltinSSLAdapter):
    """TLS or nothing: whoever speaks in clear, or dawdles over the handshake, is dropped without a word."""

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, Any]]:
        """Return the connection after its handshake."""
        sock.settimeout(HANDSHAKE_SECONDS)
        try:
            wrapped, environ = super().wrap(sock)  # type: ignore[no-untyped-call]  # cheroot has no types here
        except NoSSLError as error:
            raise FatalSSLAlert from error
        return wrapped, environ


def public_server(configuration: Configuration) -> Server:
    """Return a server for the public face, TLS 1.3 only, ready to ``start``."""
    face = configuration.faces["public"]
    app = public_app(configuration.public, face.host)
    server = Server(("127.0.0.1", face.port), app, numthreads=THREADS, server_name="public", shutdown_timeout=3)
    server.ssl_adapter = TlsOnly(str(configuration.tls / "server.pem"), str(configuration.tls / "server.key"))
    server.ssl_adapter.context.minimum_version = ssl.TLSVersion.TLSv1_3
    return server
