"""The gate against a table that was written apart from it, over the whole product of its inputs."""

import itertools
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from tests import soaking

from safeconduct.rooms.government_requests.rules import gate
from safeconduct.rooms.government_requests.rules.gate import (
    Forecast,
    GateError,
    Standing,
    Step,
    permitted,
    require_step,
)
from safeconduct.rooms.government_requests.rules.lifecycles import MATTER
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome, Process

TABLE = tomllib.loads((Path(__file__).parents[3] / "museum" / "gate" / "permitted.toml").read_text("utf-8"))
EVERY = soaking.count(149, 1)
"""In the suite one input in so many, from another first one each time; under ``make soak`` every single one."""
STATES = MATTER.states
ANSWERS = (None, *FindingOutcome)
FINDINGS = tuple(itertools.product(ANSWERS, repeat=len(FindingKind)))
SIZES = (len(STATES), len(Process), len(FINDINGS), len(Forecast), 2, 2, 2, 2)
ALL = 1
for size in SIZES:
    ALL *= size


def standing(number: int) -> Standing:
    """Return one element of the product by its number."""
    places = []
    for size in reversed(SIZES):
        number, place = divmod(number, size)
        places.append(place)
    state, process, made, forecast, agree, foreign, processor, silenced = reversed(places)
    found = zip(FindingKind, FINDINGS[made], strict=True)
    return Standing(
        state=STATES[state],
        process=tuple(Process)[process],
        findings={kind: outcome for kind, outcome in found if outcome is not None},
        checks_agree=bool(agree),
        forecast=tuple(Forecast)[forecast],
        foreign=bool(foreign),
        processor=bool(processor),
        silenced=bool(silenced),
    )


def _words(findings: list[str]) -> set[str]:
    """Return which of the table's three phrases fit the findings that were made."""
    found = set()
    if findings == ["met"] * 5:
        found.add("five met")
    if len(findings) == 5 and set(findings) <= {"met", "met_if_narrowed"}:
        found.add("five, none unmet")
    if "not_met" in findings:
        found.add("one unmet")
    return found


def by_table(one: Standing, rows: list[dict[str, Any]]) -> set[str]:
    """Return what the table permits: plain comparison, nothing of the program."""
    words = _words([str(outcome) for outcome in one.findings.values()])
    plain = {"checks_agree": one.checks_agree, "foreign": one.foreign}
    plain |= {"processor": one.processor, "silenced": one.silenced}
    return {
        row["step"]
        for row in rows
        if one.state in row["state"]
        and ("papers" not in row or any(str(one.process) in TABLE["papers"][name] for name in row["papers"]))
        and ("findings" not in row or row["findings"] in words)
        and ("forecast" not in row or str(one.forecast) in row["forecast"])
        and all(row[name] is value for name, value in plain.items() if name in row)
    }


def disagreements(rows: list[dict[str, Any]], numbers: Iterator[int]) -> int:
    """Return how many elements of the product the two judge differently."""
    return sum(permitted(one) != by_table(one, rows) for one in map(standing, numbers))


def test_the_gate_is_the_table_over_the_whole_product() -> None:
    first = soaking.seed("gate") % EVERY
    assert disagreements(TABLE["row"], iter(range(first, ALL, EVERY))) == 0
    asked = len(range(first, ALL, EVERY))
    soaking.report("gate against its table", product=ALL, asked=asked, states=len(STATES), papers=len(Process))
    assert asked > 90_000
    assert ALL > 10_000_000


def test_every_input_is_in_the_product_and_every_paper_in_the_table() -> None:
    assert len(SIZES) == len(fields(Standing))
    classes = [name for names in TABLE["papers"].values() for name in names]
    assert set(classes) == {str(process) for process in Process}
    assert {row["step"] for row in TABLE["row"]} == {str(step) for step in Step}


@pytest.mark.parametrize("left_out", range(len(TABLE["row"])))
def test_control_a_row_taken_out_is_seen(left_out: int) -> None:
    rows = [row for number, row in enumerate(TABLE["row"]) if number != left_out]
    one = _fitting(TABLE["row"][left_out])
    assert permitted(one) == by_table(one, TABLE["row"])
    assert permitted(one) != by_table(one, rows)


def test_control_a_gate_that_forgets_the_checks_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "NOT_REFUSED", frozenset())
    assert disagreements(TABLE["row"], iter(range(0, ALL, 1009))) > 0


def _fitting(row: dict[str, Any]) -> Standing:
    """Return an element that the row fits."""
    outcome = FindingOutcome.NOT_MET if row.get("findings") == "one unmet" else FindingOutcome.MET_IF_NARROWED
    outcome = FindingOutcome.MET if row.get("findings") == "five met" else outcome
    return Standing(
        state=row["state"][0],
        process=Process(TABLE["papers"][row["papers"][-1]][0]) if "papers" in row else Process.SUBPOENA,
        findings=dict.fromkeys(FindingKind, outcome) if "findings" in row else {},
        checks_agree=row.get("checks_agree", False),
        forecast=Forecast(row.get("forecast", ["not_made"])[0]),
        foreign=row.get("foreign", False),
        processor=row.get("processor", False),
        silenced=row.get("silenced", False),
    )


def test_a_shut_way_is_an_error_with_its_name() -> None:
    shut = standing(0)
    with pytest.raises(GateError, match="redirect to customer"):
        require_step(Step.REDIRECT_TO_CUSTOMER, shut)
    open_one = Standing(**{**vars(shut), "state": "in_review"})
    require_step(Step.QUERY, open_one)
