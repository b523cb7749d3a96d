"""Every question of the desk, for every kind of paper, on every day on which the law changes: an answer, or counsel.

The oracle reads the TOML itself and knows nothing of the rulebook's classes.
"""

import tomllib
from datetime import date, timedelta
from typing import Any

import pytest
from tests import soaking

from safeconduct.core.rulebook import SignOffs, load
from safeconduct.core.rulebook.book import ASK_COUNSEL, SIGNED, Rulebook
from safeconduct.core.rulebook.location import shipped
from safeconduct.core.rulebook.questions import COUNTRIES, PROCESSES, QUESTIONS, SETS

BOOK = load()
SIGNED_ON = date(1900, 1, 1)
OVERLAY = SignOffs(demonstration=True).signing(BOOK.provisions.values(), name="R. Fictitious", day=SIGNED_ON)
TABLES: list[dict[str, Any]] = [
    table
    for folder in ("law", "policy")
    for file in sorted((shipped() / folder).glob("*.toml"))
    for table in tomllib.loads(file.read_text("utf-8"))["provision"]
]
BY_PROCESS = tuple(name for name, one in QUESTIONS.items() if set(PROCESSES) <= set(one.arguments))
ONE = timedelta(days=1)
TODAY = date(2026, 11, 23)

# What the desk must know of every paper on a day on which all is signed; who else answers "counsel" is named.
DESK = (
    "obtainable",
    "route",
    "preserves",
    "may_request_silence_bind",
    "must_notify",
    "whom_to_tell",
    "grounds",
    "issuers",
)
COUNSEL = {
    ("foreign_request", "must_notify"): False,
    ("cloud_act_order", "must_notify"): True,
    ("cloud_act_order", "whom_to_tell"): True,
    ("cloud_act_order", "may_request_silence_bind"): True,
    ("data_subject_request", "grounds"): True,
    ("data_subject_request", "issuers"): True,
    ("customer_paper", "grounds"): True,
    ("customer_paper", "issuers"): True,
    ("customer_paper", "may_request_silence_bind"): True,
    ("fisa_directive", "grounds"): True,
    ("fisa_directive", "issuers"): True,
}
"""Whether nothing answers: these go to counsel, each on purpose."""


def days() -> list[date]:
    """Return every day on which a provision begins, ends or was to be reviewed, with the days around it, and today."""
    marks = {table[name] for table in TABLES for name in ("valid_from", "valid_until", "review_by") if name in table}
    near = {day + offset for day in marks for offset in (-ONE, timedelta(), ONE)}
    return sorted({*near, TODAY})


def expected(question: str, day: date) -> tuple[Any, bool]:
    """Return what the TOML says on a day and whether all that says it is verified and not past its review."""
    force = [one for one in TABLES if one["valid_from"] <= day < one.get("valid_until", date.max)]
    answers = [one for one in force if question in one.get("answers", {})]
    limits = [one for one in force if question in one.get("limits", {})] if answers else []
    good = bool(answers) and all(one.get("verified", True) and one["review_by"] >= day for one in (*answers, *limits))
    if not answers:
        return None, good
    if QUESTIONS[question.partition("(")[0]].kind not in SETS:
        return answers[0]["answers"][question], good
    value = set().union(*(one["answers"][question] for one in answers))
    for one in limits:
        value &= set(one["limits"][question])
    return sorted(value), good


def differences(book: Rulebook, asked: list[date]) -> tuple[int, dict[str, int]]:
    """Ask everything and return how often ``book`` differs from the TOML, and what was answered how often."""
    wrong, seen = 0, {"signed": 0, "ask_counsel": 0, "answered": 0}
    for question in (f"{name}({process})" for name in BY_PROCESS for process in PROCESSES):
        for day in asked:
            found = book.ask(question, as_of=day, overlay=OVERLAY)
            value, good = expected(question, day)
            seen[found.status] += 1
            seen["answered"] += found.value is not None
            right = found.value == value and (found.status == SIGNED) is good
            said = bool(found.citations) if good else bool(found.why)
            wrong += not (right and said)
            assert book.ask(question, as_of=day, overlay=None).status == ASK_COUNSEL
    return wrong, seen


def test_every_question_of_every_instrument_on_every_day_is_answered_or_is_counsels() -> None:
    wrong, seen = differences(BOOK, days())
    soaking.report("instruments", instruments=len(PROCESSES), questions=len(BY_PROCESS), days=len(days()), **seen)
    assert wrong == 0
    assert min(seen.values()) > 0
    assert len(PROCESSES) >= 20


@pytest.mark.parametrize("gone", ["us.sca.2703-f", "us.fisa.1881a-after-sunset", "policy.disclosure-ground"])
def test_a_rulebook_without_one_provision_is_found(gone: str) -> None:
    """The control: what one provision says is missed."""
    wrong, _ = differences(Rulebook.of(one for one in BOOK.provisions.values() if one.id != gone), [TODAY])
    assert wrong > 0


@pytest.mark.parametrize("process", PROCESSES)
def test_what_the_desk_needs_is_known_of_every_paper_or_left_to_counsel_on_purpose(process: str) -> None:
    for name in DESK:
        answer = BOOK.ask(f"{name}({process})", as_of=TODAY, overlay=OVERLAY)
        nothing = COUNSEL.get((process, name), False)
        assert (answer.value is None) is nothing, (name, answer.why)
        assert answer.status == (ASK_COUNSEL if nothing else SIGNED), answer.why


def test_two_orders_of_europe_differ_where_the_regulation_says_so() -> None:
    def ask(name: str, day: date = TODAY) -> object:
        return BOOK.ask(name, as_of=day, overlay=OVERLAY).value

    assert ask("reply_days(european_production_order)", date(2026, 8, 17)) is None
    assert ask("reply_days(european_production_order)", date(2026, 8, 18)) == 10
    assert ask("clarification_ends_duty(european_production_order)") is False
    assert ask("clarification_ends_duty(european_preservation_order)") is True
    assert (
        ask("preservation_days(european_preservation_order)"),
        ask("clarification_days(european_production_order)"),
    ) == (60, 5)
    assert ask("preservation_renewal_days(european_preservation_order)") == 30


@pytest.mark.parametrize("country", COUNTRIES)
def test_what_nobody_verified_no_signature_makes_law(country: str) -> None:
    answer = BOOK.ask(f"foreign_law({country})", as_of=TODAY, overlay=OVERLAY)
    assert answer.status == ASK_COUNSEL
    assert "never held against its source" in answer.why
    assert answer.value["route"] == "counsel"
    assert answer.value["instruments"]
    assert len(answer.citations) == 1
