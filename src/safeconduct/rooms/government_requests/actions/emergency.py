"""After an emergency: demand process from the agency, and record whether it came."""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import instant_text, zone
from safeconduct.rooms.government_requests.actions.events import Moved, Written
from safeconduct.rooms.government_requests.models import Matter, ProcessDemand
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.law import ruling
from safeconduct.rooms.government_requests.rules.emergency import FOLLOW_UP, EmergencyError, process_due
from safeconduct.rooms.government_requests.rules.letters import LetterText
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import LetterKind, Outcome, Process
from safeconduct.rooms.government_requests.steps import correspondence, rows
from safeconduct.rooms.government_requests.steps.typeset import Party

DISCLOSED = frozenset({Outcome.PRODUCED, Outcome.PRODUCED_IN_PART})


def _demand(due: datetime, row: Matter) -> LetterText:
    day = due.astimezone(zone(row.zone)).date()
    return LetterText(template="process_demand", fields={"day": day.isoformat()})


def _require_disclosed(row: Matter) -> None:
    if row.process != Process.EMERGENCY_REQUEST or row.outcome not in DISCLOSED:
        raise EmergencyError("Process is demanded after an emergency disclosure, and this matter had none.")


def demand_process(
    *, actor: Actor, now: datetime, matter: str, to: Party, randomness: Randomness = os.urandom
) -> Written:
    """Write the demand for process and start its days; demanded again, it gets new ones."""
    actor.require(Permission.WRITE)
    row = find_matter(actor=actor, matter=matter)
    _require_disclosed(row)
    due = process_due(now=now, days=ruling(question="emergency_process_days", as_of=now.date()))
    prepared = correspondence.prepare(
        row=row,
        kind=LetterKind.PROCESS_DEMAND,
        text=_demand(due, row),
        to=to,
        writer=actor.person,
        now=now,
        randomness=randomness,
    )
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        _require_disclosed(row)
        facts = correspondence.keep_letter(row=row, prepared=prepared, writer=actor.person, now=now)
        found = ProcessDemand.objects.filter(matter=row).first()
        if found is None:
            found = ProcessDemand(matter=row)
        else:
            found.state = FOLLOW_UP.next_state(found.state, "demand")
        found.letter, found.demanded_at, found.due_at = prepared.id, now, due
        found.save()
        facts |= {"demand": found.state, "due_at": instant_text(due)}
        entry = rows.record(actor=actor, now=now, kind="demand_process", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Written(matter=matter, state=row.state, entry=entry, letter=prepared.id, digest=prepared.digest)


def settle_demand(
    *, actor: Actor, now: datetime, matter: str, arrived: bool, randomness: Randomness = os.urandom
) -> Moved:
    """Record that the demanded process came, or by counsel that it never did."""
    actor.require(Permission.TAKE if arrived else Permission.DETERMINE)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        found = ProcessDemand.objects.filter(matter=row).first()
        if found is None:
            raise EmergencyError("No process was demanded.")
        found.state = FOLLOW_UP.next_state(found.state, "arrive" if arrived else "never")
        found.settled_at = now
        found.save()
        facts = {"demand": found.state}
        entry = rows.record(actor=actor, now=now, kind="settle_demand", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)
