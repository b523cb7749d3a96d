from datetime import date
from io import BytesIO

import pikepdf
import pytest

from safeconduct.cli.demonstration.papers import LegalPaper, PaperValues, make_paper, nondisclosure_order
from safeconduct.rooms.government_requests.rules.paper import paper_from_json
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome

KINDS = {
    "subpoena": "vane",
    "court_order": "lund",
    "warrant": "vane",
    "preservation": "osei",
    "emergency": "ruiz",
    "foreign": "brandt",
    "overbroad": "kerr",
    "defective": "wren",
    "civil": "crane",
    "nsl": "dray",
}


def values(kind: str) -> PaperValues:
    return PaperValues(
        kind=kind,
        officer=KINDS[kind],
        number="+14135550105",
        dated=date(2026, 3, 4),
        first=date(2026, 1, 5),
        last=date(2026, 2, 20),
        case="26-114",
        reply_by=date(2026, 3, 20),
        silence_until=date(2026, 7, 1),
    )


@pytest.fixture(params=sorted(KINDS))
def paper(request: pytest.FixtureRequest) -> LegalPaper:
    return make_paper(values(request.param))


def test_a_paper_has_as_many_pages_as_its_transcript(paper: LegalPaper) -> None:
    with pikepdf.open(BytesIO(paper.pdf)) as pdf:
        assert len(pdf.pages) == paper.pages == len(paper.transcript)


def test_the_words_relied_on_stand_on_the_page_named(paper: LegalPaper) -> None:
    assert len(paper.transcript) > 0
    for finding in paper.findings:
        assert finding.words in paper.transcript[finding.page - 1]
    for item in paper.facts["items"]:
        assert item["words"] in paper.transcript[item["page"] - 1]


def test_the_typed_facts_are_those_the_desk_accepts(paper: LegalPaper) -> None:
    read = paper_from_json(paper.facts)
    # What the paper does not say, such as a court or attachments, stands in the form's own words for nothing said.
    assert {name: read.as_json()[name] for name in paper.facts} == paper.facts
    assert read.selectors[0].value == "+14135550105"


def test_the_findings_are_the_five_or_none(paper: LegalPaper) -> None:
    kinds = [finding.kind for finding in paper.findings]
    assert kinds in ([], [str(kind) for kind in FindingKind])
    assert all(FindingOutcome(finding.outcome) for finding in paper.findings)
    assert all(finding.cure for finding in paper.findings if finding.outcome != "met")


def test_no_brace_is_left_unfilled(paper: LegalPaper) -> None:
    words = [*paper.transcript, *(finding.reason + finding.words for finding in paper.findings)]
    assert not any("{" in word or "}" in word for word in words)


def test_the_same_values_give_the_same_bytes() -> None:
    assert make_paper(values("warrant")).pdf == make_paper(values("warrant")).pdf


def test_a_nondisclosure_order_names_its_end() -> None:
    order = nondisclosure_order(values("warrant"))
    assert "July 1, 2026" in order.transcript[0]
