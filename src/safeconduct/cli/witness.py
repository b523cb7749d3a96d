"""``safeconduct witness``: a log witness in a process of its own, over a Unix socket (c2sp.org/tlog-witness)."""

import argparse
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from cheroot import wsgi

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.tlog.notes import COSIGNATURE, KeyTextError, Signer, Verifier
from safeconduct.core.tlog.witness import BAD_REQUEST, MAX_REQUEST_BYTES, NOT_FOUND, PLAIN, Refused, judge
from safeconduct.core.tlog.witness_state import WitnessState

NAME = "witness"
HELP = "cosign the heads of logs that never take anything back"
PATH = "/add-checkpoint"
REASONS = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    422: "Unprocessable Entity",
    500: "Internal Server Error",
}
FAILED = 6
SOCKET_MODE = 0o666

StartResponse = Callable[[str, list[tuple[str, str]]], object]


class WitnessKeyError(BadInputError):
    """The witness's key file cannot be used."""

    code = "SC-WITNESS-KEY"
    cure = "Make one with: safeconduct witness --create NAME --key FILE."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--key", type=Path, required=True, help="file with the witness's private key")
    parser.add_argument("--socket", type=Path, help="Unix socket to listen on")
    parser.add_argument("--state", type=Path, help="folder with the last head of each log; never lose it")
    parser.add_argument("--logs", type=Path, help="file of trusted log keys, one vkey a line (default: STATE/logs)")
    parser.add_argument("--create", metavar="NAME", help="make the key file for a witness of this name, and stop")
    parser.add_argument("--json", action="store_true", help="print JSON")


def create_key(path: Path, name: str, *, randomness: Callable[[int], bytes] = os.urandom) -> Verifier:
    """Write a new private key that only its owner can read, and return the public key; an existing file is kept."""
    signer = Signer(name, randomness(32), COSIGNATURE)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise WitnessKeyError(f"{path.name} exists or cannot be written.") from error
    with os.fdopen(handle, "w") as file:
        file.write(signer.private_text + "\n")
        file.flush()
        os.fsync(file.fileno())
    return signer.verifier


def read_key(path: Path) -> Signer:
    """Return the witness's key; raises ``WitnessKeyError``."""
    try:
        signer = Signer.from_private_text(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, KeyTextError) as error:
        raise WitnessKeyError(f"{path.name} holds no witness key.") from error
    if signer.kind != COSIGNATURE:
        raise WitnessKeyError(f"{path.name} holds a key of another type.")
    return signer


def read_logs(path: Path) -> dict[str, tuple[Verifier, ...]]:
    """Return the trusted keys by origin from lines ``VKEY`` or ``ORIGIN VKEY``; ``#`` starts a comment."""
    found: dict[str, tuple[Verifier, ...]] = {}
    for line in path.read_text("utf-8").splitlines():
        words = line.partition("#")[0].split()
        if words:
            key = Verifier.from_vkey(words[-1])
            origin = words[0] if len(words) > 1 else key.name
            found[origin] = (*found.get(origin, ()), key)
    return found


class WitnessService:
    """The HTTP side of the witness: one lock over reading, judging and storing."""

    def __init__(
        self,
        *,
        state: WitnessState,
        signer: Signer,
        logs: Callable[[], Mapping[str, tuple[Verifier, ...]]],
        clock: Callable[[], float],
        failed: Callable[[], None],
    ) -> None:
        """Keep the parts; ``failed`` is called once when the state could not be written."""
        self._state = state
        self._signer = signer
        self._logs = logs
        self._clock = clock
        self._failed = failed
        self._lock = threading.Lock()

    def answer(self, body: bytes) -> tuple[int, str, str]:
        """Return status, content type and body for an add-checkpoint request."""
        with self._lock:
            verdict = judge(body, logs=self._logs(), seen=self._state.seen)
            if isinstance(verdict, Refused):
                log_line("refused", status=verdict.status)
                return verdict.status, verdict.content_type, verdict.body
            self._state.store(verdict.checkpoint.origin, verdict.seen)
            log_line("cosigned", origin=verdict.checkpoint.origin, size=verdict.checkpoint.size)
            return 200, PLAIN, verdict.reply(self._signer, time=int(self._clock()))

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request, as WSGI asks."""
        status, kind, text = NOT_FOUND, PLAIN, "only POST /add-checkpoint\n"
        if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"] == PATH:
            try:
                status, kind, text = self._read_and_answer(environ)
            except Exception as error:  # noqa: BLE001 - whatever went wrong, nothing is cosigned from here on
                log_line("stopped", error=type(error).__name__)
                status, kind, text = 500, PLAIN, "the witness cannot keep its state and stops\n"
                self._failed()
        data = text.encode()
        start_response(f"{status} {REASONS[status]}", [("Content-Type", kind), ("Content-Length", str(len(data)))])
        return [data]

    def _read_and_answer(self, environ: dict[str, Any]) -> tuple[int, str, str]:
        length = environ.get("CONTENT_LENGTH", "")
        if not length.isdigit() or int(length) > MAX_REQUEST_BYTES:
            return BAD_REQUEST, PLAIN, "a request has a length of at most 65536 bytes\n"
        return self.answer(environ["wsgi.input"].read(int(length)))


def log_line(event: str, **values: object) -> None:
    """Write one JSON line to stderr: names of logs, sizes, codes."""
    print(json.dumps({"event": event, **values}), file=sys.stderr, flush=True)


def run(arguments: argparse.Namespace) -> int:
    """Make a key, or serve until a signal ends the process; exit code 6 if the state could not be written."""
    if arguments.create:
        vkey = create_key(arguments.key, arguments.create).vkey
        print(json.dumps({"vkey": vkey}) if arguments.json else vkey)
        return 0
    if arguments.socket is None or arguments.state is None:
        raise BadInputError("A witness needs --socket and --state.")
    signer = read_key(arguments.key)
    logs = arguments.logs or arguments.state / "logs"
    state = WitnessState(arguments.state)
    try:
        read_logs(logs)
        return _serve(arguments.socket, signer, logs, state, announce=arguments.json)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(
            f"{error.__class__.__name__}: the socket or the file of log keys cannot be used."
        ) from error
    finally:
        state.close()


def _serve(socket: Path, signer: Signer, logs: Path, state: WitnessState, *, announce: bool) -> int:
    broken = threading.Event()
    socket.unlink(missing_ok=True)

    def fail() -> None:
        broken.set()
        threading.Thread(target=server.stop, daemon=True).start()

    service = WitnessService(state=state, signer=signer, logs=lambda: read_logs(logs), clock=time.time, failed=fail)
    server = wsgi.Server(str(socket), service, numthreads=4, server_name="witness")
    server.max_request_body_size = MAX_REQUEST_BYTES
    server.prepare()
    # Whoever reaches the folder may ask: what is cosigned is decided by the log's own signature, not by the asker.
    socket.chmod(SOCKET_MODE)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.stop, daemon=True).start())
    ready = {"event": "ready", "vkey": signer.verifier.vkey}
    print(json.dumps(ready) if announce else f"The log witness {signer.name} listens.", flush=True)
    server.serve()
    socket.unlink(missing_ok=True)
    return FAILED if broken.is_set() else 0
