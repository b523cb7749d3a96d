"""The rulebook command, from its arguments to its exit code."""

import argparse
import json
from pathlib import Path

import pytest

from safeconduct.cli import rulebook
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.rulebook.sign_offs import DemonstrationSignOffError


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    rulebook.add_arguments(parser)
    return rulebook.run(parser.parse_args(words))


def test_the_shipped_rulebook_is_sound_and_unsigned(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--json", "--as-of", "2026-03-01") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["for_counsel"] == len(told["provisions"]) > 25
    assert {row["state"] for row in told["provisions"]} == {"unsigned", "not in force", "not verified"}


def test_an_unsigned_answer_exits_with_one_and_a_signed_one_with_zero(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    overlay = str(tmp_path / "sign-offs.toml")
    ask = ("ask", "obtainable(subpoena)", "--overlay", overlay, "--as-of", "2026-03-01", "--json")
    assert run(*ask) == 1
    assert json.loads(capsys.readouterr().out)["status"] == "ask_counsel"
    sign = ("sign", "--overlay", overlay, "--name", "A. Counsel", "--as-of", "2026-02-01")
    assert run(*sign, "us.sca.2703-c-2", "policy.content-on-a-warrant") == 0
    capsys.readouterr()
    assert run(*ask) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["citations"] == ["18 U.S.C. 2703(c)(2)", "Policy 2"]
    assert run("ask", "--overlay", overlay) == 0
    with pytest.raises(BadInputError):
        run(*sign)


def test_a_demonstration_overlay_needs_a_demonstration(tmp_path: Path) -> None:
    overlay = str(tmp_path / "sign-offs.toml")
    assert run("sign", "--overlay", overlay, "--name", "R. Fictitious", "--demonstration", "--all") == 0
    with pytest.raises(DemonstrationSignOffError):
        run("check", "--overlay", overlay)


def test_counsel_determines_for_a_class_and_check_lists_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    overlay = str(tmp_path / "sign-offs.toml")
    told = ("--process", "cloud_act_order", "--country", "GB", "--expires", "2026-09-01", "--name", "A. Counsel")
    why = ("--citation", "18 U.S.C. 2523(b)", "--reason", "The agreement is in force.", "us.cloud.2523")
    assert run("determine", "--json", "--overlay", overlay, "--as-of", "2026-03-01", *told, *why) == 0
    one = json.loads(capsys.readouterr().out)["id"]
    for day, stands in (("2026-03-01", [one]), ("2026-08-31", [one]), ("2026-09-01", []), ("2026-02-28", [])):
        run("check", "--json", "--overlay", overlay, "--as-of", day)
        assert json.loads(capsys.readouterr().out)["determinations"] == stands
    run("check", "--overlay", overlay, "--as-of", "2026-09-01")
    assert f"{one} by A. Counsel" in capsys.readouterr().out
