"""What may become of a mail, and what about its sender is worth a second look.

1. A mail is never a matter by itself: a person makes it one, adds it to one, or files it with a reason.
2. Nothing is lost: what no program can read stands in the list with its code, sealed whole.
3. A mail belongs to a thread by a message id or by our own random reference, never because of who it says it is from.
4. Facts about the sender are signals for a person. No signal decides anything, and none is a proof of who wrote.
5. What we answer to a stranger is a random reference and a link: no kind of paper, no cure, no word on any account.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from safeconduct.core.base.lifecycle import Lifecycle

MAIL = Lifecycle(
    name="mail",
    initial="arriving",
    table={
        ("arriving", "arrive"): "incoming",
        ("incoming", "make_matter"): "made_matter",
        ("incoming", "attach"): "attached",
        ("incoming", "file"): "filed",
        ("filed", "take_back"): "incoming",
    },
)
MAIL_STATE_NAMES = {
    "arriving": "Arriving",
    "incoming": "Not sorted yet",
    "made_matter": "Made a matter",
    "attached": "Added to a matter",
    "filed": "Filed",
}
NEW_DOMAIN = timedelta(days=30)
"""A sender's domain that we met more recently than this is new to us."""


class FilingReason(StrEnum):
    """Why a mail is no request to us."""

    MISDIRECTED = "misdirected"
    SPAM = "spam"
    REPEATED = "repeated"
    CORRESPONDENCE = "correspondence"
    TEST = "test"


FILING_NAMES = {
    FilingReason.MISDIRECTED: "Meant for somebody else",
    FilingReason.SPAM: "Spam or a forgery",
    FilingReason.REPEATED: "Sent again, already here",
    FilingReason.CORRESPONDENCE: "No request: other correspondence",
    FilingReason.TEST: "Our own test",
}
SOURCES = {"drop": "Drop folder", "imap": "Mailbox"}
SIGNAL_WORDS = {
    "auth_absent": "Our mail server left no word about the sender",
    "auth_contradictory": "Two words about the sender bear our server's name: one is forged",
    "spf": "The sending machine does not speak for the sender's domain (SPF)",
    "dkim": "No signature of the sender's own domain (DKIM)",
    "dmarc": "The sender's domain does not own this mail (DMARC)",
    "reply_to": "Answers would go to another domain than the sender's",
    "return_path": "Failures would go to another domain than the sender's",
    "no_domain": "It names no sender, or several",
    "new_domain": "We first met this domain within the last 30 days",
    "name_holds_address": "The sender's name is itself an address",
    "domain_punycode": "The domain is written in letters that may look like others",
    "domain_not_ascii": "The domain is written in letters that may look like others",
    "several_senders": "It names several senders",
    "two_names": "A file has two names",
    "two_values": "A field has two values",
    "encoded_line_break": "A line break is hidden in a header field",
    "broken_text": "Some of its letters cannot be read",
    "charset": "It uses an encoding that we do not read",
    "html_only": "Its text is HTML only",
    "body_encoding": "Its text is not encoded as it says",
    "parameters": "A field has more parameters than any honest one",
    "thread_ambiguous": "It answers to more than one matter",
}


def signals(*, facts: dict[str, object], domain_since: datetime | None, arrived: datetime) -> tuple[str, ...]:
    """Return the codes of what a person should look at twice (rule 4)."""
    found = []
    word = facts.get("word", "absent")
    if word != "ours":
        found.append(f"auth_{word}")
    else:
        found += [name for name in ("spf", "dkim", "dmarc") if facts.get(name) != "pass"]
    for name in ("mismatches", "notes"):
        listed = facts.get(name)
        found += [str(one) for one in listed] if isinstance(listed, list) else []
    if domain_since is None:
        found.append("no_domain")
    elif arrived - domain_since < NEW_DOMAIN:
        found.append("new_domain")
    return tuple(dict.fromkeys(one for one in found if one in SIGNAL_WORDS))
