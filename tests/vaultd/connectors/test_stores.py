"""What a store may be and may not be, asked in this process with the same code as the child's."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from tests.vaultd.connectors.asking_here import asked
from tests.vaultd.connectors.conftest import Company
from tests.vaultd.connectors.places import calls, database_place, files_place, use
from tests.vaultd.connectors.stores import ZONED
from tests.vaultd.story import CUSTOMER, NUMBER, Story

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.base.source_places import SourcePlace
from safeconduct.vaultd.connectors.asking import _place
from safeconduct.vaultd.connectors.errors import (
    SourceShapeError,
    SourceTimeoutError,
    SourceUnreachableError,
    SourceWritesError,
)
from safeconduct.vaultd.connectors.frames import HOLDERS


def holders(place: SourcePlace) -> list[str]:
    """Return who holds the story's number, or raise what the child would refuse with."""
    frames = asked(
        _place(place),
        place.mapping.read_text("utf-8"),
        "calls",
        [],
        op="holding",
        selectors=[{"kind": "phone", "value": NUMBER}],
    )
    found: list[str] = frames[HOLDERS][0]
    return found


@pytest.mark.parametrize(
    ("grant", "told"),
    [
        ("GRANT INSERT ON telephony.{table} TO reader", "telephony.{table}"),
        ('GRANT UPDATE ("status") ON telephony.{table} TO reader', "telephony.{table}"),
        ("GRANT TRUNCATE ON telephony.{table} TO PUBLIC", "telephony.{table}"),
        ("GRANT CREATE ON SCHEMA telephony TO reader", "schema telephony"),
        ("GRANT CREATE ON DATABASE company TO reader", "database company"),
        ("GRANT pg_write_all_data TO reader", "pg_write_all_data"),
        ("ALTER ROLE reader CREATEROLE", "reader makes roles"),
        ("ALTER TABLE telephony.{table} OWNER TO reader", "telephony.{table}"),
    ],
)
def test_a_role_that_could_write_is_refused(company: Company, tmp_path: Path, grant: str, told: str) -> None:
    table = f"w{abs(hash(grant))}"
    place = database_place(tmp_path, company, calls(), table)
    with psycopg.connect(company.link.info.dsn, autocommit=True) as link:
        link.execute(grant.format(table=table))
        try:
            with pytest.raises(SourceWritesError) as refused:
                holders(place)
            assert told.format(table=table) in refused.value.detail
        finally:
            owner = link.info.user
            link.execute(f'ALTER TABLE telephony."{table}" OWNER TO {owner}')
            link.execute(f'DROP TABLE telephony."{table}"')
            link.execute("REVOKE CREATE ON SCHEMA telephony FROM reader")
            link.execute("REVOKE CREATE ON DATABASE company FROM reader")
            link.execute("REVOKE pg_write_all_data FROM reader")
            link.execute("ALTER ROLE reader NOCREATEROLE")


def test_control_a_role_that_may_only_read_is_let_in(story: Story, company: Company, tmp_path: Path) -> None:
    sources = use(story, database_place(tmp_path, company, calls(), "reads"))
    assert sources.customers_holding([{"kind": "phone", "value": NUMBER}]) == {CUSTOMER}


def test_a_store_that_is_locked_ends_by_its_time_limit(story: Story, company: Company, tmp_path: Path) -> None:
    sources = use(story, database_place(tmp_path, company, calls(), "locked", timeout_seconds=1))
    with psycopg.connect(company.link.info.dsn) as link:
        link.execute("LOCK TABLE telephony.locked IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(SourceTimeoutError):
            sources.customers_holding([{"kind": "phone", "value": NUMBER}])
        link.rollback()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda text: text.replace('time = "zoned"', 'time = "local", zone = "UTC"'), SourceShapeError),
        (lambda text: text.replace('stored = "uuid"', 'stored = "text"'), SourceShapeError),
        (lambda text: text.replace('"b_party"', '"c_party"'), SourceShapeError),
        (lambda text: text.replace("telephony.", "elsewhere."), SourceShapeError),
    ],
)
def test_a_mapping_that_does_not_fit_the_store_is_refused_before_anything_is_asked(
    company: Company, tmp_path: Path, change: Callable[[str], str], error: type[SafeconductError]
) -> None:
    place = database_place(tmp_path, company, [], f"fits{abs(hash(str(tmp_path)))}")
    place.mapping.write_text(change(place.mapping.read_text("utf-8")), "utf-8")
    with pytest.raises(error):
        holders(place)


def test_a_store_that_is_not_there_is_unreachable(company: Company, tmp_path: Path) -> None:
    place = database_place(tmp_path, company, [], "away", url="postgresql://reader@/company?host=/nowhere")
    with pytest.raises(SourceUnreachableError):
        holders(place)
    far = dataclasses.replace(place, url="postgresql://reader@db.example/company?sslmode=prefer")
    with pytest.raises(SourceUnreachableError, match="verify-full"):
        holders(far)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    place = files_place(tmp_path, ZONED, calls())
    data = tmp_path / "archive" / "data"
    outside = tmp_path / "outside"
    data.rename(outside)
    data.symlink_to(outside)
    with pytest.raises(SourceUnreachableError):
        holders(place)
    data.unlink()
    data.mkdir()
    for one in outside.iterdir():
        (data / one.name).symlink_to(one)
    with pytest.raises(SourceUnreachableError):
        holders(place)
