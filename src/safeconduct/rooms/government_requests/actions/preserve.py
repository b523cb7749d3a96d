"""Keep a sealed copy of what a paper covers, renew it once, and let it end (18 U.S.C. 2703(f))."""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.actions.events import Moved, Preserved
from safeconduct.rooms.government_requests.actions.journeys import finish
from safeconduct.rooms.government_requests.models import CallBack, Journey, Matter
from safeconduct.rooms.government_requests.queries.law import law_for
from safeconduct.rooms.government_requests.queries.preservation import NEEDS_COPY, process_pending
from safeconduct.rooms.government_requests.queries.sender import enrolled_and_sure
from safeconduct.rooms.government_requests.rules.deadlines import preserved_until
from safeconduct.rooms.government_requests.rules.law import Law
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.preservation import basis_for, may_preserve, may_renew, term_days
from safeconduct.rooms.government_requests.rules.words import Process
from safeconduct.rooms.government_requests.steps import effects, rows


class PreservationError(ConflictError):
    """The copy cannot be made, renewed or ended now."""

    code = "SC-PRESERVATION"


class PreservationRuleError(ConflictError):
    """This paper's own rule makes no copy by itself."""

    code = "SC-PRESERVATION-RULE"
    cure = "Call the sender back on a number of our own, or ask counsel, who may have the copy made."


def _law(row: Matter, now: datetime) -> Law:
    return law_for(process=Process(row.process), as_of=now.date(), matter=row.pk)


def _intend(*, actor: Actor, now: datetime, row: Matter, randomness: Randomness, renewal: bool = False) -> Journey:
    days = term_days(renewal=renewal, law=_law(row, now))
    until = preserved_until(made_at=now, days=days, zone_name=row.zone)
    facts = {"case_file": row.case_file, "until": instant_text(until)}
    entry = rows.record(actor=actor, now=now, kind="preserve", row=row, facts=facts, randomness=randomness)
    return effects.begin(
        row=row, act="preserve", entry=entry, by=actor.person, now=now, randomness=randomness, facts=facts
    )


def preserve_by_rule(*, actor: Actor, now: datetime, matter: str, randomness: Randomness) -> Preserved:
    """Make the copy that receipt itself calls for; the rule acts, so the receiver needs no further permission."""
    with transaction.atomic(durable=True):
        row = Matter.objects.select_for_update().get(pk=matter)
        journey = Journey.objects.filter(matter=row, act="preserve", done_at__isnull=True).first()
        if journey is None:
            journey = _intend(actor=actor, now=now, row=row, randomness=randomness)
            rows.keep(row)
    finish(actor=actor, now=now, journey=journey.pk, randomness=randomness)
    row = Matter.objects.get(pk=matter)
    if row.preserved_until is None:
        raise PreservationError("The copy was not made.")
    return Preserved(matter=matter, state=row.state, entry=journey.entry, until=row.preserved_until)


def preserve(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Preserved:
    """Make a copy because a person asks for it.

    Raises ``PreservationError`` if one is kept already, and ``PreservationRuleError`` where its rule leaves it
    to counsel, or to a call-back of an unverified sender.
    """
    actor.require(Permission.PRESERVE)
    with transaction.atomic(durable=True):
        row = rows.working(actor=actor, matter=matter)
        if row.preserved_at and not row.preservation_ended_at:
            raise PreservationError("A copy is kept already.")
        reached = CallBack.objects.filter(matter=row, reached=True).exists()
        counsel = Permission.DETERMINE in actor.permissions
        basis = basis_for(law=_law(row, now), verified=enrolled_and_sure(row))
        if not may_preserve(basis=basis, called_back=reached, counsel=counsel):
            raise PreservationRuleError
    return preserve_by_rule(actor=actor, now=now, matter=matter, randomness=randomness)


def renew_preservation(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Preserved:
    """Keep the copy for one further term on a renewed request; raises ``PreservationError`` for a second renewal."""
    actor.require(Permission.PRESERVE)
    with transaction.atomic(durable=True):
        row = rows.working(actor=actor, matter=matter)
        if not row.preserved_at or row.preservation_ended_at:
            raise PreservationError("No copy is kept.")
        if not may_renew(renewals=row.preservation_renewals, law=_law(row, now)):
            raise PreservationError("It was renewed as often as its instrument allows.")
        row.preservation_renewals += 1
        journey = _intend(actor=actor, now=now, row=row, randomness=randomness, renewal=True)
        rows.keep(row)
    finish(actor=actor, now=now, journey=journey.pk, randomness=randomness)
    row = Matter.objects.get(pk=matter)
    return Preserved(matter=matter, state=row.state, entry=journey.entry, until=row.preserved_until or now)


def end_preservation(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    at_least: datetime | None = None,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Let the copy end; raises ``PreservationError`` while an answer may still need it.

    ``at_least`` is the instant that every clock has reached, where more than one was asked.
    """
    actor.require(Permission.END_PRESERVATION)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        if not row.preserved_at or row.preservation_ended_at:
            raise PreservationError("No copy is kept.")
        if row.state in NEEDS_COPY:
            raise PreservationError("The matter still needs it.")
        surely = now if at_least is None else at_least
        if row.state == "preserved" and row.preserved_until and surely < row.preserved_until:
            raise PreservationError("Its time has not run out.")
        if process_pending(actor=actor, row=row):
            raise PreservationError("Process over the same identifiers is pending.")
        entry = rows.record(actor=actor, now=now, kind="end_preservation", row=row, facts={}, randomness=randomness)
        journey = effects.begin(
            row=row, act="end_preservation", entry=entry, by=actor.person, now=now, randomness=randomness
        )
        rows.keep(row)
    finish(actor=actor, now=now, journey=journey.pk, randomness=randomness)
    return Moved(matter=matter, state=row.state, entry=entry)
