"""``safeconduct keys``: where passphrases may come from, and what the exit code says."""

import argparse
import json
import os
from pathlib import Path

import pytest

from safeconduct.cli import keys


def parse(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    keys.add_arguments(parser)
    return parser.parse_args(words)


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The passphrases that the vault was given; it opens at the second."""
    given: dict[str, str] = {}

    def unseal(custodian: str, passphrase: str) -> dict[str, object]:
        given[custodian] = passphrase
        return {"sealed": len(given) < 2, "given": len(given)}

    monkeypatch.setattr(keys, "_setup_django", lambda _: None)
    monkeypatch.setattr(keys, "_give", unseal)
    return given


def test_a_typed_passphrase_is_one_of_two(
    vault: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(keys.getpass, "getpass", lambda _: "typed by her")
    assert keys.run(parse("unseal", "--custodian", "Ada")) == 1
    assert vault == {"Ada": "typed by her"}
    assert "typed" not in capsys.readouterr().out


def test_a_file_of_passphrases_opens(vault: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "custodians.json"
    path.write_text(json.dumps({"Ada": "one", "Bo": "two", "Cy": "three"}), "utf-8")
    assert keys.run(parse("unseal", "--passphrase-file", str(path), "--json")) == 0
    assert list(vault) == ["Ada", "Bo"]
    assert json.loads(capsys.readouterr().out) == {"given": 2, "sealed": False}


def test_passphrases_come_through_a_file_descriptor(vault: dict[str, str]) -> None:
    read, write = os.pipe()
    os.write(write, json.dumps({"Ada": "one", "Bo": "two"}).encode())
    os.close(write)
    assert keys.run(parse("unseal", "--passphrases-fd", str(read))) == 0
    assert vault == {"Ada": "one", "Bo": "two"}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"Ada": 1}', "not json", '"Ada"'])
def test_a_bad_file_is_refused_without_showing_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "custodians.json"
    path.write_text(text, "utf-8")
    with pytest.raises(keys.PassphraseFileError) as caught:
        keys.run(parse("unseal", "--passphrase-file", str(path)))
    assert not text or text not in str(caught.value)


def test_a_passphrase_is_never_an_argument() -> None:
    with pytest.raises(SystemExit):
        parse("unseal", "--custodian", "Ada", "--passphrase", "secret")
    with pytest.raises(SystemExit):
        parse("unseal")


@pytest.mark.parametrize(
    ("status", "line"),
    [
        ({"sealed": True, "demonstration": False, "unsealers": ["Ada", "Bo"]}, "sealed"),
        (
            {"sealed": False, "demonstration": True, "heads": {"private": {"size": 7, "root": ""}}},
            "open, demonstration",
        ),
    ],
)
@pytest.mark.usefixtures("vault")
def test_status_says_whether_it_is_sealed(
    status: dict[str, object], line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(keys, "_status", lambda: status)
    assert keys.run(parse("status")) == 0
    assert capsys.readouterr().out.splitlines()[0] == line
