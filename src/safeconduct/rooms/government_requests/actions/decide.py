"""Decide without disclosing: refuse with a cure, send by treaty, or answer that nothing is held; and write letters."""

import os
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.ids import Randomness
from safeconduct.rooms.government_requests.actions.events import Sent, Written
from safeconduct.rooms.government_requests.actions.journeys import finish
from safeconduct.rooms.government_requests.models import Journey, Letter, Matter
from safeconduct.rooms.government_requests.queries.access import UnknownMatterError, find_matter, visible
from safeconduct.rooms.government_requests.queries.forecasts import last_forecast
from safeconduct.rooms.government_requests.rules import letters
from safeconduct.rooms.government_requests.rules.gate import Step
from safeconduct.rooms.government_requests.rules.letters import Fault, LetterError, LetterText
from safeconduct.rooms.government_requests.rules.next_steps import (
    require_refusal_findings,
    require_scope_findings,
)
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import NOTICE_LETTERS, LetterKind, Outcome, Process
from safeconduct.rooms.government_requests.steps import correspondence, effects, rows, standing
from safeconduct.rooms.government_requests.steps.typeset import Party
from safeconduct.rooms.vault import queries as vault


class NotForeignError(ConflictError):
    """Only a paper from another country is sent by treaty."""

    code = "SC-NOT-FOREIGN"


class SomethingHeldError(ConflictError):
    """The last forecast does not say that nothing is held."""

    code = "SC-SOMETHING-HELD"
    cure = "Forecast first; an empty answer rests on a count."


class NotApprovedError(ConflictError):
    """The second person has not signed."""

    code = "SC-NOT-APPROVED"
    cure = "Ask the second person to sign on the approval page, then try again."


def _decide(  # noqa: PLR0913 - one body for the decisions that end without disclosure
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    kind: LetterKind,
    text: LetterText,
    to: Party,
    event: str,
    verb: str,
    outcome: Outcome,
    check: Callable[[Matter], None],
    randomness: Randomness,
) -> Written:
    """Write the letter, move the matter by ``event`` and record it, all where ``check`` holds; once before sealing."""
    row = find_matter(actor=actor, matter=matter)
    check(row)
    prepared = correspondence.prepare(
        row=row, kind=kind, text=text, to=to, writer=actor.person, now=now, randomness=randomness
    )
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        check(row)
        rows.advance(row, event)
        rows.respond(row, outcome=outcome, now=now)
        facts = correspondence.keep_letter(row=row, prepared=prepared, writer=actor.person, now=now)
        entry = rows.record(actor=actor, now=now, kind=verb, row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Written(matter=matter, state=row.state, entry=entry, letter=prepared.id, digest=prepared.digest)


def refuse(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    faults: tuple[Fault, ...],
    to: Party,
    randomness: Randomness = os.urandom,
) -> Written:
    """Refuse the paper with a letter that names the words at fault and the cure; a finding must carry it."""
    actor.require(Permission.DECIDE)
    row = find_matter(actor=actor, matter=matter)
    text = letters.refusal(process=Process(row.process), faults=faults)

    def check(found: Matter) -> None:
        if found.state != "question_sent":
            require_refusal_findings(rows.standing_findings(found))
        standing.require(Step.REFUSE, found)

    return _decide(
        actor=actor,
        now=now,
        matter=matter,
        kind=LetterKind.REFUSAL,
        text=text,
        to=to,
        event="refuse",
        verb="refuse",
        outcome=Outcome.REFUSED,
        check=check,
        randomness=randomness,
    )


def redirect(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    to: Party,
    authority: str,
    randomness: Randomness = os.urandom,
) -> Written:
    """Send a foreign authority by treaty; ``authority`` is the office that receives such requests."""
    actor.require(Permission.DECIDE)

    def check(found: Matter) -> None:
        if found.country == found.served_country:
            raise NotForeignError
        standing.require(Step.REDIRECT_BY_TREATY, found)

    return _decide(
        actor=actor,
        now=now,
        matter=matter,
        kind=LetterKind.REDIRECTION,
        text=letters.redirection(authority=authority),
        to=to,
        event="redirect",
        verb="redirect",
        outcome=Outcome.REDIRECTED,
        check=check,
        randomness=randomness,
    )


def answer_none_held(
    *, actor: Actor, now: datetime, matter: str, to: Party, randomness: Randomness = os.urandom
) -> Written:
    """Answer that nothing is held, on five findings and a forecast of nothing."""
    actor.require(Permission.DECIDE)
    row = find_matter(actor=actor, matter=matter)

    def check(found: Matter) -> None:
        require_scope_findings(rows.standing_findings(found))
        last = last_forecast(found)
        if last is None or last.result.get("total") != 0:
            raise SomethingHeldError
        standing.require(Step.NONE_HELD, found)

    return _decide(
        actor=actor,
        now=now,
        matter=matter,
        kind=LetterKind.NONE_HELD,
        text=letters.none_held(process=Process(row.process)),
        to=to,
        event="answer_none_held",
        verb="answer_none_held",
        outcome=Outcome.NONE_HELD,
        check=check,
        randomness=randomness,
    )


def _text(kind: LetterKind, process: Process, paragraphs: tuple[str, ...]) -> LetterText:
    if kind is LetterKind.ACKNOWLEDGEMENT:
        return letters.acknowledgement(process=process, paragraphs=paragraphs)
    if kind is LetterKind.QUESTION:
        return letters.question(process=process, paragraphs=paragraphs)
    if kind is LetterKind.COVER:
        return letters.cover(process=process, paragraphs=paragraphs)
    if kind is LetterKind.NARROWING:
        return letters.narrowing(process=process, left_out=tuple((words, "Left out.") for words in paragraphs))
    raise LetterError("This letter is written by the step that it belongs to.")


def write_letter(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    kind: LetterKind,
    to: Party,
    paragraphs: tuple[str, ...] = (),
    randomness: Randomness = os.urandom,
) -> Written:
    """Write an acknowledgement, a question, a cover or a narrowing letter; a second person signs before it leaves."""
    actor.require(Permission.WRITE)
    row = find_matter(actor=actor, matter=matter)
    text = _text(kind, Process(row.process), paragraphs)
    prepared = correspondence.prepare(
        row=row, kind=kind, text=text, to=to, writer=actor.person, now=now, randomness=randomness
    )
    with transaction.atomic(durable=True):
        row = rows.working(actor=actor, matter=matter)
        facts = correspondence.keep_letter(row=row, prepared=prepared, writer=actor.person, now=now)
        entry = rows.record(actor=actor, now=now, kind="write_letter", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Written(matter=matter, state=row.state, entry=entry, letter=prepared.id, digest=prepared.digest)


def issue_letter(*, actor: Actor, now: datetime, letter: str, randomness: Randomness = os.urandom) -> Sent:
    """Let a letter leave that a second person has signed; the vault process seals it to its addressee."""
    actor.require(Permission.ISSUE)
    found = Letter.objects.filter(pk=letter, matter__in=visible(actor)).first()
    if found is None:
        raise UnknownMatterError
    if LetterKind(found.kind) in NOTICE_LETTERS:
        raise LetterError("A notice is released from the notice page.")
    return issue(actor=actor, now=now, letter=letter, randomness=randomness)


def issue(*, actor: Actor, now: datetime, letter: str, randomness: Randomness) -> Sent:
    """Issue one letter or notice; raises ``NotApprovedError`` before the second person has signed."""
    found = Letter.objects.select_related("matter").get(pk=letter)
    if not found.digest or found.superseded_at or vault.approvals(digest=found.digest).state != "approved":
        raise NotApprovedError
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=found.matter_id)
        journey = Journey.objects.filter(matter=row, act="issue_letter", digest=found.digest).first()
        if journey is None:
            facts = {"letter": letter, "digest": found.digest, "reference": row.reference}
            kind = "issue_letter"
            entry = rows.record(actor=actor, now=now, kind=kind, row=row, facts=facts, randomness=randomness)
            journey = effects.begin(
                row=row,
                act="issue_letter",
                entry=entry,
                by=actor.person,
                now=now,
                randomness=randomness,
                digest=found.digest,
                facts=facts,
            )
    answer = finish(actor=actor, now=now, journey=journey.pk, randomness=randomness)
    row.refresh_from_db()
    return Sent(matter=row.pk, state=row.state, entry=journey.entry, files=tuple(answer.get("files", ())))
