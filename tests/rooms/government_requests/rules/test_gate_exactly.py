"""Single decisions of the gate, and what it says of what keeps an answer from leaving."""

from dataclasses import replace

import pytest

from safeconduct.rooms.government_requests.rules.gate import (
    Forecast,
    GateError,
    Standing,
    Step,
    obstacles,
    permitted,
    require_step,
)
from safeconduct.rooms.government_requests.rules.words import (
    INTERCEPTION,
    MISDIRECTED,
    FindingKind,
    FindingOutcome,
    Process,
)

MET, NARROWED, UNMET = FindingOutcome.MET, FindingOutcome.MET_IF_NARROWED, FindingOutcome.NOT_MET
ALL_MET = dict.fromkeys(FindingKind, MET)
SOUND = Standing(
    state="in_review",
    process=Process.SEARCH_WARRANT,
    findings=ALL_MET,
    checks_agree=True,
    forecast=Forecast.SOMETHING,
    foreign=False,
    processor=False,
    silenced=False,
)
ALWAYS = {Step.QUERY, Step.REFER, Step.CHALLENGE}
ONE_NARROWED = ALL_MET | {FindingKind.LIMITED: NARROWED}
ONE_UNMET = ALL_MET | {FindingKind.VALID: UNMET}
FOUR = {kind: MET for kind in FindingKind if kind is not FindingKind.SPECIFIC}


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({}, {Step.ACCEPT, Step.NARROW}),
        ({"findings": ONE_NARROWED}, {Step.NARROW}),
        ({"findings": ONE_UNMET}, {Step.REFUSE}),
        ({"findings": FOUR}, set()),
        ({"findings": {}}, set()),
        ({"checks_agree": False}, set()),
        ({"forecast": Forecast.NOT_MADE}, set()),
        ({"forecast": Forecast.NOTHING}, {Step.NONE_HELD}),
        ({"foreign": True}, {Step.REDIRECT_BY_TREATY}),
        ({"foreign": True, "findings": ONE_UNMET}, {Step.REDIRECT_BY_TREATY, Step.REFUSE}),
        ({"processor": True, "findings": {}}, {Step.REDIRECT_TO_CUSTOMER}),
        ({"processor": True, "silenced": True, "findings": {}}, set()),
        ({"processor": True, "findings": {}, "process": Process.NATIONAL_SECURITY_LETTER}, set()),
        ({"process": Process.PRESERVATION_REQUEST}, set()),
        ({"process": Process.PRESERVATION_REQUEST, "findings": ONE_UNMET}, {Step.REFUSE}),
        *(({"process": one, "findings": ONE_UNMET, "foreign": True}, {Step.HAND_OVER}) for one in sorted(INTERCEPTION)),
        *(({"process": one, "findings": ONE_UNMET, "foreign": True}, {Step.RETURN}) for one in sorted(MISDIRECTED)),
    ],
)
def test_in_review(changes: dict[str, object], more: set[Step]) -> None:
    assert permitted(replace(SOUND, **changes)) == ALWAYS | more  # type: ignore[arg-type] # a table's fields


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"state": "question_sent"}, {Step.REFUSE}),
        ({"state": "question_sent", "process": Process.WIRETAP_ORDER}, set()),
        ({"state": "question_sent", "process": Process.CIVIL_SUBPOENA}, set()),
        ({"state": "scope_proposed"}, {Step.ACCEPT, Step.NARROW}),
        ({"state": "scope_proposed", "findings": ONE_UNMET}, set()),
        ({"state": "scope_proposed", "forecast": Forecast.NOTHING}, set()),
        ({"state": "authorised"}, set()),
        ({"state": "received"}, set()),
    ],
)
def test_elsewhere(changes: dict[str, object], found: set[Step]) -> None:
    assert permitted(replace(SOUND, **changes)) == found  # type: ignore[arg-type] # a table's fields


def test_the_names_of_ways_and_counts_stay() -> None:
    ways = "accept narrow none_held query refuse redirect_by_treaty redirect_to_customer challenge hand_over return"
    assert [one.value for one in Step] == [*ways.split(), "refer"]
    assert [one.value for one in Forecast] == ["not_made", "nothing", "something"]


def test_a_shut_way_is_named() -> None:
    require_step(Step.ACCEPT, SOUND)
    with pytest.raises(GateError, match="Not open: redirect by treaty"):
        require_step(Step.REDIRECT_BY_TREATY, SOUND)
    assert GateError.code == "SC-GATE"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, []),
        ({"state": "authorised", "findings": {}}, []),
        ({"process": Process.PEN_REGISTER_ORDER}, ["hand it over"]),
        ({"process": Process.CUSTOMER_PAPER}, ["return it"]),
        ({"process": Process.PRESERVATION_REQUEST}, ["opens nothing"]),
        ({"foreign": True}, ["treaty"]),
        ({"findings": FOUR}, ["Not all five"]),
        ({"findings": ONE_UNMET}, ["not met"]),
        ({"checks_agree": False}, ["has changed"]),
        ({"forecast": Forecast.NOT_MADE}, ["forecast first"]),
        ({"forecast": Forecast.NOTHING}, []),
        (
            {
                "foreign": True,
                "findings": {FindingKind.VALID: UNMET},
                "checks_agree": False,
                "forecast": Forecast.NOT_MADE,
            },
            ["treaty", "Not all five", "not met", "has changed", "forecast first"],
        ),
    ],
)
def test_what_keeps_an_answer_from_leaving(changes: dict[str, object], words: list[str]) -> None:
    found = obstacles(replace(SOUND, **changes))  # type: ignore[arg-type] # a table's fields
    assert len(found) == len(words)
    assert all(word in sentence for word, sentence in zip(words, found, strict=True))
