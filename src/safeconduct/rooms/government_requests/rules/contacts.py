"""What a matter's correspondence holds beside our own letters: calls, and what came from outside.

1. A call is noted with its words; a letter that came is kept as it came, with words if somebody adds any (Policy 4).
2. Nothing is noted before it happened, and nothing after the matter has closed.
3. A call's number comes from our directory or a public register, never from the paper; a note does not count as the
   call-back of an emergency, which two people make (Policy 8).
"""

from datetime import datetime
from enum import StrEnum

from safeconduct.core.base.errors import BadInputError


class ContactError(BadInputError):
    """The note lacks what its kind must say."""

    code = "SC-CONTACT"
    cure = "Say what was said, or attach what came, and when."


class Direction(StrEnum):
    """Which way it went, seen from us."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


class Channel(StrEnum):
    """How it reached us or them."""

    TELEPHONE = "telephone"
    E_MAIL = "e_mail"
    POST = "post"
    FAX = "fax"
    PORTAL = "portal"
    IN_PERSON = "in_person"


MOST_FILES = 3
"""So many files may lie beside an officer's answer."""
SPOKEN = frozenset({Channel.TELEPHONE, Channel.IN_PERSON})

CHANNEL_NAMES = {
    Channel.TELEPHONE: "Telephone",
    Channel.E_MAIL: "E-mail",
    Channel.POST: "Post",
    Channel.FAX: "Fax",
    Channel.PORTAL: "Portal",
    Channel.IN_PERSON: "In person",
}


def require_contact(*, channel: Channel, words: bool, document: bool, at: datetime, now: datetime) -> None:
    """Raise ``ContactError`` unless the note says something, of something that has happened: rules 1 and 2."""
    if at > now:
        raise ContactError("It lies in the future.")
    if channel in SPOKEN and (document or not words):
        raise ContactError("What was spoken is noted in words, without a file.")
    if channel not in SPOKEN and not document:
        raise ContactError("What came in writing is kept as it came.")
