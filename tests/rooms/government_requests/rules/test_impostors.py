"""Signals: each rises on its own fact, none where nothing is known, and none decides."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from safeconduct.rooms.government_requests.rules.impostors import (
    SAYS,
    WHY,
    Circumstances,
    SignalCode,
    odd_hour,
    signals,
)

PLAIN = Circumstances(received=datetime(2026, 3, 10, 15, tzinfo=UTC), zone_name="America/New_York", earlier_matters=3)
RAISES: dict[SignalCode, dict[str, Any]] = {
    SignalCode.FIRST_CONTACT: {"earlier_matters": 0},
    SignalCode.NEW_DEVICE: {"device_known": False},
    SignalCode.ODD_HOUR: {"received": datetime(2026, 3, 10, 7, tzinfo=UTC)},
    SignalCode.YOUNG_DOMAIN: {"domain_days": 89},
    SignalCode.UNKNOWN_DOMAIN: {"domain_ours": False},
    SignalCode.MAIL_FAILED: {"mail_passed": False},
    SignalCode.NO_SUCH_CITATION: {"missing_citations": 1},
    SignalCode.TEMPLATE_REUSED: {"same_words": 1},
    SignalCode.HASTE: {"words": "We need it\nWITHIN THE   HOUR."},
    SignalCode.PRESSURE_NOT_TO_CALL: {"words": "Please do not call the desk."},
}


def codes(seen: Circumstances) -> list[SignalCode]:
    return [one.code for one in signals(seen)]


def test_an_ordinary_paper_of_which_little_is_known_raises_none() -> None:
    assert codes(PLAIN) == []


@pytest.mark.parametrize("code", list(SignalCode))
def test_each_fact_raises_its_own_signal_and_no_other(code: SignalCode) -> None:
    assert codes(replace(PLAIN, **RAISES[code])) == [code]


def test_every_signal_says_what_and_why() -> None:
    assert set(SAYS) == set(WHY) == set(SignalCode) == set(RAISES)


@pytest.mark.parametrize(
    "good", [{"device_known": True}, {"domain_ours": True}, {"mail_passed": True}, {"domain_days": 90}]
)
def test_good_signs_take_nothing_away(good: dict[str, Any]) -> None:
    bad = replace(PLAIN, **RAISES[SignalCode.HASTE], **good)
    assert codes(bad) == [SignalCode.HASTE]


@pytest.mark.parametrize(
    ("day", "hour", "odd"),
    [(10, 15, False), (10, 10, False), (10, 9, True), (11, 1, False), (11, 2, True), (14, 16, True), (15, 16, True)],
)
def test_hours_are_those_of_the_agency(*, day: int, hour: int, odd: bool) -> None:
    # In March New York is four hours behind: ten in the morning UTC is six there.
    assert odd_hour(datetime(2026, 3, day, hour, tzinfo=UTC), "America/New_York") is odd
