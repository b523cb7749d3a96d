"""Take a matter, read its paper, correct what was typed of it."""

import os
from datetime import datetime, timedelta

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import first_instant, instant_text
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.actions.findings import FindingError
from safeconduct.rooms.government_requests.actions.journeys import finish
from safeconduct.rooms.government_requests.models import BlindIndex
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.law import law_for
from safeconduct.rooms.government_requests.queries.papers import read_case_file
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.rules.deadlines import served_day
from safeconduct.rooms.government_requests.rules.next_steps import WordsMissingError, require_other_person
from safeconduct.rooms.government_requests.rules.paper import Paper
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import Process
from safeconduct.rooms.government_requests.steps import assessing, effects, rows, sealing
from safeconduct.rooms.government_requests.steps.deadlines import keep_deadline
from safeconduct.rooms.government_requests.steps.sketching import keep_sketch, sketched
from safeconduct.rooms.government_requests.steps.stated import keep_stated, number_index
from safeconduct.rooms.vault import queries as vault


def take(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Moved:
    """Take the matter: from now on it is with the actor. A paper that nobody has read goes into review."""
    actor.require(Permission.TAKE)
    with transaction.atomic(durable=True):
        row = rows.working(actor=actor, matter=matter)
        if row.state == "received":
            rows.advance(row, "take")
        row.holder = actor.person
        entry = rows.record(actor=actor, now=now, kind="take", row=row, facts={}, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)


def type_transcript(
    *, actor: Actor, now: datetime, matter: str, pages: tuple[str, ...], randomness: Randomness = os.urandom
) -> Moved:
    """Seal the words of the paper, typed page by page; an earlier comparison no longer counts."""
    actor.require(Permission.TRANSCRIBE)
    if not any(page.strip() for page in pages):
        raise WordsMissingError("The transcript is empty.")
    find_matter(actor=actor, matter=matter)
    value = {"kind": "transcript", "pages": list(pages)}
    typed = sealing.seal_json(kind="transcript", matter=matter, value=value, randomness=randomness)
    form = sketched(pages)
    with transaction.atomic(durable=True):
        row = rows.working(actor=actor, matter=matter)
        keep_sketch(row=row, values=form)
        row.transcript, row.transcript_by, row.compared_by, row.compared_at = typed, actor.person, "", None
        keep_stated(row=row, paper=None, transcript=pages)
        facts = {"transcript": typed, "pages": len(pages)}
        entry = rows.record(actor=actor, now=now, kind="type_transcript", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)


def compare_transcript(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Moved:
    """Record that the actor, who did not type it, read the transcript against the sealed paper."""
    actor.require(Permission.COMPARE)
    with transaction.atomic(durable=True):
        row = rows.working(actor=actor, matter=matter)
        if not row.transcript:
            raise WordsMissingError("There is no transcript yet.")
        require_other_person(person=actor.person, others=frozenset({row.transcript_by}))
        row.compared_by, row.compared_at = actor.person, now
        facts = {"transcript": row.transcript}
        kind = "compare_transcript"
        entry = rows.record(actor=actor, now=now, kind=kind, row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)


def open_case(*, actor: Actor, now: datetime, matter: str, grant: str, randomness: Randomness = os.urandom) -> Moved:
    """Enter the grant that the open origin gave after a fresh assertion, and have the vault process honour it."""
    actor.require(Permission.OPEN_CASE)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        facts = {"grant": grant}
        entry = rows.record(actor=actor, now=now, kind="open_case", row=row, facts=facts, randomness=randomness)
        journey = effects.begin(
            row=row, act="open_case", entry=entry, by=actor.person, now=now, randomness=randomness, facts=facts
        )
        rows.keep(row)
    finish(actor=actor, now=now, journey=journey.pk, randomness=randomness)
    return Moved(matter=matter, state=row.state, entry=entry)


def amend_paper(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    paper: Paper,
    grant: str,
    confirmation: str = "",
    randomness: Randomness = os.urandom,
) -> Moved:
    """Correct the typed facts, or add what the officer answered; the checks run again and the case file is sealed anew.

    Needs an opened case grant, since the names of the uploads stand in the earlier case file. ``confirmation`` is the
    sealed reading that a person confirmed, where the facts come from one.
    """
    actor.require(Permission.FIND)
    row = find_matter(actor=actor, matter=matter)
    if paper.process != row.process:
        raise FindingError("Another kind of process is another matter.")
    earlier = read_case_file(matter=matter, grant=grant, case_file=row.case_file)
    law = law_for(process=Process(row.process), as_of=now.date(), matter=matter)
    tomorrow = first_instant(served_day(row.received_at, paper.zone) + timedelta(days=1), paper.zone)
    sealed = sealing.seal_case_file(
        row=row, paper=paper, files=earlier.files, served_until=instant_text(tomorrow), randomness=randomness
    )
    indexes = []
    for kind in sorted({selector.kind for selector in paper.selectors}):
        values = [selector.value for selector in paper.selectors if selector.kind == kind]
        indexes += [(kind, index) for index in vault.blind_index(kind=kind, values=values)]
    numbers = number_index(paper)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        if row.state != "in_review":
            raise FindingError("Facts are corrected while the matter is in review.")
        row.case_file = sealed
        assessing.keep_plain_facts(row=row, paper=paper, law=law)
        assessing.run_checks(row=row, paper=paper, law=law, enclave=configuration().enclave, now=now)
        keep_deadline(row=row, paper=paper, law=law, now=now, cause="amended")
        BlindIndex.objects.bulk_create(
            [BlindIndex(matter=row, kind=kind, value=value) for kind, value in sorted(set(indexes))],
            ignore_conflicts=True,
        )
        keep_stated(row=row, paper=paper, transcript=(), numbers=numbers)
        facts = {"case_file": sealed, "due": instant_text(row.answer_due_at)}
        facts |= {"confirmation": confirmation} if confirmation else {}
        entry = rows.record(actor=actor, now=now, kind="amend_paper", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)
