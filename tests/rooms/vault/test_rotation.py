"""The rotation as a colleague asks for it: one entry before, one after, at the command line and through the socket."""

import json
from pathlib import Path

import pytest
from tests.rooms.vault.listening import NOW, listening
from tests.vaultd.rotating import NEXT_TWO, every_key, opened_in
from tests.vaultd.story import CUSTODIANS, CUSTOMER, Story

from safeconduct.cli import keys
from safeconduct.cli.main import main
from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import DamagedError, NotPermittedError, UnavailableError
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.people import queries as people
from safeconduct.rooms.people.rules import PERMISSIONS, Permission, Role
from safeconduct.rooms.vault import actions, queries, steps
from safeconduct.rooms.vault.rules import VaultUnavailableError

story = pytest.fixture(listening)
EPOCH = "epoch/2026-06/2"
ENGINEER = Actor(
    person="sol", account="sol-1", organisation="self", permissions=frozenset({str(Permission.KEYS_ROTATE)})
)
CEREMONY = actions.Ceremony(current=CUSTODIANS, custodians=NEXT_TWO)


def kinds() -> list[str]:
    return [line.kind for line in ledger.history(subject=EPOCH)]


def intend(custodians: int | None = None) -> str:
    return actions.intend_rotation(actor=ENGINEER, now=NOW, custodians=custodians)


def test_only_the_security_engineer_may_rotate() -> None:
    assert [role for role in Role if Permission.KEYS_ROTATE in PERMISSIONS[role]] == [Role.SECURITY_ENGINEER]
    nobody = Actor(person="x", account="x", organisation="self")
    with pytest.raises(NotPermittedError):
        actions.intend_rotation(actor=nobody, now=NOW)
    with pytest.raises(NotPermittedError):
        actions.rotate_keys(actor=nobody, now=NOW, entry="e")


def test_intent_effect_outcome(story: Story) -> None:
    before = every_key(story)
    entry = intend()
    done = actions.rotate_keys(actor=ENGINEER, now=NOW, entry=entry)
    assert (done.epoch, done.keys, done.destroyed) == (EPOCH, len(before), 1)
    assert kinds() == [actions.ROTATE, actions.ROTATED]
    assert ledger.history(subject=EPOCH)[1].facts == {"entry": entry, "keys": len(before), "destroyed": 1}
    assert actions.rotate_keys(actor=ENGINEER, now=NOW, entry=entry) == done
    assert kinds() == [actions.ROTATE, actions.ROTATED]
    assert every_key(story) == before


def test_a_new_root_through_the_socket_leaves_no_name_and_no_passphrase_in_the_ledger(story: Story) -> None:
    done = actions.rotate_keys(actor=ENGINEER, now=NOW, entry=intend(3), ceremony=CEREMONY)
    assert (done.epoch, done.destroyed) == (EPOCH, 1)
    assert kinds() == [actions.ROTATE, actions.ROTATED]
    said = json.dumps([line.facts for line in ledger.history(subject=EPOCH)])
    assert not any(word in said for word in (*NEXT_TWO, *NEXT_TWO.values(), *CUSTODIANS, *CUSTODIANS.values()))
    assert "rivers" not in repr(CEREMONY)
    assert queries.status()["unsealers"] == sorted(NEXT_TWO)
    story.vault.close()
    opened_in(story.configuration.vault_store.parent, story.log, custodians=NEXT_TWO).vault.close()


@pytest.mark.usefixtures("story")
def test_a_refusal_is_entered() -> None:
    wrong = actions.Ceremony(current=CUSTODIANS | {"ben": "not the passphrase"}, custodians=NEXT_TWO)
    with pytest.raises(DamagedError):
        actions.rotate_keys(actor=ENGINEER, now=NOW, entry=intend(3), ceremony=wrong)
    assert kinds() == [actions.ROTATE, actions.REFUSED]
    assert ledger.history(subject=EPOCH)[1].facts["code"] == "SC-SEAL"


@pytest.mark.usefixtures("story")
def test_an_entry_about_something_else_is_no_rotation() -> None:
    with pytest.raises(actions.NotARotationError):
        actions.rotate_keys(actor=ENGINEER, now=NOW, entry=intend(), ceremony=CEREMONY)
    with pytest.raises(actions.NotARotationError):
        actions.rotate_keys(actor=ENGINEER, now=NOW, entry=intend(3))
    assert set(kinds()) == {actions.ROTATE}


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, story: Story) -> Story:
    """The command line, for the engineer's account, against the listening vault."""
    monkeypatch.setattr(keys, "_setup_django", lambda _: None)
    monkeypatch.setattr(people, "actor_for", lambda **_: ENGINEER)
    return story


@pytest.mark.usefixtures("command")
def test_the_command_rotates_and_status_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "rotate", "--account", "sol-1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["epoch"], told["destroyed"]) == (EPOCH, 1)
    assert main(["keys", "status", "--json"]) == 0
    status = json.loads(capsys.readouterr().out)["rotation"]
    assert [one["name"] for one in status["epochs"]] == [EPOCH]
    assert main(["keys", "status"]) == 0
    assert f"{EPOCH}: {told['keys']} keys, 0 days old" in capsys.readouterr().out
    assert main(["keys", "rotate", "--account", "sol-1"]) == 0
    assert "older epochs are destroyed" in capsys.readouterr().out


def test_the_command_changes_the_custodians(command: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ceremony.json"
    path.write_text(json.dumps({"current": CUSTODIANS, "custodians": NEXT_TWO}), "utf-8")
    assert main(["keys", "rotate", "--account", "a", "--root", "--passphrase-file", str(path)]) == 0
    assert "any two of 3 custodians" in capsys.readouterr().out
    assert list(command.vault.custody.custodians) == sorted(NEXT_TWO)


@pytest.mark.usefixtures("command")
def test_the_custodians_type_in_turn(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    typed = {**CUSTODIANS, **NEXT_TWO}
    monkeypatch.setattr(keys.getpass, "getpass", lambda asked: next(typed[name] for name in typed if name in asked))
    words = ["--current", "ada", "--current", "ben", "--custodian", "cleo", "--custodian", "dora"]
    assert main(["keys", "rotate", "--account", "a", "--root", "--json", *words]) == 0
    assert json.loads(capsys.readouterr().out)["custodians"] == 2
    answers = iter(["today", "today too", "one of the new", "another one"])
    monkeypatch.setattr(keys.getpass, "getpass", lambda _: next(answers))
    assert main(["keys", "rotate", "--account", "a", "--root", *words]) != 0
    assert "SC-TYPED-TWICE" in capsys.readouterr().err


@pytest.mark.usefixtures("command")
def test_a_broken_off_rotation_names_the_entry_to_go_on_with(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patched:

        def gone(**_: JsonValue) -> None:
            raise VaultUnavailableError({"code": "SC-VAULT-UNAVAILABLE", "message": "The vault did not answer."})

        patched.setattr(steps, "rotate", gone)
        assert main(["keys", "rotate", "--account", "a", "--json"]) == UnavailableError.exit_code
    told = json.loads(capsys.readouterr().out)["error"]
    assert told["code"] == "SC-ROTATION-OPEN"
    entry = ledger.history(subject=EPOCH)[0].entry
    assert entry in json.dumps(told)
    assert main(["keys", "rotate", "--account", "a", "--entry", entry, "--json"]) == 0
    assert kinds() == [actions.ROTATE, actions.ROTATED]


def test_a_customers_key_is_renewed_at_the_command_line(command: Story, capsys: pytest.CaptureFixture[str]) -> None:
    command.vault.opened.ring.newest(f"customer/{CUSTOMER}")
    words = ["keys", "renew", "--account", "a", "--customer", CUSTOMER, "--json"]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["version"] == 2
    assert [line.kind for line in ledger.history(subject=CUSTOMER)] == [actions.RENEW]
    assert main([*words, "--entry", told["entry"]]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == 2
    assert main(["keys", "renew", "--account", "a", "--customer", "e" * 32]) == NotPermittedError.exit_code
    with pytest.raises(NotPermittedError):
        actions.renew_customer_key(
            actor=Actor(person="x", account="x", organisation="self"), now=NOW, customer=CUSTOMER
        )


@pytest.mark.parametrize(
    "text", ["{}", '{"current": {}, "custodians": {"a": "b"}}', '{"current": {"a": "b"}, "custodians": {"a": 1}}', "["]
)
def test_a_bad_ceremony_file_is_refused_before_anything_is_asked(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ceremony.json"
    path.write_text(text, "utf-8")
    assert main(["keys", "rotate", "--account", "a", "--root", "--passphrase-file", str(path)]) != 0
    assert main(["keys", "rotate", "--account", "a", "--root"]) != 0
    assert capsys.readouterr().err.count("SC-PASSPHRASE-FILE") == 2
