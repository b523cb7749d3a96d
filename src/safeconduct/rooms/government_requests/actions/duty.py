"""Give and hand over the duty for emergencies, and call whoever has it to one."""

import os
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.models import Duty, DutyCall
from safeconduct.rooms.government_requests.queries.assignment import able_to_take
from safeconduct.rooms.government_requests.queries.duty import on_duty
from safeconduct.rooms.government_requests.rules.duty import DUTY, DutyError, NobodyOnDutyError, check_duty
from safeconduct.rooms.government_requests.rules.emergency import EmergencyError
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import Process
from safeconduct.rooms.government_requests.steps import rows
from safeconduct.rooms.ledger import steps as ledger


@dataclass(frozen=True, kw_only=True)
class DutyGiven:
    """A duty that stands."""

    duty: str
    entry: str


def give_duty(
    *, actor: Actor, now: datetime, person: str, starts: datetime, ends: datetime, randomness: Randomness = os.urandom
) -> DutyGiven:
    """Give a colleague the duty from ``starts`` until ``ends``; raises ``DutyError``."""
    actor.require(Permission.TAKE)
    check_duty(starts=starts, ends=ends, now=now)
    _require_colleague(person, now)
    with transaction.atomic(durable=True):
        duty = _create(actor=actor, now=now, person=person, starts=starts, ends=ends, randomness=randomness)
        facts = {"person": person, "starts": instant_text(starts), "ends": instant_text(ends)}
        entry = _record(actor, now, "give_duty", duty.pk, facts, randomness)
    return DutyGiven(duty=duty.pk, entry=entry)


def hand_over_duty(
    *, actor: Actor, now: datetime, duty: str, to: str, randomness: Randomness = os.urandom
) -> DutyGiven:
    """End a duty now and give the rest of it to a colleague; raises ``DutyError`` for one that is over."""
    actor.require(Permission.TAKE)
    _require_colleague(to, now)
    with transaction.atomic(durable=True):
        held = Duty.objects.select_for_update().filter(pk=duty, ends__gt=now).first()
        if held is None or held.person == to:
            raise DutyError
        ends, held.state = held.ends, DUTY.next_state(held.state, "end")
        held.ends = max(now, held.starts)
        held.save()
        made = _create(actor=actor, now=now, person=to, starts=held.ends, ends=ends, randomness=randomness)
        facts = {"from": held.pk, "person": to, "starts": instant_text(made.starts), "ends": instant_text(ends)}
        entry = _record(actor, now, "hand_over_duty", made.pk, facts, randomness)
    return DutyGiven(duty=made.pk, entry=entry)


def call_duty(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Moved:
    """Record that whoever is on duty was called to an emergency; raises ``NobodyOnDutyError`` in a gap."""
    actor.require(Permission.CALL_BACK)
    with transaction.atomic(durable=True):
        row = rows.working(actor=actor, matter=matter)
        if row.process != Process.EMERGENCY_REQUEST:
            raise EmergencyError("Only to an emergency is somebody called.")
        called = on_duty(now=now)
        if not called:
            raise NobodyOnDutyError
        DutyCall.objects.create(matter=row, person=called, by=actor.person, at=now)
        facts = {"person": called}
        entry = rows.record(actor=actor, now=now, kind="call_duty", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)


def _require_colleague(person: str, now: datetime) -> None:
    if person not in able_to_take(now=now):
        raise DutyError


def _create(
    *, actor: Actor, now: datetime, person: str, starts: datetime, ends: datetime, randomness: Randomness
) -> Duty:
    return Duty.objects.create(id=new_id(randomness), person=person, starts=starts, ends=ends, by=actor.person, at=now)


def _record(actor: Actor, now: datetime, kind: str, subject: str, facts: dict[str, str], randomness: Randomness) -> str:
    found = ledger.record(
        actor=actor,
        now=now,
        kind=f"government_requests.{kind}",
        subject=subject,
        facts=dict(facts),
        randomness=randomness,
    )
    return str(found.id)
