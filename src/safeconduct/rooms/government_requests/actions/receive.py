"""Receive a paper, at the desk or through the portal: seal it, start its clocks, keep a copy of what it covers.

The uploads, the typed facts and the transcript are sealed first; the matter, its checks and its entry are one
transaction; the copy that the rule calls for follows at once. An order of silence binds from the first moment, also
while it is still being judged.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import JsonValue, sha256_hex
from safeconduct.core.base.configuration import ServedEntity
from safeconduct.core.base.errors import NotPermittedError, SafeconductError
from safeconduct.core.base.ids import Randomness, new_id, new_reference
from safeconduct.core.base.periods import first_instant, instant_text
from safeconduct.core.uploads.errors import UploadRefusedError
from safeconduct.core.uploads.gate import examine
from safeconduct.rooms.government_requests.actions.events import Received
from safeconduct.rooms.government_requests.actions.preserve import preserve_by_rule
from safeconduct.rooms.government_requests.models import BlindIndex, Document, Letter, LowerFiling, Matter
from safeconduct.rooms.government_requests.queries.law import law_for
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.queries.sender import enrolled_and_sure
from safeconduct.rooms.government_requests.rules.arrival import Arrived, Taken, check_arrival
from safeconduct.rooms.government_requests.rules.deadlines import served_day
from safeconduct.rooms.government_requests.rules.entities import OtherEntityError
from safeconduct.rooms.government_requests.rules.law import Law
from safeconduct.rooms.government_requests.rules.letters import notice
from safeconduct.rooms.government_requests.rules.paper import Paper
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.preservation import preserves_on_receipt
from safeconduct.rooms.government_requests.rules.words import NATIONAL_SECURITY, LetterKind
from safeconduct.rooms.government_requests.steps import assessing, rows, sealing, silence
from safeconduct.rooms.government_requests.steps.deadlines import keep_deadline
from safeconduct.rooms.government_requests.steps.sketching import keep_sketch, sketched
from safeconduct.rooms.government_requests.steps.stated import keep_stated, number_index
from safeconduct.rooms.government_requests.steps.typeset import typeset
from safeconduct.rooms.government_requests.steps.way_in import keep_way_in
from safeconduct.rooms.people.rules import LOWER
from safeconduct.rooms.vault import queries as vault

ROLES = ("process", "nondisclosure_order", "attachment")


class WrongInstanceError(NotPermittedError):
    """This paper belongs in the enclave, not here. Nothing of it was kept."""

    code = "SC-ENCLAVE"
    cure = "Carry the paper to the enclave by hand."


@dataclass(frozen=True, kw_only=True)
class Upload:
    """One file as it came, with the name and kind that its sender gave it: the gate looks at it, then it is sealed."""

    name: str
    data: bytes
    pages: int
    role: str = "process"
    declared: str = ""


@dataclass(frozen=True, kw_only=True)
class _Sealed:
    """What was sealed before the transaction opened."""

    files: list[dict[str, Any]]
    case_file: str
    transcript: str
    notice: str
    notice_sha256: str
    indexes: list[tuple[str, str]]
    numbers: tuple[str, ...]
    form: list[str]


def check_upload(upload: Upload) -> None:
    """Raise ``UploadRefusedError`` unless the gate takes this file in this role."""
    if upload.role not in ROLES or upload.pages < 1:
        raise UploadRefusedError("Its role or number of pages is wrong.")
    examine(upload.data, name=upload.name, declared=upload.declared, limits=configuration().uploads)


def _check_paper(*, actor: Actor, paper: Paper, served: ServedEntity) -> None:
    if not actor.works_for(served.id):
        raise OtherEntityError
    if paper.process in NATIONAL_SECURITY and not configuration().enclave:
        raise WrongInstanceError


def _check_uploads(uploads: tuple[Upload, ...], taken: Taken | None) -> None:
    roles = [upload.role for upload in uploads] + [one["role"] for one in (taken.files if taken else ())]
    if "process" not in roles or not set(roles) <= set(ROLES):
        raise UploadRefusedError("The paper itself is missing.")
    for upload in uploads:
        check_upload(upload)


def _seal_all(
    *,
    row: Matter,
    paper: Paper,
    uploads: tuple[Upload, ...],
    taken: Taken | None,
    transcript: tuple[str, ...],
    randomness: Randomness,
) -> _Sealed:
    files = [*taken.files] if taken else []
    files += [
        {
            "object": sealing.seal_bytes(kind="paper", matter=row.pk, data=upload.data, randomness=randomness),
            "name": upload.name,
            "sha256": sha256_hex(upload.data),
            "pages": upload.pages,
            "role": upload.role,
        }
        for upload in uploads
    ]
    tomorrow = first_instant(served_day(row.received_at, paper.zone) + timedelta(days=1), paper.zone)
    case_file = sealing.seal_case_file(
        row=row, paper=paper, files=files, served_until=instant_text(tomorrow), randomness=randomness
    )
    typed = ""
    if transcript:
        value = {"kind": "transcript", "pages": list(transcript)}
        typed = sealing.seal_json(kind="transcript", matter=row.pk, value=value, randomness=randomness)
    drafted, digest = _draft_notice(row=row, paper=paper, randomness=randomness)
    indexes = []
    for kind in sorted({selector.kind for selector in paper.selectors}):
        values = [selector.value for selector in paper.selectors if selector.kind == kind]
        indexes += [(kind, index) for index in vault.blind_index(kind=kind, values=values)]
    return _Sealed(
        files=files,
        case_file=case_file,
        transcript=typed,
        notice=drafted,
        notice_sha256=digest,
        indexes=sorted(set(indexes)),
        numbers=number_index(paper),
        form=sketched(transcript),
    )


def _draft_notice(*, row: Matter, paper: Paper, randomness: Randomness) -> tuple[str, str]:
    if not row.notice_owed:
        return "", ""
    text = notice(process=paper.process, agency=paper.issuer_name, after_silence=row.silenced)
    pdf = typeset(text=text, row=row, to=None, company=configuration(), now=row.received_at)
    return sealing.seal_bytes(kind="letter", matter=row.pk, data=pdf, randomness=randomness), sha256_hex(pdf)


def _new_row(
    *,
    actor: Actor,
    now: datetime,
    paper: Paper,
    served: ServedEntity,
    law: Law,
    taken: Taken | None,
    randomness: Randomness,
) -> Matter:
    """Return the row of a new matter; ``now`` is when its paper reached us."""
    row = Matter(
        id=taken.mail if taken else new_id(randomness),
        reference=taken.reference if taken else new_reference(randomness),
        process=paper.process,
        served_entity=served.id,
        served_country=served.country,
        received_at=now,
        received_by=actor.person,
    )
    silence.foresee(row=row, paper=paper)
    assessing.keep_plain_facts(row=row, paper=paper, law=law)
    return row


def _facts(row: Matter, paper: Paper, sealed: _Sealed, law: Law, arrived: Arrived | None) -> dict[str, JsonValue]:
    """Return what the entry of the receipt says, so that the row can be held against it."""
    return {
        "process": str(paper.process),
        "country": paper.country,
        "channel": row.channel,
        "arrived": instant_text(row.received_at),
        "opened_by": arrived.opened_by if arrived else "",
        "papers": [one["sha256"] for one in sealed.files],
        "case_file": sealed.case_file,
        "silenced": row.silenced,
        "prohibition": silence.state_of_paper(row),
        "silence_until": instant_text(row.silence_until) if row.silence_until else "",
        "cleared": list(row.silence_cleared),
        "organisation": row.organisation,
        "officer": row.officer,
        "served_entity": row.served_entity,
        "reference": row.reference,
        "due": instant_text(row.answer_due_at),
        "edition": law.edition,
    }


def receive(  # noqa: PLR0913 - a paper has this many facts of its own, all by keyword
    *,
    actor: Actor,
    now: datetime,
    paper: Paper,
    uploads: tuple[Upload, ...],
    served_entity: ServedEntity,
    organisation: str,
    officer: str = "",
    channel: str = "desk",
    transcript: tuple[str, ...] = (),
    cleared: frozenset[str] = frozenset(),
    arrived: Arrived | None = None,
    taken: Taken | None = None,
    submission: str = "",
    randomness: Randomness = os.urandom,
) -> Received:
    """Take in one paper and return the matter; the same door for portal and desk (DESIGN 4: no append, no act).

    ``cleared`` are the persons who may know of it while silence is ordered; ``arrived`` is for paper that was opened
    before it was typed in, ``taken`` for a mail, ``submission`` for an agency's system. Raises ``OtherEntityError``,
    ``ArrivalError``, ``UploadRefusedError``, ``WrongInstanceError``, ``SealedError`` and ``LedgerClosedError``: nothing
    was received.
    """
    actor.require(Permission.RECEIVE)
    _check_paper(actor=actor, paper=paper, served=served_entity)
    _check_uploads(uploads, taken)
    reached = check_arrival(arrived=arrived, taken=taken, now=now)
    law = law_for(process=paper.process, as_of=now.date(), country=paper.country)
    row = _new_row(
        actor=actor, now=reached, paper=paper, served=served_entity, law=law, taken=taken, randomness=randomness
    )
    row.organisation, row.officer, row.channel = organisation, officer, channel
    row.silence_cleared = sorted(cleared | _own(actor)) if row.silenced else []
    sealed = _seal_all(row=row, paper=paper, uploads=uploads, taken=taken, transcript=transcript, randomness=randomness)
    row.case_file, row.transcript = sealed.case_file, sealed.transcript
    row.transcript_by = actor.person if transcript else ""
    with transaction.atomic(durable=True):
        row.save(force_insert=True)
        if actor.assurance in LOWER:
            LowerFiling.objects.create(matter=row, assurance=actor.assurance)
        keep_way_in(row=row, arrived=arrived, taken=taken, submission=submission, by=actor.person, now=now)
        _write_parts(row=row, paper=paper, sealed=sealed, now=now, by=actor.person, randomness=randomness)
        keep_stated(row=row, paper=paper, transcript=transcript, numbers=sealed.numbers)
        assessing.run_checks(row=row, paper=paper, law=law, enclave=configuration().enclave, now=now)
        keep_deadline(row=row, paper=paper, law=law, now=now, cause="receipt")
        facts = _facts(row, paper, sealed, law, arrived) | _assurance(actor)
        entry = rows.record(actor=actor, now=now, kind="receive", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    copied = preserves_on_receipt(paper, law=law, verified=enrolled_and_sure(row))
    preserved = copied and _preserve(actor, now, row.pk, randomness)
    state = Matter.objects.values_list("state", flat=True).get(pk=row.pk)
    return Received(
        matter=row.pk,
        state=state,
        entry=entry,
        reference=row.reference,
        case_file=row.case_file,
        preserved=preserved,
    )


def _assurance(actor: Actor) -> dict[str, JsonValue]:
    return {"assurance": actor.assurance} if actor.assurance in LOWER else {}


def _own(actor: Actor) -> frozenset[str]:
    return frozenset({actor.person}) if Permission.READ in actor.permissions else frozenset()


def _write_parts(*, row: Matter, paper: Paper, sealed: _Sealed, now: datetime, by: str, randomness: Randomness) -> None:
    Document.objects.bulk_create(
        Document(matter=row, object=one["object"], role=one["role"], sha256=one["sha256"], pages=one["pages"], at=now)
        for one in sealed.files
    )
    BlindIndex.objects.bulk_create(BlindIndex(matter=row, kind=kind, value=value) for kind, value in sealed.indexes)
    keep_sketch(row=row, values=sealed.form)
    if row.silenced:
        silence.clear_people(row=row, cleared=frozenset(row.silence_cleared))
        rows.advance_notice(row, "prohibit")
    elif row.notice_owed:
        rows.advance_notice(row, "fall_due")
    if sealed.notice:
        rows.advance_notice(row, "draft")
        kind = LetterKind.NOTICE_AFTER_SILENCE if row.silenced else LetterKind.NOTICE
        Letter.objects.create(
            id=new_id(randomness),
            matter=row,
            kind=kind,
            object=sealed.notice,
            sha256=sealed.notice_sha256,
            written_by=by,
            written_at=now,
        )
    order = next((one["object"] for one in sealed.files if one["role"] == "nondisclosure_order"), "")
    silence.enter_of_paper(row=row, paper=paper, order=order, by=by, now=now)


def _preserve(actor: Actor, now: datetime, matter: str, randomness: Randomness) -> bool:
    try:
        preserve_by_rule(actor=actor, now=now, matter=matter, randomness=randomness)
    except SafeconductError:
        # The receipt stands and the intent is on record; the worker takes it up again and the queue shows it.
        return False
    return True
