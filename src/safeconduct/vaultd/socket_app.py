"""The socket as a WSGI application: who calls, how much they send, which operation, and errors with codes."""

import json
import os
import sys
import time
from base64 import b64decode
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.disk import STORAGE_FAILED_STATUS, StorageFailedError
from safeconduct.core.base.errors import (
    BadInputError,
    ConflictError,
    DamagedError,
    NotPermittedError,
    SafeconductError,
    UnavailableError,
)
from safeconduct.vaultd.custody import SealedError
from safeconduct.vaultd.operations import OPERATIONS, OperationError, call
from safeconduct.vaultd.vault import Vault

MIB = 1024 * 1024
MOST_BYTES = {"import": 1024 * MIB}
MOST_BYTES_ELSEWHERE = 64 * MIB
PREFIX = "/v1/"
PAYLOAD = "safeconduct.payload"
"""Where a call's payload waits in its own environment, for the alarm that a refusal may raise."""

STATUSES = (
    (BadInputError, 400, "Bad Request"),
    (NotPermittedError, 403, "Forbidden"),
    (ConflictError, 409, "Conflict"),
    (DamagedError, 422, "Unprocessable Content"),
    (UnavailableError, 503, "Service Unavailable"),
)
NOT_FOUND = "404 Not Found"
UNKNOWN = frozenset({"SC-UNKNOWN-OBJECT", "SC-UNKNOWN-CONSENT", "SC-NO-PAGE"})
Start = Callable[[str, list[tuple[str, str]]], Any]


class CallerError(NotPermittedError):
    """This user may not call the vault process."""

    code = "SC-CALLER"
    cure = "Name the user with --allow-uid when the vault process starts."


class InternalError(UnavailableError):
    """Something in the vault process is wrong; the act did not happen, or will be completed by calling again."""

    code = "SC-INTERNAL"


def status_of(error: SafeconductError) -> str:
    """Return the HTTP status line that goes with an error."""
    if error.code in UNKNOWN:
        return NOT_FOUND
    fitting = (f"{number} {words}" for kind, number, words in STATUSES if isinstance(error, kind))
    return next(fitting, "400 Bad Request")


def log(**facts: Any) -> None:  # noqa: ANN401 - any JSON value; the callers pass ids, codes and numbers only
    """Write one line of JSON to the error stream. Never personal data: ids, codes, sizes, times."""
    sys.stderr.write(json.dumps(facts, sort_keys=True) + "\n")
    sys.stderr.flush()


def stop(error: StorageFailedError) -> None:
    """End the process at once: after an error of ``fsync`` nothing that it holds can be believed."""
    try:
        log(event="stopping", code=error.code)
    finally:
        os._exit(STORAGE_FAILED_STATUS)


def raise_alarm(
    vault: Vault,
    error: SafeconductError,
    *,
    gate: str,
    caller: str,
    subject: str = "",
    matter: str = "",
    on_storage_failure: Callable[..., None] = stop,
) -> None:
    """Keep a refusal, if it is one that an honest caller does not meet; a refusal stands whatever comes of it."""
    try:
        vault.alarms.refused(error, gate=gate, caller=caller, subject=subject, matter=matter)
    except StorageFailedError as failed:
        on_storage_failure(failed)
    except Exception as failed:  # noqa: BLE001 - the caller is refused all the same; the log learns the kind
        log(event="fault", op="alarm", kind=type(failed).__name__, place=_place(failed))


class SocketApp:
    """One application; cheroot's workers call it."""

    def __init__(
        self, vault: Vault, *, allowed: frozenset[int], on_storage_failure: Callable[..., None] = stop
    ) -> None:
        """Serve ``vault`` to the Unix users in ``allowed``."""
        self._vault = vault
        self._allowed = allowed
        self._on_storage_failure = on_storage_failure

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer one call."""
        begun = time.monotonic()
        name = str(environ.get("PATH_INFO", "")).removeprefix(PREFIX)
        try:
            answer, status = self._answer(name, environ), "200 OK"
        except StorageFailedError as error:
            self._on_storage_failure(error)
            answer, status = {"error": error.as_json()}, status_of(error)
        except SafeconductError as error:
            self._alarm(error, name, environ)
            answer, status = {"error": error.as_json()}, status_of(error)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the caller learns a code and the log a kind
            log(event="fault", op=name, kind=type(error).__name__, place=_place(error))
            answer, status = {"error": InternalError().as_json()}, status_of(InternalError())
        body = json.dumps(answer).encode()
        took = round((time.monotonic() - begun) * 1000)
        log(event="call", op=name[:40], status=int(status[:3]), code=answer.get("error", {}).get("code"), ms=took)
        start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, name: str, environ: dict[str, Any]) -> dict[str, Any]:
        if int(environ.get("X_REMOTE_UID", -1)) not in self._allowed:
            raise CallerError
        if environ["REQUEST_METHOD"] != "POST" or not str(environ["PATH_INFO"]).startswith(PREFIX):
            raise OperationError("Every call is POST /v1/<op>.")
        body = _body(environ, MOST_BYTES.get(name, MOST_BYTES_ELSEWHERE))
        if name == "import":
            return self._import(environ, body)
        payload = environ[PAYLOAD] = _json(body or b"{}")
        return call(self._vault, name, payload)

    def _alarm(self, error: SafeconductError, name: str, environ: dict[str, Any]) -> None:
        payload = environ.get(PAYLOAD)
        said = payload if isinstance(payload, dict) else {}
        gate = name if name in OPERATIONS or name == "import" else "unknown"
        raise_alarm(
            self._vault,
            error,
            gate=gate,
            caller=f"uid-{int(environ.get('X_REMOTE_UID', -1))}",
            subject=str(said.get("digest") or said.get("grant") or ""),
            matter=str(said.get("matter", "")),
            on_storage_failure=self._on_storage_failure,
        )

    def _import(self, environ: dict[str, Any], body: bytes) -> dict[str, Any]:
        if self._vault.sealed:
            raise SealedError
        table = parse_qs(environ.get("QUERY_STRING", "")).get("table", [""])[0]
        try:
            proof = _json(b64decode(environ.get("HTTP_X_PROOF", ""), validate=True))
        except ValueError as error:
            raise OperationError("X-Proof is the proof's JSON in base64.") from error
        with self._vault.acting:
            return self._vault.opened.importing.take(table=table, stream=body, proof=proof)


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"  # noqa: PTH119 - a name for the log, not a path to open


def _body(environ: dict[str, Any], most: int) -> bytes:
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError as error:
        raise OperationError("Content-Length is not a number.") from error
    if length > most:
        raise OperationError("The body is longer than this operation takes.")
    data: bytes = environ["wsgi.input"].read(length)
    if len(data) != length:
        raise OperationError("The body breaks off.")
    return data


def _json(data: bytes) -> JsonValue:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise OperationError("The body is not JSON.") from error
