"""A live instance runs; nothing that the demonstration may do is accepted there."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from tests.functional.live import (
    ANALYST,
    ENGINEER,
    HANDS,
    NEWCOMER,
    PASSPHRASES,
    ROSTER,
    Live,
    command,
    founding,
    live,
    passkeys,
)

from safeconduct.cli.demonstration.origins import Ceremonies
from safeconduct.core.base.configuration import ConfigurationError, read_configuration
from safeconduct.core.rulebook.book import load
from safeconduct.core.rulebook.sign_offs import SignOffs
from safeconduct.core.verification.trust import Trust

__all__ = ["live"]


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
    public = live.configuration.public
    checks: list[list[str | Path]] = [
        ["ledger", "fsck", "--log", "private", "--config", live.path],
        ["verify", "--trust", public / "trust.json", public],
        ["keys", "status", "--config", live.path],
    ]
    for words in checks:
        done = command(*words)
        assert done.returncode == 0, done.stdout + done.stderr


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


def test_records_come_in_from_files(live: Live, tmp_path: Path) -> None:
    customer = "c" * 32
    (tmp_path / "customers.csv").write_text(f"customer,name\n{customer},Tern & Lowe\n")
    columns = "record_id,customer,number,name,address,email,service,started_at,ended_at"
    row = f"r1,{customer},+12025550143,A. Marrow,2 Mole Street,a@example.com,voice,2026-01-05T00:00:00Z,"
    (tmp_path / "subscribers.csv").write_text(f"{columns}\n{row}\n")
    by = ["--account", live.accounts[ENGINEER], "--config", live.path, "--json"]
    for words in (["customers", tmp_path / "customers.csv"], ["import", tmp_path / "subscribers.csv"]):
        done = command("records", *words, *by)
        assert done.returncode == 0, done.stdout + done.stderr
    again = command("records", "customers", tmp_path / "customers.csv", *by)
    assert again.returncode == 5
    shown = json.loads(command("records", "status", "--config", live.path, "--json").stdout)
    assert (shown["customers"], shown["rows"]["subscribers"]) == (1, 1)


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
    assert answer["hsts"].startswith("max-age=63072000")


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
