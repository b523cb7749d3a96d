import argparse
import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from safeconduct.cli import main as entry
from safeconduct.core.base.errors import ConflictError


def test_verify_never_loads_django() -> None:
    code = (
        "import sys; from safeconduct.cli.main import main\ntry: main(['verify', '--help'])\nexcept SystemExit: pass\n"
    )
    code += "assert not [name for name in sys.modules if name.split('.')[0] == 'django'], 'django'"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_unknown_command_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.main(["fly"]) == entry.UNKNOWN
    assert "no command" in capsys.readouterr().err


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in entry.COMMANDS)


def _with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def run(_arguments: argparse.Namespace) -> int:
        raise error

    def add(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")

    monkeypatch.setattr(entry, "import_module", lambda _name: SimpleNamespace(run=run, add_arguments=add))


def test_a_refusal_has_its_stable_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _with(monkeypatch, ConflictError("Twice."))
    assert entry.main(["verify", "--json"]) == ConflictError.exit_code
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "SC-CONFLICT"


def test_a_fault_tells_a_reference_and_nothing_of_what_it_held(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _with(monkeypatch, RuntimeError("Marrow, +12025550143"))
    assert entry.main(["verify"]) == entry.FAULT
    said = capsys.readouterr()
    assert "Marrow" not in said.err + said.out
    assert json.loads(said.err)["error"] == "RuntimeError"
