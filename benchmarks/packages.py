"""bench-packages: what building a package costs in memory and time, from a small answer to ``--rows``.

Each size is built in a child of its own: the record files of one category, the whole package, its container. Memory is
the most that the child ever held less what it held with the answer's columns in hand, divided by the container's bytes.
The limit on the package's size follows from it; the targets keep that ratio flat while the answer grows.
"""

import json
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
from measure import Lines, arguments, versions

from safeconduct.core.packages.build import build_package
from safeconduct.core.packages.facts import PackageFacts, RecordsCustodian
from safeconduct.core.packages.receipts import OfficerLine, OfficerReceipt

SIZES, TINY = (10_000, 100_000), (2_000, 6_000, 12_000)
COPIES = 4.0
"""Containers' worth of memory that building one may hold, above a floor for what every process needs."""

FLOOR = 64 * 2**20
FACTS = PackageFacts(
    reference="7KQ2-M4XW-9TBC",
    served_entity="Northwind Messaging, Inc.",
    process="search_warrant",
    papers=(),
    addressees=(),
    safe_conduct="ef" * 32,
    edition="12" * 32,
    provisions=(),
    prepared_at=datetime(2026, 3, 2, 15, tzinfo=UTC),
    zone="UTC",
    custodian=RecordsCustodian(name="Aline Tarn", title="records custodian"),
)


def calls(rows: int) -> pa.Table:
    """Return calls that were never made: numbers that cannot be assigned, ids that do not compress."""
    places = range(rows)
    return pa.table(
        {
            "record_id": pa.array([f"{place * 0x9E3779B97F4A7C15 % 2**64:032x}" for place in places]),
            "customer": pa.array(["c1"] * rows),
            "at": pa.array([1767225600000 + place * 7919 % 86400000 for place in places], pa.timestamp("ms", "UTC")),
            "own_number": pa.array(["+12025550143"] * rows),
            "other_number": pa.array([f"+1000{place % 10**7:07}" for place in places]),
            "direction": pa.array(["out"] * rows),
            "duration_s": pa.array(places, pa.int32()),
            "status": pa.array(["completed"] * rows),
        }
    )


def held() -> int:
    """Return the most bytes that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def child(rows: int) -> dict[str, float]:
    """Build one package and return what it took."""
    table = calls(rows)
    receipt = OfficerReceipt((OfficerLine(asked="Calls", category="call_detail", rows=rows),))
    before, begun = held(), time.process_time()
    package = build_package(tables={"call_detail": table}, facts=FACTS, receipt=receipt)
    container = len(package.zip_bytes)
    seconds = time.process_time() - begun
    largest = max(map(len, package.files.values()))
    if package.counts != {"call_detail": rows}:
        raise SystemExit("rows were lost")
    return {"container": container, "largest": largest, "grown": held() - before, "seconds": seconds}


def main() -> int:
    """Measure each size in a child; return 1 if a promise does not hold."""
    if sys.argv[1:2] == ["--child"]:
        sys.stdout.write(json.dumps(child(int(sys.argv[2]))))
        return 0
    given = arguments(__doc__, rows=500_000)
    lines = Lines(versions("pyarrow"))
    for rows in TINY if given.tiny else (*SIZES, given.rows):
        command = [sys.executable, str(Path(__file__)), "--child", str(rows)]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        sizes = {"rows": rows, **told, "rows_per_second": round(rows / told["seconds"])}
        ratio = max(0.0, told["grown"] - FLOOR) / told["container"]
        lines.at_most(f"packages.memory.{rows}", ratio, COPIES, peer="the container's bytes", **sizes)
        part = told["largest"] / 25_000_000
        lines.at_most(f"packages.part.{rows}", part, 1.0, peer="25 MB", **sizes)
    return lines.end()


if __name__ == "__main__":
    sys.exit(main())
