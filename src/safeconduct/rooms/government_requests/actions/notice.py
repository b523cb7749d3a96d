"""The customer's notice: written on the day of receipt, kept while silence is ordered, released by a second person."""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.ids import Randomness
from safeconduct.rooms.government_requests.actions.decide import NotApprovedError, issue
from safeconduct.rooms.government_requests.actions.events import Moved, Sent, Written
from safeconduct.rooms.government_requests.actions.silence import NoticeError
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.law import ruling
from safeconduct.rooms.government_requests.queries.silence import cleared_over, elsewhere, warnings
from safeconduct.rooms.government_requests.rules import letters
from safeconduct.rooms.government_requests.rules.customers import FALLBACK
from safeconduct.rooms.government_requests.rules.next_steps import require_other_person
from safeconduct.rooms.government_requests.rules.notice import check_release, exception_fits
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.silence import check_elsewhere, check_warned
from safeconduct.rooms.government_requests.rules.words import (
    LetterKind,
    NoticeException,
    Outcome,
    Process,
)
from safeconduct.rooms.government_requests.steps import correspondence, rows
from safeconduct.rooms.government_requests.steps.silence import standing_notices
from safeconduct.rooms.government_requests.steps.typeset import Party


def draft_notice(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    customer: str,
    to: Party,
    agency: str,
    contact: str = FALLBACK,
    randomness: Randomness = os.urandom,
) -> Written:
    """Write the notice to one customer and propose it; it supersedes the unaddressed draft of the day of receipt.

    ``agency`` is the sender's name as the customer will read it; ``contact`` the verified legal contact's id.
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
        earlier = standing_notices(row).filter(customer__in=("", customer))
        earlier.update(superseded_at=now)
        facts = correspondence.keep_letter(row=row, prepared=prepared, writer=actor.person, now=now)
        facts["contact"] = contact
        entry = rows.record(actor=actor, now=now, kind="draft_notice", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Written(matter=matter, state=row.state, entry=entry, letter=prepared.id, digest=prepared.digest)


def _check_silence(*, row: Matter, now: datetime, surely: datetime) -> None:
    """Look for every prohibition over the same identifiers, and for the warnings of those that ran out."""
    check_elsewhere(standing=elsewhere(row), cleared=cleared_over(row))
    ran_out = warnings(row)
    if ran_out:
        days = ruling(question="silence_warning_days", as_of=now.date())
        check_warned(warned=ran_out, days=days, now=surely)


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
    Raises ``NoticeTooEarlyError`` while silence is ordered, ``NotWarnedError`` and ``AskCounselError`` by the rules of
    silence, ``NotApprovedError`` before the second signature.
    """
    actor.require(Permission.RELEASE_NOTICE)
    row = find_matter(actor=actor, matter=matter)
    surely = now if at_least is None else at_least
    check_release(
        process=Process(row.process),
        state=row.state,
        silenced=row.silenced,
        silence_until=row.silence_until,
        now=surely,
    )
    _check_silence(row=row, now=now, surely=surely)
    standing = list(standing_notices(row))
    if row.notice_state != "drafted" or not standing:
        raise NoticeError("No notice is drafted.")
    if not all(letter.digest for letter in standing):
        raise NotApprovedError("The notice is not addressed yet.")
    require_other_person(person=actor.person, others=frozenset(letter.written_by for letter in standing))
    sent = [issue(actor=actor, now=now, letter=letter.pk, randomness=randomness) for letter in standing]
    files = tuple(file for one in sent for file in one.files)
    return Sent(matter=matter, state=sent[-1].state, entry=sent[-1].entry, files=files)


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
        standing_notices(row).update(superseded_at=now)
        facts = {"exception": str(exception)}
        entry = rows.record(actor=actor, now=now, kind="except_notice", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)
