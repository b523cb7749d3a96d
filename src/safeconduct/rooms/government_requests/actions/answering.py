"""The officer's answer to our question, with the files that they send beside it."""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.ids import Randomness
from safeconduct.core.uploads.errors import TooManyFilesError
from safeconduct.rooms.government_requests.actions.correspond import NothingSaidError
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.actions.receive import Upload, check_upload
from safeconduct.rooms.government_requests.models import Contact, Question
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.rules.contacts import MOST_FILES, Channel, Direction
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.steps import rows, sealing
from safeconduct.rooms.government_requests.steps.contacts import keep_contact


def answer_question(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    answer: str,
    uploads: tuple[Upload, ...] = (),
    randomness: Randomness = os.urandom,
) -> Moved:
    """Keep the officer's answer and its files, sealed as they came through the gate; the review resumes.

    Raises ``NothingSaidError`` without words, and what the gate for uploads refuses with: nothing was answered then.
    """
    actor.require(Permission.ANSWER)
    found = find_matter(actor=actor, matter=matter)
    if not answer.strip():
        raise NothingSaidError
    if len(uploads) > MOST_FILES:
        raise TooManyFilesError
    for upload in uploads:
        check_upload(upload)
    sealed = sealing.seal_words(kind="answer", matter=found.pk, words=answer.strip(), randomness=randomness)
    files = [
        Contact(
            direction=Direction.INCOMING,
            channel=Channel.PORTAL,
            at=now,
            document=sealing.seal_bytes(kind="paper", matter=found.pk, data=one.data, randomness=randomness),
            document_sha256=sha256_hex(one.data),
        )
        for one in uploads
    ]
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=found.pk)
        rows.advance(row, "answer")
        asked = Question.objects.filter(matter=row, answered_at__isnull=True).last()
        if asked is None:
            raise NothingSaidError("No question is open.")
        asked.answer, asked.answered_by, asked.answered_at = sealed, actor.person, now
        asked.save()
        facts = {"answer": sealed}
        entry = rows.record(actor=actor, now=now, kind="answer_question", row=row, facts=facts, randomness=randomness)
        for one in files:
            keep_contact(actor=actor, now=now, row=row, kind="keep_incoming", contact=one, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)
