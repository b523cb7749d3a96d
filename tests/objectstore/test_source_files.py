"""Folders of files in a real S3 server, asked by the same mapping: the same rows as a loop over the clear records."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import fs
from tests import soaking
from tests.objectstore.server import ObjectStore
from tests.vaultd.connectors import stores
from tests.vaultd.connectors.asking_here import asked
from tests.vaultd.connectors.places import calls, use
from tests.vaultd.connectors.stores import PEOPLE, WRITTEN, ZONED, Shape
from tests.vaultd.connectors.test_oracle import plainly, rows_of, scope_item
from tests.vaultd.story import CUSTOMER, NUMBER, begin

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.periods import Window
from safeconduct.core.base.source_places import SourceKind, SourcePlace
from safeconduct.core.conduct.categories import CATEGORY_OF
from safeconduct.core.conduct.scope import ScopeItem, Selector, SelectorKind
from safeconduct.vaultd.connectors.asking import _place
from safeconduct.vaultd.connectors.errors import (
    SourceCeilingError,
    SourceShapeError,
    SourceTimeoutError,
    SourceUnreachableError,
)
from safeconduct.vaultd.connectors.frames import ASKED, HOLDERS

ALWAYS = Window(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
Write = Callable[[Path, Shape, Sequence[dict[str, Any]]], None]


def there(server: ObjectStore) -> fs.S3FileSystem:
    host = server.endpoint.removeprefix("http://")
    return fs.S3FileSystem(
        access_key=server.key,
        secret_key=server.secret,
        endpoint_override=host,
        scheme="http",
        allow_bucket_creation=True,
    )


def put(server: ObjectStore, bucket: str, folder: Path) -> None:
    """Put a folder's files below ``records/`` of a bucket."""
    system = there(server)
    system.create_dir(bucket)
    fs.copy_files(str(folder), f"{bucket}/records", destination_filesystem=system)


def source(server: ObjectStore, bucket: str, **changes: Any) -> dict[str, Any]:
    word = json.dumps({"access_key": server.key, "secret_key": server.secret})
    told = {"kind": "files", "bucket": f"s3://{bucket}/records", "endpoint": server.endpoint}
    return told | {"password": word, "ca": "", "seconds": 20} | changes


@pytest.mark.parametrize(
    ("kind", "shapes", "write"),
    [
        ("parquet", stores.SHAPES, stores.into_parquet),
        ("csv", (WRITTEN, PEOPLE), stores.into_csv),
        ("json lines", (WRITTEN, PEOPLE), stores.into_json_lines),
    ],
)
def test_rows_equal_a_loop_over_the_clear_records(
    object_store_server: ObjectStore, bucket: str, tmp_path: Path, kind: str, shapes: tuple[Shape, ...], write: Write
) -> None:
    draw, found = random.Random(soaking.seed(f"object files, {kind}")), 0  # noqa: S311 - repeatable
    clear = {shape.name: stores.records(draw, shape, 300) for shape in shapes}
    for shape in shapes:
        (tmp_path / shape.name).mkdir()
        write(tmp_path / shape.name, shape, stores.stored(draw, shape, clear[shape.name]))
    put(object_store_server, bucket, tmp_path)
    for shape in shapes:
        mapping = shape.mapping(shape.name).replace('"uuid"', '"uuid_text"')
        for _ in range(soaking.count(4, 40)):
            item = scope_item(draw, shape, clear[shape.name])
            frames = asked(source(object_store_server, bucket), mapping, shape.record, [item])
            expected = plainly(clear[shape.name], item)
            assert rows_of(frames) == expected, (shape.name, item)
            found += len(expected)
        selectors = [{"kind": "phone", "value": stores.NUMBERS[0]}]
        told = source(object_store_server, bucket)
        holders = asked(told, mapping, shape.record, [], op="holding", selectors=selectors)[HOLDERS][0]
        columns = ("number", "own_number", "other_number")
        wanted = {one["customer"] for one in clear[shape.name] if stores.NUMBERS[0] in [one.get(n) for n in columns]}
        assert holders == sorted(wanted)
    soaking.report(f"object files, {kind}", rows=found)
    assert found > 0


def whole_account() -> ScopeItem:
    chosen = (Selector(SelectorKind.ACCOUNT, CUSTOMER),)
    categories = frozenset(CATEGORY_OF.values())
    return ScopeItem(customer=CUSTOMER, selectors=chosen, categories=categories, window=ALWAYS)


@pytest.fixture
def archive(object_store_server: ObjectStore, bucket: str, tmp_path: Path) -> tuple[dict[str, Any], str]:
    (tmp_path / "files" / "cdr").mkdir(parents=True)
    rows = stores.stored(random.Random(1), ZONED, calls())  # noqa: S311 - repeatable
    stores.into_parquet(tmp_path / "files" / "cdr", ZONED, rows)
    put(object_store_server, bucket, tmp_path / "files")
    return source(object_store_server, bucket), ZONED.mapping("cdr").replace('"uuid"', '"uuid_text"')


def test_the_ceiling_and_the_statement_are_told(archive: tuple[dict[str, Any], str]) -> None:
    told, mapping = archive
    with pytest.raises(SourceCeilingError):
        asked(told, mapping, "calls", [whole_account()], ceiling=3)
    frames = asked(told, mapping, "calls", [whole_account()], ceiling=4)
    assert (len(rows_of(frames)), frames[ASKED][0]["foreseen"]) == (4, 4)


def test_a_store_that_is_silent_refuses_or_is_not_there_is_told(
    archive: tuple[dict[str, Any], str], object_store_server: ObjectStore
) -> None:
    told, mapping = archive
    for change in (
        {"password": json.dumps({"access_key": "no", "secret_key": "no"})},
        {"password": "no JSON"},
        {"endpoint": "http://127.0.0.1:9"},
        {"bucket": "s3://no-such-bucket/records"},
    ):
        with pytest.raises(SourceUnreachableError):
            asked(told | change, mapping, "calls", [whole_account()])
    with object_store_server.away(), pytest.raises((SourceTimeoutError, SourceUnreachableError)):
        asked(told | {"seconds": 1}, mapping, "calls", [whole_account()])
    assert rows_of(asked(told, mapping, "calls", [whole_account()]))


def test_a_file_that_lacks_a_column_or_is_of_another_kind_is_refused(
    archive: tuple[dict[str, Any], str], object_store_server: ObjectStore, bucket: str
) -> None:
    told, mapping = archive
    system = there(object_store_server)
    for name, rows in (("part-9.parquet", pa.table({"id": ["x"]})), ("part-9.csv", None)):
        with system.open_output_stream(f"{bucket}/records/cdr/{name}") as out:
            if rows is None:
                out.write(b"id\nx\n")
            else:
                pq.write_table(rows, out)
        with pytest.raises(SourceShapeError):
            asked(told, mapping, "calls", [whole_account()])
        system.delete_file(f"{bucket}/records/cdr/{name}")
    assert rows_of(asked(told, mapping, "calls", [whole_account()]))
    # What lies outside the prefix is not read, whatever a mapping calls it.
    with pytest.raises(SourceUnreachableError):
        asked(told, mapping.replace('from = "cdr"', 'from = "elsewhere"'), "calls", [whole_account()])


def test_a_collection_reads_it_through_the_real_child(archive: tuple[dict[str, Any], str], tmp_path: Path) -> None:
    told, mapping = archive
    (tmp_path / "mapping.toml").write_text(mapping)
    (tmp_path / "keys").write_text(told["password"])
    place = SourcePlace(
        kind=SourceKind.FILES,
        mapping=tmp_path / "mapping.toml",
        url="",
        password_file=tmp_path / "keys",
        ca=None,
        folder=None,
        timeout_seconds=30,
        bucket=told["bucket"],
        endpoint=told["endpoint"],
    )
    assert _place(place)["bucket"] == told["bucket"]
    story = begin(tmp_path / "instance")
    try:
        sources = use(story, place)
        assert sources.customers_holding([{"kind": "phone", "value": NUMBER}]) == {CUSTOMER}
        story.enrol_officer()
        digest = story.approved()
        assert story.collect(digest)["counts"]["call_detail"] == 2
        receipt = story.vault.opened.objects.open(f"receipt-{digest[:40]}").decode()
        assert "FROM mapped" in receipt
        gone = replace(place, endpoint="http://127.0.0.1:9")
        with pytest.raises(SourceUnreachableError):
            use(story, gone).customers_holding([{"kind": "phone", "value": NUMBER}])
    finally:
        story.vault.close()


def test_the_configuration_takes_a_bucket_and_nothing_beside_it(tmp_path: Path) -> None:
    table = {"kind": "files", "mapping": "m", "bucket": "s3://b/p", "endpoint": "https://s3.example"}
    assert SourcePlace.from_table(table, tmp_path).bucket == "s3://b/p"
    for change in (
        {"folder": "x"},
        {"endpoint": "http://s3.example"},
        {"endpoint": ""},
        {"bucket": "b/p"},
        {"url": "x"},
    ):
        with pytest.raises(BadInputError):
            SourcePlace.from_table(table | change, tmp_path)
