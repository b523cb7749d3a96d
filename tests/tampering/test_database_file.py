"""Every byte of the ledger's database file: changed or cut off, it is named, or another reader sees no change."""

import random
import re
import time
from typing import Any

import pytest
from django.utils.dateparse import parse_datetime
from tests import soaking
from tests.tampering.ground import Ground, database_says, on, said_by


@pytest.fixture(autouse=True)
def unblocked(django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        yield


def verdict(ground: Ground, whole: Any) -> tuple[str, str]:
    """Return ``named``, ``harmless`` or ``silent`` with the words of the verifier."""
    if said_by(ground.database) == whole:
        return "harmless", ""
    try:
        with on(ground.database):
            words = database_says(ground)
    finally:
        for left in ground.folder.glob("*.sqlite3-*"):
            left.unlink()
    return ("named", words) if words else ("silent", "")


_INSTANT = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_LENGTH = len("2026-01-05 18:30:00")


def says_nothing(data: bytes, changed: bytes, place: int) -> bool:
    """Return whether a byte of an instant's text was changed and the same instant is still read there."""
    for start in range(max(0, place - _LENGTH + 1), place + 1):
        text = data[start : start + _LENGTH]
        if _INSTANT.fullmatch(text):
            try:
                return parse_datetime(changed[start : start + _LENGTH].decode()) == parse_datetime(text.decode())
            except ValueError:
                return False
    return False


def test_every_byte_of_the_file_is_named_or_says_nothing(ground: Ground) -> None:
    chance = random.Random(soaking.seed("ledger-file"))  # noqa: S311 - repeatable tests
    data, whole = ground.database.read_bytes(), said_by(ground.database)
    assert isinstance(whole, list)
    with on(ground.database):
        assert database_says(ground) == ""
    places = range(len(data))
    tried = chance.sample(places, soaking.count(150, len(data)))
    told: dict[str, int] = {"named": 0, "harmless": 0, "silent": 0}
    silent, begun = [], time.monotonic()
    for place in tried:
        bit = 1 << chance.randrange(8)
        changed = data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]
        ground.database.write_bytes(changed)
        found, _ = verdict(ground, whole)
        if found == "silent" and says_nothing(data, changed, place):
            found = "harmless"
        told[found] += 1
        if found == "silent":
            silent.append((place, bit))
    soaking.report(
        "ledger-file-flips", bytes=len(data), flips=len(tried), seconds=round(time.monotonic() - begun), **told
    )
    assert silent == []
    assert told["named"] > len(tried) // 20


def test_every_length_of_the_file_is_named(ground: Ground) -> None:
    chance = random.Random(soaking.seed("ledger-file-lengths"))  # noqa: S311 - repeatable tests
    data, whole = ground.database.read_bytes(), said_by(ground.database)
    lengths = chance.sample(range(len(data)), soaking.count(25, 4_000))
    told: dict[str, int] = {"named": 0, "harmless": 0, "silent": 0}
    for length in lengths:
        ground.database.write_bytes(data[:length])
        told[verdict(ground, whole)[0]] += 1
    soaking.report("ledger-file-lengths", lengths=len(lengths), **told)
    assert told["silent"] == 0
    assert told["named"] > 0
