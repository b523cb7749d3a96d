"""Records at home in a real S3 server: answers are those of a disk, and nothing that the store does goes unnoticed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import obstore
import pyarrow as pa
import pytest
from obstore.store import S3Store
from tests.core.segments.conftest import CUSTOMERS, make_rows
from tests.objectstore.instance import regions
from tests.objectstore.server import ObjectStore
from tests.vaultd.refusals import code_of
from tests.vaultd.story import MATTER, Story, begin
from tests.vaultd.test_upkeep import expected, find

from safeconduct.core.base.errors import SafeconductError
from safeconduct.vaultd.object_store import Bucket
from safeconduct.vaultd.operations import call
from safeconduct.vaultd.records import Found

IMPORTS = 3


@pytest.fixture
def far(object_store_server: ObjectStore, bucket: str, tmp_path: Path) -> Iterator[Story]:
    """An open vault with the regions eu (the usual one) and us."""
    made = begin(tmp_path / "instance", more=regions(object_store_server, tmp_path, bucket, "eu", "us"))
    yield made
    made.vault.close()


def store_of(server: ObjectStore, bucket: str) -> S3Store:
    return server.store(bucket)


def names(store: S3Store, below: str = "") -> list[str]:
    return sorted(one["path"] for part in obstore.list(store, below or None) for one in part)


def place(story: Story, customer: str, region: str) -> None:
    with story.vault.store.writing():
        story.vault.opened.regions.place(customer=customer, region=region)


def fill(story: Story) -> pa.Table:
    every = [make_rows("calls", 300, seed=number + 1) for number in range(IMPORTS)]
    for number, rows in enumerate(every):
        story.vault.opened.records.write(table="calls", rows=rows, prefix=f"x{number}")
    return pa.concat_tables(every)


def right(story: Story, rows: pa.Table) -> int:
    compared = 0
    for customer in CUSTOMERS:
        wanted = expected(rows, customer)
        assert find(story, customer).rows["record_id"].to_pylist() == wanted
        compared += len(wanted)
    return compared


def forget_cache(story: Story) -> None:
    for path in (story.configuration.vault_store / "cache").rglob("*"):
        if path.is_file():
            path.unlink()


def on_disk(story: Story) -> list[str]:
    folder = story.configuration.vault_store
    return [
        one.name for kind in ("segments", "staging", "preserved") for one in (folder / kind).rglob("*") if one.is_file()
    ]


def test_rows_lie_in_their_customers_region_and_nowhere_else(
    far: Story, object_store_server: ObjectStore, bucket: str
) -> None:
    store = store_of(object_store_server, bucket)
    place(far, CUSTOMERS[1], "us")
    place(far, CUSTOMERS[2], "own-disk")
    rows = fill(far)
    assert right(far, rows) > 0
    upkeep = far.vault.opened.upkeep
    for _ in range(2):
        held = {"eu": set(), "us": set(), "own-disk": set()}
        for one in far.vault.opened.records.pinned("m"):
            region = far.vault.opened.regions.home(one.id)
            held[region] |= set(far.vault.opened.records.reader(one).customers)
        assert held["us"] == {CUSTOMERS[1]}
        assert held["own-disk"] == {CUSTOMERS[2]}
        assert held["eu"] == set(CUSTOMERS) - {CUSTOMERS[1], CUSTOMERS[2]}
        assert upkeep.compact("calls", least=2) + upkeep.merge("calls", least=1) >= 0
    assert {name.split("/")[0] for name in names(store)} == {"eu", "us"}
    in_force = {f"{row['region']}/{row['path']}" for row in far.vault.store.all("SELECT * FROM home")}
    assert set(names(store)) == in_force
    assert right(far, rows) > 0


def test_a_customer_with_records_is_not_moved(far: Story) -> None:
    fill(far)
    assert code_of(lambda: place(far, CUSTOMERS[0], "us")) == "SC-REGION-SET"
    assert code_of(lambda: place(far, "new", "mars")) == "SC-REGION-UNKNOWN"
    place(far, CUSTOMERS[0], "eu")


def test_the_disk_is_a_cache_that_may_go_at_any_time(far: Story) -> None:
    rows = fill(far)
    assert on_disk(far) == []
    assert right(far, rows) > 0
    cached = [path for path in (far.configuration.vault_store / "cache").rglob("*") if path.is_file()]
    assert cached
    for path in cached:
        path.write_bytes(b"\0" + path.read_bytes()[1:])  # A disk that errs costs a second fetch, and nothing else.
    assert right(far, rows) > 0
    forget_cache(far)
    assert right(far, rows) > 0


def test_a_cache_stays_within_its_bound(object_store_server: ObjectStore, bucket: str, tmp_path: Path) -> None:
    story = begin(tmp_path / "instance", more=regions(object_store_server, tmp_path, bucket, "eu", megabytes=0))
    rows = fill(story)
    assert right(story, rows) > 0
    assert not [path for path in (story.configuration.vault_store / "cache").rglob("*") if path.is_file()]
    story.vault.close()


@contextmanager
def changed(store: S3Store, name: str, change: Callable[[bytes], bytes | None]) -> Iterator[None]:
    """Have the store lie about one file meanwhile."""
    before = bytes(obstore.get(store, name).bytes())
    lie = change(before)
    if lie is None:
        obstore.delete(store, name)
    else:
        obstore.put(store, name, lie)
    try:
        yield
    finally:
        obstore.put(store, name, before)


def asked(story: Story, customer: str) -> tuple[Found | None, str]:
    """Return what was found, or the code of the refusal."""
    try:
        return find(story, customer), ""
    except SafeconductError as error:
        return None, str(error.as_json()["code"])


LIES: dict[str, Callable[[bytes], bytes | None]] = {
    "flipped": lambda data: data[:60] + bytes([data[60] ^ 4]) + data[61:],
    "cut": lambda data: data[: len(data) // 2],
    "longer": lambda data: data + b"\0",
    "empty": lambda _data: b"",
    "gone": lambda _data: None,
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_of_the_store_is_noticed_in_every_file(
    far: Story, object_store_server: ObjectStore, bucket: str, lie: str
) -> None:
    store, rows = store_of(object_store_server, bucket), fill(far)
    far.vault.opened.upkeep.merge("calls", least=1)
    paths = [(row["name"], row["region"], row["path"]) for row in far.vault.store.all("SELECT * FROM home")]
    noticed = 0
    for name, region, path in paths:
        with changed(store, f"{region}/{path}", LIES[lie]):
            forget_cache(far)
            assert code_of(lambda held=name: far.vault.opened.regions.check(held)) == "SC-SEGMENT-DAMAGED"
            noticed += 1
            for customer in CUSTOMERS:
                found, code = asked(far, customer)
                if found is None:
                    assert code in ("SC-SEGMENT-DAMAGED", "SC-SEGMENT-MISSING")
                    continue
                wanted, given = expected(rows, customer), found.rows["record_id"].to_pylist()
                assert given == wanted or (found.unreadable and set(given) < set(wanted))
        far.vault.opened.regions.refetch(name)
    assert noticed == len(paths) > IMPORTS
    forget_cache(far)
    assert right(far, rows) > 0


def test_older_bytes_in_place_of_the_newer_are_noticed(
    far: Story, object_store_server: ObjectStore, bucket: str
) -> None:
    store, rows = store_of(object_store_server, bucket), fill(far)
    first, second = (f"eu/segments/calls/x{number}-eu-calls-2026-03-0" for number in (0, 1))
    for part in ("pages", "directory", "index"):
        with changed(
            store, f"{second}/{part}", lambda _data, part=part: bytes(obstore.get(store, f"{first}/{part}").bytes())
        ):
            forget_cache(far)
            assert code_of(lambda: far.vault.opened.regions.check("x1-eu-calls-2026-03-0")) == "SC-SEGMENT-DAMAGED"
            for customer in CUSTOMERS:
                found = find(far, customer)
                wanted, given = expected(rows, customer), found.rows["record_id"].to_pylist()
                assert given == wanted or found.unreadable
    forget_cache(far)
    assert right(far, rows) > 0


def test_a_store_that_is_away_stops_the_act_and_leaves_no_half(
    object_store_server: ObjectStore, bucket: str, tmp_path: Path
) -> None:
    far = begin(tmp_path / "instance", more=regions(object_store_server, tmp_path, bucket, "eu", seconds=2))
    store, rows = store_of(object_store_server, bucket), fill(far)
    before, late = names(store), make_rows("calls", 300, seed=99)
    with object_store_server.away():
        forget_cache(far)
        assert code_of(lambda: find(far, CUSTOMERS[0])) == "SC-REGION-AWAY"
        assert code_of(lambda: far.import_rows("calls", late)) == "SC-REGION-AWAY"
    assert right(far, rows) > 0
    assert far.vault.store.all("SELECT * FROM home WHERE name LIKE 'i%'") == []
    assert set(before) <= set(names(store))
    entry = len(far.log.openings) - 1
    stream = pa.BufferOutputStream()
    with pa.ipc.new_stream(stream, late.schema) as writer:
        writer.write_table(late)
    far.vault.opened.importing.take(table="calls", stream=stream.getvalue().to_pybytes(), proof=far.prove(entry))
    assert right(far, pa.concat_tables([rows, late])) > 0
    far.vault.close()


def test_a_put_that_breaks_off_leaves_nothing_in_force_and_is_cleared(
    far: Story, object_store_server: ObjectStore, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, rows, real = store_of(object_store_server, bucket), fill(far), Bucket.put
    puts = [0]

    def breaks(self: Bucket, name: str, path: Path) -> object:
        puts[0] += 1
        if puts[0] % 3 == 0:
            raise OSError("the line broke")
        return real(self, name, path)

    monkeypatch.setattr(Bucket, "put", breaks)
    with pytest.raises(OSError, match="the line broke"):
        far.vault.opened.upkeep.compact("calls", least=2)
    monkeypatch.undo()
    far.vault.opened.upkeep.tidy()
    in_force = {f"{row['region']}/{row['path']}" for row in far.vault.store.all("SELECT * FROM home")}
    assert puts[0] > 0
    assert set(names(store)) == in_force
    assert right(far, rows) > 0
    assert on_disk(far) == []


def test_preserved_copies_lie_in_the_region_and_end_with_it(
    far: Story, object_store_server: ObjectStore, bucket: str
) -> None:
    store = store_of(object_store_server, bucket)
    records = far.vault.opened.records
    records.write(table="calls", rows=make_rows("calls", 50), prefix="p9", matter=MATTER)
    kept = names(store, "eu/preserved/")
    assert len(kept) == 3
    with far.vault.store.writing():
        records.forget_preserved(MATTER)
    far.vault.opened.upkeep.tidy()
    assert names(store, "eu/preserved/") == []
    assert call(far.vault, "status", {})["sealed"] is False
