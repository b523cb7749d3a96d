"""Puts typed facts into a letter template: pure, and without a way for a fact to become a template.

1. Every field that the template declares is given, and no other (Policy 5).
2. A line is one line: what somebody typed cannot begin a paragraph of ours.
3. What a person typed stands where the template leaves room for it; a template without room takes nothing typed.
4. A fact is put in once and never read again as a template.
5. A day is written as the letter's language writes it.
"""

from dataclasses import replace
from datetime import date

from safeconduct.core.rulebook.letter_templates import TYPED, LetterTemplate
from safeconduct.rooms.government_requests.rules.letters import LetterError, LetterText


def worded(text: LetterText, template: LetterTemplate) -> LetterText:
    """Return ``text`` in the template's words; raises ``LetterError``."""
    if set(text.fields) != set(template.fields):
        raise LetterError("The letter's facts are not those that its template needs.")
    facts = {name: _fact(template, name, str(value)) for name, value in text.fields.items()}
    if text.paragraphs and TYPED not in template.paragraphs:
        raise LetterError("This letter has no room for words of your own.")
    paragraphs: list[str] = []
    for one in template.paragraphs:
        paragraphs += text.paragraphs if one == TYPED else (one.format_map(facts),)
    return replace(
        text,
        template="",
        fields={},
        subject=template.subject.format_map(facts),
        paragraphs=tuple(paragraphs),
        quotes=_quotes(text, template),
        cures=(),
        closing=tuple(one.format_map(facts) for one in template.closing),
    )


def _fact(template: LetterTemplate, name: str, value: str) -> str:
    if template.fields[name] == "paper":
        papers = template.language.papers
        return papers.get(value, papers["other"])
    if template.fields[name] == "day":
        return template.language.day_words(date.fromisoformat(value))
    return " ".join(value.split())


def _quotes(text: LetterText, template: LetterTemplate) -> tuple[tuple[str, str], ...]:
    if text.quotes and not template.quote:
        raise LetterError("This letter quotes nothing.")
    cures = text.cures or ("",) * len(text.quotes)
    pairs = zip(text.quotes, cures, strict=True)
    return tuple((words, template.quote.format(why=why, cure=cure).strip()) for (words, why), cure in pairs)
