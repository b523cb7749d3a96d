"""By column or row by row: the same records, the same faults, whatever a file holds and however a mapping reads it."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from tests import soaking

from safeconduct.core.mappings import parts
from safeconduct.core.mappings.instants import PER_SECOND, WRITTEN, Instants, TimeKind
from safeconduct.core.mappings.mapping import Column, TableMapping
from safeconduct.core.mappings.numbers import NumberForm, Numbers
from safeconduct.core.mappings.parts import read_part, read_rows

NUMBERS = (
    Numbers((NumberForm.E164,)),
    Numbers((NumberForm.E164, NumberForm.DIGITS, NumberForm.ZEROS)),
    Numbers((NumberForm.ZEROS, NumberForm.NATIONAL), "44", "0"),
    Numbers((NumberForm.DIGITS,)),
)
ZONES = ("UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu")
PHONES = (
    "+12025550143",
    "+442071838750",
    "88222",
    "12025550143",
    "0012025550143",
    "NORTHWIND",
    "02079460018",
    "",
    "?!",
    None,
)
TEXTS = ("voice", " voice ", "", None, "data", "a\0b", "x" * 300, "é", "İstanbul", "VOICE")
ODDITY, HALF, DIRT = 0.002, 0.5, 0.15
MAILS = ("a@b.example", "A@B.example", " a@b.example", "no address", "", "ä@b.example", "a@b")
ODD = (True, 1.5, Decimal(3), 2**70, b"bytes", "\ud800", {"a": 1}, ["x"])
FORMS = {
    kind: [Instants(kind)] for kind in (TimeKind.ZONED, TimeKind.EPOCH_S, TimeKind.EPOCH_MS, TimeKind.EPOCH_US)
} | {
    TimeKind.LOCAL: [Instants(TimeKind.LOCAL, zone, "", word) for zone in ZONES for word in ("", "earlier", "later")],
    TimeKind.TEXT: [
        Instants(TimeKind.TEXT, "" if form.endswith(("Z", "%z")) else zone, form, "")
        for form in WRITTEN
        for zone in ZONES
    ],
}


def instants(rng: random.Random) -> Instants:
    return rng.choice(FORMS[rng.choice(list(FORMS))])


def mapping(rng: random.Random) -> TableMapping:
    """Return a mapping of any table, every column read in some way that a mapping file may say."""
    record = rng.choice(["calls", "subscribers", "messages", "payments"])
    made = {}
    table = TableMapping(record=record, source="x", columns={})
    for field in table.spec.schema:
        name = field.name
        more: dict[str, Any] = {"source": f"their_{name}"}
        if field.type == pa.timestamp("ms", tz="UTC"):
            more["instants"] = instants(rng)
        elif name in table.spec.phones:
            more |= {"numbers": rng.choice(NUMBERS), "trim": rng.random() < 0.5}
            more |= {"empty": rng.choice([None, "unknown"])}
            if more["numbers"].forms == (NumberForm.DIGITS,):
                more["stored"] = rng.choice(["text", "integer"])
        elif name == "record_id":
            more |= {"trim": rng.random() < 0.5, "stored": rng.choice(["text", "integer"])}
        elif name == "customer":
            more |= {"stored": rng.choice(["text", "uuid_text", "integer"]), "prefix": rng.choice(["", "c"])}
        elif name == "duration_s":
            more["divide"] = rng.choice([1, 1000])
        else:
            more |= {"trim": rng.random() < 0.5, "empty": rng.choice([None, "none"])}
            more["words"] = rng.choice([{}, {"voice": "calls", "data": "data"}])
            more["fold"] = name == "email" and rng.random() < 0.5
            more["words"] = {} if name == "email" else more["words"]
            if rng.random() < 0.1:
                more |= {"source": "", "constant": rng.choice(["voice", ""])}
        made[name] = Column(name=name, **more)
    return TableMapping(record=record, source="x", columns=made)


def instant(rng: random.Random, how: Instants, *, dirty: bool) -> object:
    at = datetime(rng.choice([1990, 2026]), rng.randint(1, 12), rng.randint(1, 28), 12, tzinfo=UTC)
    at += timedelta(microseconds=rng.randrange(20_000_000_000))
    if dirty:
        late = datetime(2026, rng.choice([3, 10, 11]), rng.choice([1, 8, 25, 29]), rng.randint(0, 4), 30, tzinfo=UTC)
        at = rng.choice([at, late, at.replace(year=1969), at.replace(year=2120)])
    if how.kind is TimeKind.ZONED:
        return at
    if how.kind is TimeKind.LOCAL:
        return at.replace(tzinfo=None)
    if how.kind is TimeKind.TEXT:
        text = at.strftime(how.form)
        return rng.choice([text, text, text.replace("-0", "-"), text[:-1], f"{text} ", ""]) if dirty else text
    per = PER_SECOND[how.kind]
    value = int(at.timestamp() * per)
    return (
        rng.choice([value, str(value), f"0{value}", "", 10**17])
        if dirty
        else (str(value) if how.kind is TimeKind.EPOCH_MS else value)
    )


def clean_text(rng: random.Random, column: Column) -> object:
    """Return a text that any mapping of the column reads."""
    if column.numbers is not None:
        return rng.choice(column.numbers.spellings("+442071838750"))
    listed = {"email": ["a@b.example", "c.d@e.example"], "customer": ["c1", "c2", "c" + "d" * 31]}
    return rng.choice(listed.get(column.name, ["voice", "data"]))


def dirty_text(rng: random.Random, column: Column) -> object:
    """Return a text that some mappings read and others do not."""
    if column.numbers is not None:
        return rng.choice(PHONES)
    listed: dict[str, Any] = {
        "email": MAILS,
        "customer": ["c" * 32, "C1", "0019", "", "ab-cd", None],
        "duration_s": ["12", "-4", "99999999999", "", "1.5", 7],
        "record_id": [" 7", "7", "007", "", "-0", "x" * 201, "é"],
    }
    return rng.choice(listed.get(column.name, TEXTS))


def cell(rng: random.Random, column: Column, *, dirty: bool) -> object:
    if dirty and rng.random() < ODDITY:
        return rng.choice(ODD)
    if column.instants is not None:
        return None if column.name == "ended_at" and rng.random() < HALF else instant(rng, column.instants, dirty=dirty)
    if dirty and rng.random() < HALF:
        return dirty_text(rng, column)
    if column.name in ("record_id", "duration_s"):
        return str(rng.randrange(10**6))
    return clean_text(rng, column)


def rows(rng: random.Random, table: TableMapping, count: int) -> list[Any]:
    dirty = {name: rng.random() < DIRT for name in table.columns}
    made: list[Any] = [
        {one.source: cell(rng, one, dirty=dirty[one.name]) for one in table.columns.values() if one.source}
        for _ in range(count)
    ]
    for place in range(count):
        if rng.random() < 0.01:
            made[place] = rng.choice(["half a line", "\udcff"])
    return made


def test_both_ways_read_the_same() -> None:
    seed = soaking.seed("columnar")
    rng = random.Random(seed)  # noqa: S311 - made-up rows
    good = bad = certain = 0
    read_columns = parts.read_columns

    def counted(*given: Any) -> Any:
        nonlocal certain
        found = read_columns(*given)
        certain += int(found[1].sum())
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "read_columns", counted)
        for _ in range(soaking.count(120, 4000)):
            table = mapping(rng)
            given = rows(rng, table, rng.choice([1, 40, 120]))
            by_column, one_by_one = read_part(table, given, first=7), read_rows(table, given, first=7)
            assert by_column.rows.equals(one_by_one.rows), seed
            assert (by_column.bad, by_column.reasons) == (one_by_one.bad, one_by_one.reasons), seed
            good, bad = good + one_by_one.rows.num_rows, bad + len(one_by_one.bad)
    soaking.report("columnar", good=good, bad=bad, certain=certain)
    assert good > 500
    assert bad > 100
    assert certain > 300


def clean(count: int, **changes: object) -> list[dict[str, object]]:
    row = {"id": "", "who": "c1", "at": "2026-03-01T10:00:00Z", "own": "+12025550143", "peer": "88222"}
    return [row | {"id": f"r{place}", "way": "in", "long": "3", "end": "completed"} | changes for place in range(count)]


CALLS = TableMapping(
    record="calls",
    source="x",
    columns={
        "record_id": Column(name="record_id", source="id"),
        "customer": Column(name="customer", source="who"),
        "at": Column(name="at", source="at", instants=Instants(TimeKind.TEXT, "", "%Y-%m-%dT%H:%M:%SZ")),
        "own_number": Column(name="own_number", source="own", numbers=NUMBERS[0]),
        "other_number": Column(name="other_number", source="peer", numbers=NUMBERS[0]),
        "direction": Column(name="direction", source="way"),
        "duration_s": Column(name="duration_s", source="long"),
        "status": Column(name="status", source="end"),
    },
)


@pytest.mark.parametrize("by_column", [False, True])
def test_what_is_well_formed_never_meets_the_judge(monkeypatch: pytest.MonkeyPatch, by_column: bool) -> None:  # noqa: FBT001 - a parameter
    given: Any = clean(500)
    given[3]["own"], given[9]["at"] = "?!", "2026-02-30T10:00:00"
    asked: list[object] = []
    judge = parts.record_of
    monkeypatch.setattr(parts, "record_of", lambda table, row: asked.append(row) or judge(table, row))
    found = read_part(CALLS, pa.Table.from_pylist(given) if by_column else given, first=1)
    assert (found.rows.num_rows, [one.number for one in found.bad], len(asked)) == (498, [4, 10], 2)


def test_the_first_of_two_rows_with_one_id_is_taken_whichever_way_it_was_read() -> None:
    given: Any = clean(6)
    given[1]["id"] = given[4]["id"] = "same"
    given[1]["at"] = "2026-3-1T10:00:00Z"
    found = read_part(CALLS, given, first=1)
    assert [(one.number, one.reason) for one in found.bad] == [(5, "twice")]
    assert found.rows["record_id"].to_pylist() == ["r0", "same", "r2", "r3", "r5"]
