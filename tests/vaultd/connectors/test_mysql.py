"""A real MariaDB by the same mapping: who may not read it, how it ends, what its types and zones would get wrong."""

import os
import random
import signal
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.vaultd.connectors import stores
from tests.vaultd.connectors.asking_here import asked
from tests.vaultd.connectors.mysql_places import CompanyMySQL, company_mysql, mapped, mariadb_server, mysql_place
from tests.vaultd.connectors.places import calls, use
from tests.vaultd.connectors.stores import LOCAL, ZONED
from tests.vaultd.story import CUSTOMER, NUMBER, Story

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.periods import Window
from safeconduct.core.base.source_places import SourcePlace
from safeconduct.core.conduct.categories import CATEGORY_OF
from safeconduct.core.conduct.scope import ScopeItem, Selector, SelectorKind
from safeconduct.core.mappings.mapping import TableMapping
from safeconduct.core.mappings.reading import read_mapping
from safeconduct.vaultd.connectors import mysql
from safeconduct.vaultd.connectors.asking import _place
from safeconduct.vaultd.connectors.errors import (
    SourceCeilingError,
    SourceRowError,
    SourceShapeError,
    SourceTimeoutError,
    SourceUnreachableError,
    SourceWritesError,
)
from safeconduct.vaultd.connectors.frames import ASKED, HOLDERS, ROWS
from safeconduct.vaultd.connectors.statements import Statements

__all__ = ["company_mysql", "mariadb_server"]
ALWAYS = Window(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def item(*selectors: Selector, customer: str = CUSTOMER, window: Window = ALWAYS) -> ScopeItem:
    chosen = selectors or (Selector(SelectorKind.ACCOUNT, customer),)
    categories = frozenset(CATEGORY_OF.values())
    return ScopeItem(customer=customer, selectors=chosen, categories=categories, window=window)


def holders(place: SourcePlace) -> list[str]:
    selectors = [{"kind": "phone", "value": NUMBER}]
    frames = asked(_place(place), place.mapping.read_text("utf-8"), "calls", [], op="holding", selectors=selectors)
    found: list[str] = frames[HOLDERS][0]
    return found


@pytest.mark.parametrize(
    ("grant", "told"),
    [
        ("INSERT ON telephony.{}", "INSERT"),
        ("UPDATE (`status`) ON telephony.{}", "UPDATE"),
        ("CREATE TEMPORARY TABLES ON telephony.*", "CREATE TEMPORARY TABLES"),
        ("EXECUTE ON telephony.*", "EXECUTE"),
        ("FILE ON *.*", "FILE"),
        ("SELECT ON telephony.{} TO reader@localhost WITH GRANT OPTION -- ", "may grant"),
        ("writer", "a role"),
    ],
)
def test_a_role_that_could_write_is_refused(company_mysql: CompanyMySQL, tmp_path: Path, grant: str, told: str) -> None:
    table = f"w{abs(hash(grant))}"
    place = mysql_place(tmp_path, company_mysql, calls(), table)
    company_mysql.run("CREATE ROLE IF NOT EXISTS writer")
    company_mysql.run(f"GRANT {grant.format(table)} TO reader@localhost")
    try:
        with pytest.raises(SourceWritesError) as refused:
            holders(place)
        assert told in refused.value.detail
    finally:
        company_mysql.run("REVOKE ALL PRIVILEGES, GRANT OPTION FROM reader@localhost")
        company_mysql.run("DROP ROLE writer")
        company_mysql.run("GRANT SELECT ON telephony.* TO reader@localhost")
    assert holders(place) == [CUSTOMER]


def test_what_everybody_was_granted_counts_too(company_mysql: CompanyMySQL, tmp_path: Path) -> None:
    place = mysql_place(tmp_path, company_mysql, calls(), "public")
    company_mysql.run("GRANT DELETE ON telephony.* TO PUBLIC")
    try:
        with pytest.raises(SourceWritesError):
            holders(place)
    finally:
        company_mysql.run("REVOKE DELETE ON telephony.* FROM PUBLIC")
    assert holders(place) == [CUSTOMER]


def test_the_session_itself_cannot_write(company_mysql: CompanyMySQL) -> None:
    """Control of the role check: were it not there, the transaction would still refuse."""
    company_mysql.run("CREATE TABLE telephony.written (n INT)")
    company_mysql.run("GRANT INSERT ON telephony.written TO reader@localhost")
    with pytest.MonkeyPatch.context() as gone:
        gone.setattr(mysql, "_require_reader", lambda *_, **__: None)
        with (
            mysql.session(url=company_mysql.url, password="", ca="", seconds=5) as session,
            pytest.raises(Exception, match="READ ONLY"),
            session._link.cursor() as cursor,
        ):
            cursor.execute("INSERT INTO telephony.written VALUES (1)")
    company_mysql.run("REVOKE INSERT ON telephony.written FROM reader@localhost")


def test_a_collection_asks_it_through_the_real_child(story: Story, company_mysql: CompanyMySQL, tmp_path: Path) -> None:
    place = mysql_place(tmp_path, company_mysql, calls(), "collected")
    sources = use(story, place)
    assert sources.customers_holding([{"kind": "phone", "value": NUMBER}]) == {CUSTOMER}
    story.enrol_officer()
    digest = story.approved()
    counts = story.collect(digest)["counts"]
    assert counts["call_detail"] == 2
    receipt = story.vault.opened.objects.open(f"receipt-{digest[:40]}").decode()
    assert "FROM `telephony`.`collected`" in receipt
    assert NUMBER not in receipt.partition("FROM `telephony`")[2].partition("ORDER BY")[0]


def test_the_row_ceiling_and_the_statement_are_told(company_mysql: CompanyMySQL, tmp_path: Path) -> None:
    place = mysql_place(tmp_path, company_mysql, calls(), "ceiling")
    text = place.mapping.read_text("utf-8")
    with pytest.raises(SourceCeilingError):
        asked(_place(place), text, "calls", [item()], ceiling=3)
    frames = asked(_place(place), text, "calls", [item()], ceiling=4)
    assert frames[ASKED][0]["foreseen"] == 4
    assert frames[ASKED][0]["statement"].startswith("SELECT `id`, ")


def test_a_locked_table_and_a_slow_statement_end_by_the_time_limit(company_mysql: CompanyMySQL, tmp_path: Path) -> None:
    place = mysql_place(tmp_path, company_mysql, calls(), "locked", timeout_seconds=1)
    with company_mysql.server.link() as other, other.cursor() as cursor:
        cursor.execute("LOCK TABLES telephony.locked WRITE")
        with pytest.raises(SourceTimeoutError):
            holders(place)
        cursor.execute("UNLOCK TABLES")
    company_mysql.run("CREATE VIEW telephony.slow AS SELECT l.*, SLEEP(5) AS s FROM telephony.locked l")
    company_mysql.run("CREATE OR REPLACE VIEW telephony.slow AS SELECT * FROM telephony.locked WHERE SLEEP(5) = 0")
    text = place.mapping.read_text("utf-8").replace("telephony.locked", "telephony.slow")
    with pytest.raises(SourceTimeoutError):
        asked(_place(place), text, "calls", [item()])


def _parts(place: SourcePlace) -> dict[str, str]:
    return {key: value for key, value in _place(place).items() if key in ("url", "password", "ca")}


def _mapping(place: SourcePlace) -> TableMapping:
    return read_mapping(place.mapping.read_bytes()).tables["calls"]


def _asked_of_the_silent(company: CompanyMySQL, place: SourcePlace) -> None:
    with mysql.session(**_parts(place), seconds=1) as session:
        os.kill(company.server.pid, signal.SIGSTOP)
        try:
            session.require_shape(_mapping(place))
        finally:
            os.kill(company.server.pid, signal.SIGCONT)


def test_a_store_that_falls_silent_midway_ends_by_the_time_limit(company_mysql: CompanyMySQL, tmp_path: Path) -> None:
    place = mysql_place(tmp_path, company_mysql, calls(), "silent")
    with pytest.raises(SourceTimeoutError):
        _asked_of_the_silent(company_mysql, place)


def _killed_after_a_row(company: CompanyMySQL, place: SourcePlace) -> None:
    with mysql.session(**_parts(place), seconds=30) as session:
        table = _mapping(place)
        session.require_shape(table)
        question = Statements(table, dialect=session.dialect).question(item())
        assert question is not None
        rows = session.rows(question.rows)
        assert next(rows)
        company.run(f"KILL {session._link.thread_id()}")
        for _ in rows:
            pass


def test_a_store_that_goes_away_midway_is_unreachable(company_mysql: CompanyMySQL, tmp_path: Path) -> None:
    draw = random.Random(3)  # noqa: S311 - repeatable
    clear = [one | {"customer": CUSTOMER} for one in stores.calls(draw, 20_000, 1000)]
    place = mysql_place(tmp_path, company_mysql, clear, "going")
    with pytest.raises(SourceUnreachableError):
        _killed_after_a_row(company_mysql, place)
    nowhere = replace(place, url="mysql://reader@/telephony?unix_socket=/nowhere")
    with pytest.raises(SourceUnreachableError):
        holders(nowhere)
    # Far more rows than the ceiling: the answer ends without their being read.
    with pytest.raises(SourceCeilingError):
        asked(_place(place), place.mapping.read_text("utf-8"), "calls", [item()], ceiling=10)


def test_instants_are_read_in_utc_whatever_the_servers_zone_is(company_mysql: CompanyMySQL, tmp_path: Path) -> None:
    place = mysql_place(tmp_path, company_mysql, calls(), "zones")
    wanted = {one["record_id"]: one["at"] for one in calls()}
    frames = asked(_place(place), place.mapping.read_text("utf-8"), "calls", [item()])
    assert {row["record_id"]: row["at"] for table in frames[ROWS] for row in table.to_pylist()} == wanted


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ("ALTER TABLE telephony.{} MODIFY started DATETIME(6)", SourceShapeError),
        ("ALTER TABLE telephony.{} MODIFY dir VARCHAR(9)", None),
        ("ALTER TABLE telephony.{} MODIFY tenant CHAR(36) CHARACTER SET latin1", SourceShapeError),
        ("ALTER TABLE telephony.{} MODIFY `a party` BIGINT", SourceShapeError),
        ("ALTER TABLE telephony.{} DROP COLUMN b_party", SourceShapeError),
        ("UPDATE telephony.{} SET tenant = CONCAT(tenant, ' ')", SourceRowError),
    ],
)
def test_a_type_that_compares_otherwise_is_refused(
    company_mysql: CompanyMySQL, tmp_path: Path, change: str, error: type[Exception] | None
) -> None:
    table = f"t{abs(hash(change))}"
    place = mysql_place(tmp_path, company_mysql, calls(), table)
    if "CONCAT" in change:
        company_mysql.run(f"ALTER TABLE telephony.{table} MODIFY tenant VARCHAR(60)")
    if "a party" in change:
        company_mysql.run(f"UPDATE telephony.{table} SET `a party` = '12025550100'")  # noqa: S608 - our own words
    company_mysql.run(change.format(table))
    text = place.mapping.read_text("utf-8")
    if error is None:
        assert asked(_place(place), text, "calls", [item()])[ROWS]
        return
    with pytest.raises(error):
        asked(_place(place), text, "calls", [item()])


def test_capital_letters_are_other_letters(company_mysql: CompanyMySQL) -> None:
    """MySQL's own comparison would find ``CCC…`` for ``ccc…``; ours goes by the bytes."""
    draw = random.Random(4)  # noqa: S311 - repeatable
    clear = [one | {"customer": CUSTOMER} for one in stores.calls(draw, 4, 1000)]
    rows = stores.stored(draw, LOCAL, clear)
    rows[0]["sid"] = rows[0]["sid"].replace("c", "C")
    company_mysql.put(LOCAL, rows, "capitals")
    frames = asked(company_mysql.asked(), mapped(LOCAL, "capitals"), "calls", [item()])
    assert sum(table.num_rows for table in frames[ROWS]) == 3
    with company_mysql.link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM telephony.capitals WHERE sid = %s", (f"AC{CUSTOMER}",))
        assert cursor.fetchone() == (4,)


def test_the_configuration_takes_a_mysql_url_without_a_password(tmp_path: Path) -> None:
    table = {"kind": "mysql", "mapping": "m.toml", "url": "mysql://reader@db.example/telephony"}
    assert SourcePlace.from_table(table, tmp_path).url == table["url"]
    for wrong in ("mysql://reader:word@db.example/x", "postgresql://reader@db.example/x", ""):
        with pytest.raises(BadInputError):
            SourcePlace.from_table(table | {"url": wrong}, tmp_path)
    assert ZONED.name == "zoned"
