"""Abuse of record pages and indexes: a named error, and no row given out; a page that two keys open opens under one."""

import itertools
import random
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tests import soaking
from tests.core.sealing.collision import Side, colliding
from tests.core.segments.conftest import CUSTOMERS, Keys, make_rows

from safeconduct.core.segments import pages
from safeconduct.core.segments.directory import Directory
from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.core.segments.layout import DIRECTORY, INDEX, PAGES, nonce
from safeconduct.core.segments.reader import SegmentReader
from safeconduct.core.segments.writer import write_segment

ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
EVERY = [{"kind": "phone", "value": f"+1202555{place:04d}"} for place in range(100, 160)]
CODE = "SC-SEGMENT-DAMAGED"


@pytest.fixture
def segment(store: Path, keys: Keys) -> Path:
    write_segment(store, make_rows("calls", 2600), table="calls", segment="one", keys=keys)
    return store / "calls" / "one"


def directory_of(segment: Path, keys: Keys) -> Directory:
    return Directory(segment / DIRECTORY, table="calls", segment=segment.name, keys=keys, pin=None)


def refused(segment: Path, keys: Keys) -> bool:
    """Return whether every way of asking for the damaged part ends in the named error, with no row in the sink."""
    sink: list[pa.Table] = []
    damaged = False
    try:
        reader = SegmentReader(segment.parents[1], table="calls", segment=segment.name, keys=keys)
        reader.check()
        sink += [reader.find(customer=one, selectors=EVERY, window=ALWAYS) for one in CUSTOMERS]
    except SegmentDamagedError as error:
        damaged = error.code == CODE and "+1202" not in str(error)
    assert not (damaged and sink)
    assert sorted(path.name for path in segment.iterdir()) == sorted([PAGES, INDEX, DIRECTORY])
    return damaged


def test_every_byte_of_every_part(store: Path, keys: Keys) -> None:
    write_segment(store, make_rows("calls", 150), table="calls", segment="one", keys=keys)
    segment = store / "calls" / "one"
    rng = random.Random(soaking.seed("abuse-segments"))  # noqa: S311 - repeatable tests
    count = 0
    assert not refused(segment, keys)
    for part in (PAGES, INDEX, DIRECTORY):
        whole = (segment / part).read_bytes()
        places = range(len(whole)) if soaking.SOAKING else sorted(rng.sample(range(len(whole)), 60))
        for place in places:
            changed = bytearray(whole)
            changed[place] ^= 1 << rng.randrange(8)
            (segment / part).write_bytes(changed)
            assert refused(segment, keys), (part, place)
            count += 1
        (segment / part).write_bytes(whole)
    soaking.report("abuse-segments", refused=count)
    assert count >= 180


def test_pages_exchanged_left_out_doubled_or_moved(segment: Path, keys: Keys) -> None:
    whole = (segment / PAGES).read_bytes()
    held = [part for owned in directory_of(segment, keys).every() for part in owned.offsets.tolist()]
    offsets = [*held, len(whole)]
    parts = [whole[start:end] for start, end in itertools.pairwise(offsets)]
    assert len(parts) > 5
    count = 0
    for one, two in itertools.combinations(range(len(parts)), 2):
        order = list(parts)
        order[one], order[two] = order[two], order[one]
        doubled = [parts[one] if place == two else part for place, part in enumerate(parts)]
        for bent in (order, doubled, parts[:one] + parts[one + 1 :], [*parts, parts[one]]):
            (segment / PAGES).write_bytes(whole[: offsets[0]] + b"".join(bent))
            assert refused(segment, keys)
            count += 1
    assert count > 40


def test_the_page_of_another_segment_table_or_attempt(segment: Path, keys: Keys, tmp_path: Path) -> None:
    rows = make_rows("calls", 2600)
    write_segment(tmp_path / "again", rows, table="calls", segment="one", keys=keys)
    write_segment(tmp_path / "named", rows, table="calls", segment="two", keys=keys)
    write_segment(tmp_path / "other", make_rows("messages", 2600), table="messages", segment="one", keys=keys)
    kept = {part: (segment / part).read_bytes() for part in (PAGES, INDEX, DIRECTORY)}
    foreign = [path.parent for path in tmp_path.rglob(PAGES) if segment not in path.parents]
    assert len(foreign) == 3
    for folder in foreign:
        for mixed in ((PAGES,), (INDEX,), (DIRECTORY,), (PAGES, INDEX), (PAGES, DIRECTORY), (INDEX, DIRECTORY)):
            for part, data in kept.items():
                (segment / part).write_bytes((folder / part).read_bytes() if part in mixed else data)
            assert refused(segment, keys), (folder, mixed)
    for part, data in kept.items():
        (segment / part).write_bytes(data)
    shutil.copytree(segment, segment.with_name("three"))
    assert refused(segment.with_name("three"), keys)


def test_a_page_that_two_keys_open_is_opened_under_the_committed_one(segment: Path, keys: Keys) -> None:
    directory = directory_of(segment, keys)
    owned = next(directory.every())
    place, customer, strange = directory.place, owned.customer, Keys(word="strange")
    sides = []
    for side in (keys, strange):
        key, _, bound = place.page_key(side, customer)
        sides.append(Side(key, nonce(0), bound))
    page = colliding(*sides)

    # The control: plain AES-GCM opens the page under both keys, and reads different things.
    assert len({AESGCM(side.key).decrypt(side.nonce, page, side.bound) for side in sides}) == 2

    held = owned.commitment
    pages.CustomerPages(place, keys, customer).require(held)
    with pytest.raises(SegmentDamagedError, match="another key"):
        pages.CustomerPages(place, strange, customer).require(held)


def test_a_reader_with_another_customer_key_opens_no_page(segment: Path, keys: Keys) -> None:
    class Exchanged(Keys):
        def customer_key(self, customer: str) -> bytes:
            return Keys(word="strange").customer_key(customer)

    reader = SegmentReader(segment.parents[1], table="calls", segment="one", keys=Exchanged())
    with pytest.raises(SegmentDamagedError, match="another key"):
        reader.find(customer=CUSTOMERS[0], selectors=EVERY, window=ALWAYS)
    assert SegmentReader(segment.parents[1], table="calls", segment="one", keys=keys).check() == 2600
