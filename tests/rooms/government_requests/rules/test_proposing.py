"""Words are proposed where the paper says what the facts say; a reason only where every check is met."""

from dataclasses import replace
from datetime import date

import pytest
from tests.rooms.government_requests.papers import ZONE, paper

from safeconduct.core.base.findings import Outcome
from safeconduct.core.base.periods import window_of_days
from safeconduct.rooms.government_requests.rules.paper import Item, Paper, Selector
from safeconduct.rooms.government_requests.rules.proposing import (
    MOST_REASON,
    OwnReasonError,
    Pointer,
    is_proposed,
    pointers,
    proposed_reason,
)
from safeconduct.rooms.government_requests.rules.words import Category, FindingKind, FindingOutcome, Issuer, Process

PAGES = (
    "Grand Jury Subpoena\nProduce, no later than March 24, 2026, the records described in Attachment A.",
    """Attachment A
The telephone number +1 202 555 0143 and no other.
The period is February 1, 2026 through February 28, 2026.
1. the means and
source of payment;
2. call records;""",
)
SAID: Paper = replace(
    paper(process=Process.SUBPOENA, issuer=Issuer.GRAND_JURY),
    items=(
        Item(number=1, page=2, words="the means and source of payment", categories=(Category.PAYMENT,)),
        Item(number=2, page=2, words="call records", categories=(Category.CALL_DETAIL,)),
    ),
)
ALL_MET = ((Outcome.MET, "The paper is signed."), (Outcome.MET, "It is dated."))


def test_each_question_is_pointed_to_the_words_that_agree() -> None:
    assert pointers(paper=SAID, pages=PAGES) == {
        FindingKind.VALID: Pointer(words="Grand Jury Subpoena", page=1),
        FindingKind.LIMITED: Pointer(words="The period is February 1, 2026 through February 28, 2026.", page=2),
        FindingKind.SPECIFIC: Pointer(words="The telephone number +1 202 555 0143 and no other.", page=2),
        FindingKind.PARTICULARIZED: Pointer(words="the means and source of payment; 2. call records", page=2),
        FindingKind.ENFORCEABLE: Pointer(
            words="Produce, no later than March 24, 2026, the records described in Attachment A.", page=1
        ),
    }


@pytest.mark.parametrize(
    ("kind", "other"),
    [
        (FindingKind.VALID, replace(SAID, process=Process.SEARCH_WARRANT)),
        (FindingKind.LIMITED, replace(SAID, window=window_of_days(date(2026, 2, 1), date(2026, 3, 1), ZONE))),
        (FindingKind.LIMITED, replace(SAID, window=None)),
        (FindingKind.SPECIFIC, replace(SAID, selectors=(Selector(kind="phone", value="+12025550144"),))),
        (FindingKind.PARTICULARIZED, replace(SAID, items=())),
        (FindingKind.PARTICULARIZED, replace(SAID, items=(Item(number=1, page=9, words="call records"),))),
        (FindingKind.ENFORCEABLE, replace(SAID, reply_by=date(2026, 3, 25))),
        (FindingKind.ENFORCEABLE, replace(SAID, reply_by=None)),
    ],
)
def test_where_the_paper_says_something_else_nothing_is_proposed(kind: FindingKind, other: Paper) -> None:
    found = pointers(paper=other, pages=PAGES)
    assert kind not in found
    assert len(found) == 4


def test_an_empty_transcript_points_nowhere() -> None:
    assert pointers(paper=SAID, pages=()) == {}


def test_a_reason_is_proposed_only_where_every_check_is_met() -> None:
    assert proposed_reason(ALL_MET) == "The paper is signed. It is dated."
    assert proposed_reason(()) == ""
    for outcome in set(Outcome) - {Outcome.MET}:
        assert proposed_reason((*ALL_MET, (outcome, "But."))) == ""
    assert proposed_reason(((Outcome.MET, "x" * (MOST_REASON + 1)),)) == ""


def test_a_proposed_reason_carries_met_alone() -> None:
    reason = proposed_reason(ALL_MET)
    assert is_proposed(reason=f" {reason}\n", outcome=FindingOutcome.MET, proposed=reason)
    assert not is_proposed(reason="I read it.", outcome=FindingOutcome.MET, proposed=reason)
    assert not is_proposed(reason="", outcome=FindingOutcome.NOT_MET, proposed="")
    for outcome in set(FindingOutcome) - {FindingOutcome.MET}:
        with pytest.raises(OwnReasonError):
            is_proposed(reason=reason, outcome=outcome, proposed=reason)
        assert not is_proposed(reason="I read it.", outcome=outcome, proposed=reason)
