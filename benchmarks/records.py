"""bench-records: the sealed record store against plain Parquet, DuckDB on it, SQLite with sealed rows, a file each.

Every answer is held against the plaintext peer's before a time counts. One segment a day, a million calls a day, index
runs merged. ``--millions 1,10,50`` are the archives of one run; ``--extrapolate 1000`` reckons with so many millions.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from measure import REPEATS, Lines, versions
from records_archive import Archive, Days
from records_data import Generator
from records_imports import imports
from records_search import growth, keys_named, scan, searches

ROOT = Path(__file__).resolve().parents[1]
MILLION, TINY = 1_000_000, 20_000


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="the sealed record store")
    parser.add_argument("--tiny", action="store_true", help="sizes that only show that it runs")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--millions", default="1,10,50", help="sizes of the archives, in millions of rows")
    parser.add_argument("--extrapolate", type=int, default=0, help="reckon for so many millions of rows")
    parser.add_argument("--no-imports", action="store_true", help="leave the imports out")
    given = parser.parse_args()
    given.repeats = 1 if given.tiny else given.repeats
    given.sizes = sorted({int(one) for one in ("1,2" if given.tiny else given.millions).split(",")})
    return given


def extrapolated(lines: Lines, days: Days, times: list[tuple[int, dict[str, float]]], millions: int) -> None:
    """Reckon with a larger archive: bytes grow with the rows, a planted answer by the slope between the last two."""
    (few, before), (many, after) = times[-2], times[-1]
    rows, target = millions * MILLION, {"day": 1.1, "planted_1": 4.0}
    for name, most in target.items():
        slope = (after[name] - before[name]) / (many - few)
        reckoned = max(after[name] + slope * (rows - many), after[name])
        told = {"rows": rows, "seconds": round(reckoned, 6), "gigabytes": round(days.bytes / many * rows / 1e9, 1)}
        words = f"the same at {many:,} rows; a straight line through the last two"
        lines.at_most(f"records.extrapolated.{name}", reckoned / after[name], most, peer=words, **told)


def measure(lines: Lines, folder: Path, given: argparse.Namespace) -> None:
    """Measure everything."""
    rows, generator = (TINY if given.tiny else MILLION), Generator()
    if not given.no_imports:
        imports(lines, generator, folder / "imports", rows=rows, repeats=given.repeats)
        shutil.rmtree(folder / "imports")
    days = Days(generator, folder / "days", days=given.sizes[-1], rows=rows)
    times: list[tuple[int, dict[str, float]]] = []
    archives = []
    for count in given.sizes:
        archives.append(archive := Archive(days, count))
        times.append((archive.rows, searches(lines, archive, repeats=given.repeats)))
    keys_named(lines, archives[0])
    if len(archives) > 1:
        growth(lines, archives[0], archives[-1], repeats=given.repeats)
    if given.extrapolate and len(times) > 1:
        extrapolated(lines, days, times, given.extrapolate)
    scan(lines, days, count=given.sizes[-1], repeats=given.repeats)


def main() -> int:
    """Measure, and return the exit code."""
    given = arguments()
    lines = Lines(versions("cryptography", "duckdb", "numpy", "pyarrow", "pyrage", "zstandard"))
    kept = ROOT / "var" / "bench"
    kept.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="records-", dir=kept))
    try:
        measure(lines, folder, given)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return lines.end()


if __name__ == "__main__":
    sys.exit(main())
