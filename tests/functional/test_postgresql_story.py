"""The main job on a real PostgreSQL, as a role that may only read the ledger and add to it."""

import io
import json
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction
from psycopg import sql
from tests.functional.founded import SEED, Founded, at_clock, default_database, founded
from tests.functional.oracle import TABLE_OF, Oracle
from tests.own_database import own_database
from tests.postgresql import postgresql_server

from safeconduct.cli.demonstration.half_year import BY_KEY, PUBLISHED, REPORTED
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.sealing.recipients import decrypt_age
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import Journey, Matter
from safeconduct.rooms.ledger import actions as ledger_actions
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.ledger import steps as ledger_steps
from safeconduct.rooms.transparency import actions as transparency
from safeconduct.rooms.vault import steps as vault
from safeconduct.rooms.vault.rules import VaultError
from safeconduct.site import working
from safeconduct.site.databases import database

__all__ = ["postgresql_server"]
ROWS = 20_000
WEB = "safeconduct_web"
GUIDE = Path(__file__).parents[2] / "docs" / "operate" / "start.md"
LEDGER = (
    "leaf", "node", "entry", "opening", "erasure", "head", "cosignature", "publicentry", "publicslot", "publicplace",
    "logstate",
)  # fmt: skip
REFUSED = "42501"
"""insufficient_privilege: refused by PostgreSQL's privileges, before any trigger is asked."""


def grants() -> str:
    """Return what the guide tells the owner of the tables to run, word for word."""
    (block,) = re.findall(r"```sql\n(.*?)```", GUIDE.read_text("utf-8"), flags=re.DOTALL)
    return str(block)


@pytest.fixture(scope="module")
def template(postgresql_server: dict[str, Any], django_db_blocker: Any) -> str:
    """Migrate one database as its owner, give the web role its rights, and let each story copy it."""
    name = "safeconduct_template"
    with psycopg.connect(**postgresql_server, autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name}")
    settings = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": postgresql_server["user"],
        "HOST": postgresql_server["host"],
        "OPTIONS": {},
    }
    with django_db_blocker.unblock(), own_database(settings) as wrapper, wrapper.cursor() as cursor:
        cursor.execute(grants())
    return name


@pytest.fixture(scope="module")
def story(template: str, postgresql_server: dict[str, Any], django_db_blocker: Any) -> Iterator[Founded]:
    """An instance whose database is a copy of the template, reached as the web role."""
    name = "safeconduct_story"
    with psycopg.connect(**postgresql_server, autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    url = f"postgresql://{WEB}@/{name}?host={postgresql_server['host']}"
    with django_db_blocker.unblock(), founded(url=url, rows=ROWS) as made:
        yield made
    with psycopg.connect(**postgresql_server, autocommit=True) as link:
        link.execute(f"DROP DATABASE {name} WITH (FORCE)")


def together(story: Founded, acts: list[Callable[[], Any]]) -> list[Any]:
    """Run acts at one moment, each in a thread with a connection of its own; return answers and refusals."""
    start = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        with default_database({**database(story.configuration), "CONN_MAX_AGE": 0}):
            start.wait(10)
            try:
                answers[place] = act()
            except SafeconductError as error:
                answers[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def package(story: Founded, key: str) -> dict[str, list[dict[str, Any]]]:
    """Open what was sealed to the officer and return its rows by category."""
    told = story.told(key)
    (name,) = [name for name in told.files["package"] if name.endswith(".age")]
    mailbox = story.stage.cast.mailboxes[told.plan.officer]
    data = decrypt_age((story.configuration.outbox / name).read_bytes(), mailbox.identity)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.endswith(".jsonl") and "/records/" in name]
        return {
            Path(name).stem: [json.loads(line) for line in archive.read(name).decode().splitlines()] for name in names
        }


def command(*words: str | Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "safeconduct.cli.main", *map(str, words)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def warrant(story: Founded) -> list[Any]:
    """Take the warrant from service of process to its customer's notice; two collect it at the same moment."""
    course = story.course("freight_warrant")
    story.walk(course, 4)
    told = story.told("freight_warrant")
    assert Matter.objects.get(pk=told.matter).state == "authorised"
    actor, now = story.stage.actor("aline"), story.stage.now
    act = partial(actions.collect, actor=actor, now=now, matter=told.matter)
    answers = together(story, [act, act])
    story.walk(course, 5)
    return answers


def test_the_web_role_runs_the_story(story: Founded) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('synchronous_commit'), version()")
        user, commit, version = cursor.fetchone()
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
    assert (user, commit) == (WEB, "on")
    assert version.startswith("PostgreSQL")
    assert story.configuration.database.startswith("postgresql://")


def test_the_warrant_goes_from_service_to_notice(story: Founded, warrant: list[Any]) -> None:
    assert len(warrant) == 2
    told = story.told("freight_warrant")
    row = Matter.objects.get(pk=told.matter)
    assert (row.state, row.outcome, row.notice_state) == ("closed", "produced", "released")
    assert row.preserved_at is not None
    kinds = [line.kind.removeprefix("government_requests.") for line in ledger.history(subject=told.matter)]
    order = ["receive", "preserve", "type_transcript", "open_case", "propose_scope", "authorise", "produce", "release"]
    places = [kinds.index(kind) for kind in order]
    assert places == sorted(places)
    assert len([kind for kind in kinds if "finding" in kind]) == 5
    assert {"notices", "package"} <= set(told.files)


def test_the_rows_are_those_of_a_plain_query_over_the_clear_data(story: Founded, warrant: list[Any]) -> None:
    assert warrant
    plan, oracle = BY_KEY["freight_warrant"], Oracle(seed=SEED, rows=ROWS)
    found = package(story, "freight_warrant")
    window = {"start": plan.window.start.isoformat(), "until": plan.window.end.isoformat()}
    assert set(found) == set(TABLE_OF)
    for category, rows in found.items():
        expected = oracle.rows(category=category, number=plan.number(SEED), **window)
        got = sorted(rows, key=lambda row: str(row["record_id"]))
        assert got == expected, category
        assert got[1:] != expected, "the comparison would not notice a missing row"
    assert sum(map(len, found.values())) > 50


def test_two_who_collect_at_once_open_one_lease(story: Founded, warrant: list[Any]) -> None:
    first, second = warrant
    assert first.manifest_root == second.manifest_root == story_root(story)
    kinds = [line.kind for line in ledger.history(subject=story.told("freight_warrant").matter)]
    assert kinds.count("government_requests.produce") == 1


def story_root(story: Founded) -> str:
    row = Matter.objects.get(pk=story.told("freight_warrant").matter)
    return str(Journey.objects.get(pk=row.collect_journey).result["manifest_root"])


@pytest.mark.parametrize("table", LEDGER)
@pytest.mark.usefixtures("warrant")
def test_the_web_role_can_neither_change_nor_delete_what_is_recorded(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.attname FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 ORDER BY a.attnum",
            [f"ledger_{table}"],
        )
        column = cursor.fetchall()[0][0]
    named = {"table": sql.Identifier(f"ledger_{table}"), "column": sql.Identifier(column)}
    statements = ["UPDATE {table} SET {column} = {column}", "TRUNCATE {table} CASCADE"]
    if table != "opening":
        statements.append("DELETE FROM {table}")
    for statement in statements:
        assert refusal(sql.SQL(statement).format(**named).as_string()) == REFUSED, statement


@pytest.mark.usefixtures("warrant")
def test_an_opening_without_an_erasure_on_record_stays() -> None:
    assert refusal("DELETE FROM ledger_opening") == "23000"
    assert refusal("UPDATE ledger_logstate SET size = 0") == "23000"


@pytest.mark.usefixtures("warrant")
def test_control_the_same_role_may_change_other_tables() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE government_requests_matter SET state = state")
        assert cursor.rowcount > 0


def refusal(statement: str) -> str | None:
    """Return the SQLSTATE with which the database refused, or None."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return getattr(error.__cause__, "sqlstate", None)
    return None


def test_the_worker_ticks_and_the_report_counts_the_warrant(story: Founded, warrant: list[Any]) -> None:
    assert warrant
    stage = story.stage
    stage.at(PUBLISHED)
    at_clock(story, PUBLISHED)
    connections["default"].close()
    ticked = command("worker", "--config", story.path, "--once", "--json")
    assert ticked.returncode == 0, ticked.stdout + ticked.stderr
    counsel = stage.actor("ravi")
    built = transparency.build(actor=counsel, now=stage.now, period=REPORTED)
    published = transparency.publish(actor=counsel, now=stage.now, report=built.report)
    working.keep_logs(now=stage.now)
    said = json.loads((published.folder / "report.json").read_text("utf-8"))
    assert built.received == 1
    assert "search_warrant" in json.dumps(said["tables"]["by-process"])
    checked = command("verify", "--trust", story.configuration.public / "trust.json", published.folder)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    for log in ("private", "public"):
        assert ledger_actions.check_log(log=log).size > 0
    fsck = command("ledger", "fsck", "--log", "private", "--config", story.path)
    assert fsck.returncode == 0, fsck.stdout + fsck.stderr


def test_two_journeys_over_one_scope_at_once_open_one_lease(story: Founded, warrant: list[Any]) -> None:
    # Last: the entries made here past the actions are of acts that no row knows, and the worker would name them.
    assert warrant
    course = story.course("scooter_warrant")
    story.walk(course, 4)
    told = story.told("scooter_warrant")
    actor, now, digest = story.stage.actor("aline"), story.stage.now, told.digests["scope"]

    entries = {}

    def attempt(journey: str) -> Callable[[], Any]:
        def act() -> Any:
            with transaction.atomic(durable=True):
                facts = {"digest": digest, "journey": journey}
                kind = "government_requests.authorise"
                entry = ledger_steps.record(actor=actor, now=now, kind=kind, subject=told.matter, facts=facts)
            entries[journey] = entry.id
            return vault.collect(digest=digest, journey=journey, entry=entry.id)

        return act

    journeys = ["a" * 32, "b" * 32]
    answers = together(story, [attempt(one) for one in journeys])
    refused = [one for one in answers if isinstance(one, VaultError)]
    assert [one.vault_code for one in refused] == ["SC-LEASE-TAKEN"]
    (opened,) = [one for one in answers if isinstance(one, dict)]
    taken = journeys[answers.index(opened)]
    again = vault.collect(digest=digest, journey=taken, entry=entries[taken])
    assert again["manifest_root"] == opened["manifest_root"]
