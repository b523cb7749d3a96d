"""After a wrong delivery: record the incident, tell the controller, recall, confirm, close."""

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.actions.events import Moved, Written
from safeconduct.rooms.government_requests.actions.journeys import finish
from safeconduct.rooms.government_requests.actions.revoke import take_back
from safeconduct.rooms.government_requests.models import Incident, Matter
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.law import ruling
from safeconduct.rooms.government_requests.rules import incidents
from safeconduct.rooms.government_requests.rules.incidents import INCIDENT, IncidentCause, IncidentError
from safeconduct.rooms.government_requests.rules.letters import LetterText
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import LetterKind
from safeconduct.rooms.government_requests.steps import correspondence, rows
from safeconduct.rooms.government_requests.steps.typeset import Party

SENT = frozenset({"released", "delivered", "closed"})


def report_incident(
    *, actor: Actor, now: datetime, matter: str, cause: IncidentCause, randomness: Randomness = os.urandom
) -> Moved:
    """Record that a package went wrong, start the controller's hours, and lock it again if nobody fetched it."""
    actor.require(Permission.DELIVER)
    hours = ruling(question="incident_notice_hours", as_of=now.date())
    journey = ""
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        if row.state not in SENT:
            raise IncidentError("Nothing has left, so nothing went wrong: reopen the scope.")
        due = incidents.controller_due(known=now, hours=hours)
        locks = row.state == "released"
        found = Incident.objects.create(
            id=new_id(randomness),
            matter=row,
            cause=cause,
            known_at=now,
            known_by=actor.person,
            controller_due_at=due,
            locked_again=locks,
        )
        facts = {"incident": found.pk, "cause": str(cause), "controller_due_at": instant_text(due), "locks": locks}
        entry = rows.record(actor=actor, now=now, kind="report_incident", row=row, facts=facts, randomness=randomness)
        if locks:
            journey = take_back(actor=actor, now=now, row=row, randomness=randomness)
        rows.keep(row)
    if journey:
        finish(actor=actor, now=now, journey=journey, randomness=randomness)
    return Moved(matter=matter, state=row.state, entry=entry)


def _found(row: Matter, incident: str) -> Incident:
    found = Incident.objects.filter(matter=row, pk=incident).first()
    if found is None:
        raise IncidentError("This matter has no such incident.")
    return found


def _write(  # noqa: PLR0913 - one body for both letters, all by keyword
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    incident: str,
    to: Party,
    kind: LetterKind,
    text: LetterText,
    verb: str,
    customer: str,
    change: Callable[[Incident], None],
    randomness: Randomness,
) -> Written:
    actor.require(Permission.WRITE)
    row = find_matter(actor=actor, matter=matter)
    _found(row, incident)
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
        found = _found(row, incident)
        change(found)
        found.save()
        facts: dict[str, Any] = correspondence.keep_letter(row=row, prepared=prepared, writer=actor.person, now=now)
        facts |= {"incident": found.pk}
        entry = rows.record(actor=actor, now=now, kind=verb, row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Written(matter=matter, state=row.state, entry=entry, letter=prepared.id, digest=prepared.digest)


def tell_controller(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    incident: str,
    customer: str,
    to: Party,
    randomness: Randomness = os.urandom,
) -> Written:
    """Write to the customer about the incident; raises ``IncidentError`` while silence is ordered: ask counsel."""
    if find_matter(actor=actor, matter=matter).silenced:
        raise IncidentError("Silence is ordered. Ask counsel how the controller can be told.")

    def change(found: Incident) -> None:
        found.controller_told_at = now

    return _write(
        actor=actor,
        now=now,
        matter=matter,
        incident=incident,
        to=to,
        kind=LetterKind.INCIDENT_NOTICE,
        text=incidents.controller_notice(),
        verb="tell_controller",
        customer=customer,
        change=change,
        randomness=randomness,
    )


def recall_package(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    incident: str,
    to: Party,
    randomness: Randomness = os.urandom,
) -> Written:
    """Write to the receiver, asking for return or destruction."""

    def change(found: Incident) -> None:
        found.state = INCIDENT.next_state(found.state, "recall")

    return _write(
        actor=actor,
        now=now,
        matter=matter,
        incident=incident,
        to=to,
        kind=LetterKind.RECALL,
        text=incidents.recall(),
        verb="recall_package",
        customer="",
        change=change,
        randomness=randomness,
    )


def settle_incident(
    *, actor: Actor, now: datetime, matter: str, incident: str, confirmed: bool, randomness: Randomness = os.urandom
) -> Moved:
    """Record the receiver's confirmation, or close the incident; it closes only when the controller was told."""
    actor.require(Permission.WRITE if confirmed else Permission.DETERMINE)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        found = _found(row, incident)
        found.state = INCIDENT.next_state(found.state, "confirm" if confirmed else "close")
        if not confirmed:
            if found.controller_told_at is None:
                raise IncidentError("The controller was not told yet.")
            found.closed_at = now
        found.save()
        facts = {"incident": found.pk, "incident_state": found.state}
        entry = rows.record(actor=actor, now=now, kind="settle_incident", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)
