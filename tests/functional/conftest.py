"""The demonstration, built once for every test here: the same main job as `make demo`, with fewer rows."""

import json
import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SEED = 20260101
ROWS = 100_000
PORTS = 20


def free_port_block() -> int:
    """Return the first of twenty neighbouring ports that nobody listens on; another run starts looking elsewhere."""
    begin = 21_000 + os.getpid() % 500 * PORTS
    for first in range(begin, 60_000, PORTS):
        with ExitStack() as held:
            try:
                for port in range(first, first + PORTS):
                    listener = held.enter_context(socket.socket())
                    listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise RuntimeError("no free ports")


@dataclass(frozen=True)
class Demo:
    """A finished demonstration."""

    root: Path
    summary: str

    @property
    def visitor(self) -> Path:
        return self.root.with_name(f"{self.root.name}-visitor")

    @property
    def trust(self) -> Path:
        return self.visitor / "trust.json"

    @property
    def story(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self.visitor / "story.json").read_text())
        return told

    def matter(self, key: str) -> dict[str, Any]:
        return next(told for told in self.story["matters"] if told["key"] == key)

    def sealed(self, key: str, kind: str) -> Path:
        """Return the one sealed file of this kind that a matter handed out."""
        names = [name for name in self.matter(key)["files"][kind] if name.endswith(".age")]
        assert len(names) == 1
        return self.root / "outbox" / str(names[0])

    def identity(self, name: str) -> Path:
        return self.visitor / "identities" / f"{name}.txt"


def command(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``safeconduct`` as a person would."""
    return subprocess.run(
        [sys.executable, "-m", "safeconduct.cli.main", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONWARNINGS": "error::DeprecationWarning"},
    )


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    root = tmp_path_factory.mktemp("d") / "demo"
    first = free_port_block()
    done = command("demo", "--directory", root, "--seed", str(SEED), "--rows", str(ROWS), "--first-port", str(first))
    assert done.returncode == 0, done.stdout + done.stderr
    return Demo(root=root, summary=done.stdout)
