"""bench-sealing: sealed objects and record pages against ``openssl speed`` and against a plain copy."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
from measure import Lines, arguments, interleaved, median, not_installed, spread, timed, versions

from safeconduct.core.sealing.objects import open_sealed, seal
from safeconduct.core.segments.codec import Codec
from safeconduct.core.segments.layout import Place
from safeconduct.core.segments.pages import DICTIONARY, PAGE_ROWS, CustomerPages, compress, joined, rows_of
from safeconduct.core.segments.prepared import prepare
from safeconduct.core.segments.tables import TABLES
from safeconduct.vaultd import durable

ROOT = Path(__file__).resolve().parents[1]
KEY = bytes(range(32))
CONTEXT = {"room": "bench", "object": "a" * 32, "kind": "paper", "version": 1}
KIB, MIB = 1024, 1024 * 1024
SIZES = ((16 * KIB, 0.1), (MIB, 0.5), (16 * MIB, 0.3))
"""Bytes of an object, and the least share of the bare cipher's speed: a small one pays for its own derived key."""
PEER = "openssl speed -evp aes-256-gcm"
Work = Callable[[], object]


class Keys:
    """One customer's key and the segment's, fixed."""

    def customer_key(self, customer: str) -> bytes:
        """Return the key of a customer."""
        return customer.encode().ljust(32, b"k")[:32]

    def index_key(self) -> bytes:
        """Return the key of the index."""
        return b"i" * 32

    def directory_key(self) -> bytes:
        """Return the key of the directory."""
        return b"d" * 32


def openssl(size: int, seconds: int) -> float:
    """Return the bytes a second that ``openssl speed`` encrypts in blocks of ``size``."""
    command = ["openssl", "speed", "-mr", "-seconds", str(seconds), "-bytes", str(size), "-evp", "aes-256-gcm"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (line,) = [one for one in said.splitlines() if one.startswith("+F:")]
    return float(line.rpartition(":")[2])


def rate(work: Work, bytes_each: int, least: float) -> float:
    """Return the bytes of ``work`` for each second of processor time, which is what ``openssl speed`` counts too."""
    times, begun = 0, time.process_time()
    while (spent := time.process_time() - begun) < least:
        work()
        times += 1
    return bytes_each * times / spent


def objects(lines: Lines, *, size: int, target: float, repeats: int, least: float) -> None:
    """Measure sealing and opening in memory, derivation of the object's own key included."""
    data = os.urandom(size)
    sealed = seal(KEY, CONTEXT, data)
    assert open_sealed(KEY, CONTEXT, sealed) == data
    assert data not in sealed
    found = interleaved(
        {
            "openssl": partial(openssl, size, 1),
            "seal": partial(rate, lambda: seal(KEY, CONTEXT, data), size, least),
            "open": partial(rate, lambda: open_sealed(KEY, CONTEXT, sealed), size, least),
        },
        repeats,
    )
    limit = median(found["openssl"])
    for act in ("seal", "open"):
        told = {"peer": spread(found["openssl"], 0), "ours": spread(found[act], 0)}
        sizes = {"bytes": size, "repeats": repeats, "bytes_per_second": told}
        lines.at_least(f"sealing.object.{act}.{size // KIB}k", median(found[act]) / limit, target, peer=PEER, **sizes)


def copies(lines: Lines, folder: Path, *, size: int, repeats: int) -> None:
    """Measure a sealed object that is on the disk against a plain copy that is on the disk."""
    data = os.urandom(size)
    work = {
        "plain": lambda: durable.write(folder / "plain", data),
        "sealed": lambda: durable.write(folder / "sealed", seal(KEY, CONTEXT, data)),
    }
    seconds = interleaved({name: partial(timed, one) for name, one in work.items()}, repeats)
    assert open_sealed(KEY, CONTEXT, (folder / "sealed").read_bytes()) == (folder / "plain").read_bytes() == data
    ratio = median(seconds["sealed"]) / median(seconds["plain"])
    told = {"bytes": size, "repeats": repeats, "seconds": {name: spread(one) for name, one in seconds.items()}}
    lines.at_most("sealing.object.copy", ratio, 1.5, peer="plain copy with fsync", **told)


def rows(count: int) -> pa.Table:
    """Return calls as a page holds them."""
    source = np.random.default_rng(7)
    start = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000)
    at = np.sort(source.integers(start, start + 86_400_000 * 30, count))
    numbers = np.array([f"+1202555{place:04d}" for place in range(100, 200)])
    columns = {
        "record_id": [source.bytes(16).hex() for _ in range(count)],
        "customer": ["c" * 32] * count,
        "at": pa.array(at).cast(pa.timestamp("ms", tz="UTC")),
        "own_number": numbers[source.integers(0, 100, count)],
        "other_number": numbers[source.integers(0, 100, count)],
        "direction": np.where(source.random(count) < 0.5, "outbound", "inbound"),  # noqa: PLR2004 - half and half
        "duration_s": source.integers(0, 7200, count),
        "status": ["completed"] * count,
    }
    return pa.table(columns, schema=TABLES["calls"].schema)


def pages(lines: Lines, *, each: int, count: int, repeats: int) -> None:
    """Measure pages of ``each`` rows, packed and sealed, against the same pages packed and copied in clear."""
    batch = rows(each * count)
    cuts = np.arange(0, each * count + 1, each)
    codec = Codec(spec=TABLES["calls"], version=1, base=int(batch["at"][0].value), packed=True)
    place = Place(table="calls", segment="bench", salt=bytes(32))

    def plain() -> list[bytes]:
        clear, ends, ids = codec.encode(prepare(batch, TABLES["calls"]), np.arange(each * count), cuts)
        return joined(ids, compress("calls", clear, ends), [each] * count, codec.apart)

    def sealed() -> list[bytes]:
        # A customer's first page pays for the derivation of the page key: here every customer has one page.
        made = []
        for number, frame in enumerate(plain()):
            made.append(CustomerPages(place, Keys(), f"{number:032x}").seal(number, frame))
        return made

    opened = [CustomerPages(place, Keys(), f"{n:032x}").open(n, blob) for n, blob in enumerate(sealed())]
    found = rows_of(codec, DICTIONARY, opened, np.full(count, each))
    assert found.equals(batch.drop_columns("customer"))
    seconds = interleaved({"plain": partial(timed, plain), "sealed": partial(timed, sealed)}, repeats)
    ratio = median(seconds["sealed"]) / median(seconds["plain"])
    told = {name: spread(one) for name, one in seconds.items()}
    sizes = {"rows_per_page": each, "pages": count, "repeats": repeats, "seconds": told}
    target = 1.3 if each >= PAGE_ROWS else 3
    lines.at_most(f"sealing.page.{each}", ratio, target, peer="the same pages, packed and not sealed", **sizes)


def main() -> int:
    """Measure, and return the exit code."""
    given = arguments("sealed objects and record pages")
    if shutil.which("openssl") is None:
        not_installed("openssl")
    tool = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=True).stdout.split()[1]
    lines = Lines(versions("cryptography", "pyarrow", "zstandard", openssl=tool))
    kept = ROOT / "var" / "bench"
    kept.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="sealing-", dir=kept))
    least = 0.01 if given.tiny else 0.5
    try:
        for size, target in SIZES[: 1 if given.tiny else None]:
            objects(lines, size=size, target=target, repeats=given.repeats, least=least)
        copies(lines, folder, size=MIB if given.tiny else 16 * MIB, repeats=given.repeats)
        pages(lines, each=PAGE_ROWS, count=5 if given.tiny else 200, repeats=given.repeats)
        pages(lines, each=16, count=20 if given.tiny else 2_000, repeats=given.repeats)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return lines.end()


if __name__ == "__main__":
    sys.exit(main())
