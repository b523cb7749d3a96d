"""Take mail in, open it, and decide what becomes of it: a matter, a part of one, or filed with a reason.

Taking in is intent, effect, outcome: the row says that a mail is arriving, the vault process seals it byte for byte,
then the entry and what was found are one transaction. The same bytes again change nothing; one that broke off midway is
taken up again under the same ids. What no program can read stands in the list all the same.
"""

import os
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.configuration import ServedEntity
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.ids import Randomness, new_id, new_reference
from safeconduct.core.mail.errors import MailUnreadableError
from safeconduct.core.mail.read import ReadMail, read_mail
from safeconduct.rooms.government_requests.actions.events import Received
from safeconduct.rooms.government_requests.actions.receive import receive
from safeconduct.rooms.government_requests.models import IncomingMail
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.mail import (
    Suggestion,
    UnknownMailError,
    find_mail,
    read_words,
    suggestion,
    visible_mail,
)
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.rules.arrival import Taken
from safeconduct.rooms.government_requests.rules.mail import FilingReason
from safeconduct.rooms.government_requests.rules.paper import Paper
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.steps import mail as steps
from safeconduct.rooms.government_requests.steps import rows, sealing
from safeconduct.rooms.government_requests.steps.silence import silence_of
from safeconduct.rooms.vault import steps as vault


class MailPartError(BadInputError):
    """This file of the mail cannot be the paper."""

    code = "SC-MAIL-PART"
    cure = "Choose a file that the gate took; or save what the original holds, and enter it as a paper."


class NoReasonError(BadInputError):
    """A mail is filed with one of the listed reasons, and in words."""

    code = "SC-MAIL-REASON"
    cure = "Choose the reason and say in a sentence why."


@dataclass(frozen=True, kw_only=True)
class TakenIn:
    """A mail that stands in the list. ``fresh`` is False where it stood there before."""

    mail: str
    reference: str
    problem: str
    fresh: bool


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A file of a mail that a person takes for a paper: its number in the mail, its pages, its role."""

    number: int
    pages: int
    role: str = "process"


@dataclass(frozen=True, kw_only=True)
class Sorted:
    """A mail after a person's decision."""

    mail: str
    state: str
    entry: str


def take_in_mail(
    *, actor: Actor, now: datetime, data: bytes, source: str, randomness: Randomness = os.urandom
) -> TakenIn:
    """Take in one mail, whatever it is; the same bytes again are the same mail.

    Raises what the vault process and the ledger refuse with; the mail then stays where it came from and is tried again.
    """
    actor.require(Permission.RECEIVE)
    row = _intend(now=now, data=data, source=source, randomness=randomness)
    if row.state != "arriving":
        return TakenIn(mail=row.pk, reference=row.reference, problem=row.problem, fresh=False)
    place = configuration().mail
    read: ReadMail | None = None
    try:
        read = read_mail(data, server=place.server if place else "")
    except MailUnreadableError as error:
        row.problem = error.code
    originals = steps.seal_original(mail=row.pk, data=data)
    sealed = steps.seal_read(row=row, read=read, originals=originals) if read else None
    found = suggestion(read=read, thread=sealed.thread) if read and sealed else Suggestion(None, "")
    if found.matter is not None and (silence := silence_of(found.matter)) is not None:
        steps.seal_silence(mail=row.pk, silence=silence)
    with transaction.atomic(durable=True):
        kept = IncomingMail.objects.select_for_update().get(pk=row.pk)
        if kept.state != "arriving":
            return TakenIn(mail=kept.pk, reference=kept.reference, problem=kept.problem, fresh=False)
        kept.problem, kept.originals = row.problem, originals
        kept.suggested, kept.suggested_by = found.matter, found.by
        if read is not None and sealed is not None:
            steps.keep_sealed(row=kept, sealed=sealed)
            kept.facts = _facts(read, found)
        steps.advance_mail(kept, "arrive")
        kept.save()
        said = {
            "digest": kept.digest,
            "size": kept.size,
            "source": source,
            "problem": kept.problem,
            "reference": kept.reference,
        }
        steps.record(actor=actor, now=now, kind="take_in_mail", row=kept, facts=said, randomness=randomness)
    return TakenIn(mail=kept.pk, reference=kept.reference, problem=kept.problem, fresh=True)


def _intend(*, now: datetime, data: bytes, source: str, randomness: Randomness) -> IncomingMail:
    """Return the row of these bytes; a new one says that they are arriving."""
    digest = sha256_hex(data)
    try:
        with transaction.atomic(durable=True):
            found = IncomingMail.objects.filter(digest=digest).first()
            return found or IncomingMail.objects.create(
                id=new_id(randomness),
                reference=new_reference(randomness),
                digest=digest,
                size=len(data),
                source=source,
                arrived_at=now,
            )
    except IntegrityError:
        # Another round was there first with the same bytes.
        return IncomingMail.objects.get(digest=digest)


def _facts(read: ReadMail, found: Suggestion) -> dict[str, object]:
    said = read.authentication
    notes = [*read.notes, *(["thread_ambiguous"] if found.by == "ambiguous" else [])]
    return {
        "word": said.word,
        "spf": said.spf,
        "dkim": said.dkim,
        "dmarc": said.dmarc,
        "mismatches": list(read.mismatches),
        "notes": notes,
    }


def _locked(actor: Actor, mail: str) -> IncomingMail:
    """Return the row of a mail that ``actor`` may know of, locked until the transaction ends."""
    row = visible_mail(actor).select_related(None).select_for_update().filter(pk=mail).first()
    if row is None:
        raise UnknownMailError
    return row


def open_mail(*, actor: Actor, now: datetime, mail: str, grant: str, randomness: Randomness = os.urandom) -> Sorted:
    """Enter the grant that the open origin gave for a mail, and have the vault process honour it.

    The entry comes first: one whose grant then does not open says too much, never too little.
    """
    actor.require(Permission.OPEN_CASE)
    with transaction.atomic(durable=True):
        row = _locked(actor, mail)
        facts: dict[str, object] = {"grant": grant}
        entry = steps.record(actor=actor, now=now, kind="open_case", row=row, facts=facts, randomness=randomness)
    vault.open_case(matter=row.pk, grant=grant, entry=entry)
    return Sorted(mail=row.pk, state=row.state, entry=entry)


def make_matter(  # noqa: PLR0913 - a paper has this many facts of its own, all by keyword
    *,
    actor: Actor,
    now: datetime,
    mail: str,
    chosen: tuple[Chosen, ...],
    paper: Paper,
    served_entity: ServedEntity,
    organisation: str,
    grant: str,
    transcript: tuple[str, ...] = (),
    cleared: frozenset[str] = frozenset(),
    randomness: Randomness = os.urandom,
) -> Received:
    """Make a mail a matter that arrived when the mail did; its sealed files become the matter's, unread here.

    Raises ``MailPartError``, ``TransitionError`` and what ``receive`` raises; then the mail is what it was.
    """
    actor.require(Permission.RECEIVE)
    row = find_mail(actor=actor, mail=mail)
    steps.advance_mail(row, "make_matter")
    words = read_words(row=row, grant=grant)
    parts = {part.number: part for part in row.parts.all() if part.object}
    if not {one.number for one in chosen} <= set(parts) or len({one.number for one in chosen}) != len(chosen):
        raise MailPartError
    files = tuple(
        {
            "object": parts[one.number].object,
            "name": words.names[one.number - 1] if words else "",
            "sha256": parts[one.number].sha256,
            "pages": one.pages,
            "role": one.role,
        }
        for one in chosen
    )
    return receive(
        actor=actor,
        now=now,
        paper=paper,
        uploads=(),
        served_entity=served_entity,
        organisation=organisation,
        channel="mail",
        transcript=transcript,
        cleared=cleared,
        taken=Taken(mail=row.pk, reference=row.reference, arrived=row.arrived_at, files=files),
        randomness=randomness,
    )


def attach_mail(*, actor: Actor, now: datetime, mail: str, matter: str, randomness: Randomness = os.urandom) -> Sorted:
    """Add a mail to a matter that both are there for ``actor``; the matter's entry names the mail."""
    actor.require(Permission.RECEIVE)
    known, one = find_matter(actor=actor, matter=matter), find_mail(actor=actor, mail=mail)
    steps.advance_mail(one, "attach")
    if (silence := silence_of(known)) is not None:
        steps.seal_silence(mail=one.pk, silence=silence)
    with transaction.atomic(durable=True):
        to = rows.locked(actor=actor, matter=known.pk)
        row = _locked(actor, one.pk)
        steps.advance_mail(row, "attach")
        row.matter, row.decided_by, row.decided_at = to, actor.person, now
        row.save()
        facts = {"mail": row.pk, "digest": row.digest}
        entry = rows.record(actor=actor, now=now, kind="attach_mail", row=to, facts=facts, randomness=randomness)
    return Sorted(mail=row.pk, state=row.state, entry=entry)


def file_mail(
    *, actor: Actor, now: datetime, mail: str, reason: FilingReason, words: str, randomness: Randomness = os.urandom
) -> Sorted:
    """File a mail that is no request to us, with a reason and why; it can be taken back."""
    actor.require(Permission.RECEIVE)
    if not words.strip() or reason not in FilingReason:
        raise NoReasonError
    known = find_mail(actor=actor, mail=mail)
    steps.advance_mail(known, "file")
    sealed = sealing.seal_words(kind="answer", matter=known.pk, words=words, randomness=randomness)
    with transaction.atomic(durable=True):
        row = _locked(actor, known.pk)
        steps.advance_mail(row, "file")
        row.reason, row.reason_words, row.decided_by, row.decided_at = str(reason), sealed, actor.person, now
        row.save()
        facts: dict[str, object] = {"reason": str(reason), "words": sealed}
        entry = steps.record(actor=actor, now=now, kind="file_mail", row=row, facts=facts, randomness=randomness)
    return Sorted(mail=row.pk, state=row.state, entry=entry)


def take_back_mail(*, actor: Actor, now: datetime, mail: str, randomness: Randomness = os.urandom) -> Sorted:
    """Put a filed mail back into the list."""
    actor.require(Permission.RECEIVE)
    with transaction.atomic(durable=True):
        row = _locked(actor, mail)
        steps.advance_mail(row, "take_back")
        row.reason, row.reason_words, row.decided_by, row.decided_at = "", "", "", None
        row.save()
        entry = steps.record(actor=actor, now=now, kind="take_back_mail", row=row, facts={}, randomness=randomness)
    return Sorted(mail=row.pk, state=row.state, entry=entry)


def acknowledge_mail(*, actor: Actor, now: datetime, mail: str, randomness: Randomness = os.urandom) -> Sorted:
    """Record that the neutral acknowledgement went out: a reference and a link, nothing else, to whoever wrote."""
    actor.require(Permission.RECEIVE)
    with transaction.atomic(durable=True):
        row = _locked(actor, mail)
        row.acknowledged_by, row.acknowledged_at = actor.person, now
        row.save()
        entry = steps.record(
            actor=actor,
            now=now,
            kind="acknowledge_mail",
            row=row,
            facts={"reference": row.reference},
            randomness=randomness,
        )
    return Sorted(mail=row.pk, state=row.state, entry=entry)
