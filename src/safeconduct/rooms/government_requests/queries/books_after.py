"""Holds what follows an answer against its entries: the demand for process, and incidents."""

from safeconduct.rooms.government_requests.models import Incident, Matter, ProcessDemand
from safeconduct.rooms.ledger.queries import HistoryLine

ROOM = "government_requests."
Lines = tuple[HistoryLine, ...]


def demand(row: Matter, lines: Lines) -> bool:
    """Return whether the demand for process stands as it was entered last."""
    said = [line.facts["demand"] for line in lines if "demand" in line.facts]
    kept = ProcessDemand.objects.filter(matter=row).values_list("state", flat=True).first()
    return kept == (said[-1] if said else None)


def incidents(row: Matter, lines: Lines) -> bool:
    """Return whether the incidents, what was done and that the controller was told are what was entered."""
    states: dict[str, str] = {}
    told: set[str] = set()
    for line in lines:
        kind, facts = line.kind.removeprefix(ROOM), line.facts
        if kind == "report_incident":
            states[facts["incident"]] = "known"
        elif kind == "recall_package":
            states[facts["incident"]] = "recalled"
        elif kind == "tell_controller":
            told.add(facts["incident"])
        elif kind == "settle_incident":
            states[facts["incident"]] = facts["incident_state"]
    kept = Incident.objects.filter(matter=row)
    return {one.pk: one.state for one in kept} == states and {one.pk for one in kept if one.controller_told_at} == told
