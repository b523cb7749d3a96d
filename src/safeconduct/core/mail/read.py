"""One mail in, what it says out: who it names, what hangs on it, what is odd about it. Nothing of it is believed."""

import re
from dataclasses import dataclass

from safeconduct.core.mail.addresses import domain_of
from safeconduct.core.mail.authentication import Authentication, authentication
from safeconduct.core.mail.errors import MailEmptyError, MailTooLargeError, MailUnreadableError
from safeconduct.core.mail.headers import Head, decode_text, decode_words, split_head
from safeconduct.core.mail.limits import MailLimits
from safeconduct.core.mail.parts import Leaf, Walk, leaves

SHOWN = ("from", "reply-to", "return-path", "to", "cc", "subject", "date", "message-id")
MESSAGE_ID = re.compile(r"<([^<>\s]{1,250})>")
_FOUR = "[2-9B-DF-HJKMNP-TV-Z]{4}"
REFERENCE = re.compile(rf"(?<![0-9A-Za-z]){_FOUR}-{_FOUR}-{_FOUR}(?![0-9A-Za-z])")
TAG = re.compile(r"<[^<>]{0,2000}>")


@dataclass(frozen=True, kw_only=True)
class Attached:
    """One thing that hangs on a mail: as it was named and declared, and its bytes, or why they cannot be had."""

    name: str
    declared: str
    data: bytes
    code: str


@dataclass(frozen=True, kw_only=True)
class ReadMail:
    """A mail that was read.

    Attributes:
        shown: header fields for a person's eye, decoded; never for a decision.
        text: the beginning of its body.
        attached: what hangs on it.
        message_id: its own id, or empty.
        thread: the ids that it answers to, nearest first.
        references: references of ours in its subject.
        domain: the domain that From names.
        mismatches: ``reply_to`` and ``return_path`` where these name another domain than From.
        authentication: what our own server found.
        notes: what is odd, as codes.
    """

    shown: dict[str, str]
    text: str
    attached: tuple[Attached, ...]
    message_id: str
    thread: tuple[str, ...]
    references: tuple[str, ...]
    domain: str
    mismatches: tuple[str, ...]
    authentication: Authentication
    notes: tuple[str, ...]


def read_mail(data: bytes, *, server: str = "", limits: MailLimits | None = None) -> ReadMail:
    """Return what a mail says; raises an error that is a ``MailUnreadableError`` and nothing else.

    ``server`` is the name under which our own mail server writes its ``Authentication-Results``.
    """
    bounds = limits or MailLimits()
    if not data.strip():
        raise MailEmptyError
    if len(data) > bounds.mail_bytes:
        raise MailTooLargeError
    try:
        return _read(data, server, bounds)
    except MailUnreadableError:
        raise
    except (ValueError, LookupError, OverflowError, RecursionError) as error:
        raise MailUnreadableError from error


def _read(data: bytes, server: str, limits: MailLimits) -> ReadMail:
    head, body = split_head(data, limits)
    walk = Walk(limits)
    found = list(leaves(head, body, walk))
    notes = walk.notes
    domain = domain_of(head.one("from"), notes)
    subject = decode_words(head.one("subject"), notes)
    own = MESSAGE_ID.findall(head.one("message-id")[: limits.shown])
    answers = MESSAGE_ID.findall(head.one("in-reply-to")[: limits.shown])
    older = MESSAGE_ID.findall(head.one("references"))[-limits.references :]
    thread = tuple(dict.fromkeys([*answers, *reversed(older)]))[: limits.references]
    return ReadMail(
        shown={name: decode_words(head.one(name), notes)[: limits.shown] for name in SHOWN if head.one(name)},
        text=_text(found, notes, limits),
        attached=tuple(
            Attached(name=one.name, declared=one.kind, data=one.data, code=one.code) for one in found if one.attached
        ),
        message_id=own[0] if own else "",
        thread=thread,
        references=tuple(dict.fromkeys(REFERENCE.findall(subject.upper())))[: limits.references],
        domain=domain,
        mismatches=_mismatches(head, domain),
        authentication=authentication(head, server=server, domain=domain),
        notes=tuple(sorted(notes)),
    )


def _mismatches(head: Head, domain: str) -> tuple[str, ...]:
    other = []
    for name in ("reply-to", "return-path"):
        value = head.one(name)
        # An empty return path is what notices of non-delivery have: it names nobody else.
        if value and value != "<>" and domain_of(value, set()) != domain:
            other.append(name.replace("-", "_"))
    return tuple(other)


def _text(found: list[Leaf], notes: set[str], limits: MailLimits) -> str:
    bodies = [one for one in found if not one.attached]
    plain = [one for one in bodies if one.kind in ("text/plain", "")]
    if plain or not bodies:
        return "\n".join(_decoded(one, notes, limits) for one in plain)[: limits.text]
    notes.add("html_only")
    return "\n".join(TAG.sub(" ", _decoded(one, notes, limits)) for one in bodies)[: limits.text]


def _decoded(leaf: Leaf, notes: set[str], limits: MailLimits) -> str:
    return decode_text(leaf.data[: 4 * limits.text], leaf.charset, notes)
