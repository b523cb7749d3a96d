"""bench-records, imports: one day through the socket of a real vault process, against the peers that take rows in."""

import http.client
import io
import json
import socket
import sys
from base64 import b64encode
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from measure import Lines, interleaved, median, spread, timed
from records_archive import KEYS
from records_data import Generator
from records_peers import file_each, plain, sealed_rows

from safeconduct.core.segments.writer import write_segment

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT))

from tests.vaultd.running import Process, running  # noqa: E402 - the suite's own vault process, people and log

PATIENCE = 600
MOST_IMPORTS = 5
"""So few that no upkeep falls due between them: it is measured by itself."""
PLAIN = "plain Parquet, zstd, same sort, bloom filters"


class _Socket(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("vault", timeout=PATIENCE)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(str(self._path))


def through_socket(process: Process, seen: list[int], rows: pa.Table) -> None:
    """Have the rows sealed as the web process does: an Arrow stream and the proof of the entry that allows it."""
    stream = io.BytesIO()
    with pa.ipc.new_stream(stream, rows.schema) as writer:
        writer.write_table(rows)
    log = process.story.log
    entry = log.record("records.import", "records", table="calls", rows=rows.num_rows)
    proof = log.proof(entry, seen[0])
    seen[0] = proof["size"]
    told = b64encode(json.dumps(proof).encode()).decode()
    connection = _Socket(process.story.configuration.socket)
    headers = {"Content-Type": "application/vnd.apache.arrow.stream", "X-Proof": told}
    connection.request("POST", "/v1/import?table=calls", stream.getvalue(), headers)
    answer = connection.getresponse()
    value = json.loads(answer.read())
    connection.close()
    assert answer.status == http.client.OK, value
    assert value["rows"] == rows.num_rows


def sealed_bytes(process: Process) -> int:
    """Return the bytes of every segment in the vault's store."""
    folder = process.story.configuration.vault_store / "segments" / "calls"
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def imports(lines: Lines, generator: Generator, folder: Path, *, rows: int, repeats: int) -> None:
    """Measure what it costs to take one day in."""
    folder.mkdir(parents=True)
    day, ours = generator.day(0, rows), []
    repeats = min(repeats, MOST_IMPORTS)
    with running(folder / "instance") as process:
        seen = [process.story.log.proof(len(process.story.log.openings) - 1, 0)["size"]]
        first = timed(partial(through_socket, process, seen, day))
        size = sealed_bytes(process)
        seconds = interleaved(
            {
                "plain": partial(timed, partial(plain, day, folder / "day")),
                "ours": partial(timed, partial(through_socket, process, seen, day)),
            },
            repeats,
        )
    ours = seconds["ours"]
    told = {"rows": rows, "repeats": repeats, "seconds": {name: spread(one) for name, one in seconds.items()}}
    told["first_import_with_new_keys"] = round(first, 3)
    ratio = median(ours) / median(seconds["plain"])
    lines.at_most("records.import.time", ratio, 1.8, peer=PLAIN, **told)
    sizes = {"rows": rows, "ours": round(size / rows, 1), "plain": round((folder / "day").stat().st_size / rows, 1)}
    lines.at_most("records.import.bytes", sizes["ours"] / sizes["plain"], 1.25, peer=PLAIN, **sizes)
    # Neither peer below has a process between it and the rows: they are held against the engine, keys in memory.
    engine = [timed(partial(sealed_here, day, folder / "engine", number)) for number in range(repeats)]
    each_row(lines, day, median(engine) / rows, folder)
    each_customer(lines, day, median(engine), folder)


def sealed_here(day: pa.Table, folder: Path, number: int) -> None:
    """Seal the rows in this process."""
    write_segment(folder, day, table="calls", segment=f"e{number}", keys=KEYS)


def each_row(lines: Lines, day: pa.Table, ours: float, folder: Path) -> None:
    """Measure SQLite with every row sealed by itself."""
    few = day.slice(0, min(day.num_rows, 100_000))
    peer = median([timed(partial(sealed_rows, few, folder / "rows.sqlite")) for _ in range(3)]) / few.num_rows
    told = {"rows": few.num_rows, "microseconds_a_row": {"ours": round(ours * 1e6, 2), "peer": round(peer * 1e6, 2)}}
    words = "SQLite, AES-GCM for each row, two token indexes"
    lines.at_least("records.import.sqlite", peer / ours, 5, peer=words, **told)


def each_customer(lines: Lines, day: pa.Table, ours: float, folder: Path) -> None:
    """Measure one encrypted Parquet file for each of some customers, and reckon for all of them."""
    ordered = day.sort_by("customer")
    counts = [one["counts"].as_py() for one in pc.value_counts(ordered["customer"])]
    files = min(len(counts), 2000)
    spent = timed(partial(file_each, ordered, counts[:files], folder / "files"))
    whole = spent / files * len(counts)
    told = {"customers": len(counts), "files_timed": files, "seconds_for_all_at_that_rate": round(whole, 1)}
    peer = "one encrypted Parquet file for each customer"
    lines.at_least("records.import.file_each", whole / ours, 50, peer=peer, **told)
