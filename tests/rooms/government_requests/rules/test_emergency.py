"""Emergencies: off until adopted, contents to a US governmental entity only; times and days in plain words."""

import functools
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from safeconduct.rooms.government_requests.rules import emergency, incidents
from safeconduct.rooms.government_requests.rules.emergency import EmergencyError, EmergencyOffError
from safeconduct.rooms.government_requests.rules.law import Ruling

NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)


def ruling(value: object, status: str = "signed") -> Ruling:
    return Ruling(value=value, provision="x.y", citation="X", status=status)


def test_every_combination_against_a_table_written_out() -> None:
    allowed = 0
    for value, status, content, governmental, country, counsel in product(
        (True, False, None), ("signed", "ask_counsel"), (True, False), (True, False), ("US", "FR"), (True, False)
    ):
        on = value is True and status == "signed"
        ours = governmental and country == "US"
        may = on and (ours or (counsel and not content))
        asked = ("subscriber", "message_content") if content else ("subscriber",)
        judged = functools.partial(
            emergency.check_disclosure,
            adoption=ruling(value=value, status=status),
            categories=asked,
            governmental=governmental,
            country=country,
            counsel=counsel,
        )
        if may:
            judged()
            allowed += 1
        else:
            with pytest.raises(EmergencyError if on else EmergencyOffError):
                judged()
    assert allowed == 7


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 minutes"), (1, "1 minute"), (60, "1 hour"), (185, "3 hours 5 minutes"), (2880, "2 days")],
)
def test_spans_in_words(minutes: int, words: str) -> None:
    assert emergency.span_words(timedelta(minutes=minutes)) == words


def test_what_is_open_runs_and_what_is_done_stands() -> None:
    call, answer = emergency.elapsed(
        received=NOW, reached=NOW + timedelta(minutes=9), answered=None, now=NOW + timedelta(minutes=40)
    )
    assert (call.words, call.running) == ("9 minutes", False)
    assert (answer.words, answer.running) == ("40 minutes", True)


def test_without_a_number_what_is_owed_is_owed_at_once() -> None:
    assert emergency.process_due(now=NOW, days=ruling(None)) == NOW
    assert emergency.process_due(now=NOW, days=ruling(7)) == NOW + timedelta(days=7)
    assert incidents.controller_due(known=NOW, hours=ruling(None)) == NOW
    assert incidents.controller_due(known=NOW, hours=ruling(72)) == NOW + timedelta(days=3)
