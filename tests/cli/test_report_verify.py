"""``report verify`` is ``verify`` for reports: the same findings, and a refusal of what is no report."""

import argparse
import json
from pathlib import Path

import pytest
from tests.core.verification.samples import FORGER, TRUST, sealed
from tests.core.verification.test_reports import report

from safeconduct.cli import report as report_command
from safeconduct.cli import verify as verify_command
from safeconduct.cli.main import COMMANDS


def run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    report_command.add_arguments(parser)
    return report_command.run(parser.parse_args(["verify", *(str(word) for word in words)]))


def by_verify(*words: object) -> int:
    parser = argparse.ArgumentParser()
    verify_command.add_arguments(parser)
    return verify_command.run(parser.parse_args([str(word) for word in words]))


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    path = tmp_path / "trust.json"
    path.write_bytes(TRUST.data)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "reports").mkdir()
    return report(tmp_path / "reports" / "2026-H1")


def test_both_commands_say_the_same(folder: Path, trust: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (folder, folder.parent):
        for harm in (lambda: None, lambda: (folder / "by-process.csv").write_text("x")):
            report(folder)
            harm()
            codes, said = [], []
            for command in (run, by_verify):
                codes.append(command("--json", "--trust", trust, path))
                said.append(json.loads(capsys.readouterr().out))
            assert codes[0] == codes[1]
            assert said[0] == said[1]
    assert codes == [3, 3]


def test_a_forged_report_is_refused(folder: Path, trust: Path) -> None:
    assert run("--trust", trust, folder) == 0
    report(folder, signer=FORGER)
    assert run("--trust", trust, folder) == 3


def test_without_a_trust_file_the_issuer_is_not_verified(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder) == 2
    assert "ssuer not verified" in capsys.readouterr().out


def test_another_good_artefact_is_no_report(folder: Path, trust: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sealed(folder.parent.parent)
    letter = folder.parent.parent / "7KQ2.zip.age"
    assert by_verify("--trust", trust, letter) == 0
    assert run("--trust", trust, letter) == 2
    assert run("--trust", trust, folder, letter) == 2
    assert "No report lies here" in capsys.readouterr().out


def test_a_folder_that_holds_nothing_is_refused_and_named(
    tmp_path: Path, trust: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert run("--trust", trust, tmp_path / "empty") == 2
    assert "empty (unknown)" in capsys.readouterr().out


def test_the_help_names_only_what_is_there() -> None:
    assert "audit" not in COMMANDS["report"]
