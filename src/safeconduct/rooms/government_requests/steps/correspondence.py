"""Writes a letter: typeset, sealed, proposed for a second person's signature. Two halves around the transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.rooms.government_requests.models import Letter, Matter
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.queries.sender import is_verified
from safeconduct.rooms.government_requests.rules.letters import LetterText, for_sender
from safeconduct.rooms.government_requests.rules.words import LetterKind
from safeconduct.rooms.government_requests.steps.sealing import seal_bytes
from safeconduct.rooms.government_requests.steps.silence import silence_of
from safeconduct.rooms.government_requests.steps.typeset import Party, remember, typeset, words_of
from safeconduct.rooms.vault import steps as vault


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A letter that is sealed and proposed, and not yet on record."""

    id: str
    kind: LetterKind
    object: str
    sha256: str
    digest: str
    customer: str
    to: Party
    template: str
    template_digest: str


def prepare(
    *,
    row: Matter,
    kind: LetterKind,
    text: LetterText,
    to: Party,
    writer: str,
    now: datetime,
    randomness: Randomness,
    customer: str = "",
) -> Prepared:
    """Typeset ``text`` as its addressee may read it, seal the PDF, and propose it; never inside a transaction.

    The vault process keeps the body. Raises ``LetterUnsignedError`` where counsel has not signed the template.
    """
    kind, text = for_sender(kind=kind, text=text, verified=is_verified(row=row, person=to.person))
    text, template = words_of(text=text, row=row, company=configuration(), now=now, signed=True, language=to.language)
    pdf = typeset(text=text, row=row, to=to, company=configuration(), now=now)
    sealed = seal_bytes(kind="letter", matter=row.pk, data=pdf, randomness=randomness)
    identifier = new_id(randomness)
    body = {
        "version": 1,
        "kind": "letter",
        "id": identifier,
        "requested_by": writer,
        "matter": row.pk,
        "letter_kind": str(kind),
        "to": {
            "organisation_name": to.organisation_name,
            "person_name": to.person_name,
            "key_fingerprint": to.key_fingerprint,
            "recipient": to.recipient,
        },
        "object": sealed,
        "sha256": sha256_hex(pdf),
        "subject": text.subject,
        "summary": "\n".join([*text.paragraphs, *(f"{words}: {says}" for words, says in text.quotes)])[:4000].strip(),
        "silence": silence_of(row),
    }
    digest = vault.propose(kind="letter", body=body)
    return Prepared(
        id=identifier,
        kind=kind,
        object=sealed,
        sha256=sha256_hex(pdf),
        digest=digest,
        customer=customer,
        to=to,
        template=template.id if template else "",
        template_digest=template.digest if template else "",
    )


def keep_letter(*, row: Matter, prepared: Prepared, writer: str, now: datetime) -> dict[str, Any]:
    """Put the letter on record inside the transaction and return the facts for its entry."""
    remember(prepared.to, now)
    Letter.objects.create(
        id=prepared.id,
        matter=row,
        kind=prepared.kind,
        object=prepared.object,
        sha256=prepared.sha256,
        digest=prepared.digest,
        customer=prepared.customer,
        written_by=writer,
        written_at=now,
        template=prepared.template,
        template_digest=prepared.template_digest,
    )
    return {
        "letter": prepared.id,
        "letter_kind": str(prepared.kind),
        "digest": prepared.digest,
        "text_sha256": prepared.sha256,
        "template": prepared.template,
        "template_digest": prepared.template_digest,
    }
