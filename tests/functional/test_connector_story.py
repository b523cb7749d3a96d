"""The main job where no record was ever copied: they lie in the company's own PostgreSQL, and are asked for there."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pytest
from tests.functional.founded import SEED, Founded, founded
from tests.functional.oracle import TABLE_OF, Oracle
from tests.postgresql import postgresql_server

from safeconduct.cli.demonstration.half_year import BY_KEY
from safeconduct.cli.demonstration.records import clear_tables, customers
from safeconduct.cli.demonstration.stage import Stage
from safeconduct.core.sealing.recipients import decrypt_age
from safeconduct.core.segments.tables import TABLES, TableSpec
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.records import actions as records
from safeconduct.rooms.records import queries as records_queries

__all__ = ["postgresql_server"]
ROWS = 20_000
READER = "story_reader"


def _type(column: pa.Field) -> str:
    return "timestamptz" if pa.types.is_timestamp(column.type) else "integer" if column.type == pa.int32() else "text"


def _mapped(spec: TableSpec) -> str:
    lines = [f'[[table]]\nrecord = "{spec.name}"\nfrom = "company.{spec.name}"\n[table.columns]']
    for column in spec.schema:
        if _type(column) == "timestamptz":
            lines.append(f'{column.name} = {{ column = "{column.name}", time = "zoned" }}')
        elif column.name in spec.phones:
            lines.append(f'{column.name} = {{ column = "{column.name}", forms = ["digits"] }}')
        else:
            lines.append(f'{column.name} = "{column.name}"')
    return "\n".join(lines)


def _fill(link: "psycopg.Connection[Any]") -> None:
    """Put every clear record into tables of the company's own, telephone numbers without their plus."""
    link.execute("CREATE SCHEMA company")
    for name, table in clear_tables(seed=SEED, rows=ROWS).items():
        spec = TABLES[name]
        columns = ", ".join(f'"{one.name}" {_type(one)}' for one in spec.schema)
        link.execute(f'CREATE TABLE company."{name}" ({columns})')
        quoted = ", ".join(f'"{one}"' for one in spec.schema.names)
        with link.cursor().copy(f'COPY company."{name}" ({quoted}) FROM STDIN') as copy:
            for row in table.select(spec.schema.names).to_pylist():
                copy.write_row([value.removeprefix("+") if key in spec.phones else value for key, value in row.items()])
    link.execute(f"CREATE ROLE {READER} LOGIN")
    link.execute(f"GRANT USAGE ON SCHEMA company TO {READER}")
    link.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA company TO {READER}")


def _register_only(stage: Stage, *, seed: int, rows: int) -> int:
    """Register the customers, and import nothing."""
    actor = stage.actor("sefa")
    for customer in customers(seed):
        records.register_customer(actor=actor, now=stage.now, name=customer.name, customer=customer.id)
    return rows


@pytest.fixture(scope="module")
def story(
    postgresql_server: dict[str, Any],
    template_database: Path,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: Any,
) -> Iterator[Founded]:
    """An instance whose only source of records is the company's own PostgreSQL."""
    with psycopg.connect(**postgresql_server, autocommit=True) as link:
        link.execute("CREATE DATABASE company_story")
    with psycopg.connect(**{**postgresql_server, "dbname": "company_story"}) as link:
        _fill(link)
    mapping = tmp_path_factory.mktemp("mapping") / "switch.toml"
    tables = "\n".join(_mapped(spec) for spec in TABLES.values())
    mapping.write_text(f'version = 1\nname = "switch"\n{tables}\n', "utf-8")
    url = f"postgresql://{READER}@/company_story?host={postgresql_server['host']}"
    more = f'\n[[source]]\nkind = "postgresql"\nmapping = "{mapping}"\nurl = "{url}"\n'
    with (
        django_db_blocker.unblock(),
        founded(template=template_database, rows=ROWS, more=more, bring=_register_only) as made,
    ):
        yield made
    with psycopg.connect(**postgresql_server, autocommit=True) as link:
        link.execute("DROP DATABASE company_story WITH (FORCE)")
        link.execute(f"DROP ROLE {READER}")


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


def test_a_warrant_is_answered_from_the_company_s_own_database(story: Founded) -> None:
    course = story.course("freight_warrant")
    story.walk(course, 9)
    told = story.told("freight_warrant")
    row = Matter.objects.get(pk=told.matter)
    assert (row.state, row.outcome, row.notice_state) == ("closed", "produced", "released")
    assert row.preserved_at is not None
    assert sum(records_queries.status().rows.values()) == 0, "nothing was ever imported"
    kinds = [line.kind.removeprefix("government_requests.") for line in ledger.history(subject=told.matter)]
    places = [kinds.index(kind) for kind in ("receive", "preserve", "authorise", "produce", "release")]
    assert places == sorted(places)


def test_its_rows_are_those_of_a_plain_query_over_the_clear_data(story: Founded) -> None:
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
