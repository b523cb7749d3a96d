"""What rings about single things of a matter: prohibitions, process owed after an emergency, incidents."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import CallBack, Incident, Matter, ProcessDemand
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.clocks import served
from safeconduct.rooms.government_requests.queries.duty import called_to, duty_times, on_duty
from safeconduct.rooms.government_requests.queries.further_days import further_rings
from safeconduct.rooms.government_requests.queries.law import ruling
from safeconduct.rooms.government_requests.queries.mandates import mandate_moments
from safeconduct.rooms.government_requests.queries.silence import silence_moments
from safeconduct.rooms.government_requests.rules.alarms import AlarmKind
from safeconduct.rooms.government_requests.rules.emergency import FOLLOW_UP_NAMES, Elapsed, adopted, elapsed
from safeconduct.rooms.government_requests.rules.incidents import CAUSE_NAMES, INCIDENT_NAMES, IncidentCause
from safeconduct.rooms.government_requests.rules.words import Outcome, Process

Ring = tuple[str, AlarmKind, datetime]
DISCLOSED = (Outcome.PRODUCED, Outcome.PRODUCED_IN_PART)


def other_moments(*, latest: datetime | None, matters: QuerySet[Matter] | None = None) -> Iterator[Ring]:
    """Yield matter, kind and moment of what rings beside a matter's own clocks by ``latest``; with None, ever."""
    yield from silence_moments(latest=latest, matters=matters)
    yield from mandate_moments(latest=latest, matters=matters)
    rows = Matter.objects.all() if matters is None else matters
    for matter, kind, at in (*_process(rows), *_incidents(rows), *further_rings(rows)):
        if latest is None or at <= latest:
            yield matter, kind, at


def _process(rows: QuerySet[Matter]) -> Iterator[Ring]:
    owed = rows.filter(process=Process.EMERGENCY_REQUEST, outcome__in=DISCLOSED, process_demand__isnull=True)
    for matter, at in owed.values_list("pk", "responded_at"):
        if at is not None:
            yield matter, AlarmKind.PROCESS_OWED, at
    demanded = ProcessDemand.objects.filter(matter__in=rows, state="demanded")
    for matter, at in demanded.values_list("matter_id", "due_at"):
        yield matter, AlarmKind.PROCESS_LATE, at


def _incidents(rows: QuerySet[Matter]) -> Iterator[Ring]:
    untold = Incident.objects.filter(matter__in=rows, controller_told_at__isnull=True)
    for matter, at in untold.values_list("matter_id", "known_at"):
        yield matter, AlarmKind.INCIDENT, at


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call to the agency: when, where its number came from, whether it was reached, who called."""

    at: str
    source: str
    reached: bool
    by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class IncidentLine:
    """An incident as the page shows it."""

    id: str
    words: str
    state: str
    state_name: str
    due: str
    told: bool


@dataclass(frozen=True, kw_only=True)
class Following:
    """What the page of an emergency or an incident shows.

    Attributes:
        adopted: whether policy lets the company disclose in emergencies.
        times: how long the call and the answer took, or have taken.
        calls: the calls to the agency.
        demand, demand_due: how far the demand for process is.
        disclosed: whether anything left.
        incidents: the incidents.
        on_duty: who has the duty now, for an emergency.
        called: whether they were called to it.
    """

    adopted: bool
    times: tuple[Elapsed, ...]
    calls: tuple[Call, ...]
    demand: str
    demand_due: str
    disclosed: bool
    incidents: tuple[IncidentLine, ...]
    on_duty: str
    called: bool


def emergency_adopted(*, now: datetime) -> bool:
    """Return whether policy adopted disclosure in emergencies: what the public statement prints as an exception."""
    return adopted(ruling(question="emergency_disclosure", as_of=now.date()))


def following(*, actor: Actor, now: datetime, matter: str) -> Following:
    """Return what follows this matter's answer, and its times if it is an emergency."""
    row = find_matter(actor=actor, matter=matter)
    calls = tuple(CallBack.objects.filter(matter=row).order_by("at"))
    reached = next((one.at for one in calls if one.reached), None)
    demand = ProcessDemand.objects.filter(matter=row).first()
    emergency = row.process == Process.EMERGENCY_REQUEST
    return Following(
        adopted=emergency_adopted(now=now),
        times=(
            *elapsed(received=row.received_at, reached=reached, answered=row.responded_at, now=now),
            *duty_times(row=row, answered=row.responded_at, now=now),
        )
        if emergency
        else (),
        on_duty=on_duty(now=now) if emergency else "",
        called=bool(called_to(row=row)),
        calls=tuple(
            Call(
                at=served(one.at, row.zone), source=one.source.replace("_", " "), reached=one.reached, by=tuple(one.by)
            )
            for one in calls
        ),
        demand=FOLLOW_UP_NAMES[demand.state] if demand else "",
        demand_due=served(demand.due_at, row.zone) if demand else "",
        disclosed=row.outcome in DISCLOSED,
        incidents=tuple(_incident(one, row.zone) for one in Incident.objects.filter(matter=row)),
    )


def _incident(one: Incident, zone_name: str) -> IncidentLine:
    return IncidentLine(
        id=one.pk,
        words=CAUSE_NAMES[IncidentCause(one.cause)],
        state=one.state,
        state_name=INCIDENT_NAMES[one.state],
        due=served(one.controller_due_at, zone_name),
        told=one.controller_told_at is not None,
    )
