"""A matter's correspondence in one order: letters, questions, answers, call-backs, calls, and what came in writing.

Every line names its sealed object by id. The words themselves show only through an opened reading grant.
"""

from dataclasses import dataclass
from datetime import datetime

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.models import Contact, Matter
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.papers import read_words
from safeconduct.rooms.government_requests.rules.contacts import CHANNEL_NAMES, Channel, Direction
from safeconduct.rooms.government_requests.rules.words import NOTICE_LETTERS, LetterKind

COLUMNS = ("what", "direction", "channel", "at", "by", "words", "document", "state", "template")


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One line of the log.

    Attributes:
        what: letter, notice, question, answer, call-back, call or incoming letter.
        at: when it happened; a letter's instant is that of its writing.
        words: the sealed words' object id, to be read through a grant.
        document: a sealed file's object id, to be opened on the open origin.
        state: how far a letter came; empty for everything else.
    """

    what: str
    direction: str
    channel: str
    at: datetime
    by: str
    words: str = ""
    document: str = ""
    state: str = ""
    template: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the line as the JSON log gives it."""
        return {
            "what": self.what,
            "direction": self.direction,
            "channel": self.channel,
            "at": instant_text(self.at),
            "by": self.by,
            "words": self.words,
            "document": self.document,
            "state": self.state,
            "template": self.template,
        }


def exchanges(*, actor: Actor, matter: str) -> tuple[Exchange, ...]:
    """Return the log of a matter that ``actor`` may know of, oldest first."""
    row = find_matter(actor=actor, matter=matter)
    found = [*_letters(row), *_questions(row), *_call_backs(row), *_contacts(row)]
    return tuple(sorted(found, key=lambda one: (one.at, one.what)))


def words_of(*, actor: Actor, matter: str, grant: str, found: tuple[Exchange, ...]) -> dict[str, str]:
    """Return the words of each line by object id; raises ``PapersClosedError`` without an open grant."""
    row = find_matter(actor=actor, matter=matter)
    return read_words(matter=row.pk, grant=grant, objects=[one.words for one in found])


def _letters(row: Matter) -> list[Exchange]:
    return [
        Exchange(
            what="notice" if LetterKind(one.kind) in NOTICE_LETTERS else one.kind.replace("_", " "),
            direction=Direction.OUTGOING,
            channel="Sealed letter",
            at=one.written_at,
            by=one.written_by,
            document=one.object,
            state=one.state,
            template=one.template,
        )
        for one in row.letters.all()
    ]


def _questions(row: Matter) -> list[Exchange]:
    found = []
    portal = CHANNEL_NAMES[Channel.PORTAL]
    for one in row.questions.all():
        asked = Exchange(
            what="question asked",
            direction=Direction.OUTGOING,
            channel=portal,
            at=one.asked_at,
            by=one.asked_by,
            words=one.question,
        )
        found.append(asked)
        if one.answered_at is not None:
            answered = Exchange(
                what="answer",
                direction=Direction.INCOMING,
                channel=portal,
                at=one.answered_at,
                by=one.answered_by,
                words=one.answer,
            )
            found.append(answered)
    return found


def _call_backs(row: Matter) -> list[Exchange]:
    return [
        Exchange(
            what="call-back",
            direction=Direction.OUTGOING,
            channel=CHANNEL_NAMES[Channel.TELEPHONE],
            at=one.at,
            by=one.by[0],
            state="reached" if one.reached else "not reached",
        )
        for one in row.call_backs.all()
    ]


def _contacts(row: Matter) -> list[Exchange]:
    answered = {one.answered_at for one in row.questions.all()}
    return [
        Exchange(
            what=_what(one, answered),
            direction=one.direction,
            channel=CHANNEL_NAMES[Channel(one.channel)],
            at=one.at,
            by=one.by,
            words=one.words,
            document=one.document,
        )
        for one in row.contacts.all()
    ]


def _what(one: Contact, answered: set[datetime | None]) -> str:
    if not one.document:
        return "call"
    return "file with an answer" if one.at in answered else "incoming letter"
