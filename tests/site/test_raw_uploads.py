"""Cut, slow and lying bodies over raw sockets to the server that the faces run on: nothing of them is kept."""

import hashlib
import os
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.small_pdf import small_pdf
from tests.soaking import count, report, seed

ROOT = Path(__file__).resolve().parents[2]
PDF = small_pdf("words", pages=40)
BOUNDARY = "edge-of-a-part"
PATIENCE = 60


@dataclass
class Receiving:
    """The server, and the folder in which it keeps what arrived whole."""

    port: int
    kept: Path

    def say(self, sent: bytes, *, shut: bool = True, pieces: int = 1) -> bytes:
        """Send bytes as they are, end our side, and return what comes back."""
        with closing(socket.create_connection(("127.0.0.1", self.port), PATIENCE)) as line:
            size = max(1, len(sent) // pieces)
            try:
                for place in range(0, len(sent), size):
                    line.sendall(sent[place : place + size])
                if shut:
                    line.shutdown(socket.SHUT_WR)
                answer = b""
                while b"\r\n\r\n" not in answer and (piece := line.recv(65536)):
                    answer += piece
            except OSError:
                return b""
            return answer

    def names(self) -> set[str]:
        return {one.name for one in self.kept.iterdir()}


@pytest.fixture(scope="module")
def receiving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiving]:
    kept = tmp_path_factory.mktemp("kept")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = {**os.environ, "KEPT": str(kept), "DJANGO_SETTINGS_MODULE": "safeconduct.site.settings.testing"}
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "critical"),
        "tests.site.receiving:serving",
    ]
    child = subprocess.Popen(command, cwd=ROOT, env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield Receiving(port, kept)
    finally:
        child.terminate()
        child.wait(PATIENCE)


def body(*papers: bytes) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="paper"; filename="paper.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n".encode()
        + paper
        + b"\r\n"
        for paper in papers
    ]
    last = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="zlast"\r\n\r\nwhole\r\n--{BOUNDARY}--\r\n'
    return b"".join(parts) + last.encode()


def head(length: int | str, *more: str) -> bytes:
    lines = [
        "POST /receive HTTP/1.1",
        "Host: testserver",
        "Connection: close",
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
        *([f"Content-Length: {length}"] if length != "" else []),
        *more,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_whole_request_is_kept_also_when_it_comes_in_drops(receiving: Receiving) -> None:
    for pieces, words in ((1, "at once"), (200, "in drops")):
        paper = small_pdf(words)
        sent = body(paper)
        assert b"200 OK" in receiving.say(head(len(sent)) + sent, shut=False, pieces=pieces)
        assert digest(paper) in receiving.names()


def lies(whole: bytes, dice: random.Random) -> Iterator[tuple[str, bytes]]:
    """Return one request of each kind that does not hold what it says."""
    cut = dice.randrange(len(whole))
    yield "cut off", head(len(whole)) + whole[:cut]
    yield "cut off before the last field", head(len(whole)) + whole[: whole.index(b"zlast") - dice.randrange(1, 60)]
    yield "cut off in its head", head(len(whole))[: dice.randrange(10, 150)]
    yield "says more than it has", head(len(whole) + dice.randrange(1, 10**6)) + whole
    yield "says less than it has", head(dice.randrange(1, whole.index(b"zlast"))) + whole
    yield "says a word", head("many") + whole
    yield "says a negative", head(-5) + whole
    yield "says two lengths", head(len(whole), f"Content-Length: {cut}") + whole
    yield "says nothing", head("") + whole
    chunk = f"{len(whole):x}\r\n".encode() + whole + b"\r\n"
    yield "chunks without end", head("", "Transfer-Encoding: chunked") + chunk[: dice.randrange(len(chunk))]
    yield "chunks of a wrong size", head("", "Transfer-Encoding: chunked") + b"ffffffffffffffffff\r\n" + whole
    yield "chunks and a length", head(cut, "Transfer-Encoding: chunked") + chunk[:-9]
    yield "too long", head(10**12) + whole


def test_what_is_cut_slow_or_lying_leaves_nothing(receiving: Receiving) -> None:
    number = seed("uploads raw")
    dice = random.Random(number)  # noqa: S311 - a seeded harness
    before, rounds, seen = receiving.names(), count(4, 160), Counter[str]()
    begun = time.monotonic()
    for turn in range(rounds):
        whole = body(small_pdf(f"round {turn}", pages=20))
        for what, sent in lies(whole, dice):
            answer = receiving.say(sent, pieces=dice.choice((1, 1, 7)))
            assert b" 200 OK" not in answer.split(b"\r\n", 1)[0], what
            seen[what] += 1
    assert receiving.names() == before
    assert len(seen) == 13
    after = small_pdf("still there")
    sent = body(after, PDF)
    assert b"200 OK" in receiving.say(head(len(sent)) + sent, shut=False)
    assert receiving.names() - before == {digest(after), digest(PDF)}
    report("uploads raw", seed=number, requests=seen.total(), kinds=len(seen), seconds=time.monotonic() - begun)
