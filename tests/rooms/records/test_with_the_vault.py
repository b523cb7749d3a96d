"""The same verbs against a real vault process over its socket: what is told to the room is what lies sealed."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.core.segments.conftest import make_rows
from tests.own_database import own_database, sqlite_settings
from tests.rooms.records.conftest import NOW
from tests.vaultd.story import CUSTODIANS, begin, write_certificate

from safeconduct.cli import keys
from safeconduct.core.base.actors import Actor
from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.errors import BadInputError, UnavailableError
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.records import actions, queries
from safeconduct.rooms.vault import queries as vault_queries
from safeconduct.rooms.vault import steps as vault_steps

PROGRAM = (
    "import argparse, sys; from safeconduct.cli.vaultd import add_arguments, run;"
    "p = argparse.ArgumentParser(); add_arguments(p); sys.exit(run(p.parse_args()))"
)


@dataclass
class Running:
    """A vault process and the instance it serves."""

    configuration: Configuration
    phrases: Path
    child: subprocess.Popen[str] | None = None

    def start(self) -> None:
        words = ["--config", str(self.configuration.root / "safeconduct.toml"), "--passphrase-file", str(self.phrases)]
        self.child = subprocess.Popen([sys.executable, "-c", PROGRAM, *words], stdout=subprocess.PIPE, text=True)
        assert self.child.stdout is not None
        assert json.loads(self.child.stdout.readline())["ready"]

    def stop(self) -> None:
        assert self.child is not None
        assert self.child.stdout is not None
        self.child.kill()
        self.child.wait(20)
        self.child.stdout.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return min(int(probe.getsockname()[1]), 65_000)


@pytest.fixture
def running(tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[Running]:
    """A real vault process, open, with the room's database beside it."""
    story = begin(tmp_path / "instance", free_port())
    story.vault.close()
    configuration = story.configuration
    write_certificate(configuration.tls, [face.host for face in configuration.faces.values()])
    phrases = tmp_path / "custodians.json"
    phrases.write_text(json.dumps(CUSTODIANS), "utf-8")
    settings.SAFECONDUCT = configuration
    found = Running(configuration, phrases)
    found.start()
    try:
        with django_db_blocker.unblock(), own_database(sqlite_settings(tmp_path), "ledger", "records"):
            yield found
    finally:
        found.stop()


def in_any_file(folder: Path, *texts: str) -> list[str]:
    written = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert len(written) > 3
    return [text for text in texts if any(text.encode() in data for data in written)]


def test_customers_and_rows_go_in_sealed(running: Running, engineer: Actor) -> None:
    event = actions.register_customer(actor=engineer, now=NOW, name="Blue Harbour Ltd", customer="7" * 32)
    assert vault_queries.directory_names(objects=[event.name_object]) == {event.name_object: "Blue Harbour Ltd"}
    assert queries.find_customer(name="blue harbour LTD") == queries.customer(customer="7" * 32)
    rows = make_rows("messages", 500)
    imported = actions.import_rows(actor=engineer, now=NOW, table="messages", rows=rows)
    assert (imported.rows, imported.segments) == (500, 1)
    subscribers = actions.import_rows(actor=engineer, now=NOW, table="subscribers", rows=make_rows("subscribers", 20))
    assert subscribers.segments == 1
    assert queries.status().rows == {"messages": 500, "subscribers": 20}
    store = running.configuration.vault_store
    assert in_any_file(store, "Blue Harbour", "+1202555", "person3@mail.example") == []
    assert len(list(store.rglob("pages"))) == 2


def test_a_refused_row_is_refused_here_too(running: Running, engineer: Actor) -> None:
    bad = make_rows("calls", 5)
    bad = bad.set_column(3, "own_number", pa.array(["(202) 555-0100"] * 5))
    with pytest.raises(BadInputError):
        actions.import_rows(actor=engineer, now=NOW, table="calls", rows=bad)
    (run,) = queries.import_runs()
    assert run.state == "refused"
    assert list(running.configuration.vault_store.rglob("pages")) == []
    (_, refusal) = ledger.history(subject=run.id)
    assert refusal.facts["code"].startswith("SC-")


def test_a_killed_vault_leaves_the_import_open_and_the_same_rows_close_it(running: Running, engineer: Actor) -> None:
    rows = make_rows("calls", 50)
    running.stop()
    with pytest.raises(UnavailableError):
        actions.import_rows(actor=engineer, now=NOW, table="calls", rows=rows)
    (run,) = queries.status().open_runs
    running.start()
    event = actions.import_rows(actor=engineer, now=NOW, table="calls", rows=rows, run=run.id)
    assert (event.run, event.segments) == (run.id, 1)
    assert queries.import_run(run=run.id).state == "imported"
    assert len(list(running.configuration.vault_store.rglob("pages"))) == 1


@pytest.mark.usefixtures("running")
def test_one_person_seals_the_vault_and_two_custodians_open_it_by_command() -> None:
    vault_steps.seal_vault()
    assert keys._status()["sealed"]
    assert keys._unseal({"ada": CUSTODIANS["ada"]})["sealed"]
    assert not keys._unseal({"ben": CUSTODIANS["ben"]})["sealed"]
    assert not keys._status()["sealed"]
    assert keys._status_text(keys._status()).startswith("open")
