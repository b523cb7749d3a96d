"""Changed exhibits through the gate: a refusal with a code or a kind, nothing else, and never long."""

import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.museum.uploads.collection import EXHIBITS
from tests.soaking import count, report, seed

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.core.uploads import gate, kinds
from safeconduct.core.uploads.errors import UploadRefusedError

LIMITS = UploadLimits()
LONGEST = 60_000
SECONDS = 5
NAMES = ("paper.pdf", "paper.png", "paper.jpg", "paper.tif", "paper.zip")
PIECES = (
    *(b"%PDF-1.7", b"%%EOF", b"startxref\n0\n", b"xref\n", b"trailer<<", b"/Prev 0", b"/Encrypt", b"/Count 9999999999"),
    *(b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"\xff\xd8", b"\xff\xd9", b"\xff\xda\x00\x02", b"IHDR", b"IEND"),
    *(b"II*\x00", b"<script>", b"obj", b"endobj", b"stream", b"\x00" * 40, b"\xff" * 40, b"9" * 40, b" " * 200),
)
INTERESTING = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)


class TooLongError(Exception):
    """One input took too much processor time."""


@contextmanager
def time_limit(seconds: float = SECONDS) -> Iterator[None]:
    def ended(*_: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGVTALRM, ended)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def changed(data: bytes, other: bytes, dice: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4, 8))):
        place, length = dice.randrange(len(made) + 1), dice.choice((1, 2, 4, 16, 200))
        match dice.randrange(8):
            case 0 if made:
                made[place % len(made)] ^= 1 << dice.randrange(8)
            case 1:
                del made[place : place + length]
            case 2:
                made[place:place] = made[place : place + length]
            case 3:
                made[place:place] = dice.choice(PIECES)
            case 4:
                made[place : place + 4] = dice.choice(INTERESTING).to_bytes(4, dice.choice(("little", "big")))
            case 5:
                del made[place:]
            case 6:
                made[place:] = other[dice.randrange(len(other) + 1) :]
            case _:
                made[place : place + length] = dice.randbytes(length)
    return bytes(made)


def verdict(data: bytes, name: str) -> str:
    try:
        return str(gate.examine(data, name=name, limits=LIMITS))
    except UploadRefusedError as error:
        return error.code


def test_changed_exhibits_are_taken_or_refused_by_name_and_never_for_long() -> None:
    number = seed("uploads fuzz")
    dice = random.Random(number)  # noqa: S311 - a seeded harness
    bases = [(data, name) for data, name in (one.built() for one in EXHIBITS) if 0 < len(data) <= LONGEST]
    assert len(bases) > 250
    rounds, seen, longest = count(2_000, 1_000_000), Counter[str](), 0.0
    begun = time.monotonic()
    for _ in range(rounds):
        (data, name), (other, _) = dice.choice(bases), dice.choice(bases)
        made = changed(data, other, dice)
        since = time.process_time()
        with time_limit():
            seen[verdict(made, dice.choice((name, name, name, dice.choice(NAMES))))] += 1
        longest = max(longest, time.process_time() - since)
    assert seen.total() == rounds
    assert sum(code.startswith("SC-UPLOAD-") for code in seen) > 12
    assert sum(number for code, number in seen.items() if not code.startswith("SC-")) > rounds // 100
    report(
        "uploads fuzz",
        seed=number,
        rounds=rounds,
        codes=len(seen),
        longest_cpu_s=longest,
        seconds=time.monotonic() - begun,
    )


def test_a_fault_of_the_gate_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(data: bytes) -> kinds.Kind:
        return kinds.Kind(data[:4].decode())

    monkeypatch.setattr(gate, "kind_of", faulty)
    with pytest.raises(ValueError, match="valid Kind"):
        verdict(b"%PDF-1.7", "paper.pdf")


def test_an_input_that_takes_for_ever_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_data: bytes) -> kinds.Kind:
        while True:
            pass

    monkeypatch.setattr(gate, "kind_of", endless)
    with pytest.raises(TooLongError), time_limit(0.05):
        verdict(b"%PDF-1.7", "paper.pdf")


@pytest.mark.parametrize(
    "piece", [b"/Type/Pages ", b"/Type" + b" " * 60 + b"/X", b"trailer", b"startxref ", b"PK\x05\x06", b"/Prev "]
)
def test_one_piece_again_and_again_takes_no_longer_than_it_is_long(piece: bytes) -> None:
    body = b"%PDF-1.7\n" + piece * (2**23 // len(piece))
    end = b"\nxref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(body) + 1)
    with time_limit():
        assert verdict(body + end, "paper.pdf")
