"""Random records, and the same ones as four companies would store them: in PostgreSQL, Parquet, CSV and JSON Lines.

The records in clear are the truth. What they look like in a store is written here, apart from the code under test.
"""

import csv
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq

Record = dict[str, Any]
CUSTOMERS = ("c" * 32, "d" * 32, "0123456789abcdef" * 2)
NUMBERS = ("+12025550143", "+12025550199", "+442079460018", "+4930123456", "+61255501234", "+12025550100")
EMAILS = ("q.markerby@example.net", "ada@northwind.example", "x@y.example")
NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
EDGES = [
    datetime(2026, 3, 8, 7, tzinfo=UTC),  # New York's clocks go forward
    datetime(2026, 10, 25, 1, tzinfo=UTC),  # Berlin's clocks go back
    datetime(2026, 2, 1, 5, tzinfo=UTC),  # a month begins in New York
    datetime(2026, 1, 1, tzinfo=UTC),
]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instants(draw: random.Random, finest: int) -> datetime:
    """Return an instant, often beside an edge, to ``finest`` microseconds; never of the second of a repeated hour."""
    near = draw.choice([timedelta(0), timedelta(milliseconds=1), timedelta(seconds=1), timedelta(minutes=17)])
    spread = timedelta(seconds=draw.randrange(-86_400 * 3, 86_400 * 3)) if draw.random() < 0.5 else timedelta(0)
    found = draw.choice(EDGES) + draw.choice([-1, 1]) * near + spread
    micros = (found - EPOCH) // timedelta(microseconds=1) // finest * finest
    found = EPOCH + timedelta(microseconds=micros)
    twice = any(found.astimezone(zone).fold for zone in (NEW_YORK, BERLIN))
    return found - timedelta(hours=3) if twice else found


def calls(draw: random.Random, count: int, finest: int) -> list[Record]:
    """Return calls as our store would hold them."""
    return [
        {
            "record_id": str(10_000 + place),
            "customer": draw.choice(CUSTOMERS),
            "at": instants(draw, finest),
            "own_number": draw.choice(NUMBERS),
            "other_number": draw.choice([*NUMBERS, "88222", "unknown"]),
            "direction": draw.choice(["in", "out"]),
            "duration_s": draw.randrange(0, 4000),
            "status": draw.choice(["completed", "busy"]),
        }
        for place in range(count)
    ]


def subscribers(draw: random.Random, count: int, finest: int) -> list[Record]:
    """Return subscribers as our store would hold them."""
    found = []
    for place in range(count):
        started = instants(draw, finest)
        ended = draw.choice([None, started + timedelta(hours=draw.randrange(1, 900)), instants(draw, finest)])
        found.append(
            {
                "record_id": f"s{place}",
                "customer": draw.choice(CUSTOMERS),
                "number": draw.choice(NUMBERS),
                "name": draw.choice(["Quillon Markerby", "=1+1", 'Ünal, "the" O\'Hara']),
                "address": draw.choice(["4 Tidewater Lane", "-"]),
                "email": draw.choice([*EMAILS, ""]),
                "service": "voice",
                "started_at": started,
                "ended_at": ended,
            }
        )
    return found


@dataclass(frozen=True)
class Shape:
    """One way of storing a table: the mapping's columns, the column types, and how one record is written."""

    name: str
    record: str
    finest: int
    columns: str
    types: dict[str, str]
    write: Callable[[random.Random, Record], dict[str, Any]]
    text: bool = False

    def mapping(self, source: str, name: str = "switch") -> str:
        head = (
            f'version = 1\nname = "{name}"\n[[table]]\nrecord = "{self.record}"\nfrom = "{source}"\n[table.columns]\n'
        )
        return head + self.columns


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def _zoned(draw: random.Random, one: Record) -> dict[str, Any]:
    bare = one["own_number"].removeprefix("+")
    other = one["other_number"]
    return {
        "id": one["record_id"],
        "tenant": UUID(one["customer"]),
        "started": one["at"] + timedelta(microseconds=draw.randrange(0, 1000)),
        "a party": draw.choice([one["own_number"], f"00{bare}", f" {one['own_number']}  "]),
        "b_party": None if other == "unknown" else other,
        "dir": {"in": 0, "out": 1}[one["direction"]],
        "ms": one["duration_s"] * 1000 + draw.randrange(0, 1000),
        "status": one["status"],
    }


ZONED = Shape(
    "zoned",
    "calls",
    1000,
    """
record_id = "id"
customer = { column = "tenant", stored = "uuid" }
at = { column = "started", time = "zoned" }
own_number = { column = "a party", forms = ["e164", "zeros"], trim = true }
other_number = { column = "b_party", empty = "unknown" }
direction = { column = "dir", stored = "integer", words = { "0" = "in", "1" = "out" } }
duration_s = { column = "ms", divide = 1000 }
status = "status"
""",
    {
        "id": "text",
        "tenant": "uuid",
        "started": "timestamptz",
        "a party": "varchar(40)",
        "b_party": "text",
        "dir": "smallint",
        "ms": "bigint",
        "status": "text",
    },
    _zoned,
)


def _local_time(draw: random.Random, one: Record) -> dict[str, Any]:
    digits = {name: one[name].removeprefix("+") for name in ("own_number", "other_number")}
    return {
        "id": int(one["record_id"]),
        "sid": f"AC{one['customer']}",
        "started": _local(one["at"], NEW_YORK) + timedelta(microseconds=draw.randrange(0, 1000)),
        "a": int(digits["own_number"]),
        "b": None if one["other_number"] == "unknown" else int(digits["other_number"]),
        "dir": one["direction"],
        "seconds": one["duration_s"],
        "status": one["status"],
    }


LOCAL = Shape(
    "local",
    "calls",
    1000,
    """
record_id = { column = "id", stored = "integer" }
customer = { column = "sid", prefix = "AC" }
at = { column = "started", time = "local", zone = "America/New_York", ambiguous = "earlier" }
own_number = { column = "a", stored = "integer", forms = ["digits"] }
other_number = { column = "b", stored = "integer", forms = ["digits"], empty = "unknown" }
direction = "dir"
duration_s = "seconds"
status = "status"
""",
    {
        "id": "bigint",
        "sid": "text",
        "started": "timestamp",
        "a": "bigint",
        "b": "bigint",
        "dir": "text",
        "seconds": "integer",
        "status": "text",
    },
    _local_time,
)


def _written(draw: random.Random, one: Record) -> dict[str, Any]:
    number = one["own_number"]
    national = f"0{number.removeprefix('+44')}" if number.startswith("+44") and draw.random() < 0.5 else number
    return {
        "id": one["record_id"],
        "tenant": str(UUID(one["customer"])),
        "started": f"{_local(one['at'], BERLIN):%Y-%m-%d %H:%M:%S}",
        "a": national,
        "b": "" if one["other_number"] == "unknown" else one["other_number"],
        "dir": one["direction"],
        "seconds": one["duration_s"],
        "status": one["status"],
    }


WRITTEN = Shape(
    "written",
    "calls",
    1_000_000,
    """
record_id = "id"
customer = { column = "tenant", stored = "uuid_text" }
at = { column = "started", time = "text", form = "%Y-%m-%d %H:%M:%S", zone = "Europe/Berlin", ambiguous = "earlier" }
own_number = { column = "a", forms = ["e164", "national"], calling_code = "44", trunk = "0" }
other_number = { column = "b", empty = "unknown" }
direction = "dir"
duration_s = "seconds"
status = "status"
""",
    dict.fromkeys(["id", "tenant", "started", "a", "b", "dir", "seconds", "status"], "text") | {"seconds": "integer"},
    _written,
    text=True,
)


def _since_1970(at: datetime, unit: int) -> int:
    return (at - EPOCH) // timedelta(microseconds=1) // unit


def _people(draw: random.Random, one: Record) -> dict[str, Any]:
    email = one["email"].upper() if draw.random() < 0.5 else one["email"]
    ended = one["ended_at"]
    return {
        "id": one["record_id"],
        "tenant": one["customer"],
        "msisdn": one["number"].removeprefix("+"),
        "name": one["name"],
        "address": one["address"],
        "mail": email or None,
        "began": _since_1970(one["started_at"], 1000),
        "ended": None if ended is None else _since_1970(ended, 1),
    }


PEOPLE = Shape(
    "people",
    "subscribers",
    1000,
    """
record_id = "id"
customer = "tenant"
number = { column = "msisdn", forms = ["digits"] }
name = "name"
address = "address"
email = { column = "mail", fold = true, empty = "" }
service = { value = "voice" }
started_at = { column = "began", time = "epoch_ms" }
ended_at = { column = "ended", time = "epoch_us" }
""",
    {
        "id": "text",
        "tenant": "text",
        "msisdn": "text",
        "name": "text",
        "address": "text",
        "mail": "text",
        "began": "bigint",
        "ended": "bigint",
    },
    _people,
    text=True,
)

SHAPES = (ZONED, LOCAL, WRITTEN, PEOPLE)


def records(draw: random.Random, shape: Shape, count: int) -> list[Record]:
    return (calls if shape.record == "calls" else subscribers)(draw, count, shape.finest)


def stored(draw: random.Random, shape: Shape, clear: Sequence[Record]) -> list[dict[str, Any]]:
    """Return the records as rows of a store, in no order."""
    rows = [shape.write(draw, one) for one in clear]
    draw.shuffle(rows)
    return rows


def into_postgresql(link: "psycopg.Connection[Any]", shape: Shape, rows: Sequence[dict[str, Any]], name: str) -> None:
    """Put rows into a table ``telephony.<name>`` that the role ``reader`` may read."""
    columns = ", ".join(f'"{column}" {kind}' for column, kind in shape.types.items())
    quoted = ", ".join(f'"{column}"' for column in shape.types)
    link.execute(f'CREATE TABLE telephony."{name}" ({columns})')
    with link.cursor().copy(f'COPY telephony."{name}" ({quoted}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([row[column] for column in shape.types])
    link.execute(f'GRANT SELECT ON telephony."{name}" TO reader')


ARROW = {
    "text": pa.string(),
    "varchar(40)": pa.string(),
    "uuid": pa.string(),
    "timestamptz": pa.timestamp("us", tz="UTC"),
    "timestamp": pa.timestamp("us"),
    "bigint": pa.int64(),
    "integer": pa.int32(),
    "smallint": pa.int16(),
}


def into_parquet(folder: Path, shape: Shape, rows: Sequence[dict[str, Any]]) -> None:
    schema = pa.schema([(name, ARROW[kind]) for name, kind in shape.types.items()])
    plain = [{name: str(one) if isinstance(one, UUID) else one for name, one in row.items()} for row in rows]
    half = len(plain) // 2
    for place, part in enumerate((plain[:half], plain[half:])):
        pq.write_table(pa.Table.from_pylist(part, schema=schema), folder / f"part-{place}.parquet")


def into_csv(folder: Path, shape: Shape, rows: Sequence[dict[str, Any]]) -> None:
    with (folder / "all.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(shape.types))
        writer.writeheader()
        writer.writerows(rows)


def into_json_lines(folder: Path, shape: Shape, rows: Sequence[dict[str, Any]]) -> None:
    del shape
    (folder / "all.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
