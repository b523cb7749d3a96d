"""Asks the tests of a module about its mutants: ``python -m tests.mutation.running MODULE…``, one JSON line each.

``plugin`` does the work inside pytest; here a child imports our code anew, with a changed module in its place. A child
that does not end is killed, and so is its mutant.
"""

import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import marshal
import os
import random
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, ModuleType

import pytest
from tests.mutation.mutants import Mutant, mutants

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SOURCE = ROOT / "src"
LONGEST_S = 240
SEED = "--hypothesis-seed=20260101"
"""The same examples for every mutant: a verdict is no matter of luck."""
KILLED, SURVIVED, BROKEN = "killed", "survived", "broken"


def targets() -> dict[str, list[str]]:
    """Return the mutated modules, each with its tests in the order in which they are asked."""
    read: dict[str, list[str]] = tomllib.loads((HERE / "targets.toml").read_text("utf-8"))["tests"]
    return read


def equivalents() -> dict[str, dict[str, str]]:
    """Return, by module, the mutants that change nothing, each with the reason."""
    read: dict[str, dict[str, str]] = tomllib.loads((HERE / "equivalent.toml").read_text("utf-8"))
    return read


def path_of(module: str) -> Path:
    """Return the source of a module, whether it is a file or a package."""
    path = SOURCE.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


class Changed(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Gives the changed module to whoever imports it."""

    def __init__(self, module: str, code: CodeType) -> None:
        """Keep one module's compiled mutant."""
        self._module, self._code = module, code

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Answer for the one module, from its own place."""
        del path, target
        if fullname != self._module:
            return None
        return importlib.util.spec_from_file_location(fullname, path_of(fullname), loader=self)

    def get_filename(self, fullname: str) -> str:
        """Return where the source stands."""
        return str(path_of(fullname))

    def get_data(self, path: str) -> bytes:  # type: ignore[override]  # the stub allows any buffer
        """Return the source as it stands, for tracebacks."""
        return Path(path).read_bytes()

    def get_code(self, fullname: str) -> CodeType:
        """Return the mutant."""
        del fullname
        return self._code


def verdict(module: str, code: CodeType, tests: list[str]) -> str:
    """Return what the tests say of one compiled module, from a child that imports everything of ours anew."""
    command = [sys.executable, "-m", "tests.mutation.running", "--judge", module, *tests]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, process_group=0) as child:
        try:
            child.communicate(marshal.dumps(code), timeout=LONGEST_S)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
    return _said(child.returncode)


def wait_for(child: int) -> str:
    """Return what a child's end says; one that does not end is killed, with all that it started."""
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(child, signal.SIGKILL))
    signal.alarm(LONGEST_S)
    _, status = os.waitpid(child, 0)
    signal.alarm(0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    return _said(os.waitstatus_to_exitcode(status))


def _said(ended: int) -> str:
    """Return what a child's exit code says of its mutant; a signal is a death too."""
    return KILLED if ended < 0 else {0: SURVIVED, 1: KILLED, 2: KILLED}.get(ended, BROKEN)


def judge(module: str, tests: list[str]) -> int:
    """Run the tests with the module that comes in on the standard input in its place."""
    code = marshal.loads(sys.stdin.buffer.read())  # noqa: S302 - it comes from our own parent
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.meta_path.insert(0, Changed(module, code))
    return int(pytest.main(["-x", "-q", SEED, *tests]))


def chosen(module: str, count: int, rng: random.Random) -> Iterator[Mutant]:
    """Yield all mutants of a module, or ``count`` drawn ones, without those that change nothing."""
    known = equivalents().get(module, {})
    listed = [one for one in mutants(path_of(module).read_text("utf-8")) if one.key not in known]
    yield from listed if count == 0 or count > len(listed) else rng.sample(listed, count)


def ask(modules: Sequence[str], *, count: int = 0, seed: int = 0) -> list[dict[str, str]]:
    """Return the verdicts of the modules' mutants; the first of each module is that of the module as it stands."""
    with tempfile.TemporaryDirectory() as folder:
        verdicts = Path(folder) / "verdicts"
        for module in modules:
            command = [sys.executable, "-m", "pytest", "-q", SEED, "-p", "tests.mutation.plugin", "--mutate", module]
            command += ["--mutants", str(count), "--mutants-seed", str(seed), "--verdicts", str(verdicts)]
            done = subprocess.run([*command, *targets()[module]], cwd=ROOT, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise RuntimeError(done.stdout + done.stderr)
        return [json.loads(line) for line in verdicts.read_text("utf-8").splitlines()]


def main(arguments: Sequence[str]) -> int:
    """Judge one module, or print the verdicts of the modules named, or of all."""
    if arguments[:1] == ["--judge"]:
        return judge(arguments[1], list(arguments[2:]))
    for module in arguments or sorted(targets()):
        for line in ask([module]):
            print(json.dumps(line), flush=True)  # noqa: T201 - the answer
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
