"""A real Spark over sealed segments: the answers of a single machine, with the keys that a grant names and no other."""

import base64
import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from pyarrow import fs
from tests import soaking
from tests.core.segments.conftest import CUSTOMERS
from tests.objectstore.server import ObjectStore
from tests.spark.conftest import Spark
from tests.spark.ground import World, item, once, random_scope, scope_of
from tests.vaultd.story import MATTER, begin, call_rows, subscriber_rows

from safeconduct.core.conduct.categories import CATEGORY_OF, Category
from safeconduct.core.executors.grant import seal_grant
from safeconduct.core.executors.reading import tasks
from safeconduct.core.sealing.recipients import new_identity
from safeconduct.core.segments.tables import TABLES
from safeconduct.core.tlog.notes import Signer

ROWS = 3000


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(tmp_path_factory.mktemp("world"))
    made.fill(ROWS, soaking.seed("spark rows") % 2**31)
    return made


def compared(rows: pa.Table, table: str) -> pa.Table:
    """Return Spark's rows as the engine has them; nothing is lost, or the cast refuses."""
    return once(rows.select(TABLES[table].schema.names).cast(TABLES[table].schema))


def test_answers_are_those_of_a_single_machine_and_of_duckdb(spark: Spark, world: World) -> None:
    draw, answered, parts = random.Random(soaking.seed("spark scopes")), 0, 0  # noqa: S311 - a seeded sample
    scopes = [random_scope(draw) for _ in range(soaking.count(1, 40))]
    whole = scope_of(*(item(one) for one in CUSTOMERS))
    for scope in (*scopes, whole):
        grant = world.grant(scope)
        # In the sample a random scope is asked of two tables, and everybody's of all: each question takes seconds.
        for table in sorted(TABLES)[: len(TABLES) if scope is whole else soaking.count(2, len(TABLES))]:
            if CATEGORY_OF[table] not in scope.categories:
                continue
            answer = spark.job(**world.options(grant, table=table))
            assert "error" not in answer, answer["error"]
            found, wanted = compared(answer["rows"], table), world.oracle(scope, table)
            assert answer["rows"].num_rows == found.num_rows
            assert found.equals(wanted)
            assert found.equals(world.single_machine(scope, table))
            answered, parts = answered + found.num_rows, max(parts, len(tasks(grant, table=table)))
    # The last scope is everybody's: every row of every table, over several tasks.
    assert answered > 5 * ROWS * 0.9
    assert parts >= 3
    # Control: one month's keys taken away, and the answer is another.
    grant = world.grant(scope_of(item(CUSTOMERS[0])))
    fewer = replace(grant, segments=tuple(one for one in grant.segments if one.month != "2026-02"))
    assert (
        compared(spark.rows(**world.options(fewer, table="calls")), "calls").num_rows
        < world.oracle(grant.scope, "calls").num_rows
    )


def test_sql_over_sealed_rows_says_what_duckdb_says(spark: Spark, world: World) -> None:
    sql = "SELECT customer, count(*) AS n, sum(duration_s) AS s FROM {} GROUP BY customer ORDER BY 1"
    grant = world.grant(scope_of(*(item(one, categories=["call_detail"]) for one in CUSTOMERS)))
    found = spark.rows(**world.options(grant, table="calls"), sql=sql.format("records")).to_pylist()
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("records", world.clear["calls"])
        wanted = connection.sql(sql.format("records")).to_arrow_table().to_pylist()
    assert len(wanted) == len(CUSTOMERS)
    assert found == wanted


def test_what_the_grant_does_not_name_stays_closed(spark: Spark, world: World) -> None:
    one, other = CUSTOMERS[0], CUSTOMERS[1]
    grant = world.grant(scope_of(item(one, categories=["call_detail"])))
    assert set(spark.rows(**world.options(grant, table="calls"))["customer"].to_pylist()) == {one}
    assert other in world.clear["calls"]["customer"].to_pylist()
    assert "SC-NOT-GRANTED" in spark.refused(**world.options(grant, table="messages"))
    # An executor that lists another customer's pages beside the key it has opens none of them.
    both = world.grant(scope_of(item(one), item(other)))
    forged = []
    for segment in both.segments:
        key = next((held.key for held in segment.held if held.customer == one), b"\0" * 32)
        forged.append(replace(segment, held=tuple(replace(held, key=key) for held in segment.held)))
    assert "does not open" in spark.refused(**world.options(replace(both, segments=tuple(forged)), table="calls"))
    # Control: with the keys that belong to them both are read.
    assert set(spark.rows(**world.options(both, table="calls"))["customer"].to_pylist()) == {one, other}


def test_a_grant_that_is_over_or_of_others_opens_nothing(spark: Spark, world: World) -> None:
    scope, now = scope_of(item(CUSTOMERS[0])), datetime.now(UTC)
    old = world.grant(scope, starts=now - timedelta(hours=2), expires=now - timedelta(seconds=1))
    assert "SC-GRANT" in spark.refused(**world.options(old, table="calls"))
    early = world.grant(scope, starts=now + timedelta(hours=1), expires=now + timedelta(hours=2))
    assert "SC-GRANT" in spark.refused(**world.options(early, table="calls"))
    # Controls: at its own time the same grant is read.
    told = world.options(old, table="calls", now=(now - timedelta(hours=1)).isoformat())
    assert spark.rows(**told).num_rows == world.oracle(scope, "calls").num_rows > 0
    good = world.grant(scope)
    stranger = Signer("log.example/issuer", b"\x08" * 32)
    assert "SC-EXECUTOR-GRANT" in spark.refused(**world.options(good, table="calls", issuer=stranger.verifier.vkey))
    secret = world.folder / "stranger"
    secret.write_text(new_identity()[0])
    assert "SC-SEAL" in spark.refused(**world.options(good, table="calls", identity=str(secret)))


def test_a_changed_page_is_refused_and_named(spark: Spark, world: World) -> None:
    grant = world.grant(scope_of(item(CUSTOMERS[0], categories=["call_detail"])))
    segment = next(one for one in grant.segments if one.place.table == "calls")
    path = world.store / segment.folder / "pages"
    before, place = path.read_bytes(), int(segment.held[0].offsets[0]) + 30
    path.write_bytes(before[:place] + bytes([before[place] ^ 1]) + before[place + 1 :])
    try:
        assert f"{segment.place.name}: pages: page" in spark.refused(**world.options(grant, table="calls"))
    finally:
        path.write_bytes(before)
    assert spark.rows(**world.options(grant, table="calls")).num_rows > 0


def test_no_key_stands_in_a_plan_a_log_or_a_file_of_spark(spark: Spark, world: World) -> None:
    grant = world.grant(scope_of(item(CUSTOMERS[0])))
    told = world.options(grant, table="calls")
    answer = spark.job(**told, sql="SELECT other_number, count(*) FROM records GROUP BY 1")
    secret = Path(told["identity"]).read_text().strip()
    keys = [held.key for one in grant.segments for held in one.held]
    spellings = [word for key in keys for word in (key, key.hex().encode(), base64.b64encode(key))] + [secret.encode()]
    files = [path for path in spark.folder.rglob("*") if path.is_file()]
    seen = [answer["plan"].encode(), *(path.read_bytes() for path in files)]
    assert "other_number" in answer["plan"]
    assert len(spellings) > 30
    assert not [one for text in seen for one in spellings if one in text]


def test_segments_in_an_object_store_are_read_the_same(
    spark: Spark, world: World, object_store_server: ObjectStore, bucket: str
) -> None:
    server = object_store_server
    host = server.endpoint.removeprefix("http://")
    signed = {"access_key": server.key, "secret_key": server.secret}
    there = fs.S3FileSystem(
        **signed,
        endpoint_override=host,
        scheme="http",
        allow_bucket_creation=True,
    )
    there.create_dir(bucket)
    fs.copy_files(str(world.store), f"{bucket}/home", destination_filesystem=there)
    secret = world.folder / "s3.json"
    secret.write_text(json.dumps(signed))
    place = {"store": f"s3://{bucket}/home", "endpoint": server.endpoint, "credentials": str(secret)}
    scope = scope_of(item(CUSTOMERS[0]), item(CUSTOMERS[2], selectors=[{"kind": "phone", "value": "+12025550111"}]))
    grant = world.grant(scope)
    found = compared(spark.rows(**world.options(grant, table="calls", **place)), "calls")
    assert found.equals(world.oracle(scope, "calls"))
    assert found.num_rows > 0
    there.delete_file(f"{bucket}/home/{grant.segments[0].folder}/pages")
    gone = grant.segments[0].place
    assert f"{gone.name}: pages: they cannot be" in spark.refused(**world.options(grant, table=gone.table, **place))


def test_a_grant_of_the_vault_process_is_read(spark: Spark, tmp_path: Path) -> None:
    story = begin(tmp_path / "instance")
    secret, public = new_identity()
    try:
        story.configuration.executors["spark-1"] = public
        story.enrol_officer()
        story.import_rows("calls", call_rows())
        story.import_rows("subscribers", subscriber_rows())
        told = {"digest": story.approved(), "journey": "b" * 32, "grant": "9" * 32, "executor": "spark-1"}
        answer = story.act("grant_executor", "government_requests.grant_executor", facts=told, **told)
        records, body = story.vault.opened.records, story.vault.opened.consents.body(told["digest"])
        segments, category = records.pinned(MATTER), Category.CALL_DETAIL
        wanted = records.find(scope=body.scope, category=category, segments=segments).rows  # type: ignore[attr-defined]
        (tmp_path / "identity").write_text(secret)
        options = {
            "grant": str(story.configuration.outbox / answer["files"][0]["name"]),
            "identity": str(tmp_path / "identity"),
            "issuer": story.vault.opened.ring.signer("issuer").verifier.vkey,
            "store": str(story.configuration.vault_store),
            "table": "calls",
            "now": story.vault.clock.now().isoformat(),
        }
        assert compared(spark.rows(**options), "calls").equals(once(wanted))
        assert wanted.num_rows == 2
        assert "SC-GRANT" in spark.refused(**{name: value for name, value in options.items() if name != "now"})
    finally:
        story.vault.close()


def test_a_grant_is_sealed_to_its_executor_alone(world: World) -> None:
    with pytest.raises(Exception, match="another executor"):
        seal_grant(world.grant(scope_of(item(CUSTOMERS[0]))), recipient=new_identity()[1], issuer=world.issuer)
