"""Starts the log witness as a process of its own."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START = (
    "import argparse, sys\n"
    "from safeconduct.cli import witness\n"
    "parser = argparse.ArgumentParser()\n"
    "witness.add_arguments(parser)\n"
    "sys.exit(witness.run(parser.parse_args(sys.argv[1:])))\n"
)


@contextmanager
def running(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", START, "--socket", str(folder / "w.sock"), "--state", str(folder / "state")]
    process = subprocess.Popen(
        [*command, "--key", str(folder / "key"), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert ready["event"] == "ready"
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
