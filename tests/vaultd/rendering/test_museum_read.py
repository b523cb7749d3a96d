"""Hostile files, read: every exhibit that the gate takes and papers with broken bytes end in words or in a code."""

import random
import resource
import time
from collections import Counter
from dataclasses import replace

import pytest
from tests.museum.uploads.collection import ACCEPT, EXHIBITS
from tests.small_pdf import small_pdf
from tests.soaking import SOAKING, count, report, seed
from tests.vaultd.rendering.test_extracting import page_of
from tests.vaultd.rendering.test_museum_drawn import HOG, MOST_CPU, SLACK, SLOW

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.base.upload_limits import MIB, UploadLimits
from safeconduct.core.reading.proposals import MOST_PROPOSALS
from safeconduct.core.reading.words import MOST_WORDS
from safeconduct.vaultd.rendering.extracting import Extracting

READ = "read"
TAKEN = [one for one in EXHIBITS if one.gate == ACCEPT]
KNOWN = frozenset({READ, "SC-PAPER-UNREADABLE", "SC-PAPER-TOO-HEAVY"})
PAPER = page_of(
    b"BT /F 12 Tf 60 720 Td (Dated: March 3, 2026, number +14135550105) Tj 0 -20 Td (Case No. 26-GJ-114) Tj ET"
)


def outcome(data: bytes, limits: UploadLimits) -> str:
    """Return how reading ends; anything but a reading within its limits or a coded error comes through."""
    try:
        made = Extracting(limits).read(data)
    except SafeconductError as error:
        return error.code
    assert made.read <= made.pages <= limits.pages
    assert len(made.words) <= MOST_WORDS
    assert len(made.proposals) <= MOST_PROPOSALS
    return READ


def broken(data: bytes, dice: random.Random) -> bytes:
    """Return the paper with some bytes changed, cut out or doubled."""
    made = bytearray(data)
    for _ in range(dice.randrange(1, 4)):
        place = dice.randrange(len(made))
        what = dice.randrange(3)
        if what == 0:
            made[place] = dice.randrange(256)
        elif what == 1:
            del made[place : place + dice.randrange(1, 30)]
        else:
            made[place:place] = made[place : place + dice.randrange(1, 200)]
    return bytes(made)


def children_cpu() -> float:
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime


def test_every_exhibit_is_read_or_refused_by_name_within_the_limits() -> None:
    quick = sorted(one.name for one in TAKEN if one.name not in SLOW)
    dice = random.Random(seed("uploads museum, read"))  # noqa: S311 - which exhibits to look at today
    chosen = {*dice.sample(quick, count(8, len(quick))), *(SLOW if SOAKING else ())}
    ended: Counter[str] = Counter()
    for one in TAKEN:
        if one.name in chosen:
            before = children_cpu()
            code = outcome(one.built()[0], UploadLimits())
            assert code in KNOWN, one.name
            assert children_cpu() - before <= MOST_CPU + SLACK, one.name
            ended[code] += 1
    assert sum(ended.values()) == len(chosen) > 0
    assert ended[READ] > 0
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    report("uploads museum, read", exhibits=sum(ended.values()), most_memory=most, limit=256 * MIB)


def test_a_page_that_is_slow_to_draw_is_ended_or_read_by_the_products_own_limit() -> None:
    (hog,) = (one for one in TAKEN if one.name == HOG)
    before = children_cpu()
    assert outcome(hog.built()[0], replace(UploadLimits(), child_cpu_seconds=1)) in KNOWN
    assert children_cpu() - before <= 1 + 2 * SLACK


def test_papers_with_broken_bytes_end_in_words_or_in_a_code() -> None:
    dice = random.Random(seed("broken papers, read"))  # noqa: S311 - which bytes to break today
    begun, ended = time.monotonic(), Counter([outcome(PAPER, UploadLimits())])
    for _ in range(count(10, 600)):
        ended[outcome(broken(PAPER, dice), UploadLimits())] += 1
    assert set(ended) <= KNOWN
    assert ended[READ] > 0
    report("broken papers, read", papers=sum(ended.values()), seconds=time.monotonic() - begun, **ended)


def test_the_harness_lets_an_error_without_a_code_through(monkeypatch: pytest.MonkeyPatch) -> None:
    def lie(_self: Extracting, _data: bytes) -> None:
        raise UnicodeDecodeError("utf-8", b"", 0, 1, "no code")

    monkeypatch.setattr(Extracting, "read", lie)
    with pytest.raises(UnicodeDecodeError):
        outcome(small_pdf(), UploadLimits())
