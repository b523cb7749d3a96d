"""Every machine check, met and not met."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.rooms.government_requests.papers import OF_KIND, facts, paper

from safeconduct.core.base.findings import Finding, Outcome
from safeconduct.core.base.periods import Window, window_of_days
from safeconduct.rooms.government_requests.rules.findings import assess, outcomes_allowed
from safeconduct.rooms.government_requests.rules.law import Ruling
from safeconduct.rooms.government_requests.rules.paper import Item, Selector, SilenceOrder
from safeconduct.rooms.government_requests.rules.words import Category, FindingKind, FindingOutcome, Issuer, Process

MET, QUESTION, ASK, STOP = Outcome.MET, Outcome.QUESTION, Outcome.ASK_COUNSEL, Outcome.STOP
ORDER = SilenceOrder(issuer=Issuer.COURT, signed=True, dated=date(2026, 3, 9), until=date(2026, 12, 6))
SWEEPING = Item(number=1, page=1, words="Any and all other data.")
CONTENT = Item(number=1, page=1, words="The messages.", categories=(Category.MESSAGE_CONTENT,))
UNKNOWN = Item(number=1, page=1, words="The colour of the telephone.")
LONG = window_of_days(date(2024, 1, 1), date(2026, 3, 1), "America/New_York")
FUTURE = window_of_days(date(2026, 3, 1), date(2026, 3, 31), "America/New_York")
TODAY = window_of_days(date(2026, 3, 1), date(2026, 3, 10), "America/New_York")
TICK = timedelta(microseconds=1)
MANY = tuple(Selector(kind="phone", value=f"+1202555{number:04}") for number in range(21))

CASES: list[tuple[str, Process, dict[str, Any], Outcome]] = [
    ("VALID-1", Process.SUBPOENA, {}, MET),
    ("VALID-1", Process.SUBPOENA, {"signed": False}, STOP),
    ("VALID-2", Process.SUBPOENA, {"dated": date(2026, 3, 10)}, MET),
    ("VALID-2", Process.SUBPOENA, {"dated": date(2026, 3, 11)}, STOP),
    ("VALID-2", Process.SUBPOENA, {"dated": None}, STOP),
    ("VALID-3", Process.SUBPOENA, {"issuer": Issuer.AGENCY}, MET),
    ("VALID-3", Process.SUBPOENA, {"issuer": Issuer.POLICE}, STOP),
    ("VALID-3", Process.SEARCH_WARRANT, {"issuer": Issuer.PROSECUTOR}, STOP),
    ("VALID-4", Process.SEARCH_WARRANT, {}, MET),
    ("VALID-4", Process.COURT_ORDER_2703D, {"judge_named": False}, STOP),
    ("VALID-5", Process.SEARCH_WARRANT, {}, MET),
    ("VALID-5", Process.SEARCH_WARRANT, {"sealed_by_court": False}, QUESTION),
    ("VALID-6", Process.COURT_ORDER_2703D, {}, MET),
    ("VALID-6", Process.SEARCH_WARRANT, {"recites": frozenset()}, STOP),
    ("VALID-7", Process.SEARCH_WARRANT, {"silence": ORDER}, MET),
    ("VALID-7", Process.SEARCH_WARRANT, {"silence": replace(ORDER, until=None)}, QUESTION),
    ("VALID-7", Process.SEARCH_WARRANT, {"silence": replace(ORDER, issuer=Issuer.PROSECUTOR)}, QUESTION),
    ("VALID-7", Process.SUBPOENA, {"asks_silence": True}, QUESTION),
    ("VALID-7", Process.NATIONAL_SECURITY_LETTER, {"asks_silence": True}, MET),
    (
        "VALID-7",
        Process.NATIONAL_SECURITY_LETTER,
        {"asks_silence": True, "recites": frozenset({"national_security_certificate"})},
        QUESTION,
    ),
    ("VALID-6", Process.EMERGENCY_REQUEST, {}, MET),
    ("VALID-6", Process.EMERGENCY_REQUEST, {"recites": frozenset({"probable_cause"})}, STOP),
    ("VALID-6", Process.NATIONAL_SECURITY_LETTER, {}, MET),
    ("VALID-6", Process.NATIONAL_SECURITY_LETTER, {"recites": frozenset({"judicial_review"})}, STOP),
    ("VALID-7", Process.SEARCH_WARRANT, {"silence": replace(ORDER, signed=False)}, QUESTION),
    ("VALID-7", Process.SEARCH_WARRANT, {"silence": replace(ORDER, dated=None)}, QUESTION),
    ("LIMITED-1", Process.SEARCH_WARRANT, {"items": (CONTENT,)}, MET),
    ("LIMITED-2", Process.SEARCH_WARRANT, {"items": (CONTENT,)}, MET),
    ("LIMITED-3", Process.SUBPOENA, {"window": Window(TODAY.start, TODAY.end + TICK)}, STOP),
    ("LIMITED-4", Process.SUBPOENA, {"window": Window(TODAY.end - timedelta(days=366), TODAY.end)}, MET),
    ("LIMITED-4", Process.SUBPOENA, {"window": Window(TODAY.end - timedelta(days=366) - TICK, TODAY.end)}, QUESTION),
    ("LIMITED-1", Process.SUBPOENA, {"items": (CONTENT,)}, MET),
    ("LIMITED-7", Process.SUBPOENA, {"items": (CONTENT,)}, STOP),
    ("LIMITED-1", Process.FOREIGN_REQUEST, {"items": (CONTENT,)}, MET),
    ("LIMITED-2", Process.SEARCH_WARRANT, {}, MET),
    ("LIMITED-2", Process.SUBPOENA, {"window": None}, MET),
    ("LIMITED-2", Process.SEARCH_WARRANT, {"window": None, "items": (CONTENT,)}, STOP),
    (
        "LIMITED-2",
        Process.SUBPOENA,
        {"window": None, "items": (replace(CONTENT, categories=(Category.CALL_DETAIL,)),)},
        QUESTION,
    ),
    ("LIMITED-3", Process.SUBPOENA, {"window": TODAY}, MET),
    ("LIMITED-3", Process.SUBPOENA, {"window": FUTURE}, STOP),
    ("LIMITED-4", Process.SUBPOENA, {}, MET),
    ("LIMITED-4", Process.SUBPOENA, {"window": LONG}, QUESTION),
    ("SPECIFIC-1", Process.SUBPOENA, {}, MET),
    ("SPECIFIC-1", Process.SUBPOENA, {"selectors": ()}, STOP),
    ("SPECIFIC-2", Process.SUBPOENA, {"selectors": (Selector(kind="email", value="a@b.example"),)}, MET),
    ("SPECIFIC-2", Process.SUBPOENA, {"selectors": (Selector(kind="phone", value="202-555-0143"),)}, STOP),
    ("SPECIFIC-2", Process.SUBPOENA, {"selectors": (Selector(kind="name", value="Marrow"),)}, MET),
    ("SPECIFIC-4", Process.SUBPOENA, {"selectors": (Selector(kind="name", value="Marrow"),)}, STOP),
    ("SPECIFIC-3", Process.SUBPOENA, {"selectors": MANY[:20]}, MET),
    ("SPECIFIC-3", Process.SUBPOENA, {"selectors": MANY}, QUESTION),
    ("PARTICULARIZED-1", Process.SUBPOENA, {}, MET),
    ("PARTICULARIZED-1", Process.SUBPOENA, {"items": ()}, STOP),
    ("PARTICULARIZED-1", Process.PRESERVATION_REQUEST, {}, MET),
    ("PARTICULARIZED-2", Process.SUBPOENA, {}, MET),
    ("PARTICULARIZED-2", Process.SUBPOENA, {"items": (UNKNOWN,)}, QUESTION),
    ("PARTICULARIZED-2", Process.SUBPOENA, {"items": (SWEEPING,)}, STOP),
    ("PARTICULARIZED-3", Process.SUBPOENA, {}, MET),
    ("PARTICULARIZED-3", Process.SUBPOENA, {"items": (SWEEPING,)}, QUESTION),
    ("ENFORCEABLE-1", Process.SUBPOENA, {}, MET),
    ("ENFORCEABLE-1", Process.SUBPOENA, {"names_entity": False}, STOP),
    ("ENFORCEABLE-2", Process.SUBPOENA, {}, MET),
    ("ENFORCEABLE-2", Process.SUBPOENA, {"country": "GB"}, ASK),
    ("ENFORCEABLE-2", Process.FOREIGN_REQUEST, {}, STOP),
    ("ENFORCEABLE-3", Process.SUBPOENA, {"reply_by": None}, MET),
    ("ENFORCEABLE-3", Process.SUBPOENA, {"reply_by": date(2026, 3, 10)}, MET),
    ("ENFORCEABLE-3", Process.SUBPOENA, {"reply_by": date(2026, 3, 9)}, QUESTION),
    ("ENFORCEABLE-4", Process.EMERGENCY_REQUEST, {}, MET),
    ("ENFORCEABLE-4", Process.EMERGENCY_REQUEST, {"country": "CA"}, STOP),
    ("ENFORCEABLE-4", Process.EMERGENCY_REQUEST, {"governmental": False}, STOP),
    ("ENFORCEABLE-4", Process.PRESERVATION_REQUEST, {"governmental": False}, STOP),
    ("ENFORCEABLE-5", Process.EMERGENCY_REQUEST, {}, STOP),
    ("ENFORCEABLE-6", Process.NATIONAL_SECURITY_LETTER, {}, STOP),
]


def outcome_of(code: str, found: Any) -> Outcome:
    checks = [one for findings in assess(found).values() for one in findings if one.check == code]
    assert len(checks) == 1
    assert checks[0].provision
    assert checks[0].citation
    assert bool(checks[0].cure) is (checks[0].outcome is not MET)
    return checks[0].outcome


@pytest.mark.parametrize(("code", "process", "changes", "expected"), CASES)
def test_each_check_both_ways(code: str, process: Process, changes: dict[str, Any], expected: Outcome) -> None:
    served = paper(**{**OF_KIND[process], **changes})
    assert outcome_of(code, facts(served)) is expected


def test_what_was_recorded_since_settles_a_check() -> None:
    emergency = facts(paper(**OF_KIND[Process.EMERGENCY_REQUEST]))
    assert outcome_of("ENFORCEABLE-5", replace(emergency, called_back=True)) is MET
    letter = facts(paper(**OF_KIND[Process.NATIONAL_SECURITY_LETTER]))
    assert outcome_of("ENFORCEABLE-6", replace(letter, enclave=True)) is MET


def test_an_unsigned_provision_asks_counsel_and_a_determination_answers() -> None:
    found = facts(paper())
    unsigned = Ruling(
        value=["subscriber"], provision="us.sca.2703-a", citation="x", status="ask_counsel", why="Unsigned"
    )
    open_law = replace(found.law, obtainable=unsigned)
    assert outcome_of("LIMITED-1", replace(found, law=open_law)) is ASK
    answered = replace(open_law, determined={"us.sca.2703-a": "d" * 32})
    assert outcome_of("LIMITED-1", replace(found, law=answered)) is MET


def codes_of(served: Any) -> set[str]:
    return {one.check for findings in assess(facts(served)).values() for one in findings}


def test_only_the_checks_that_belong_to_a_paper_are_asked() -> None:
    subpoena = codes_of(paper(**OF_KIND[Process.SUBPOENA]))
    assert not subpoena & {
        "VALID-4",
        "VALID-5",
        "VALID-6",
        "VALID-7",
        "ENFORCEABLE-4",
        "ENFORCEABLE-5",
        "ENFORCEABLE-6",
    }
    assert {"VALID-4", "VALID-5", "VALID-6"} <= codes_of(paper())
    assert "VALID-7" in codes_of(paper(asks_silence=True))
    assert not codes_of(paper(window=None)) & {"LIMITED-3", "LIMITED-4"}


def check_of(code: str, process: Process = Process.SUBPOENA, **changes: Any) -> Finding:
    found = assess(facts(paper(**{**OF_KIND[process], **changes})))
    (check,) = [one for findings in found.values() for one in findings if one.check == code]
    return check


def test_a_check_names_the_law_that_it_serves() -> None:
    letter, warrant = Process.NATIONAL_SECURITY_LETTER, Process.SEARCH_WARRANT
    assert check_of("SPECIFIC-1", letter).provision == "us.nsl.2709"
    assert check_of("SPECIFIC-1", warrant).provision == "us.const.amend-iv"
    assert check_of("SPECIFIC-1", warrant, selectors=()).provision == "us.const.amend-iv"
    assert check_of("ENFORCEABLE-5", Process.EMERGENCY_REQUEST).provision == "policy.emergency"


def test_identifiers_and_items_at_fault_are_named_by_their_number() -> None:
    bad = Selector(kind="phone", value="202-555-0143")
    good = Selector(kind="account", value="northwind-0042")
    assert check_of("SPECIFIC-2", selectors=(good,)).outcome is MET
    assert check_of("SPECIFIC-2", selectors=(replace(good, value="no"),)).outcome is STOP
    assert "identifier 1, 3." in check_of("SPECIFIC-2", selectors=(bad, good, replace(bad, value="1"))).says
    second, third = replace(UNKNOWN, number=2), replace(SWEEPING, number=3)
    assert check_of("PARTICULARIZED-2", items=(CONTENT, second)).says.startswith("Item 2 matches no category")
    both = (replace(UNKNOWN, number=1), second)
    assert check_of("PARTICULARIZED-2", items=both).says.startswith("Items 1, 2 match no category")
    assert check_of("PARTICULARIZED-2", items=(CONTENT,)).says.startswith("Item 1 matches categories")
    assert check_of("PARTICULARIZED-3", items=(CONTENT, third)).says.startswith("Item 3 is a catch-all")


def test_why_the_law_is_unsettled_is_said() -> None:
    found = facts(paper())
    for why, words in (("Unsigned", "not settled: Unsigned."), ("", "not settled: the provision is not signed.")):
        ruling = Ruling(value=[], provision="us.sca.2703-a", citation="x", status="ask_counsel", why=why)
        (check,) = [
            one
            for findings in assess(replace(found, law=replace(found.law, obtainable=ruling))).values()
            for one in findings
            if one.check == "LIMITED-1"
        ]
        assert words in check.says


def test_a_sound_paper_meets_every_check() -> None:
    for process in (Process.SEARCH_WARRANT, Process.SUBPOENA, Process.COURT_ORDER_2703D):
        found = assess(facts(paper(**OF_KIND[process])))
        assert {one.outcome for findings in found.values() for one in findings} == {MET}
        assert list(found) == list(FindingKind)


def test_what_a_person_may_record() -> None:
    everything = frozenset(FindingOutcome)
    not_met, narrowed = FindingOutcome.NOT_MET, FindingOutcome.MET_IF_NARROWED
    assert outcomes_allowed(FindingKind.VALID, (MET, QUESTION)) == everything
    assert outcomes_allowed(FindingKind.VALID, (MET, STOP)) == {not_met}
    assert outcomes_allowed(FindingKind.LIMITED, (STOP, QUESTION)) == {not_met, narrowed}
    assert outcomes_allowed(FindingKind.LIMITED, (STOP, ASK)) == {not_met}


def test_checks_repeat_no_word_of_the_paper() -> None:
    marker = "Zephyrine Quillon"
    served = paper(
        items=(Item(number=1, page=1, words=f"Everything about {marker}"),),
        selectors=(Selector(kind="name", value=marker),),
        issuer_name=marker,
        case_number=marker,
    )
    for findings in assess(facts(served)).values():
        assert not any(marker in one.says + one.cure for one in findings)
