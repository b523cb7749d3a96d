"""The customer's notice: written on the day of receipt, kept while silence is ordered, released by a second person."""

import os
from collections.abc import Set as AbstractSet
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import instant_text
from safeconduct.core.uploads.errors import UploadRefusedError
from safeconduct.rooms.government_requests.actions.decide import NotApprovedError, issue
from safeconduct.rooms.government_requests.actions.events import Moved, Sent, Written
from safeconduct.rooms.government_requests.actions.receive import Upload, check_upload
from safeconduct.rooms.government_requests.models import Document, Letter, Matter
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.rules import letters
from safeconduct.rooms.government_requests.rules.deadlines import silence_ends
from safeconduct.rooms.government_requests.rules.next_steps import require_other_person
from safeconduct.rooms.government_requests.rules.notice import NoticeTooEarlyError, check_release, exception_fits
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import (
    NOTICE_LETTERS,
    LetterKind,
    NoticeException,
    Outcome,
    Process,
)
from safeconduct.rooms.government_requests.steps import correspondence, rows, sealing, silence
from safeconduct.rooms.government_requests.steps.typeset import Party

NOTICE_KINDS = tuple(str(kind) for kind in sorted(NOTICE_LETTERS))


class NoticeError(ConflictError):
    """The notice cannot do this now."""

    code = "SC-NOTICE"


def draft_notice(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    customer: str,
    to: Party,
    agency: str,
    randomness: Randomness = os.urandom,
) -> Written:
    """Write the notice to one customer and propose it; it supersedes the unaddressed draft of the day of receipt.

    ``agency`` is the sender's name as the customer will read it.
    """
    actor.require(Permission.WRITE)
    row = find_matter(actor=actor, matter=matter)
    late = row.silenced or row.silence_until is not None
    kind = LetterKind.NOTICE_AFTER_SILENCE if late else LetterKind.NOTICE
    text = letters.notice(process=Process(row.process), agency=agency, after_silence=late)
    prepared = correspondence.prepare(
        row=row,
        kind=kind,
        text=text,
        to=to,
        writer=actor.person,
        now=now,
        randomness=randomness,
        customer=customer,
    )
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        rows.advance_notice(row, "draft")
        earlier = _standing(row).filter(customer__in=("", customer))
        earlier.update(superseded_at=now)
        facts = correspondence.keep_letter(row=row, prepared=prepared, writer=actor.person, now=now)
        entry = rows.record(actor=actor, now=now, kind="draft_notice", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Written(matter=matter, state=row.state, entry=entry, letter=prepared.id, digest=prepared.digest)


def _standing(row: Matter) -> QuerySet[Letter]:
    return Letter.objects.filter(matter=row, kind__in=NOTICE_KINDS, superseded_at__isnull=True, issued_at__isnull=True)


def release_notice(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    at_least: datetime | None = None,
    randomness: Randomness = os.urandom,
) -> Sent:
    """Let every drafted notice of the matter leave; the writer cannot be the one who releases.

    ``at_least`` is the instant that every clock has reached, where more than one was asked.
    Raises ``NoticeTooEarlyError`` while silence is ordered, ``NotApprovedError`` before the second signature.
    """
    actor.require(Permission.RELEASE_NOTICE)
    row = find_matter(actor=actor, matter=matter)
    check_release(
        process=Process(row.process),
        state=row.state,
        silenced=row.silenced,
        silence_until=row.silence_until,
        now=now if at_least is None else at_least,
    )
    standing = list(_standing(row))
    if row.notice_state != "drafted" or not standing:
        raise NoticeError("No notice is drafted.")
    if not all(letter.digest for letter in standing):
        raise NotApprovedError("The notice is not addressed yet.")
    require_other_person(person=actor.person, others=frozenset(letter.written_by for letter in standing))
    sent = [issue(actor=actor, now=now, letter=letter.pk, randomness=randomness) for letter in standing]
    files = tuple(file for one in sent for file in one.files)
    return Sent(matter=matter, state=sent[-1].state, entry=sent[-1].entry, files=files)


def prohibit_notice(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    until: date,
    cleared: AbstractSet[str],
    order: Upload | None = None,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Enter a court's order of silence with its end and the persons cleared (18 U.S.C. 2705(b)); or a later end."""
    actor.require(Permission.PROHIBIT)
    find_matter(actor=actor, matter=matter)
    sealed = ""
    if order is not None:
        if order.role != "nondisclosure_order":
            raise UploadRefusedError("It is not the order.")
        check_upload(order)
        sealed = sealing.seal_bytes(kind="paper", matter=matter, data=order.data, randomness=randomness)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        rows.advance_notice(row, "prohibit")
        row.silenced = True
        row.silence_until = silence_ends(until=until, zone_name=row.zone)
        silence.clear_people(row=row, cleared=cleared | {actor.person})
        if order is not None:
            Document.objects.create(
                object=sealed,
                matter=row,
                role=order.role,
                sha256=sha256_hex(order.data),
                pages=order.pages,
                at=now,
            )
        facts = {"until": instant_text(row.silence_until), "order": sealed, "cleared": row.silence_cleared}
        kind = "prohibit_notice"
        entry = rows.record(actor=actor, now=now, kind=kind, row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)


def end_silence(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    lifted: bool = False,
    at_least: datetime | None = None,
    randomness: Randomness = os.urandom,
) -> Moved:
    """End the silence at the order's end, or earlier when counsel records that it was lifted; the notice is owed again.

    ``at_least`` is the instant that every clock has reached, where more than one was asked.
    Raises ``NoticeTooEarlyError`` before the end.
    """
    actor.require(Permission.DETERMINE if lifted else Permission.PROHIBIT)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        if not row.silenced:
            raise NoticeError("No silence is ordered.")
        surely = now if at_least is None else at_least
        if not lifted and (row.silence_until is None or surely < row.silence_until):
            raise NoticeTooEarlyError("The order has not ended.")
        row.silenced = False
        if row.silence_until is None or lifted:
            row.silence_until = now
        if row.notice_state == "prohibited":
            _standing(row).exclude(kind=LetterKind.NOTICE_AFTER_SILENCE).update(superseded_at=now)
            rows.advance_notice(row, "silence_ends_drafted" if _standing(row).exists() else "silence_ends")
        facts = {"lifted": lifted}
        entry = rows.record(actor=actor, now=now, kind="end_silence", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)


def except_notice(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    exception: NoticeException,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Settle the notice by a named exception; raises ``NoticeError`` for one that cannot be true here."""
    actor.require(Permission.EXCEPT)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        disclosed = row.outcome in {Outcome.PRODUCED, Outcome.PRODUCED_IN_PART}
        if not exception_fits(exception=exception, disclosed=disclosed) or row.outcome == Outcome.OPEN:
            raise NoticeError("The exception is not true of this matter, or the matter is not answered yet.")
        rows.advance_notice(row, "except")
        row.notice_exception = exception
        _standing(row).update(superseded_at=now)
        facts = {"exception": str(exception)}
        entry = rows.record(actor=actor, now=now, kind="except_notice", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)
