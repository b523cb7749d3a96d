"""A live instance, founded from files alone, with its vault process and its witness."""

import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.functional.conftest import free_port_block

from safeconduct.cli.demonstration.certificates import new_authority, write_server_certificate
from safeconduct.cli.demonstration.processes import Child, start_child
from safeconduct.core.base.configuration import FACES, Configuration, read_configuration
from safeconduct.core.conduct.software_passkey import SoftwarePasskey

DOMAIN = "sc.company.example"
ROSTER = {"1" * 32: ("Anna Rook", ["approver", "counsel"]), "2" * 32: ("Bela Finch", ["approver"])}
ENGINEER, ANALYST, NEWCOMER = "3" * 32, "4" * 32, "5" * 32
HANDS: dict[str, SoftwarePasskey] = {}
"""What the first approvers hold in their hands; the instance has the public halves."""
PASSPHRASES = {"Anna Rook": "correct-horse-battery", "Bela Finch": "staple-paper-clip-x"}


def command(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "safeconduct.cli.main", *map(str, words)]
    return subprocess.run(line, capture_output=True, text=True, check=False, env={**os.environ, **environment})


def passkeys(*faces: str) -> list[dict[str, Any]]:
    keys = [SoftwarePasskey.create(rp_id=f"{face}.{DOMAIN}", randomness=os.urandom) for face in faces]
    return [key.credential().as_json() for key in keys]


def write_files(folder: Path) -> None:
    """Write what an operator prepares: passphrases, the first roster, the witness's key, the first people."""
    roster = []
    for person, (name, roles) in ROSTER.items():
        HANDS[person] = SoftwarePasskey.create(rp_id=f"approve.{DOMAIN}", randomness=os.urandom)
        credentials = [HANDS[person].credential().as_json(), *passkeys("open")]
        roster.append({"id": person, "name": name, "roles": roles, "credentials": credentials})
    everybody = {
        **ROSTER,
        ENGINEER: ("Cato Wren", ["security_engineer"]),
        ANALYST: ("Dana Lark", ["analyst"]),
    }
    people = [
        {"id": person, "name": name, "roles": roles, "until": "2030-01-01T00:00:00Z", "keys": passkeys("desk")}
        for person, (name, roles) in everybody.items()
    ]
    company = {"name": "Company, Inc.", "country": "US", "governmental": False, "people": people}
    made = command("witness", "--create", "witness.auditor.example", "--key", folder / "witness.key", "--json")
    assert made.returncode == 0, made.stderr
    vkey = json.loads(made.stdout)["vkey"]
    files = {
        "passphrases": PASSPHRASES,
        "roster": roster,
        "people": {"organisations": [company]},
        "witnesses": [{"vkey": vkey, "operator": "Auditor LLP", "independent": True}],
    }
    for name, value in files.items():
        (folder / f"{name}.json").write_text(json.dumps(value), "utf-8")


def founding(folder: Path, root: Path, first_port: int) -> list[str | Path]:
    return [
        "init", root, "--name", "Company", "--entity", "Company, Inc.", "--address", "1 Main Street",
        "--domain", DOMAIN, "--first-port", str(first_port), "--json",
        "--roster", folder / "roster.json", "--passphrase-file", folder / "passphrases.json",
    ]  # fmt: skip


@dataclass(frozen=True)
class Live:
    """A live instance whose vault process and witness run."""

    folder: Path
    path: Path
    vault: Child
    accounts: dict[str, str]

    @property
    def configuration(self) -> Configuration:
        return read_configuration(self.path)

    def call(self, op: str, **payload: Any) -> tuple[int, dict[str, Any]]:
        """Call the vault's socket, as the web process does."""
        connection = http.client.HTTPConnection("vault", timeout=30)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(str(self.configuration.socket))
        connection.request("POST", f"/v1/{op}", json.dumps(payload))
        response = connection.getresponse()
        value: dict[str, Any] = json.loads(response.read())
        connection.close()
        return response.status, value

    def page(self, face: str, method: str, path: str, form: str | None = None) -> tuple[int, str]:
        """Ask one of the vault's own origins."""
        at = self.configuration.faces[face]
        context = ssl.create_default_context(cafile=str(self.configuration.tls / "ca.pem"))
        connection = http.client.HTTPSConnection(at.host, at.port, context=context, timeout=30)
        plain = socket.create_connection(("127.0.0.1", at.port), 30)
        connection.sock = context.wrap_socket(plain, server_hostname=at.host)
        headers = {"Host": at.origin.removeprefix("https://"), "Origin": at.origin}
        connection.request(method, path, form, headers | {"Content-Type": "application/x-www-form-urlencoded"})
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, text


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    folder = Path(tempfile.mkdtemp(prefix="sc-"))
    root = folder / "i"
    write_files(folder)
    words = founding(folder, root, free_port_block())
    done = command(*words, "--witnesses", folder / "witnesses.json")
    assert done.returncode == 0, done.stdout + done.stderr
    keys = json.loads(done.stdout)["keys"]
    (root / "witness").mkdir(mode=0o700)
    (root / "witness" / "logs").write_text(f"{keys['log']}\n{keys['public_log']}\n", "utf-8")
    hosts = [f"{face}.{DOMAIN}" for face in FACES]
    write_server_certificate(root / "tls", authority=new_authority(), hosts=hosts)
    path = root / "safeconduct.toml"
    children = []
    try:
        log = root / "run" / "vaultd.log"
        children.append(start_child("vaultd", ["vaultd", "--config", str(path)], log=log, passphrases=PASSPHRASES))
        arguments = ["witness", "--key", str(folder / "witness.key"), "--state", str(root / "witness")]
        arguments += ["--socket", str(root / "run" / "witness.sock"), "--json"]
        children.append(start_child("witness", arguments, log=root / "run" / "witness.log"))
        enrolled = command("people", "enrol", folder / "people.json", "--config", path, "--json")
        assert enrolled.returncode == 0, enrolled.stdout + enrolled.stderr
        yield Live(folder, path, children[0], json.loads(enrolled.stdout)["accounts"])
    finally:
        for child in reversed(children):
            child.stop()
        shutil.rmtree(folder, ignore_errors=True)
