"""A small whole store under every single-bit flip and exchange, and a search for what must never be in clear."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from tests import soaking
from tests.core.segments.conftest import CUSTOMERS, make_rows
from tests.vaultd.story import MATTER, Story, call_rows
from tests.vaultd.test_upkeep import expected, find

from safeconduct.core.segments.errors import SegmentDamagedError

ERASED = CUSTOMERS[5]


def small(story: Story) -> pa.Table:
    """Fill a store with segments of their own, a compacted one, merged runs, a preserved copy; somebody was erased."""
    records, upkeep = story.vault.opened.records, story.vault.opened.upkeep
    calls = [make_rows("calls", 40, seed=number) for number in (1, 2, 3, 4)]
    for number, rows in enumerate(calls):
        records.write(table="calls", rows=rows, prefix=f"x{number}")
        if number == 1:
            upkeep.compact("calls", least=2)
    records.write(table="message_contents", rows=make_rows("message_contents", 30), prefix="x")
    records.write(table="subscribers", rows=make_rows("subscribers", 20), prefix="x")
    records.write(table="calls", rows=call_rows(prefix="kept"), prefix="p0", matter=MATTER)
    upkeep.merge("calls", least=1)
    records.write(table="calls", rows=make_rows("calls", 40, seed=5), prefix="x5")
    story.erase(ERASED)
    upkeep.forget_erased()
    return pa.concat_tables([*calls, make_rows("calls", 40, seed=5)])


def whole(story: Story) -> int:
    """Open every page and block that is in force; return the rows, or raise with the first that does not open."""
    told = story.call("check_records")
    for one in told["damaged"]:
        raise SegmentDamagedError(f"{one['name']}: {one['why']}")
    return int(told["rows"])


def files(story: Story) -> list[Path]:
    folder = story.configuration.vault_store
    return sorted(path for kind in ("segments", "preserved") for path in (folder / kind).rglob("*") if path.is_file())


def flips(path: Path, source: random.Random, sample: int) -> Iterator[tuple[int, int]]:
    size = path.stat().st_size
    if soaking.SOAKING:
        yield from ((place, bit) for place in range(size) for bit in range(8))
    else:
        edges = {0, 7, 8, 39, 40, size - 1, size - 5}
        drawn = {source.randrange(size) for _ in range(sample)}
        yield from ((place, source.randrange(8)) for place in sorted(edges | drawn))


def test_every_flipped_bit_of_every_file_is_named(story: Story) -> None:
    small(story)
    source, counted = random.Random(soaking.seed("record bits")), 0  # noqa: S311 - repeatable tests
    before, check = whole(story), story.vault.opened.record_check.one
    assert before > 100
    names = files(story)
    kinds = {path.name for path in names}
    assert kinds == {"pages", "directory", "index"}
    assert any(path.parent.name.startswith("run-") for path in names)
    assert any(path.parent.name.startswith("c-") for path in names)
    assert any("preserved" in path.parts for path in names)
    for path in names:
        clear = path.read_bytes()
        for place, bit in flips(path, source, 12):
            damaged = bytearray(clear)
            damaged[place] ^= 1 << bit
            path.write_bytes(damaged)
            with pytest.raises(SegmentDamagedError, match=f"{path.parent.name}.*{path.name}"):
                check(path.parent.name)
            counted += 1
        path.write_bytes(clear)
    assert whole(story) == before
    soaking.report("record bits", files=len(names), flips=counted)
    assert counted > 10 * len(names)


def test_answers_under_a_flipped_bit_are_right_or_name_what_is_missing(story: Story) -> None:
    rows = small(story)
    source, told, right = random.Random(soaking.seed("record answers")), 0, 0  # noqa: S311 - repeatable tests
    wanted = {customer: expected(rows, customer) for customer in CUSTOMERS}
    for path in [path for path in files(story) if path.parent.parent.name == "calls" and "preserved" not in path.parts]:
        clear = path.read_bytes()
        for place, bit in flips(path, source, soaking.count(2, 2)):
            damaged = bytearray(clear)
            damaged[place] ^= 1 << bit
            path.write_bytes(damaged)
            for customer in CUSTOMERS[:4]:
                found = find(story, customer)
                given = found.rows["record_id"].to_pylist()
                if found.unreadable:
                    told += 1
                    assert set(given) <= set(wanted[customer])
                    named = {one.segment for part in found.unreadable.values() for one in part}
                    assert named == {path.parent.name}
                else:
                    right += 1
                    assert given == wanted[customer]
        path.write_bytes(clear)
    assert told > 20
    assert right > 20


def test_nothing_of_another_can_be_put_in_the_place_of_ones_own(story: Story) -> None:
    small(story)
    names, refused = files(story), 0
    for one in names:
        for other in names:
            if one == other or one.name != other.name or one.read_bytes() == other.read_bytes():
                continue
            before = one.read_bytes()
            one.write_bytes(other.read_bytes())
            with pytest.raises(SegmentDamagedError, match=one.parent.name):
                story.vault.opened.record_check.one(one.parent.name)
            one.write_bytes(before)
            refused += 1
    assert refused > 2 * len(names)
    assert whole(story) > 100


def test_another_customers_key_opens_nothing(story: Story) -> None:
    small(story)
    ring, store = story.vault.opened.ring, story.vault.store
    refused = 0
    for mine, other in ((CUSTOMERS[0], CUSTOMERS[1]), (CUSTOMERS[2], CUSTOMERS[0])):
        names = [f"customer/{customer}" for customer in (mine, other)]
        real, foreign = (ring.version(name, 1) for name in names)
        # The wrapped key itself is bound to its owner: another's row in its place does not open.
        rows = [store.one("SELECT wrapped FROM wrapped_key WHERE owner = ?", (name,)) for name in names]
        store.run("UPDATE wrapped_key SET wrapped = ? WHERE owner = ?", (rows[1]["wrapped"], names[0]))
        ring._known.clear()
        with pytest.raises(Exception, match="SC-"):
            ring.version(names[0], 1)
        store.run("UPDATE wrapped_key SET wrapped = ? WHERE owner = ?", (rows[0]["wrapped"], names[0]))
        # And with the other's clear key in memory no page of theirs opens.
        ring._known[names[0], 1] = foreign
        with pytest.raises(SegmentDamagedError):
            whole(story)
        ring._known[names[0], 1] = real
        refused += 1
    assert refused == 2
    assert whole(story) > 100


def planted(count: int) -> tuple[pa.Table, list[bytes]]:
    """Return message contents whose every text column holds marks that stand nowhere else, and the marks."""
    rows = make_rows("message_contents", count, seed=77)
    marks = [f"mark{number:06d}{random.Random(number).getrandbits(64):016x}" for number in range(count)]  # noqa: S311 - marks
    bodies = pa.array([f"{mark} {mark[::-1]}" for mark in marks])
    rows = rows.set_column(rows.schema.get_field_index("body"), "body", bodies)
    held = [text.encode() for mark in marks for text in (mark, mark[::-1])]
    return rows.cast(make_rows("message_contents", 1).schema), held


def seen(folder: Path, marks: list[bytes]) -> list[str]:
    """Return which files below a folder hold a mark in clear, told or backwards."""
    wanted, length = set(marks), len(marks[0])
    begin, end = re.compile(b"mark"), re.compile(b"kram")
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        places = [one.start() for one in begin.finditer(data)]
        places += [one.end() - length for one in end.finditer(data)]
        if any(data[place : place + length] in wanted for place in places if place >= 0):
            found.append(str(path))
    return found


def test_ten_thousand_marks_stand_nowhere_in_clear(story: Story, tmp_path: Path) -> None:
    rows, marks = planted(5_000)
    assert len(set(marks)) == 10_000
    story.import_rows("message_contents", rows)
    records, upkeep = story.vault.opened.records, story.vault.opened.upkeep
    records.write(table="message_contents", rows=rows.slice(0, 100), prefix="p0", matter=MATTER)
    records.write(table="message_contents", rows=rows.slice(0, 2_000), prefix="late")
    upkeep.compact("message_contents", least=2)
    upkeep.merge("message_contents", least=1)
    assert seen(tmp_path, marks) == []
    (tmp_path / "control").write_bytes(b"x" * 1000 + marks[4_321 * 2] + b"x")
    assert seen(tmp_path, marks) == [str(tmp_path / "control")]
