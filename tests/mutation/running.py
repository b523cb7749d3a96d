"""Runs the tests of a module against its mutants: ``python -m tests.mutation.running MODULE…``, one JSON line each.

Third-party packages are imported once; each mutant gets a forked child that imports our code anew, with the changed
module in its place, and stops at the first failing test. A child that does not end is killed, and so is its mutant.
"""

import argparse
import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import random
import signal
import sys
import tomllib
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from types import CodeType, ModuleType

import pytest
from tests.mutation.mutants import Mutant, mutants

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SOURCE = ROOT / "src"
PRELOADED = (
    "hypothesis",
    "hypothesis.strategies",
    "cryptography.hazmat.primitives.asymmetric.ec",
    "cryptography.x509",
    "fido2.webauthn",
    "pyarrow.compute",
    "pytest_django.plugin",
    "django.db.models",
    "django.test",
    "phonenumbers",
)
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
    """Return what the tests say of one compiled module, from a child of their own."""
    child = os.fork()
    if child == 0:
        _judge(module, code, tests)
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(child, signal.SIGKILL))
    signal.alarm(LONGEST_S)
    _, status = os.waitpid(child, 0)
    signal.alarm(0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if os.WIFSIGNALED(status):
        return KILLED
    return {0: SURVIVED, 1: KILLED, 2: KILLED}.get(os.WEXITSTATUS(status), BROKEN)


def _judge(module: str, code: CodeType, tests: list[str]) -> None:
    os.setpgid(0, 0)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.meta_path.insert(0, Changed(module, code))
    ended = 3
    try:
        ended = int(pytest.main(["-x", "-q", "-W", "ignore::pytest.PytestAssertRewriteWarning", SEED, *tests]))
    finally:
        os._exit(ended)


def chosen(module: str, count: int, rng: random.Random) -> Iterator[Mutant]:
    """Yield all mutants of a module, or ``count`` drawn ones, without those that change nothing."""
    known = equivalents().get(module, {})
    listed = [one for one in mutants(path_of(module).read_text("utf-8")) if one.key not in known]
    yield from listed if count == 0 or count > len(listed) else rng.sample(listed, count)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run mutants and print a line for each; the first line of a module is the module as it stands."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=sorted(targets()))
    parser.add_argument("--count", type=int, default=0, help="mutants drawn from each module; 0 takes all")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    os.chdir(ROOT)
    for name in PRELOADED:
        import_module(name)
    rng = random.Random(asked.seed)  # noqa: S311 - repeatable tests
    for module in asked.modules:
        tests = targets()[module]
        whole = compile(path_of(module).read_text("utf-8"), str(path_of(module)), "exec")
        _say(module, "as it stands", verdict(module, whole, tests))
        for mutant in chosen(module, asked.count, rng):
            code = compile(mutant.tree, str(path_of(module)), "exec")
            _say(module, mutant.key, verdict(module, code, tests))
    return 0


def _say(module: str, key: str, found: str) -> None:
    print(json.dumps({"module": module, "mutant": key, "verdict": found}), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    sys.exit(main())
