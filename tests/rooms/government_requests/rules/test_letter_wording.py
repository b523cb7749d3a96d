"""Facts go into letters as text: once, in their place, and never as a template."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.rulebook.letter_templates import LetterTemplate, load_letters
from safeconduct.rooms.government_requests.rules import letters
from safeconduct.rooms.government_requests.rules.letter_wording import worded
from safeconduct.rooms.government_requests.rules.letters import Fault, LetterError, LetterText
from safeconduct.rooms.government_requests.rules.words import Process

ALL = load_letters()
HOSTILE = st.lists(
    st.sampled_from([*"{}!:[]#$*_\\`\"'<>@ ß\n\u2029", "{typed}", "{paper}", "{cure}", "{why}"]), max_size=20
).map("".join)


def template(kind: str, language: str = "en") -> LetterTemplate:
    """Return the shipped template."""
    found = ALL.in_force(kind=kind, language=language, day=date(2026, 3, 1))
    assert found is not None
    return found


@pytest.mark.parametrize("language", ALL.languages())
@pytest.mark.parametrize(
    "text",
    [
        letters.acknowledgement(process=Process.SUBPOENA, paragraphs=("One more line.",)),
        letters.question(process=Process.SUBPOENA, paragraphs=("Which days?",)),
        letters.refusal(process=Process.SUBPOENA, faults=(Fault(words="all", why="Too wide.", cure="Name it."),)),
        letters.redirection(authority="The office"),
        letters.narrowing(process=Process.SEARCH_WARRANT, left_out=(("all", "Left out."),)),
        letters.cover(process=Process.SEARCH_WARRANT),
        letters.none_held(process=Process.SUBPOENA),
        letters.notice(process=Process.SUBPOENA, agency="An agency", after_silence=False),
        letters.notice(process=Process.SUBPOENA, agency="An agency", after_silence=True),
        LetterText(template="acknowledgement_neutral"),
    ],
    ids=lambda text: text.template,
)
def test_every_letter_is_finished_in_every_language(language: str, text: LetterText) -> None:
    done = worded(text, template(text.template, language))
    said = [done.subject, *done.paragraphs, *done.closing, *(says for _, says in done.quotes)]
    assert all(said)
    assert not any(mark in one for one in said for mark in "{}")
    assert (done.template, dict(done.fields), done.cures) == ("", {}, ())
    assert set(text.paragraphs) <= set(done.paragraphs)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_what_somebody_typed_stays_what_it_was(agency: str, why: str, cure: str) -> None:
    told = worded(letters.notice(process=Process.SUBPOENA, agency=agency, after_silence=False), template("notice"))
    line = " ".join(agency.split())
    assert told.paragraphs[0] == f"We received a subpoena from {line} on the day stated above."
    refused = LetterText(template="refusal", fields={"paper": "subpoena"}, quotes=((why, why),), cures=(cure,))
    done = worded(refused, template("refusal"))
    assert done.quotes == ((why, f"{why} Cure: {cure}".strip()),)
    asked = worded(letters.question(process=Process.SUBPOENA, paragraphs=(agency,)), template("question"))
    assert asked.paragraphs == (agency,)


@pytest.mark.parametrize(
    "text",
    [
        LetterText(template="notice", fields={"paper": "subpoena"}),
        LetterText(template="none_held", fields={"paper": "subpoena", "agency": "x"}),
        LetterText(template="none_held", fields={"paper": "subpoena"}, paragraphs=("More.",)),
        LetterText(template="cover", fields={"paper": "subpoena"}, quotes=(("a", "b"),)),
    ],
    ids=["a fact is missing", "a fact too many", "no room for words", "no room for quotes"],
)
def test_facts_that_do_not_fit_are_refused(text: LetterText) -> None:
    with pytest.raises(LetterError):
        worded(text, template(text.template))
