import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.core.packages.samples import built, released
from tests.core.verification.samples import TRUST, sealed

from safeconduct.cli import verify as command
from safeconduct.core.verification.verify import NOT_INDEPENDENT


def run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args([str(word) for word in words]))


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    path = tmp_path / "trust.json"
    path.write_bytes(TRUST.data)
    return path


def test_good_artefacts_end_with_zero_and_the_notice(
    tmp_path: Path, trust: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = tmp_path / "p.zip"
    package.write_bytes(released(built({})).zip_bytes)
    assert run("--trust", trust, package, sealed(tmp_path), trust) == 0
    said = capsys.readouterr().out
    assert NOT_INDEPENDENT in said
    assert "Everything is as issued." in said


def test_one_bad_artefact_among_good_ones_decides_and_is_named(
    tmp_path: Path, trust: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = sealed(tmp_path, name="good.age"), sealed(tmp_path, name="bad.age")
    bad.write_bytes(bad.read_bytes()[:-1])
    assert run("--trust", trust, "--json", good, bad, good) == 3
    said = json.loads(capsys.readouterr().out)
    assert not said["ok"]
    assert [one["part"] for one in said["parts"] if not one["ok"]] == ["bad.age"]


def test_without_a_trust_file_it_says_so_and_does_not_end_with_zero(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(sealed(tmp_path)) == 2
    assert "ssuer not verified" in capsys.readouterr().out


def test_a_folder_says_how_much_was_looked_at(tmp_path: Path, trust: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(40):
        sealed(tmp_path, name=f"letter-{number}.pdf.age")
    (tmp_path / "index.html").write_text("<!doctype html>")
    assert run("--trust", trust, tmp_path) == 0
    said = capsys.readouterr().out
    assert "41 artefact(s) looked at; 1 other file(s) are not artefacts." in said
    assert "index.html: not an artefact" in said
    assert run("--json", "--trust", trust, tmp_path) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["artefacts"], len(told["not_artefacts"])) == (True, 41, 1)
    assert run(tmp_path) == 2
    assert "ssuer not verified" in capsys.readouterr().out
    (tmp_path / "letter-7.pdf.age").unlink()
    assert run("--trust", trust, tmp_path) == 3
    assert "BAD" in capsys.readouterr().out


def test_an_empty_folder_is_not_verified(tmp_path: Path, trust: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert run("--trust", trust, tmp_path / "empty") == 2
    assert "0 artefact(s) looked at" in capsys.readouterr().out


def test_a_bad_trust_file_is_refused(tmp_path: Path, trust: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trust.write_bytes(TRUST.data.replace(b"North", b"South ", 1)[:-5])
    assert run("--trust", trust, sealed(tmp_path)) == 2
    assert "SC-TRUST-FILE" in capsys.readouterr().err
    assert run("--json", "--trust", trust, sealed(tmp_path)) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "SC-TRUST-FILE"


def test_it_needs_the_engines_only() -> None:
    words = (
        "import sys, safeconduct.cli.verify; "
        "print([name for name in sys.modules if name.partition('.')[0] in ('django', 'sqlite3', 'cheroot')])"
    )
    done = subprocess.run([sys.executable, "-c", words], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
