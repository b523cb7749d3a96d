"""The client of a log witness: one HTTP request over its Unix socket. Never called inside a transaction."""

import contextlib
import http.client
import socket
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from safeconduct.core.base.errors import UnavailableError
from safeconduct.core.tlog.witness import MAX_REQUEST_BYTES

TIMEOUT_SECONDS = 10


class WitnessAwayError(UnavailableError):
    """The log witness cannot be reached."""

    code = "SC-WITNESS-AWAY"


@dataclass(frozen=True)
class Answer:
    """What the witness answered: HTTP status and body."""

    status: int
    body: str


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("witness", timeout=TIMEOUT_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(TIMEOUT_SECONDS)
        self.sock.connect(str(self._path))


def add_checkpoint(*, path: Path, body: bytes) -> Answer:
    """Post an add-checkpoint request to the witness at ``path``; raises ``WitnessAwayError``."""
    if connection.in_atomic_block:
        raise WitnessAwayError("No call leaves this process inside a transaction.")
    link = _UnixConnection(path)
    try:
        # A witness that refuses a body early answers and hangs up while we still send: its answer waits.
        with contextlib.suppress(BrokenPipeError):
            link.request("POST", "/add-checkpoint", body=body, headers={"Content-Type": "text/plain; charset=utf-8"})
        response = link.getresponse()
        return Answer(response.status, response.read(MAX_REQUEST_BYTES).decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException) as error:
        raise WitnessAwayError("Its socket does not answer.") from error
    finally:
        link.close()
