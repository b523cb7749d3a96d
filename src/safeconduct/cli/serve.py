"""``safeconduct serve``: the whole instance on one machine: vault process, faces, public folder, witness, worker.

Each is a process of its own; this one starts them, waits, and stops them by the ids it kept.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from safeconduct.core.base.configuration import Configuration, Face, read_configuration
from safeconduct.core.base.errors import BadInputError, UnavailableError

NAME = "serve"
DYNAMIC = ("desk", "portal")
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "SYSTEMROOT")
"""What children inherit: a face's requests carry its environment, so there is little in it."""
PATIENCE_S, GRACE_S, LOOK_S = 40.0, 15.0, 0.2
PROGRAM = [sys.executable, "-m", "safeconduct.cli.main"]


class NotServingError(UnavailableError):
    """A part of the instance did not start, or it ended."""

    code = "SC-NOT-SERVING"
    cure = "Read its log in the folder run/ of the instance; often a port is in use already."


class PassphrasesError(BadInputError):
    """The custodians' passphrases cannot be read."""

    code = "SC-PASSPHRASES"
    cure = 'Give --passphrase-file with JSON such as {"custodian": "passphrase"}; two custodians open the vault.'


@dataclass
class Running:
    """The processes that were started, by name, newest last."""

    configuration: Configuration
    path: Path
    children: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, name: str, command: list[str], *, environment: dict[str, str], given: bytes | None = None) -> None:
        """Start a process whose output goes to ``run/<name>.log``; ``given`` reaches it through a pipe."""
        logs = self.configuration.root / "run"
        logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        reading = writing = -1
        passed: tuple[int, ...] = ()
        if given is not None:
            reading, writing = os.pipe()
            command, passed = [*command, "--passphrases-fd", str(reading)], (reading,)
        with (logs / f"{name}.log").open("wb") as log:
            self.children[name] = subprocess.Popen(  # noqa: S603 - our own program with our own arguments
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, pass_fds=passed
            )
        if given is not None:
            os.close(reading)
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(given)

    def ended(self) -> str | None:
        """Return the name of a process that ended, or None while all run."""
        return next((name for name, child in self.children.items() if child.poll() is not None), None)

    def stop(self) -> None:
        """End every process, the newest first, each by its own id; kill only one that does not answer."""
        for child in reversed(self.children.values()):
            if child.poll() is None:
                child.terminate()
        until = time.monotonic() + GRACE_S
        for child in reversed(self.children.values()):
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments on ``parser``."""
    parser.add_argument("--config", type=Path, required=True, help="the instance's safeconduct.toml")
    parser.add_argument(
        "--passphrase-file", type=Path, action="append", default=[], help="file with passphrases as JSON; repeatable"
    )
    parser.add_argument("--without-worker", action="store_true", help="start no worker")
    parser.add_argument("--json", action="store_true", help="say as a line of JSON when everything serves")


def environment(path: Path, **more: str) -> dict[str, str]:
    """Return the environment of a child: little, and nothing secret."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "SAFECONDUCT_CONFIG": str(path), "PYTHONUNBUFFERED": "1", **more}


def _passphrases(configuration: Configuration, files: list[Path]) -> bytes:
    """Return the passphrases as JSON; a demonstration finds its own two custodians among the visitors' keys."""
    chosen = files
    if not files and configuration.demonstration is not None:
        chosen = [configuration.demonstration.visitor / "custodians.json"]
    found: dict[str, str] = {}
    try:
        for path in chosen:
            found |= json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, TypeError) as error:
        raise PassphrasesError from error
    return json.dumps(found).encode()


def _face_command(face: Face, tls: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(face.port)),
        *("--ssl-certificate", str(tls / "server.pem"), "--ssl-keyfile", str(tls / "server.key")),
        *("--ssl-protocol-min", "tls1.3", "--workers", "1", "--blocking-threads", "4", "--no-ws"),
        *("--log-level", "warning", "safeconduct.site.wsgi:application"),
    ]


def _wait_for_port(running: Running, name: str, port: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if running.ended():
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(LOOK_S)
        else:
            return
    raise NotServingError(f"It is called {running.ended() or name}.")


def _free(faces: list[Face]) -> None:
    for face in faces:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", face.port))
            except OSError as error:
                raise NotServingError(f"Port {face.port} of {face.name} is in use.") from error


def start(configuration: Configuration, arguments: argparse.Namespace, running: Running) -> None:
    """Start every process and wait until each face answers; raises ``NotServingError`` naming the part."""
    path, faces = running.path, configuration.faces
    _free(list(faces.values()))
    passphrases = _passphrases(configuration, arguments.passphrase_file)
    vault = [*PROGRAM, "vaultd", "--config", str(path)]
    running.start("vaultd", vault, environment=environment(path), given=passphrases)
    for name in ("approve", "open"):
        _wait_for_port(running, "vaultd", faces[name].port)
    state = configuration.root / "witness"
    if configuration.witness_socket is not None and state.is_dir():
        witness = [*PROGRAM, "witness", "--key", str(state / "key"), "--state", str(state)]
        witness += ["--socket", str(configuration.witness_socket)]
        running.start("witness", witness, environment=environment(path))
    for name in DYNAMIC:
        settings = {"DJANGO_SETTINGS_MODULE": f"safeconduct.site.settings.{name}"}
        command = _face_command(faces[name], configuration.tls)
        running.start(name, command, environment=environment(path, **settings))
    if not arguments.without_worker:
        running.start("worker", [*PROGRAM, "worker", "--config", str(path)], environment=environment(path))
    for name in DYNAMIC:
        _wait_for_port(running, name, faces[name].port)


def _say(configuration: Configuration, *, as_json: bool) -> None:
    origins = {name: face.origin for name, face in configuration.faces.items()}
    if as_json:
        print(json.dumps({"serving": origins}), flush=True)
        return
    says = {"desk": "for colleagues", "portal": "for officers", "public": "for everybody"}
    lines = [f"  {name:<8}{origins[name]:<52}{words}" for name, words in says.items()]
    print("Serving:\n" + "\n".join(lines))
    print(f"  Trust {configuration.tls / 'ca.pem'} in the browser. Ctrl-C stops everything.", flush=True)


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; a part that ends by itself ends everything with ``NotServingError``."""
    path = arguments.config.resolve()
    configuration = read_configuration(path)
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    running = Running(configuration, path)
    from safeconduct.site.public_files import public_server  # noqa: PLC0415 - after the arguments are known to be good

    server = public_server(configuration)
    try:
        start(configuration, arguments, running)
        server.prepare()
        threading.Thread(target=server.serve, name="public", daemon=True).start()
        _say(configuration, as_json=arguments.json)
        while not ended.wait(LOOK_S):
            if lost := running.ended():
                raise NotServingError(f"It is called {lost}.")
    finally:
        server.stop()
        running.stop()
    return 0
