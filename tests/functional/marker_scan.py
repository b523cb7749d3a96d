"""Looks for markers in every byte of a folder: plain, in UTF-16, in archives and compressed streams, in base64.

GNU grep does the search (one automaton for ten thousand fixed strings); small files are searched together.
"""

import base64
import binascii
import gzip
import io
import re
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

BATCH_BYTES = 32 * 1024 * 1024
_GZIP, _ZIP = b"\x1f\x8b\x08", b"PK\x03\x04"
TEXTS = frozenset({".json", ".toml", ".txt", ".html", ".note", ".jsonl", ".log", ".csv", ".sqlite3"})
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")


@dataclass
class Scan:
    """What was searched, and what was found.

    Attributes:
        files, searched_bytes: how much was read; a test demands that both are large.
        hits: the markers found, by file.
    """

    files: int = 0
    searched_bytes: int = 0
    hits: dict[Path, tuple[str, ...]] = field(default_factory=dict)


def _unpacked(data: bytes) -> Iterator[bytes]:
    if data.startswith(_GZIP):
        try:
            yield gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            return
    if data.startswith(_ZIP):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for name in archive.namelist():
                    yield name.encode()
                    yield archive.read(name)
        except (zipfile.BadZipFile, RuntimeError, zlib.error):
            return


def _decoded(data: bytes) -> Iterator[bytes]:
    for found in _BASE64.findall(data[: 4 * 1024 * 1024]):
        try:
            padded = found.rstrip(b"=") + b"=" * (-len(found.rstrip(b"=")) % 4)
            yield base64.b64decode(padded.translate(bytes.maketrans(b"-_", b"+/")), validate=True)
        except (binascii.Error, ValueError):
            continue


def readings(data: bytes, *, text: bool) -> Iterator[bytes]:
    """Yield the bytes as they stand and in every other way that they could be read as text."""
    yield data
    yield data.replace(b"\x00", b"")
    if text:
        yield b"\n".join(_decoded(data))
    for inner in _unpacked(data):
        yield from readings(inner, text=False)


def _found(patterns: Path, data: bytes) -> bool:
    """Return whether any marker is in ``data``."""
    command = ["grep", "--quiet", "--text", "--fixed-strings", "--file", str(patterns)]
    environment = {"LC_ALL": "C", "PATH": "/bin:/usr/bin"}
    done = subprocess.run(command, input=data, capture_output=True, check=False, env=environment)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode == 0


def _files(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def scan(folder: Path, markers: Iterable[str]) -> Scan:
    """Return what was found of ``markers`` in the files under ``folder``, in their names too."""
    wanted = tuple(markers)
    with tempfile.TemporaryDirectory() as scratch:
        patterns = Path(scratch) / "patterns"
        patterns.write_text("".join(f"{marker}\n" for marker in wanted), "utf-8")
        return _scan(folder, patterns, wanted)


def _scan(folder: Path, patterns: Path, markers: tuple[str, ...]) -> Scan:
    result = Scan()
    batch: list[tuple[Path, bytes]] = []

    def search(part: list[tuple[Path, bytes]]) -> None:
        """Halve a part that holds a marker until the file is found: every search costs the same start."""
        if not part or not _found(patterns, b"\n".join(data for _, data in part)):
            return
        if len(part) > 1:
            search(part[: len(part) // 2])
            search(part[len(part) // 2 :])
            return
        ((path, data),) = part
        named = tuple(marker for marker in markers if marker.encode() in data)
        result.hits[path] = tuple(dict.fromkeys(result.hits.get(path, ()) + named))

    waiting = 0
    for path in _files(folder):
        data = path.read_bytes()
        result.files += 1
        result.searched_bytes += len(data)
        is_text = path.suffix in TEXTS
        for reading in (str(path.relative_to(folder)).encode(), *readings(data, text=is_text)):
            batch.append((path, reading))
            waiting += len(reading)
        if waiting > BATCH_BYTES:
            search(batch)
            batch, waiting = [], 0
    search(batch)
    return result
