"""The checks of power, time, wholeness, sender, name, customer and role: met and not met, at their edges."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.rooms.government_requests.papers import OF_KIND, SILENCE, facts, law, paper

from safeconduct.core.base.findings import Finding, Outcome
from safeconduct.core.base.periods import window_of_days
from safeconduct.rooms.government_requests.rules.findings import assess
from safeconduct.rooms.government_requests.rules.findings.authority import check_authority
from safeconduct.rooms.government_requests.rules.findings.entity import differs_by, nearest, plain
from safeconduct.rooms.government_requests.rules.findings.facts import Facts, Sender
from safeconduct.rooms.government_requests.rules.findings.standing import check_protected, check_standing, role_for
from safeconduct.rooms.government_requests.rules.law import Ruling
from safeconduct.rooms.government_requests.rules.paper import Item, Selector
from safeconduct.rooms.government_requests.rules.words import Category, CourtKind, FindingKind, Issuer, Process, Role

MET, QUESTION, ASK, STOP = Outcome.MET, Outcome.QUESTION, Outcome.ASK_COUNSEL, Outcome.STOP
SERVED = date(2026, 3, 10)
NEXT, BEFORE = SERVED + timedelta(days=1), SERVED - timedelta(days=1)
ZONE = "America/New_York"
WARRANT, SUBPOENA, PRESERVATION = Process.SEARCH_WARRANT, Process.SUBPOENA, Process.PRESERVATION_REQUEST
CONTENT = Item(number=1, page=1, words="The messages.", categories=(Category.MESSAGE_CONTENT,))
PAYMENT = Item(number=2, page=1, words="Payments.", categories=(Category.PAYMENT,))
NAMES = ("Larkspur Messaging, Inc.", "Larkspur Voice GmbH")
INSIDE = window_of_days(date(2026, 2, 1), date(2026, 2, 28), ZONE)
WIDER = window_of_days(date(2026, 1, 31), date(2026, 2, 28), ZONE)
IP = Selector(kind="ip", value="192.0.2.7")
PHONE = Selector(kind="phone", value="+12025550143")
Case = tuple[str, Process, dict[str, Any], dict[str, Any], Outcome]

CASES: list[Case] = [
    ("VALID-8", WARRANT, {"execute_by": SERVED}, {}, MET),
    ("VALID-8", WARRANT, {"execute_by": BEFORE}, {}, STOP),
    ("VALID-8", WARRANT, {"execute_from": SERVED}, {}, MET),
    ("VALID-8", WARRANT, {"execute_from": NEXT}, {}, STOP),
    ("VALID-8", WARRANT, {"execute_from": BEFORE, "execute_by": NEXT}, {}, MET),
    ("VALID-9", WARRANT, {"court": CourtKind.FEDERAL_DISTRICT}, {}, MET),
    ("VALID-9", WARRANT, {"court": CourtKind.NOT_STATED}, {}, QUESTION),
    ("VALID-9", Process.COURT_ORDER_2703D, {"court": CourtKind.MUNICIPAL}, {}, STOP),
    ("VALID-10", WARRANT, {"attachments_named": 2, "attachments_served": 2}, {}, MET),
    ("VALID-10", WARRANT, {"attachments_named": 2, "attachments_served": 3}, {}, MET),
    ("VALID-10", WARRANT, {"attachments_named": 2, "attachments_served": 1}, {}, QUESTION),
    ("VALID-11", WARRANT, {"statute": "18 U.S.C. 2703(a)"}, {}, MET),
    ("VALID-11", WARRANT, {"statute": "18 U.S.C. 2719"}, {}, STOP),
    ("VALID-11", WARRANT, {"statute": "18 U.S.C. 2703(a) and 18 U.S.C. 2719"}, {}, STOP),
    ("VALID-11", WARRANT, {"statute": "Cal. Penal Code 1524"}, {}, MET),
    ("VALID-12", WARRANT, {"statute": "Fed. R. Crim. P. 41"}, {}, MET),
    ("VALID-12", WARRANT, {"statute": "18 U.S.C. 2703(d)"}, {}, STOP),
    ("VALID-12", WARRANT, {"statute": "18 U.S.C. 2703(d); 18 U.S.C. 2703(a)"}, {}, MET),
    ("VALID-12", WARRANT, {"statute": "18 U.S.C. 2703(d); 47 U.S.C. 551"}, {}, QUESTION),
    ("VALID-12", WARRANT, {"statute": "by law"}, {}, QUESTION),
    ("VALID-13", WARRANT, {}, {}, MET),
    ("VALID-13", WARRANT, {}, {"sender": Sender(registered=False)}, QUESTION),
    ("VALID-14", WARRANT, {}, {}, MET),
    ("VALID-14", WARRANT, {}, {"sender": Sender(domain_known=False)}, QUESTION),
    ("LIMITED-5", WARRANT, {"window": None, "first_day": SERVED}, {}, STOP),
    ("LIMITED-5", WARRANT, {"window": None, "last_day": SERVED}, {}, STOP),
    ("LIMITED-5", WARRANT, {"window": None, "first_day": NEXT, "last_day": SERVED}, {}, STOP),
    ("LIMITED-2", WARRANT, {"window": None, "first_day": SERVED, "items": (CONTENT,)}, {}, MET),
    ("LIMITED-2", WARRANT, {"window": None, "last_day": SERVED, "items": (CONTENT,)}, {}, MET),
    ("LIMITED-6", WARRANT, {"attachment_window": INSIDE}, {}, MET),
    ("LIMITED-6", WARRANT, {"attachment_window": WIDER}, {}, STOP),
    ("LIMITED-6", WARRANT, {"attachment_window": INSIDE, "window": None}, {}, STOP),
    ("LIMITED-7", WARRANT, {"items": (CONTENT,)}, {}, MET),
    ("LIMITED-7", SUBPOENA, {"items": (CONTENT,)}, {}, STOP),
    ("LIMITED-7", Process.CIVIL_SUBPOENA, {"items": (CONTENT,)}, {}, STOP),
    ("LIMITED-1", Process.NATIONAL_SECURITY_LETTER, {"items": (PAYMENT,)}, {}, STOP),
    ("LIMITED-1", Process.FOREIGN_REQUEST, {"items": (PAYMENT,)}, {}, MET),
    ("LIMITED-1", PRESERVATION, {"items": (PAYMENT,)}, {}, MET),
    ("SPECIFIC-2", SUBPOENA, {"selectors": (IP, PHONE)}, {}, MET),
    ("SPECIFIC-2", SUBPOENA, {"selectors": (PHONE, replace(IP, value="192.0.2.300"))}, {}, STOP),
    ("SPECIFIC-4", SUBPOENA, {"selectors": (PHONE,)}, {}, MET),
    ("SPECIFIC-4", SUBPOENA, {"selectors": (IP, PHONE)}, {}, QUESTION),
    ("SPECIFIC-4", SUBPOENA, {"selectors": (IP, IP)}, {}, STOP),
    ("ENFORCEABLE-7", WARRANT, {"entity_named": "LARKSPUR MESSAGING"}, {"entity_names": NAMES}, MET),
    ("ENFORCEABLE-7", WARRANT, {"entity_named": "Larkspur Voice"}, {"entity_names": NAMES}, MET),
    ("ENFORCEABLE-7", WARRANT, {"entity_named": "Larkspur Mesagin"}, {"entity_names": NAMES}, QUESTION),
    ("ENFORCEABLE-7", WARRANT, {"entity_named": "Larkspur Mesagi"}, {"entity_names": NAMES}, STOP),
    ("ENFORCEABLE-8", Process.CUSTOMER_PAPER, {}, {}, STOP),
    ("ENFORCEABLE-9", WARRANT, {}, {"protected": frozenset({"press"})}, ASK),
    ("ENFORCEABLE-9", WARRANT, {}, {"protected": frozenset({"friend"})}, MET),
    ("ENFORCEABLE-10", WARRANT, {}, {}, MET),
    ("ENFORCEABLE-10", WARRANT, {"items": (PAYMENT, CONTENT)}, {}, QUESTION),
    ("ENFORCEABLE-10", WARRANT, {"items": (CONTENT,), "silence": SILENCE}, {}, MET),
    ("ENFORCEABLE-10", WARRANT, {"items": (CONTENT,), "recites": frozenset({"customer_unsuitable"})}, {}, MET),
    ("ENFORCEABLE-10", SUBPOENA, {}, {"roles": {Category.SUBSCRIBER: Role.PROCESSOR}}, QUESTION),
    ("ENFORCEABLE-11", PRESERVATION, {}, {"preservations": 1}, MET),
    ("ENFORCEABLE-11", PRESERVATION, {}, {"preservations": 2}, STOP),
    ("ENFORCEABLE-12", Process.WIRETAP_ORDER, {}, {}, QUESTION),
]


def check_of(found: Facts, code: str) -> Finding:
    (one,) = [check for checks in assess(found).values() for check in checks if check.check == code]
    return one


def made(process: Process, changes: dict[str, Any], more: dict[str, Any]) -> Facts:
    return replace(facts(paper(**{**OF_KIND[process], **changes})), **more)


@pytest.mark.parametrize(("code", "process", "changes", "more", "expected"), CASES)
def test_each_check_at_its_edge(
    code: str, process: Process, changes: dict[str, Any], more: dict[str, Any], expected: Outcome
) -> None:
    one = check_of(made(process, changes, more), code)
    assert one.outcome is expected
    assert bool(one.cure) is (expected is not MET)
    assert one.provision
    assert one.citation


def codes_of(found: Facts) -> set[str]:
    return {one.check for checks in assess(found).values() for one in checks}


def test_only_what_the_paper_gives_reason_for_is_asked() -> None:
    plain_one = codes_of(facts(paper(**{**OF_KIND[SUBPOENA], "items": ()})))
    extra = {"VALID-8", "VALID-9", "VALID-10", "VALID-11", "VALID-12", "LIMITED-5", "LIMITED-6", "LIMITED-7"}
    extra |= {f"ENFORCEABLE-{number}" for number in range(7, 13)}
    assert not plain_one & extra
    assert "ENFORCEABLE-7" not in codes_of(made(WARRANT, {"entity_named": "Redwing"}, {}))
    assert "ENFORCEABLE-7" not in codes_of(made(WARRANT, {}, {"entity_names": NAMES}))
    civil = {"statute": "by law", "items": (CONTENT,), "window": INSIDE}
    private = codes_of(made(Process.CIVIL_SUBPOENA, civil, {}))
    assert not private & {"VALID-3", "VALID-11", "VALID-12", "ENFORCEABLE-10"}
    assert "LIMITED-7" not in codes_of(made(PRESERVATION, {"items": (CONTENT,)}, {}))
    assert "LIMITED-7" not in codes_of(made(Process.FOREIGN_REQUEST, {"items": (CONTENT,)}, {}))
    future = {"window": window_of_days(SERVED, SERVED + timedelta(days=30), ZONE)}
    assert not codes_of(made(Process.WIRETAP_ORDER, future, {})) & {"LIMITED-3", "LIMITED-4"}
    assert {"LIMITED-3", "LIMITED-4"} <= codes_of(made(WARRANT, future, {}))


UNSIGNED = Ruling(value=["x"], provision="us.some", citation="cited", status="ask_counsel", why="Nobody signed")
RESTS = [
    ("VALID-3", "issuers", {}, "Who may sign it"),
    ("VALID-9", "competent_courts", {}, "Which courts have the power"),
    ("VALID-11", "known_statutes", {"statute": "18 U.S.C. 2703(a)"}, "Which sections exist"),
    ("VALID-11", "complete_spans", {"statute": "18 U.S.C. 2703(a)"}, "Which sections exist"),
    ("VALID-12", "statutes", {"statute": "18 U.S.C. 2703(a)"}, "Which statutes give the power"),
    ("ENFORCEABLE-10", "controller_of", {}, "What we are to this data"),
]


@pytest.mark.parametrize(("code", "name", "changes", "words"), RESTS)
def test_a_check_that_rests_on_an_unsigned_provision_asks_counsel(
    code: str, name: str, changes: dict[str, Any], words: str
) -> None:
    found = made(WARRANT, changes, {})
    asked = check_of(replace(found, law=replace(found.law, **{name: UNSIGNED})), code)
    assert asked.outcome is ASK
    assert asked.says.startswith(f"{words} is not settled: ")
    assert asked.says.endswith("Nobody signed.") is (name != "complete_spans")
    assert asked.cure == "Refer the matter to counsel."
    silent = replace(UNSIGNED, why="")
    told = check_of(replace(found, law=replace(found.law, **{name: silent})), code).says
    assert ("the provision is not signed." in told) or name == "complete_spans"
    answered = replace(found.law, **{name: UNSIGNED}, determined={"us.some": "d" * 32})
    assert check_of(replace(found, law=answered), code).outcome is not ASK


def test_terms_that_are_not_settled_ask_counsel() -> None:
    found = made(PRESERVATION, {}, {})
    for why, words in (("Nobody signed", "Nobody signed."), ("", "the provision is not signed.")):
        unsigned = replace(UNSIGNED, why=why)
        asked = check_of(replace(found, law=replace(found.law, preservation_renewals=unsigned)), "ENFORCEABLE-11")
        assert asked.outcome is ASK
        assert asked.says == f"How often it can be renewed is not settled: {words}"


def test_why_a_customer_is_protected_needs_no_signature_to_stop() -> None:
    plain_law = law(WARRANT)
    assert check_protected(law=plain_law, protected=frozenset()) is None
    unsigned = replace(plain_law, protected_customers=UNSIGNED)
    found = check_protected(law=unsigned, protected=frozenset({"friend"}))
    assert found is not None
    assert found.outcome is ASK
    settled = replace(plain_law, determined={"policy.protected-customers": "d" * 32})
    found = check_protected(law=settled, protected=frozenset({"press"}))
    assert found is not None
    assert (found.check, found.outcome) == ("ENFORCEABLE-9", MET)


def test_what_each_check_says_names_its_law_and_its_numbers() -> None:
    found = made(WARRANT, {"attachments_named": 3, "attachments_served": 1}, {})
    assert check_of(found, "VALID-10").says.endswith("did not come: 2.")
    assert check_of(made(SUBPOENA, {"issuer": Issuer.POLICE}, {}), "VALID-3").cure == (
        "Serve paper issued by: agency, court, grand jury, prosecutor."
    )
    kinds = check_of(made(SUBPOENA, {"selectors": (PHONE, IP, IP)}, {}), "SPECIFIC-4")
    assert kinds.says.endswith("identifier 2, 3.")
    cited = {
        ("VALID-8", "us.sca.2703-a"): made(WARRANT, {"execute_by": SERVED}, {}),
        ("VALID-9", "us.sca.2711-3"): made(WARRANT, {}, {}),
        ("VALID-12", "us.power"): made(WARRANT, {"statute": "Fed. R. Crim. P. 41"}, {}),
        ("ENFORCEABLE-12", "us.power.interception"): made(Process.WIRETAP_ORDER, {}, {}),
        ("ENFORCEABLE-8", "us.sca.2702-a"): made(Process.CIVIL_SUBPOENA, {}, {}),
    }
    for (code, provision), one in cited.items():
        assert check_of(one, code).provision == provision


def test_open_and_backward_periods_are_told_apart() -> None:
    assert "before the first" in check_of(made(WARRANT, {"first_day": NEXT, "last_day": SERVED}, {}), "LIMITED-5").says
    for one in ({"last_day": SERVED}, {"first_day": SERVED}):
        assert "open at one end" in check_of(made(WARRANT, one, {}), "LIMITED-5").says


def test_a_private_party_is_told_where_contents_are_and_an_authority_what_reaches_them() -> None:
    private = check_of(made(Process.CIVIL_SUBPOENA, {"items": (CONTENT,)}, {}), "LIMITED-7")
    authority = check_of(made(SUBPOENA, {"items": (CONTENT,)}, {}), "LIMITED-7")
    assert "private party" in private.says
    assert "search warrant" in authority.cure
    assert private.provision != authority.provision


def test_each_misdirected_paper_has_its_own_door() -> None:
    kinds = [Process.CIVIL_SUBPOENA, Process.DEFENCE_SUBPOENA, Process.DATA_SUBJECT_REQUEST, Process.CUSTOMER_PAPER]
    cures = {check_of(made(kind, {}, {}), "ENFORCEABLE-8").cure for kind in kinds}
    assert len(cures) == len(kinds)


def test_a_role_is_the_matters_own_where_one_was_found() -> None:
    found = made(SUBPOENA, {}, {"roles": {Category.PAYMENT: Role.PROCESSOR}})
    assert role_for(found, Category.PAYMENT) is Role.PROCESSOR
    assert role_for(found, Category.SUBSCRIBER) is Role.CONTROLLER
    assert role_for(found, Category.MESSAGE_CONTENT) is Role.PROCESSOR


def test_names_are_compared_without_what_tells_no_company_apart() -> None:
    assert plain("The LARKSPUR Messaging, Inc.") == "larkspur messaging"
    assert plain("O'Hare & Söhne GmbH") == "ohare söhne"
    assert plain("O\u2019Hare") == "ohare"
    forms = "Inc Incorporated LLC Ltd Limited Corp Corporation Co Company GmbH plc AG The"
    assert plain(f"Larkspur {forms} Voice") == "larkspur voice"
    assert [differs_by("abc", other) for other in ("abc", "abd", "ab", "xabc", "", "cab")] == [0, 1, 1, 1, 3, 2]
    assert nearest("Larkspur Voice", NAMES) == 0


def test_the_parts_give_lists() -> None:
    found = facts(paper())
    assert [one.check for one in check_authority(found)] == ["VALID-13", "VALID-14", "VALID-9"]
    assert [one.check for one in check_standing(found)] == ["ENFORCEABLE-10"]
    assert list(assess(found)) == list(FindingKind)
