"""Letters about silence, and counsel's word that a notice may leave beside another matter's prohibition."""

import os
from datetime import datetime, timedelta

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import digest
from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.actions.events import Moved, Written
from safeconduct.rooms.government_requests.actions.silence import NoticeError
from safeconduct.rooms.government_requests.models import Matter, NoticeClearance, Prohibition
from safeconduct.rooms.government_requests.queries.access import find_matter, visible
from safeconduct.rooms.government_requests.queries.clocks import last_day
from safeconduct.rooms.government_requests.queries.law import ruling
from safeconduct.rooms.government_requests.queries.silence import elsewhere
from safeconduct.rooms.government_requests.rules import silence_letters
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.silence import STANDING, AskCounselError, Source
from safeconduct.rooms.government_requests.rules.words import LetterKind
from safeconduct.rooms.government_requests.steps import correspondence, rows, silence
from safeconduct.rooms.government_requests.steps.typeset import Party

CLEARANCE_DOMAIN = "safeconduct/v1/notice-clearance"


def _stands(row: Matter, prohibition: str) -> Prohibition:
    found = silence.standing(row).filter(pk=prohibition).first()
    if found is None:
        raise NoticeError("No such prohibition stands.")
    return found


def _with_its_day(row: Matter, prohibition: str) -> tuple[Prohibition, datetime]:
    """Return a prohibition with its end that stands, or ran out before anybody warned of it."""
    found = Prohibition.objects.filter(matter=row, pk=prohibition, state__in=(*STANDING, "ended")).first()
    if found is None or found.until is None:
        raise NoticeError("No such prohibition stands, or it names no day.")
    return found, found.until


def warn_agency(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    prohibition: str,
    to: Party,
    randomness: Randomness = os.urandom,
) -> Written:
    """Write the letter that warns the agency of silence's end; it counts from the day on which it is issued."""
    actor.require(Permission.WRITE)
    row = find_matter(actor=actor, matter=matter)
    _, until = _with_its_day(row, prohibition)
    text = silence_letters.silence_ending(day=last_day(until, row.zone))
    prepared = correspondence.prepare(
        row=row,
        kind=LetterKind.SILENCE_ENDING,
        text=text,
        to=to,
        writer=actor.person,
        now=now,
        randomness=randomness,
    )
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        found, _ = _with_its_day(row, prohibition)
        facts = correspondence.keep_letter(row=row, prepared=prepared, writer=actor.person, now=now)
        found.warning = prepared.id
        found.save()
        facts |= {"prohibition": found.pk}
        entry = rows.record(actor=actor, now=now, kind="warn_agency", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Written(matter=matter, state=row.state, entry=entry, letter=prepared.id, digest=prepared.digest)


def ask_judicial_review(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    prohibition: str,
    to: Party,
    randomness: Randomness = os.urandom,
) -> Written:
    """Write the reciprocal notice of a national security letter and start the Government's days (18 U.S.C. 3511(b))."""
    actor.require(Permission.DETERMINE)
    row = find_matter(actor=actor, matter=matter)
    if _stands(row, prohibition).source != Source.STATUTE:
        raise NoticeError("Only a national security letter is answered so.")
    days = int(ruling(question="nsl_government_application_days", as_of=now.date()).value or 0)
    prepared = correspondence.prepare(
        row=row,
        kind=LetterKind.JUDICIAL_REVIEW,
        text=silence_letters.judicial_review(days=days),
        to=to,
        writer=actor.person,
        now=now,
        randomness=randomness,
    )
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        found = _stands(row, prohibition)
        facts = correspondence.keep_letter(row=row, prepared=prepared, writer=actor.person, now=now)
        found.reciprocal_at, found.application_due_at = now, now + timedelta(days=days)
        found.save()
        facts |= {"prohibition": found.pk, "application_due_at": instant_text(found.application_due_at)}
        kind = "ask_judicial_review"
        entry = rows.record(actor=actor, now=now, kind=kind, row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Written(matter=matter, state=row.state, entry=entry, letter=prepared.id, digest=prepared.digest)


def clear_notice(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Moved:
    """Record counsel's word that this notice may leave beside every prohibition elsewhere that stands today.

    It is recorded in the same way where there is none, so that its entry says nothing. Raises ``AskCounselError`` where
    one belongs to a matter that this counsel may not know of: then another one is to be asked.
    """
    actor.require(Permission.DETERMINE)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        over = elsewhere(row)
        seen = Prohibition.objects.filter(pk__in=over, matter__in=visible(actor)).count()
        if seen != len(over):
            raise AskCounselError
        # Names nothing and shows no number: whoever reads this entry may not know what stands elsewhere.
        facts = {"over": digest(CLEARANCE_DOMAIN, {"matter": row.pk, "over": sorted(over)})}
        entry = rows.record(actor=actor, now=now, kind="clear_notice", row=row, facts=facts, randomness=randomness)
        NoticeClearance.objects.create(matter=row, entry=entry, over=sorted(over), by=actor.person, at=now)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)
