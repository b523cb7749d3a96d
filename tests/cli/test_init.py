import json
import os
import subprocess
import sys
from pathlib import Path

from safeconduct.cli.witness import create_key
from safeconduct.core.base.configuration import read_configuration
from safeconduct.core.conduct.software_passkey import SoftwarePasskey

DOMAIN = "sc.northwind.example"


def found(folder: Path, roster: Path, passphrases: Path) -> subprocess.CompletedProcess[str]:
    arguments = ["--name", 'North"wind', "--entity", "Northwind Messaging, Inc.", "--address", "400 Quay Street"]
    arguments += ["--domain", DOMAIN, "--roster", str(roster), "--passphrase-file", str(passphrases), "--json"]
    if (witnesses := roster.with_name("witnesses.json")).exists():
        arguments += ["--witnesses", str(witnesses)]
    command = [sys.executable, "-m", "safeconduct.cli.main", "init", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_instance_is_founded_once_and_holds_no_secret_in_its_configuration(tmp_path: Path) -> None:
    people = []
    for place, roles in enumerate([["approver"], ["approver", "counsel"]]):
        keys = [SoftwarePasskey.create(rp_id=f"{face}.{DOMAIN}", randomness=os.urandom) for face in ("approve", "open")]
        credentials = [key.credential().as_json() for key in keys]
        people.append({"id": f"{place}" * 32, "name": f"P {place}", "roles": roles, "credentials": credentials})
    roster, passphrases = tmp_path / "roster.json", tmp_path / "passphrases.json"
    witness = create_key(tmp_path / "witness.key", "witness.northwind.example")
    listed = [{"vkey": witness.vkey, "operator": "Somebody else", "independent": True}]
    (tmp_path / "witnesses.json").write_text(json.dumps(listed))
    roster.write_text(json.dumps(people))
    passphrases.write_text(json.dumps({"One": "correct-horse-battery", "Two": "staple-paper-clip-x"}))
    done = found(tmp_path / "i", roster, passphrases)
    assert done.returncode == 0, done.stdout + done.stderr
    path = tmp_path / "i" / "safeconduct.toml"
    configuration = read_configuration(path)
    assert configuration.name == 'North"wind'
    assert configuration.demonstration is None
    assert (configuration.root / "state" / "web.sqlite3").exists()
    assert (configuration.root / "web.secret").stat().st_mode & 0o777 == 0o600
    assert (configuration.root / "web.secret").read_text() not in path.read_text()
    assert "battery" not in path.read_text()
    again = found(tmp_path / "i", roster, passphrases)
    assert again.returncode == 5
    assert "SC-INSTANCE-EXISTS" in again.stderr


def test_one_custodian_is_not_enough(tmp_path: Path) -> None:
    roster, passphrases = tmp_path / "roster.json", tmp_path / "passphrases.json"
    roster.write_text("[]")
    passphrases.write_text(json.dumps({"One": "correct-horse-battery"}))
    assert found(tmp_path / "i", roster, passphrases).returncode == 2
    assert not (tmp_path / "i").exists()
