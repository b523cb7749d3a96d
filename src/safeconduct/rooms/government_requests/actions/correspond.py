"""Ask the officer, ask counsel, object: the work pauses, the paper's own day does not."""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.models import Check, Determination, Question
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.deadlines import question_day
from safeconduct.rooms.government_requests.rules import letters
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import LetterKind, Process
from safeconduct.rooms.government_requests.steps import assessing, correspondence, rows, sealing
from safeconduct.rooms.government_requests.steps.typeset import Party


class NothingSaidError(BadInputError):
    """The words are missing."""

    code = "SC-NOTHING-SAID"


class DeterminationError(ConflictError):
    """There is nothing here for counsel to determine."""

    code = "SC-DETERMINATION"


def _words(words: str) -> str:
    if not words.strip():
        raise NothingSaidError
    return words.strip()


def ask_officer(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    question: str,
    to: Party | None = None,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Ask the officer; the review pauses until the answer, for the rulebook's days at most, ten working days.

    With ``to`` the question is also written as a letter, which the officer opens once a second person has signed it.
    """
    actor.require(Permission.ASK)
    row = find_matter(actor=actor, matter=matter)
    prepared = None
    if to is not None:
        text = letters.question(process=Process(row.process), paragraphs=(_words(question),))
        prepared = correspondence.prepare(
            row=row, kind=LetterKind.QUESTION, text=text, to=to, writer=actor.person, now=now, randomness=randomness
        )
    sealed = sealing.seal_words(kind="question", matter=matter, words=_words(question), randomness=randomness)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        rows.advance(row, "ask")
        due = question_day(row=row, asked_at=now)
        Question.objects.create(matter=row, question=sealed, asked_by=actor.person, asked_at=now, due_at=due)
        facts = {"question": sealed, "due": instant_text(due)}
        if prepared is not None:
            facts |= correspondence.keep_letter(row=row, prepared=prepared, writer=actor.person, now=now)
        entry = rows.record(actor=actor, now=now, kind="ask_officer", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)


def _say(
    *, actor: Actor, now: datetime, matter: str, words: str, event: str, kind: str, randomness: Randomness
) -> Moved:
    find_matter(actor=actor, matter=matter)
    sealed = sealing.seal_words(kind="answer", matter=matter, words=_words(words), randomness=randomness)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        rows.advance(row, event)
        facts = {"words": sealed}
        entry = rows.record(actor=actor, now=now, kind=kind, row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)


def refer_to_counsel(
    *, actor: Actor, now: datetime, matter: str, question: str, randomness: Randomness = os.urandom
) -> Moved:
    """Put the matter before counsel; a conflict of laws is never settled by silence (DESIGN 11.13)."""
    actor.require(Permission.REFER)
    return _say(
        actor=actor,
        now=now,
        matter=matter,
        words=question,
        event="refer",
        kind="refer_to_counsel",
        randomness=randomness,
    )


def object_to(*, actor: Actor, now: datetime, matter: str, grounds: str, randomness: Randomness = os.urandom) -> Moved:
    """Record counsel's objection to the issuer, its grounds sealed (18 U.S.C. 2703(d), (h))."""
    actor.require(Permission.OBJECT)
    return _say(
        actor=actor, now=now, matter=matter, words=grounds, event="object", kind="object_to", randomness=randomness
    )


def resolve_objection(
    *, actor: Actor, now: datetime, matter: str, how: str, randomness: Randomness = os.urandom
) -> Moved:
    """Record how the objection ended: withdrawn, upheld or overruled; the review resumes."""
    actor.require(Permission.OBJECT)
    return _say(
        actor=actor,
        now=now,
        matter=matter,
        words=how,
        event="resolve",
        kind="resolve_objection",
        randomness=randomness,
    )


def determine(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    provision: str,
    reason: str,
    expires: datetime,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Answer an "ask counsel" for this matter: cited, reasoned, expiring. The checks that asked are settled by it."""
    actor.require(Permission.DETERMINE)
    if expires <= now:
        raise DeterminationError("It would have ended already.")
    find_matter(actor=actor, matter=matter)
    value = {"kind": "determination", "provision": provision, "words": _words(reason)}
    sealed = sealing.seal_json(kind="answer", matter=matter, value=value, randomness=randomness)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        asking = Check.objects.filter(matter=row, provision=provision, outcome="ask_counsel")
        codes = list(asking.values_list("code", flat=True))
        if not codes:
            raise DeterminationError("No check asks about this provision.")
        if row.state == "with_counsel":
            rows.advance(row, "determine")
        identifier = new_id(randomness)
        Determination.objects.create(
            id=identifier,
            matter=row,
            provision=provision,
            reason=sealed,
            by=actor.person,
            at=now,
            expires_at=expires,
        )
        for code in codes:
            assessing.settle_check(row=row, code=code, now=now, says="Counsel has determined this for the matter.")
        facts = {"determination": identifier, "provision": provision, "expires": instant_text(expires)}
        entry = rows.record(actor=actor, now=now, kind="determine", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)
