"""bench-records, questions: five selectors, planted answers, cold files, keys, a whole scan; each answer checked."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pyrage
import zstandard
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from measure import Lines, interleaved, median, spread, timed
from records_archive import EVER, KEYS, SPEC, Archive, Days, Window
from records_data import BEGIN, PLANTED, number

from safeconduct.core.segments.merging import compact
from safeconduct.core.segments.pages import DICTIONARY, CustomerPages, dictionary
from safeconduct.core.segments.reader import SegmentReader, sought
from safeconduct.core.segments.selection import wanted_of

FROM_10_MILLION = 10_000_000
DUCK = "DuckDB on plain Parquet with bloom filters, UNION form"
FIRST = datetime.fromtimestamp(BEGIN / 1000, UTC)
DAY: Window = (FIRST, FIRST + timedelta(days=1))
COMPACTED = 10
"""How many days become one segment before the scan: a segment of ten million rows is not compacted further."""
OFFICER = pyrage.x25519.Identity.generate().to_public()
Asked = dict[str, tuple[Callable[[], pa.Table], Callable[[], pa.Table]]]


def same(one: pa.Table, two: pa.Table) -> int:
    """Hold two answers against each other, row by row; return how many rows there are."""
    left, right = (part.select(SPEC.schema.names).sort_by("record_id") for part in (one, two))
    assert left.cast(SPEC.schema).equals(right.cast(SPEC.schema))
    return int(left.num_rows)


def package(rows: pa.Table) -> bytes:
    """Package an answer that is in memory, with nothing but what a package must have: CSV, digest, zstd, age."""
    sink = pa.BufferOutputStream()
    pyarrow.csv.write_csv(rows, sink)
    data = bytes(sink.getvalue())
    packed = hashlib.sha256(data).digest() + zstandard.ZstdCompressor(level=1).compress(data)
    return bytes(pyrage.encrypt(packed, [OFFICER]))


def questions(archive: Archive) -> Asked:
    """Return every question, ours and the peer's."""
    asked: Asked = {
        "day": (partial(archive.ours, DAY), partial(archive.peers, DAY)),
        "ever": (partial(archive.ours, EVER), partial(archive.peers, EVER)),
    }
    for count, index in PLANTED.items():
        value = number(index)
        asked[f"planted_{count}"] = (partial(archive.scattered, value), partial(archive.peers_scattered, value))
    return asked


def searches(lines: Lines, archive: Archive, *, repeats: int) -> dict[str, float]:
    """Measure searches with warm files; return our seconds by name."""
    ours: dict[str, float] = {}
    for name, (mine, peers) in questions(archive).items():
        rows = same(mine(), peers())
        seconds = interleaved({"ours": partial(timed, mine), "peer": partial(timed, peers)}, repeats)
        ours[name] = median(seconds["ours"])
        target = 1.0 if name == "planted_10000" or archive.rows < FROM_10_MILLION else 10.0
        told = {key: spread(one) for key, one in seconds.items()}
        sizes = {"rows": archive.rows, "answered": rows, "repeats": repeats, "seconds": told}
        ratio = median(seconds["peer"]) / ours[name]
        lines.at_least(f"records.search.{name}.{archive.rows}", ratio, target, peer=DUCK, **sizes)
    floor(lines, archive, repeats=repeats)
    packaged(lines, archive, repeats=repeats)
    cold(lines, archive, repeats=min(repeats, 3))
    return ours


def floor(lines: Lines, archive: Archive, *, repeats: int) -> None:
    """Measure 10,000 scattered rows against the least that any store with a key for each customer must do for them.

    That is to read each page, derive its key, decipher and unpack it, with everything else known beforehand.
    """
    value = number(PLANTED[10_000])
    known: list[tuple[int, int, int, bytes, bytes, str, int]] = []
    wanted = sought(wanted_of([{"kind": "phone", "value": value}]), SPEC, KEYS)
    for segment, pages in archive.run.by_segment(wanted).items():
        place = archive.reader(segment).directory.place
        for batch in archive.reader(segment).directory.batches(pages):
            names = [batch.customers[owner] for owner in batch.owners.tolist()]
            columns = (one.tolist() for one in (batch.offsets, batch.lengths, batch.numbers, batch.rows))
            for name, offset, length, page, rows in zip(names, *columns, strict=True):
                bound = place.page_key(KEYS, name)[2]
                known.append((offset, length, page, KEYS.customer_key(name), bound, segment, rows))
    if not known:
        return
    opener = zstandard.ZstdDecompressor(dict_data=dictionary("calls", DICTIONARY))

    def bare() -> None:
        files, frames = {}, []
        for offset, length, page, key, bound, segment, rows in known:
            file = files.get(segment)
            if file is None:
                file = files[segment] = (archive.folder / "calls" / segment / "pages").open("rb", buffering=0)
            file.seek(offset)
            derived = hashlib.sha384(b"\0\0\0\1" + key + bound).digest()
            frames.append(AESGCM(derived[:32]).decrypt(page.to_bytes(12, "big"), file.read(length), bound)[16 * rows :])
        opener.multi_decompress_to_buffer(frames)
        for file in files.values():
            file.close()

    contenders = {"ours": partial(timed, partial(archive.scattered, value)), "bare": partial(timed, bare)}
    seconds = interleaved(contenders, repeats)
    told = {key: spread(one) for key, one in seconds.items()}
    sizes = {"rows": archive.rows, "pages": len(known), "seconds": told}
    ratio = median(seconds["ours"]) / median(seconds["bare"])
    words = "reading, deriving, deciphering and unpacking the same pages, nothing else"
    lines.at_most(f"records.search.floor.{archive.rows}", ratio, 4, peer=words, **sizes)


def packaged(lines: Lines, archive: Archive, *, repeats: int) -> None:
    """Measure searching and packaging against packaging the same answer alone."""
    answer = archive.ours(DAY)
    contenders = {
        "packaging": partial(timed, partial(package, answer)),
        "both": partial(timed, lambda: package(archive.ours(DAY))),
    }
    seconds = interleaved(contenders, max(repeats, 3))
    told = {key: spread(one) for key, one in seconds.items()}
    sizes = {"rows": archive.rows, "answered": answer.num_rows, "seconds": told}
    ratio = median(seconds["both"]) / median(seconds["packaging"])
    lines.at_most(f"records.search.packaged.{archive.rows}", ratio, 4, peer="packaging alone", **sizes)


def cold(lines: Lines, archive: Archive, *, repeats: int) -> None:
    """Measure the same questions after the system has forgotten the files, everything opened anew."""
    for name, window in (("day", DAY), ("ever", EVER)):

        def asked(side: Callable[[Window], pa.Table], window: Window = window) -> float:
            archive.forgotten()
            return timed(partial(side, window))

        seconds = interleaved({"ours": partial(asked, archive.ours), "peer": partial(asked, archive.peers)}, repeats)
        told = {key: spread(one) for key, one in seconds.items()}
        ratio = median(seconds["peer"]) / median(seconds["ours"])
        sizes = {"rows": archive.rows, "repeats": repeats, "seconds": told}
        lines.at_least(f"records.search.cold_{name}.{archive.rows}", ratio, 1, peer=f"{DUCK}, cold too", **sizes)


def keys_named(lines: Lines, archive: Archive) -> None:
    """Count the page keys that one collection derives: those of its customers in the segments of its window."""
    derived: list[str] = []
    derive = CustomerPages.__init__

    def counted(self: CustomerPages, place: object, keys: object, customer: str) -> None:
        derived.append(customer)
        derive(self, place, keys, customer)  # type: ignore[arg-type]

    CustomerPages.__init__ = counted  # type: ignore[method-assign,assignment]
    try:
        archive.ours(DAY)
    finally:
        CustomerPages.__init__ = derive  # type: ignore[method-assign]
    assert not set(derived) - {customer for customer, _ in archive.items}
    peer = "customers times segments of the scope"
    lines.at_most("records.search.keys", len(derived), len(archive.items), peer=peer, rows=archive.rows)


def growth(lines: Lines, small: Archive, large: Archive, *, repeats: int) -> None:
    """Hold the largest archive against the smallest in turn: the same answers out of more rows."""
    few, many = questions(small), questions(large)
    for name, target in (("day", 1.1), ("planted_1", 2.0), ("planted_100", 2.0), ("planted_10000", 2.0)):
        contenders = {"small": partial(timed, few[name][0]), "large": partial(timed, many[name][0])}
        seconds = interleaved(contenders, 2 * repeats)
        told = {key: spread(one) for key, one in seconds.items()}
        ratio = median(seconds["large"]) / median(seconds["small"])
        sizes = {"rows": large.rows, "against": small.rows, "seconds": told}
        lines.at_most(f"records.growth.{name}", ratio, target, peer="the same out of the smallest archive", **sizes)


def scan(lines: Lines, days: Days, *, count: int, repeats: int) -> None:
    """Measure reading everything, after days became one segment."""
    names = list(days.spans)[: min(count, COMPACTED)]
    segments = [SegmentReader(days.folder, table="calls", segment=name, keys=KEYS) for name in names]
    months = {one.month for one in segments}
    assert len(months) == 1
    spent = timed(partial(compact, days.folder, segments, table="calls", segment="whole", keys=KEYS))
    whole = SegmentReader(days.folder, table="calls", segment="whole", keys=KEYS)
    files = [days.folder / f"{name[1:]}.parquet" for name in names]

    def ours() -> int:
        return sum(rows.num_rows for rows in whole.scan())

    def peer() -> int:
        return sum(pq.read_table(path, use_threads=False).num_rows for path in files)

    assert ours() == peer() == whole.rows
    seconds = interleaved({"ours": partial(timed, ours), "peer": partial(timed, peer)}, min(repeats, 3))
    told = {"rows": whole.rows, "seconds": {name: spread(one) for name, one in seconds.items()}}
    told["seconds_to_compact"] = round(spent, 2)
    ratio = median(seconds["ours"]) / median(seconds["peer"])
    lines.at_most(f"records.scan.{whole.rows}", ratio, 1.5, peer="pyarrow on plain Parquet, one thread", **told)
