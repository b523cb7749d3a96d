"""Letters about silence, emergencies and incidents: in each language, with every day as that language writes it."""

from datetime import date

import pytest

from safeconduct.core.rulebook.letter_templates import load_letters
from safeconduct.rooms.government_requests.rules.incidents import controller_notice, recall
from safeconduct.rooms.government_requests.rules.letter_wording import worded
from safeconduct.rooms.government_requests.rules.letters import LetterText
from safeconduct.rooms.government_requests.rules.silence_letters import judicial_review, silence_ending

DAY = date(2026, 8, 3)
WRITTEN = {"en": "3 August 2026", "de": "3. August 2026", "fr": "3 août 2026"}
LETTERS = (
    silence_ending(day=DAY),
    judicial_review(days=30),
    LetterText(template="process_demand", fields={"day": DAY.isoformat()}),
    recall(),
    controller_notice(),
)


@pytest.mark.parametrize("language", sorted(WRITTEN))
@pytest.mark.parametrize("text", LETTERS, ids=lambda one: one.template)
def test_it_is_there_in_each_language(text: LetterText, language: str) -> None:
    template = load_letters().in_force(kind=text.template, language=language, day=DAY)
    assert template is not None
    found = " ".join((*(made := worded(text, template)).paragraphs, made.subject))
    assert "{" not in found
    if "day" in text.fields:
        assert WRITTEN[language] in found
    if "days" in text.fields:
        assert " 30 " in found


def test_no_two_languages_say_the_same_words() -> None:
    for text in LETTERS:
        told = {one.subject for one in load_letters().versions if one.kind == text.template}
        assert len(told) == len(WRITTEN)
