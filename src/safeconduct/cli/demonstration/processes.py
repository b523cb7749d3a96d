"""The processes beside the story: the vault process and the log witness, each a child that says when it is ready."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safeconduct.core.base.errors import UnavailableError

_PATIENCE_S = 30
_GRACE_S = 15


class ChildError(UnavailableError):
    """A process of the demonstration did not start."""

    code = "SC-DEMO-CHILD"
    cure = "Read its log in the folder run/ of the instance; often a port is in use by an earlier `make serve`."


@dataclass
class Child:
    """A running process; its standard error goes to a file of JSON lines without personal data."""

    name: str
    process: "subprocess.Popen[str]"
    ready: dict[str, Any]

    def stop(self) -> None:
        """End it in order; kill it only if it does not answer."""
        self.process.terminate()
        try:
            self.process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def start_child(name: str, arguments: list[str], *, log: Path, passphrases: dict[str, str] | None = None) -> Child:
    """Start ``safeconduct ARGUMENTS`` and wait for its line of JSON; passphrases go through a pipe, never a file."""
    command = [sys.executable, "-m", "safeconduct.cli.main", *arguments]
    inherited: tuple[int, ...] = ()
    writing = -1
    if passphrases is not None:
        reading, writing = os.pipe()
        command += ["--passphrases-fd", str(reading)]
        inherited = (reading,)
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own program with our own arguments
            command, stdout=subprocess.PIPE, stderr=errors, text=True, pass_fds=inherited
        )
    if passphrases is not None:
        os.close(inherited[0])
        with os.fdopen(writing, "w", encoding="utf-8") as pipe:
            json.dump(passphrases, pipe)
    return Child(name, process, _first_line(name, process))


def _first_line(name: str, process: "subprocess.Popen[str]") -> dict[str, Any]:
    guard = threading.Timer(_PATIENCE_S, process.kill)
    guard.start()
    try:
        line = process.stdout.readline() if process.stdout else ""
        found = json.loads(line)
    except ValueError:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
        raise ChildError(f"{name} ended with {process.returncode}.") from None
    finally:
        guard.cancel()
    if not isinstance(found, dict):
        raise ChildError(f"{name} did not say that it is ready.")
    return found


def start_part(arguments: list[str], *, log: Path) -> "subprocess.Popen[bytes]":
    """Start another part of the story beside this one; its output goes to ``log``."""
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603 - our own program with our own arguments
            [sys.executable, "-m", "safeconduct.cli.main", *arguments], stdout=output, stderr=output
        )


def finish_part(process: "subprocess.Popen[bytes]", *, log: Path) -> None:
    """Wait for a part; raises ``ChildError`` with the last line it wrote."""
    if process.wait() != 0:
        lines = log.read_text("utf-8", "replace").strip().splitlines()
        raise ChildError(f"A part of the story ended with {process.returncode}: {lines[-1] if lines else ''}")
