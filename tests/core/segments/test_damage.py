"""A segment is whole and the right one, or it says which part is not."""

import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from tests.core.segments.conftest import CUSTOMERS, Keys, make_rows

from safeconduct.core.base import disk
from safeconduct.core.segments.errors import CustomerKeyDestroyedError, SegmentDamagedError, SegmentExistsError
from safeconduct.core.segments.files import sweep
from safeconduct.core.segments.layout import DIRECTORY, INDEX, PAGES
from safeconduct.core.segments.reader import SegmentReader
from safeconduct.core.segments.writer import write_segment

ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
PARTS = (PAGES, INDEX, DIRECTORY)


def read_all(store: Path, keys: Keys, segment: str = "one", table: str = "calls") -> int:
    return SegmentReader(store, table=table, segment=segment, keys=keys).check()


@pytest.fixture
def segment(store: Path, keys: Keys) -> Path:
    write_segment(store, make_rows("calls", 400), table="calls", segment="one", keys=keys)
    return store / "calls" / "one"


@pytest.mark.parametrize("part", PARTS)
def test_a_flipped_bit_anywhere_is_noticed_and_the_part_is_named(segment: Path, keys: Keys, part: str) -> None:
    store, path = segment.parents[1], segment / part
    whole = path.read_bytes()
    step = max(len(whole) // 150, 1)
    for place in [*range(0, len(whole), step), *range(48), *range(len(whole) - 30, len(whole))]:
        changed = bytearray(whole)
        changed[place] ^= 1 << (place % 8)
        path.write_bytes(changed)
        with pytest.raises(SegmentDamagedError, match=part):
            read_all(store, keys)
    path.write_bytes(whole)
    assert read_all(store, keys) == 400


@pytest.mark.parametrize("part", PARTS)
def test_a_cut_a_longer_or_a_missing_file_is_noticed(segment: Path, keys: Keys, part: str) -> None:
    store, path = segment.parents[1], segment / part
    whole = path.read_bytes()
    for changed in (b"", whole[:1], whole[:45], whole[: len(whole) // 2], whole[:-1], whole + b"\0", whole + whole):
        path.write_bytes(changed)
        with pytest.raises(SegmentDamagedError, match=part):
            read_all(store, keys)
    path.unlink()
    with pytest.raises(SegmentDamagedError, match=part):
        read_all(store, keys)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_another_attempt_at_the_same_segment_is_noticed(
    segment: Path, tmp_path: Path, keys: Keys, part: str
) -> None:
    write_segment(tmp_path, make_rows("calls", 400), table="calls", segment="one", keys=keys)
    shutil.copy(tmp_path / "calls" / "one" / part, segment / part)
    with pytest.raises(SegmentDamagedError):
        read_all(segment.parents[1], keys)


def test_a_segment_under_another_name_or_table_is_noticed(segment: Path, keys: Keys) -> None:
    store = segment.parents[1]
    shutil.copytree(segment, store / "calls" / "two")
    shutil.copytree(segment, store / "messages" / "one")
    with pytest.raises(SegmentDamagedError):
        read_all(store, keys, segment="two")
    with pytest.raises(SegmentDamagedError):
        read_all(store, keys, table="messages")


def test_the_recorded_digest_pins_the_attempt(store: Path, tmp_path: Path, keys: Keys) -> None:
    rows = make_rows("calls", 50)
    first = write_segment(store, rows, table="calls", segment="one", keys=keys)
    second = write_segment(tmp_path, rows, table="calls", segment="one", keys=keys)
    SegmentReader(store, table="calls", segment="one", keys=keys, directory_sha256=first.directory_sha256)
    with pytest.raises(SegmentDamagedError, match="recorded"):
        SegmentReader(store, table="calls", segment="one", keys=keys, directory_sha256=second.directory_sha256)


def test_other_keys_open_nothing(segment: Path) -> None:
    with pytest.raises(SegmentDamagedError):
        read_all(segment.parents[1], Keys(word="other"))


def test_a_customers_page_does_not_open_under_another_customers_key(segment: Path) -> None:
    class Exchanged(Keys):
        def customer_key(self, customer: str) -> bytes:
            return super().customer_key(CUSTOMERS[0] if customer == CUSTOMERS[1] else customer)

    with pytest.raises(SegmentDamagedError, match="page"):
        read_all(segment.parents[1], Exchanged())


def test_a_destroyed_key_erases_one_customer_and_no_other(segment: Path, keys: Keys) -> None:
    keys.destroyed.add(CUSTOMERS[0])
    reader = SegmentReader(segment.parents[1], table="calls", segment="one", keys=keys)
    every = [{"kind": "phone", "value": f"+1202555{place:04d}"} for place in range(100, 160)]
    with pytest.raises(CustomerKeyDestroyedError):
        reader.find(customer=CUSTOMERS[0], selectors=every, window=ALWAYS)
    assert reader.find(customer=CUSTOMERS[1], selectors=every, window=ALWAYS).num_rows > 0
    assert CUSTOMERS[0] not in reader.customers_holding(every)
    assert CUSTOMERS[1] in reader.customers_holding(every)
    assert 0 < reader.check() < 400


def test_a_segment_is_written_once(segment: Path, keys: Keys) -> None:
    before = {part: (segment / part).read_bytes() for part in PARTS}
    with pytest.raises(SegmentExistsError):
        write_segment(segment.parents[1], make_rows("calls", 9), table="calls", segment="one", keys=keys)
    assert {part: (segment / part).read_bytes() for part in PARTS} == before


def test_two_attempts_share_no_byte_of_cipher(store: Path, tmp_path: Path, keys: Keys) -> None:
    rows = make_rows("calls", 300)
    for place in (store, tmp_path):
        write_segment(place, rows, table="calls", segment="one", keys=keys)
    one, two = ((place / "calls" / "one" / PAGES).read_bytes() for place in (store, tmp_path))
    assert one[:8] == two[:8]
    assert one[8:40] != two[8:40]
    assert sum(a == b for a, b in zip(one[40:], two[40:], strict=False)) < len(one) // 50


def test_a_failure_at_every_sync_leaves_no_segment_or_a_whole_one(
    store: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, rows = os.fsync, make_rows("calls", 30)
    outcomes = set()
    for failing in range(1, 12):
        calls = 0

        def fsync(handle: int, failing: int = failing) -> None:
            nonlocal calls
            calls += 1
            if calls == failing:
                raise OSError(5, "injected")
            real(handle)

        monkeypatch.setattr(disk.os, "fsync", fsync)
        segment = f"try-{failing}"
        try:
            write_segment(store, rows, table="calls", segment=segment, keys=keys)
            outcomes.add("written")
        except disk.StorageFailedError:
            outcomes.add("failed")
        monkeypatch.setattr(disk.os, "fsync", real)
        if (store / "calls" / segment).exists():
            assert read_all(store, keys, segment=segment) == 30
        else:
            with pytest.raises(SegmentDamagedError, match="directory: the file is missing"):
                read_all(store, keys, segment=segment)
    assert outcomes == {"written", "failed"}


KILLED_WRITER = """
import os, signal, sys
from pathlib import Path
from safeconduct.core.base import disk
from safeconduct.core.segments.writer import write_segment
from tests.core.segments.conftest import Keys, make_rows
disk.os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
write_segment(Path(sys.argv[1]), make_rows("calls", 30), table="calls", segment="one", keys=Keys())
"""


def test_a_killed_writer_leaves_nothing_that_is_read_and_the_sweep_removes_it(store: Path, keys: Keys) -> None:
    root = Path(__file__).resolve().parents[3]
    (store / "calls").mkdir(parents=True)
    done = subprocess.run([sys.executable, "-c", KILLED_WRITER, str(store)], cwd=root, check=False)
    assert done.returncode == -signal.SIGKILL
    with pytest.raises(SegmentDamagedError, match="missing"):
        read_all(store, keys)
    assert len(list((store / "calls").iterdir())) == 1
    assert sweep(store) == 1
    assert list((store / "calls").iterdir()) == []
    write_segment(store, make_rows("calls", 30), table="calls", segment="one", keys=keys)
    assert read_all(store, keys) == 30


def test_no_marker_stands_in_any_byte_written(store: Path, keys: Keys) -> None:
    rows = make_rows("message_contents", 3000)
    markers = [f"MARKER {row} rendezvous at the harbour {row * 7919}" for row in range(3000)]
    rows = rows.set_column(rows.schema.get_field_index("body"), "body", pa.array(markers))
    write_segment(store, rows, table="message_contents", segment="one", keys=keys)
    sought = {text.encode() for text in markers} | {b"MARKER", b"+1202555", b"harbour"}
    sought |= {customer.encode() for customer in CUSTOMERS}
    written = [path.read_bytes() for path in store.rglob("*") if path.is_file()]
    assert len(written) == 3
    assert [text for text in sought if any(text in data for data in written)] == []
    clear = pa.BufferOutputStream()
    with pa.ipc.new_stream(clear, rows.schema) as stream:
        stream.write_table(rows)
    assert all(
        text in bytes(clear.getvalue()) for text in (b"MARKER", b"+1202555", CUSTOMERS[0].encode())
    )  # The control.
