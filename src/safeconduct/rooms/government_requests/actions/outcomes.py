"""Ways out of the review that answer nothing: to the interception team, back to a private sender, to the customer."""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.actions.decide import _decide
from safeconduct.rooms.government_requests.actions.events import Moved, Written
from safeconduct.rooms.government_requests.models import DataRole, Matter
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.rules import letters
from safeconduct.rooms.government_requests.rules.gate import Step
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import MISDIRECTED, Category, LetterKind, Outcome, Process, Role
from safeconduct.rooms.government_requests.steps import rows, standing
from safeconduct.rooms.government_requests.steps.typeset import Party


class NotMisdirectedError(ConflictError):
    """Only a paper that is not ours to answer is returned."""

    code = "SC-NOT-MISDIRECTED"
    cure = "Refuse it with its cure, ask, or send it by treaty."


class NotAskedError(BadInputError):
    """The paper does not ask for this class of data."""

    code = "SC-NOT-ASKED"
    cure = "Choose one of the classes that the paper asks for."


def hand_to_interception(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Moved:
    """Hand an order to intercept to the interception team; the entry has the order's clock. Nothing is refused."""
    actor.require(Permission.DECIDE)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        standing.require(Step.HAND_OVER, row)
        rows.advance(row, "hand_to_interception")
        row.responded_at, row.outcome = now, Outcome.HANDED_OVER
        facts = {"process": row.process, "due": instant_text(row.answer_due_at)}
        kind = "hand_to_interception"
        entry = rows.record(actor=actor, now=now, kind=kind, row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)


def return_paper(
    *, actor: Actor, now: datetime, matter: str, to: Party, randomness: Randomness = os.urandom
) -> Written:
    """Return a paper that is not ours to answer, with the way to the right door; the letter speaks of no record."""
    actor.require(Permission.DECIDE)
    process = Process(find_matter(actor=actor, matter=matter).process)
    if process not in MISDIRECTED:
        raise NotMisdirectedError
    return _decide(
        actor=actor,
        now=now,
        matter=matter,
        kind=LetterKind.PAPER_RETURNED,
        text=letters.returned(process=process),
        to=to,
        event="return_paper",
        verb="return_paper",
        outcome=Outcome.RETURNED,
        check=lambda row: standing.require(Step.RETURN, row),
        randomness=randomness,
    )


def redirect_to_customer(
    *, actor: Actor, now: datetime, matter: str, to: Party, randomness: Randomness = os.urandom
) -> Written:
    """Send the authority to the company whose service was used, where we are processor; the letter names nobody."""
    actor.require(Permission.DECIDE)
    process = Process(find_matter(actor=actor, matter=matter).process)
    return _decide(
        actor=actor,
        now=now,
        matter=matter,
        kind=LetterKind.REDIRECTION_TO_CUSTOMER,
        text=letters.redirection_to_customer(process=process),
        to=to,
        event="redirect",
        verb="redirect_to_customer",
        outcome=Outcome.REDIRECTED,
        check=lambda row: standing.require(Step.REDIRECT_TO_CUSTOMER, row),
        randomness=randomness,
    )


def set_data_role(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    category: Category,
    role: Role,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Record what counsel found us to be, in this matter, to one class of the data that is asked for."""
    actor.require(Permission.DETERMINE)
    with transaction.atomic(durable=True):
        row = rows.working(actor=actor, matter=matter)
        if category not in row.categories:
            raise NotAskedError
        _keep_role(row=row, category=category, role=role, by=actor.person, now=now)
        facts = {"category": str(category), "role": str(role)}
        entry = rows.record(actor=actor, now=now, kind="set_data_role", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)


def _keep_role(*, row: Matter, category: Category, role: Role, by: str, now: datetime) -> None:
    DataRole.objects.update_or_create(matter=row, category=category, defaults={"role": role, "by": by, "at": now})
