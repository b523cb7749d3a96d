"""Mail as the desk sees it: the one way to a row, the thread it belongs to, and the words behind a grant."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.mail.read import ReadMail
from safeconduct.rooms.government_requests.models import IncomingMail, MailThread, Matter
from safeconduct.rooms.government_requests.queries.access import visible
from safeconduct.rooms.government_requests.queries.papers import GRANT_OVER, PapersClosedError
from safeconduct.rooms.government_requests.rules.mail import (
    FILING_NAMES,
    MAIL_STATE_NAMES,
    SIGNAL_WORDS,
    SOURCES,
    FilingReason,
    signals,
)
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.vault import queries as vault
from safeconduct.rooms.vault.rules import VaultNotPermittedError

PAGE = 50


class UnknownMailError(NotPermittedError):
    """There is no such mail."""

    code = "SC-UNKNOWN-MAIL"
    cure = "Check the reference; what you may not see is answered in the same way."


def visible_mail(actor: Actor) -> QuerySet[IncomingMail]:
    """Return the mail that ``actor`` may know of: intake staff all, but none of a matter that is not there for them."""
    rows = IncomingMail.objects.exclude(state="arriving").select_related("domain", "matter", "suggested")
    if not {Permission.RECEIVE, Permission.READ} <= actor.permissions:
        return rows.none()
    known = visible(actor).values("pk")
    return rows.filter(Q(matter__isnull=True) | Q(matter__in=known), Q(suggested__isnull=True) | Q(suggested__in=known))


def find_mail(*, actor: Actor, mail: str) -> IncomingMail:
    """Return the row of ``mail``; raises ``UnknownMailError``."""
    row = visible_mail(actor).filter(Q(pk=mail) | Q(reference=mail.upper())).first()
    if row is None:
        raise UnknownMailError
    return row


@dataclass(frozen=True)
class Suggestion:
    """The matter that a mail seems to belong to, and by what: ``reference``, ``thread``, or ``ambiguous``."""

    matter: Matter | None
    by: str


def suggestion(*, read: ReadMail, thread: Iterable[tuple[str, bool]]) -> Suggestion:
    """Return the matter of a mail's thread: our reference in its subject first, then the message ids it answers to."""
    named = list(Matter.objects.filter(reference__in=read.references))
    named += [
        one.matter
        for one in IncomingMail.objects.filter(reference__in=read.references).select_related("matter")
        if one.matter is not None
    ]
    if named:
        return _one(named, "reference")
    answered = [index for index, own in thread if not own]
    found = MailThread.objects.filter(index__in=answered, own=True, mail__matter__isnull=False)
    matters = [one.mail.matter for one in found.select_related("mail__matter")]
    return _one([one for one in matters if one is not None], "thread")


def _one(matters: list[Matter], by: str) -> Suggestion:
    each = {one.pk: one for one in matters}
    if len(each) > 1:
        # A mail that names a silenced matter among others is kept from whoever may not know of that one.
        silenced = [one for one in each.values() if one.silenced]
        return Suggestion(silenced[0] if silenced else None, "ambiguous")
    return Suggestion(next(iter(each.values()), None), by if each else "")


@dataclass(frozen=True, kw_only=True)
class MailRow:
    """One line of the list: plain facts, no name but the sender's domain."""

    id: str
    reference: str
    state: str
    state_name: str
    arrived_at: datetime
    source: str
    domain: str
    known_days: int | None
    signals: tuple[str, ...]
    parts: int
    refused: int
    problem: str
    suggested: str
    suggested_by: str
    matter: str
    reason: str
    acknowledged: bool
    size: int


def shown(rows: Iterable[IncomingMail]) -> tuple[MailRow, ...]:
    """Return ``rows`` for a page, with the domains' names in one look-up."""
    rows = tuple(rows)
    names = vault.directory_names(objects=sorted({one.domain.name_object for one in rows if one.domain}))
    return tuple(_row(one, names) for one in rows)


def _row(one: IncomingMail, names: dict[str, str]) -> MailRow:
    since = one.domain.first_seen_at if one.domain else None
    codes = () if one.problem else signals(facts=one.facts, domain_since=since, arrived=one.arrived_at)
    parts = list(one.parts.all())
    return MailRow(
        id=one.pk,
        reference=one.reference,
        state=one.state,
        state_name=MAIL_STATE_NAMES[one.state],
        arrived_at=one.arrived_at,
        source=SOURCES[one.source],
        domain=names.get(one.domain.name_object, "") if one.domain else "",
        known_days=(one.arrived_at - since).days if since else None,
        signals=tuple(SIGNAL_WORDS[code] for code in codes),
        parts=len(parts),
        refused=sum(bool(part.problem) for part in parts),
        problem=one.problem,
        suggested=one.suggested.reference if one.suggested else "",
        suggested_by=one.suggested_by,
        matter=one.matter.reference if one.matter else "",
        reason=FILING_NAMES[FilingReason(one.reason)] if one.reason else "",
        acknowledged=one.acknowledged_at is not None,
        size=one.size,
    )


@dataclass(frozen=True, kw_only=True)
class MailList:
    """A page of the list."""

    rows: tuple[MailRow, ...]
    total: int
    waiting: int
    page: int
    pages: int
    view: str


def incoming(*, actor: Actor, view: str = "waiting", page: int = 1, size: int = PAGE) -> MailList:
    """Return the mail that waits, oldest first, or with ``view`` ``all`` every mail, newest first."""
    rows = visible_mail(actor)
    waiting = rows.filter(state="incoming").count()
    wanted = rows.order_by("-arrived_at", "id") if view == "all" else rows.filter(state="incoming")
    total = wanted.count()
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    part = wanted.prefetch_related("parts")[(page - 1) * size : page * size]
    return MailList(rows=shown(part), total=total, waiting=waiting, page=page, pages=pages, view=view)


@dataclass(frozen=True, kw_only=True)
class MailWords:
    """What a mail says, for as long as a request lasts: header fields, the beginning of its body, file names."""

    shown: dict[str, str]
    text: str
    names: tuple[str, ...]


def read_words(*, row: IncomingMail, grant: str) -> MailWords | None:
    """Return a mail's words under an opened grant, or None for one that no program could read.

    Raises ``PapersClosedError`` once the grant is over.
    """
    if not row.words:
        return None
    if not grant:
        raise PapersClosedError
    try:
        found = vault.read_case(matter=row.pk, grant=grant, objects=[row.words])
    except VaultNotPermittedError as error:
        if error.vault_code != GRANT_OVER:
            raise
        raise PapersClosedError from error
    value: dict[str, Any] = json.loads(found[row.words])
    return MailWords(shown=dict(value["shown"]), text=str(value["text"]), names=tuple(value["names"]))


def history(*, actor: Actor, mail: str) -> tuple[ledger.HistoryLine, ...]:
    """Return the readable entries about a mail that the actor may know of, in order."""
    return tuple(ledger.history(subject=find_mail(actor=actor, mail=mail).pk))
