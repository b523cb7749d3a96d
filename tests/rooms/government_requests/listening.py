"""A mailbox and a ticket system over TLS, each in a thread of the test, so small that they can be read through."""

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from safeconduct.cli.demonstration.certificates import new_authority, write_server_certificate

HOST = "localhost"


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Return a server's context and the file of the authority that vouches for it."""
    write_server_certificate(folder, authority=new_authority(), hosts=[HOST])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return context, folder / "ca.pem"


@dataclass
class TicketSystem:
    """What it was told, and what it answers."""

    status: int = 204
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0


@contextmanager
def ticket_system(context: ssl.SSLContext) -> Iterator[TicketSystem]:
    """Listen as a ticket system."""
    found = TicketSystem()

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.calls.append((dict(self.headers), body))
            self.send_response(found.status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words: Any) -> None:
            pass

    class Server(HTTPServer):
        def get_request(self) -> Any:
            connection, address = super().get_request()
            connection.settimeout(10)
            return context.wrap_socket(connection, server_side=True), address

    server = Server((HOST, 0), Handler)
    found.port = server.server_address[1]
    with _running(server):
        yield found


@dataclass
class Mailbox:
    """Its mails by number, those that were seen, and the word that opens it."""

    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    password: str = "the-word"  # noqa: S105 - of a mailbox that lives for a test
    port: int = 0


@contextmanager
def mailbox(context: ssl.SSLContext) -> Iterator[Mailbox]:
    """Listen as a mailbox (RFC 3501, as much of it as a reader needs)."""
    found = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        timeout = 10

        def setup(self) -> None:
            self.request = context.wrap_socket(self.request, server_side=True)
            super().setup()

        def say(self, *lines: bytes) -> None:
            self.wfile.write(b"".join(line + b"\r\n" for line in lines))

        def handle(self) -> None:
            self.say(b"* OK ready")
            while line := self.rfile.readline().rstrip():
                tag, _, command = line.partition(b" ")
                self.say(*_answers(found, command), tag + b" " + _verdict(found, command))

        def finish(self) -> None:
            super().finish()
            self.request.close()

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_told: Any) -> None:
            """Say nothing: a reader that trusts nobody here breaks off."""

    server = Server((HOST, 0), Handler)
    found.port = server.server_address[1]
    with _running(server):
        yield found


def _verdict(box: Mailbox, command: bytes) -> bytes:
    if command.startswith(b"LOGIN") and box.password.encode() not in command:
        return b"NO wrong"
    return b"OK done"


def _answers(box: Mailbox, command: bytes) -> list[bytes]:
    if command.startswith(b"CAPABILITY"):
        return [b"* CAPABILITY IMAP4rev1"]
    if command.startswith(b"SELECT"):
        return [b"* %d EXISTS" % len(box.mails)]
    if command.startswith(b"UID SEARCH"):
        return [b"* SEARCH " + b" ".join(b"%d" % one for one in sorted(set(box.mails) - box.seen))]
    if found := re.match(rb"UID FETCH (\d+)", command):
        data = box.mails[int(found[1])]
        return [b"* 1 FETCH (UID %s BODY[] {%d}" % (found[1], len(data)), data + b")"]
    if found := re.match(rb"UID STORE (\d+) \+FLAGS", command):
        box.seen.add(int(found[1]))
    return []


@contextmanager
def _running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
