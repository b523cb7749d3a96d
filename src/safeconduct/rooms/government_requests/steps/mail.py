"""Seals what a mail holds and keeps its row. What is sealed is sealed before any transaction opens."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import canonical_json, sha256_hex
from safeconduct.core.base.ids import Randomness
from safeconduct.core.mail.read import Attached, ReadMail
from safeconduct.core.uploads.errors import UploadRefusedError
from safeconduct.core.uploads.gate import examine
from safeconduct.rooms.government_requests.models import IncomingMail, MailPart, MailThread, Matter, SenderDomain
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.rules.mail import MAIL
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.vault import queries as vault_queries
from safeconduct.rooms.vault import steps as vault

PIECE = 24 * 1024 * 1024
"""The vault process takes so much in one call with room to spare; a larger mail is sealed in several objects."""
NAME_MOST = 255


@dataclass(frozen=True, kw_only=True)
class SealedMail:
    """What was sealed of a mail before its outcome is written."""

    originals: list[str]
    words: str
    parts: list[MailPart]
    domain: SenderDomain | None
    thread: list[tuple[str, bool]]


def object_id(mail: str, what: str) -> str:
    """Return the id of a mail's object: the same at every attempt, so that a second one changes nothing."""
    return hashlib.sha256(f"safeconduct/v1/mail-object\n{mail}\n{what}".encode()).hexdigest()[:32]


def seal_original(*, mail: str, data: bytes) -> list[str]:
    """Seal a mail byte for byte and return the ids of its pieces, in order."""
    starts = range(0, max(len(data), 1), PIECE)
    return [_seal(mail, "paper", f"original/{start}", data[start : start + PIECE]) for start in starts]


def _seal(mail: str, kind: str, what: str, data: bytes) -> str:
    return vault.seal(kind=kind, owner={"matter": mail}, data=data, object_id=object_id(mail, what))


def seal_read(*, row: IncomingMail, read: ReadMail, originals: list[str]) -> SealedMail:
    """Seal what a readable mail holds: each file that the gate takes, and the words for a person's eye."""
    parts = [_part(row, number, one) for number, one in enumerate(read.attached, start=1)]
    value = {
        "version": 1,
        "kind": "mail",
        "matter": row.pk,
        "shown": read.shown,
        "text": read.text,
        "names": [one.name[:NAME_MOST] for one in read.attached],
    }
    words = _seal(row.pk, "mail", "words", canonical_json(value))
    own = [read.message_id] if read.message_id else []
    hashes = vault_queries.blind_index(kind="message_id", values=[*own, *read.thread])
    thread = [(index, place < len(own)) for place, index in enumerate(hashes)]
    return SealedMail(
        originals=originals, words=words, parts=parts, domain=_domain(read.domain, row.arrived_at), thread=thread
    )


def _part(row: IncomingMail, number: int, one: Attached) -> MailPart:
    part = MailPart(mail=row, number=number, sha256=sha256_hex(one.data), size=len(one.data), problem=one.code)
    if part.problem:
        return part
    try:
        part.kind = str(examine(one.data, name=one.name, declared=one.declared, limits=configuration().uploads))
    except UploadRefusedError as error:
        part.problem = error.code
        return part
    part.object = _seal(row.pk, "paper", f"part/{number}", one.data)
    return part


def _domain(domain: str, now: datetime) -> SenderDomain | None:
    """Return what we know of a domain, as of the first mail that named it."""
    if not domain:
        return None
    index = vault_queries.blind_index(kind="mail_domain", values=[domain])[0]
    if (found := SenderDomain.objects.filter(pk=index).first()) is not None:
        return found
    name = vault.seal(kind="name", owner="directory", data=domain.encode(), object_id=object_id(index, "domain"))
    return SenderDomain(index=index, name_object=name, first_seen_at=now)


def keep_sealed(*, row: IncomingMail, sealed: SealedMail) -> None:
    """Write down what was sealed; inside the transaction of the outcome."""
    row.originals, row.words = sealed.originals, sealed.words
    if sealed.domain is not None:
        known = {"name_object": sealed.domain.name_object, "first_seen_at": sealed.domain.first_seen_at}
        row.domain, _ = SenderDomain.objects.get_or_create(index=sealed.domain.index, defaults=known)
    MailPart.objects.bulk_create(sealed.parts)
    MailThread.objects.bulk_create(
        MailThread(mail=row, index=index, own=own) for index, own in dict.fromkeys(sealed.thread)
    )


def seal_silence(*, mail: str, silence: dict[str, Any]) -> None:
    """Tell the vault process who may read a mail of a silenced matter; it reads this as it reads a case file."""
    value = {"version": 1, "kind": "case_file", "matter": mail, "scope": [], "silence": silence}
    data = canonical_json(value)
    _seal(mail, "case_file", f"silence/{sha256_hex(data)}", data)


def advance_mail(row: IncomingMail, event: str) -> None:
    """Move a mail by ``event``; raises ``TransitionError``."""
    row.state = MAIL.next_state(row.state, event)


def become_matter(*, mail: str, row: Matter, by: str, now: datetime) -> None:
    """Make the mail whose id the matter bears its own; inside the transaction that records the receipt."""
    found = IncomingMail.objects.select_for_update().get(pk=mail)
    advance_mail(found, "make_matter")
    found.matter, found.decided_by, found.decided_at = row, by, now
    found.save()


def record(
    *, actor: Actor, now: datetime, kind: str, row: IncomingMail, facts: dict[str, object], randomness: Randomness
) -> str:
    """Write the entry ``government_requests.<kind>`` about a mail and return its id; raises ``LedgerClosedError``."""
    told = ledger.record(
        actor=actor,
        now=now,
        kind=f"government_requests.{kind}",
        subject=row.pk,
        facts=facts,
        randomness=randomness,
    )
    return str(told.id)
