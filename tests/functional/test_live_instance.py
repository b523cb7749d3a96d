"""A live instance, founded from files alone; nothing that the demonstration may do is accepted there."""

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
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.functional.conftest import free_port_block

from safeconduct.cli.demonstration.certificates import new_authority, write_server_certificate
from safeconduct.cli.demonstration.origins import Ceremonies
from safeconduct.cli.demonstration.processes import Child, start_child
from safeconduct.core.base.configuration import FACES, Configuration, ConfigurationError, read_configuration
from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.core.rulebook.book import load
from safeconduct.core.rulebook.sign_offs import SignOffs
from safeconduct.core.verification.trust import Trust

DOMAIN = "sc.company.example"
ROSTER = {"1" * 32: ("Anna Rook", ["approver", "counsel"]), "2" * 32: ("Bela Finch", ["approver"])}
ENGINEER, ANALYST, NEWCOMER = "3" * 32, "4" * 32, "5" * 32
HANDS: dict[str, SoftwarePasskey] = {}
"""What the first approvers hold in their hands; the instance has the public halves."""
PASSPHRASES = {"Anna Rook": "correct-horse-battery", "Bela Finch": "staple-paper-clip-x"}


def command(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
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


def test_the_vault_opens_on_two_custodians_and_is_live(live: Live) -> None:
    assert live.vault.ready["sealed"] is False
    status, told = live.call("status")
    assert (status, told["demonstration"], told["sealed"]) == (200, False, False)
    trust = Trust.read(live.configuration.public / "trust.json")
    assert (trust.demonstration, trust.quorum, trust.independently_witnessed) == (False, 1, True)


def test_the_worker_ticks_and_the_public_head_is_witnessed(live: Live) -> None:
    ticked = command("worker", "--config", live.path, "--once", "--json")
    assert ticked.returncode == 0, ticked.stdout + ticked.stderr
    assert set(json.loads(ticked.stdout).values()) == {"done"}
    fsck = command("ledger", "fsck", "--log", "private", "--config", live.path)
    assert fsck.returncode == 0, fsck.stdout + fsck.stderr


def test_the_first_people_are_enrolled_once(live: Live) -> None:
    again = command("people", "enrol", live.folder / "people.json", "--config", live.path)
    assert again.returncode == 5
    assert "SC-PEOPLE-FOUNDED" in again.stderr


def test_two_approvers_and_nobody_else_change_the_roster(live: Live, tmp_path: Path) -> None:
    person = {"id": NEWCOMER, "name": "Edda Crane", "roles": ["second_reader"], "credentials": passkeys("approve")}
    (tmp_path / "change.json").write_text(json.dumps({"kind": "roster", "change": "add", "person": person}))
    by = ["--account", live.accounts[ANALYST], "--config", live.path, "--json"]
    proposed = command("people", "propose", tmp_path / "change.json", *by)
    assert proposed.returncode == 0, proposed.stdout + proposed.stderr
    digest = json.loads(proposed.stdout)["digest"]
    apply = ["people", "apply", digest, "--person", NEWCOMER, *by]
    ceremonies = Ceremonies.of(live.configuration)
    first, second = ROSTER
    ceremonies.approve(consent=digest, person=first, passkey=HANDS[first])
    alone = command(*apply)
    assert alone.returncode != 0
    ceremonies.approve(consent=digest, person=second, passkey=HANDS[second])
    ceremonies.close()
    applied = command(*apply)
    assert applied.returncode == 0, applied.stdout + applied.stderr


ASK = """
import json, sys
import django
django.setup()
from django.test import Client
from safeconduct.rooms.people import queries
from safeconduct.site import clock
account = queries.everybody(now=clock.now(), officers=False)[0].account
client = Client(headers={"host": sys.argv[1]})
page = client.get("/sign-in", secure=True)
click = client.post("/sign-in/demonstration", {"account": account}, secure=True)
print(json.dumps({"page": page.status_code, "names": account in page.content.decode(), "click": click.status_code,
                  "hsts": page.headers.get("Strict-Transport-Security", ""), "in": "account" in client.session}))
"""


def test_one_click_signs_nobody_in_at_the_desk(live: Live) -> None:
    told = {"SAFECONDUCT_CONFIG": str(live.path), "DJANGO_SETTINGS_MODULE": "safeconduct.site.settings.desk"}
    line = [sys.executable, "-c", ASK, live.configuration.faces["desk"].host]
    done = subprocess.run(line, capture_output=True, text=True, check=False, env={**os.environ, **told})
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["page"], answer["names"], answer["click"], answer["in"]) == (200, False, 403, False)
    assert answer["hsts"].startswith("max-age=31536000")


@pytest.mark.parametrize("face", ["approve", "open"])
def test_one_click_signs_nobody_in_at_the_vault(live: Live, face: str) -> None:
    status, page = live.page(face, "GET", "/sign-in")
    assert status == 200
    assert "demonstration" not in page.lower()
    person = next(iter(ROSTER))
    status, _ = live.page(face, "POST", "/sign-in", f"demonstration=1&person={person}&next=/")
    assert status >= 400


def test_the_clock_cannot_be_set(live: Live) -> None:
    status, told = live.call("set_clock", now="2031-01-01T00:00:00Z")
    assert status == 403
    assert told["error"]["message"].endswith("Only a demonstration's clock can be set.")


def test_sign_offs_of_a_demonstration_do_not_count_and_counsels_own_do(live: Live) -> None:
    overlay, book = live.configuration.overlay, load()
    asked = ("rulebook", "ask", "obtainable(search_warrant)", "--as-of", "2026-11-23", "--overlay", overlay, "--json")

    def sign(*, demonstration: bool) -> None:
        provisions = book.provisions.values()
        made = SignOffs(demonstration=demonstration).signing(provisions, name="Anna Rook", day=date(2026, 1, 1))
        overlay.write_text(made.text, "utf-8")

    unsigned = command(*asked)
    sign(demonstration=True)
    refused = command(*asked)
    sign(demonstration=False)
    signed = command(*asked)
    overlay.unlink()
    assert '"ask_counsel"' in unsigned.stdout
    assert refused.returncode != 0
    assert "DEMONSTRATION" in refused.stderr
    assert '"signed"' in signed.stdout, "control"


def test_a_live_instance_needs_a_witness_unless_it_publishes_nothing(live: Live, tmp_path: Path) -> None:
    path = tmp_path / "safeconduct.toml"
    text = live.path.read_text("utf-8").replace("witness_quorum = 1", "witness_quorum = 0")
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match="log witness"):
        read_configuration(path)
    path.write_text(text.replace("enclave = false", "enclave = true"), "utf-8")
    assert read_configuration(path).witness_quorum == 0


def test_init_without_a_witness_or_with_one_approver_founds_nothing(live: Live, tmp_path: Path) -> None:
    unwitnessed = command(*founding(live.folder, tmp_path / "i", 40_000))
    assert unwitnessed.returncode == 2
    assert "--witnesses" in unwitnessed.stderr
    assert not (tmp_path / "i").exists()
    changed = json.loads((live.folder / "roster.json").read_text())
    changed[0]["roles"] = ["counsel"]
    (tmp_path / "roster.json").write_text(json.dumps(changed))
    words = [*founding(live.folder, tmp_path / "i", 40_000), "--witnesses", live.folder / "witnesses.json"]
    single = command(*words, "--roster", tmp_path / "roster.json")
    assert single.returncode == 2
    assert "SC-FIRST-ROSTER" in single.stderr
    assert not (tmp_path / "i").exists()


def test_nothing_secret_lies_in_the_configuration_and_private_folders_are_private(live: Live) -> None:
    root = live.path.parent
    text = live.path.read_text("utf-8")
    assert not any(one in text for one in PASSPHRASES.values())
    for name in ("vault", "state", "run", "outbox"):
        assert (root / name).stat().st_mode & 0o077 == 0, name
    assert (root / "web.secret").stat().st_mode & 0o777 == 0o600
