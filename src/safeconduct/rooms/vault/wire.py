"""The wire to the vault process: HTTP over its Unix socket, JSON in and out. Format: docs/formats/vault-wire.md."""

import http.client
import json
import socket
from base64 import b64encode
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from safeconduct.core.base.errors import BadInputError
from safeconduct.rooms.vault.rules import VaultUnavailableError, refusal

PATIENCE_SECONDS = 600
HTTP_OK = 200


class InsideTransactionError(BadInputError):
    """The vault process is not called inside a database transaction."""

    code = "SC-INSIDE-TRANSACTION"
    cure = "Commit the intent, make the call, then commit its outcome."


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("vault", timeout=PATIENCE_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(PATIENCE_SECONDS)
        self.sock.connect(str(self._path))


def refuse_inside_transaction() -> None:
    """Raise ``InsideTransactionError`` if any database connection of this thread is in a transaction."""
    if any(one.in_atomic_block for one in connections.all(initialized_only=True)):
        raise InsideTransactionError


def call(op: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Make one call and return its answer; raises the refusal, or ``VaultUnavailableError`` for no answer."""
    return _send(f"/v1/{op}", json.dumps(payload).encode(), {"Content-Type": "application/json"})


def send_rows(table: str, stream: bytes, proof: dict[str, Any]) -> dict[str, Any]:
    """Send an Arrow IPC stream to be sealed; the rows are in clear on this socket and nowhere else."""
    told = b64encode(json.dumps(proof).encode()).decode()
    headers = {"Content-Type": "application/vnd.apache.arrow.stream", "X-Proof": told}
    return _send(f"/v1/import?table={table}", stream, headers)


def _send(address: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    refuse_inside_transaction()
    connection = _Connection(settings.SAFECONDUCT.socket)
    try:
        connection.request("POST", address, body, headers)
        answer = connection.getresponse()
        status, value = answer.status, json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        told = {
            "code": "SC-VAULT-UNAVAILABLE",
            "message": "The vault process did not answer.",
            "cure": "Start it, then ask again; it will say what it did.",
        }
        raise VaultUnavailableError(told) from error
    finally:
        connection.close()
    if status != HTTP_OK:
        raise refusal(status, value.get("error", {}))
    found: dict[str, Any] = value
    return found
