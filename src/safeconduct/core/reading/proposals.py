"""What reading proposes: a field, a value, the words it stands in, and a plain reason. A proposal decides nothing."""

from dataclasses import dataclass
from enum import StrEnum

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.reading.words import Text, WordsError, odd

MOST_PROPOSALS = 400
MOST_OF_FIELD = 60
MOST_VALUE = 200
MOST_SPAN = 60
"""The most words that one proposal may rest on."""


class Field(StrEnum):
    """What can be read in a paper, in the order in which papers say it."""

    KIND = "kind"
    ISSUER = "issuer"
    COURT = "court"
    DOCKET = "docket"
    STATUTE = "statute"
    ISSUED = "issued"
    DEADLINE = "deadline"
    EXECUTION = "execution"
    WINDOW = "window"
    IDENTIFIER = "identifier"
    CATEGORY = "category"
    SILENCE = "silence"
    CONTACT = "contact"


class Reason(StrEnum):
    """Why something is proposed; the value is the sentence that a person reads."""

    TITLE = "These words name this kind of paper in a line of their own."
    MENTION = "These words name this kind of paper within a sentence."
    LETTERHEAD = "The line names an authority near the top of a page."
    SIGNATURE = "An authority is named elsewhere in the text."
    COURT_NAME = "The words have the form of a court's name."
    LABEL = "A label before it says what it is."
    CITATION = "The words have the form of a citation. Whether it exists was not asked."
    DATED = "The words around this day say that the paper was issued on it."
    LONE_DAY = "A day without words that say what it is for."
    BY_DAY = "The words before this day ask for something by it."
    IN_DAYS = "A number of days within which something is asked for."
    EXECUTE_BY = "The words say that the paper is executed by this day or in this time."
    FROM_TO = "Two days with words between them that make a period."
    AMBIGUOUS_DAY = "The order of day and month is not said: this is one of two readings."
    NUMBER_WHOLE = "A telephone number with its country code, well formed."
    NUMBER_LOCAL = "A telephone number without a country code: read as one of the paper's country."
    ADDRESS = "The words have the form of an e-mail address."
    INTERNET_ADDRESS = "The words are a complete internet address."
    ACCOUNT_FORM = "The words have the form of an account here. Accounts have no check digits."
    CHECK_DIGITS = "The check digits hold."
    CATEGORY_WORDS = "These words usually mean this kind of records. What they mean here, a person decides."
    ORDERS_SILENCE = "The words order silence. Only a court's own order binds; look who speaks."
    ASKS_SILENCE = "The words ask for silence and do not order it."
    OFFICER = "It stands beside words that introduce the person to be reached."


@dataclass(frozen=True)
class Proposal:
    """One candidate.

    Attributes:
        field: what it would be.
        kind: a code within the field, such as ``phone``, ``days`` or a process; empty where the field has none.
        value: the value in its exact form.
        first, last: the places of its words in the reading's list, both included.
        reason: why.
        odd: whether its letters are not what they look like.
    """

    field: Field
    kind: str
    value: str
    first: int
    last: int
    reason: Reason
    odd: bool = False

    def as_json(self) -> list[JsonValue]:
        """Return the form that is sealed; ``proposal_from_json`` reads it."""
        return [self.field.value, self.kind, self.value, self.first, self.last, self.reason.name, self.odd]


def candidate(text: Text, field: Field, kind: str, value: str, span: tuple[int, int], reason: Reason) -> Proposal:
    """Return a proposal that rests on the words of ``text`` between the two places of ``span``."""
    first, last = text.span(*span)
    last = min(last, first + MOST_SPAN - 1)
    strange = any(odd(word.text) for word in text.words[first : last + 1])
    return Proposal(field, kind, value[:MOST_VALUE], first, last, reason, strange)


def proposal_from_json(value: object, *, words: int) -> Proposal:
    """Return a proposal about a list of so many words; raises ``WordsError`` for anything that is none."""
    if not isinstance(value, list) or len(value) != 7:  # noqa: PLR2004 - its form
        raise WordsError
    field, kind, text, first, last, reason, is_odd = value
    if not all(isinstance(one, str) for one in (field, kind, text, reason)) or type(is_odd) is not bool:
        raise WordsError
    if type(first) is not int or type(last) is not int or not 0 <= first <= last < words or last - first >= MOST_SPAN:
        raise WordsError
    if len(kind) > MOST_VALUE or len(text) > MOST_VALUE or any("\ud800" <= one <= "\udfff" for one in kind + text):
        raise WordsError
    try:
        return Proposal(Field(field), kind, text, first, last, Reason[reason], is_odd)
    except (KeyError, ValueError) as error:
        raise WordsError from error
