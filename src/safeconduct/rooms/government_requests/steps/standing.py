"""Gathers from the rows the facts that the gate asks for."""

from safeconduct.core.base.findings import Outcome
from safeconduct.rooms.government_requests.models import Check, DataRole, Matter
from safeconduct.rooms.government_requests.queries.forecasts import last_forecast
from safeconduct.rooms.government_requests.rules.findings import outcomes_allowed
from safeconduct.rooms.government_requests.rules.gate import Forecast, Standing, Step, require_step
from safeconduct.rooms.government_requests.rules.words import FindingKind, Process, Role
from safeconduct.rooms.government_requests.steps import rows


def standing_of(row: Matter) -> Standing:
    """Return how ``row`` stands before the gate."""
    findings = rows.standing_findings(row)
    return Standing(
        state=row.state,
        process=Process(row.process),
        findings=findings,
        checks_agree=all(outcome in outcomes_allowed(kind, _checks(row, kind)) for kind, outcome in findings.items()),
        forecast=_forecast(row),
        foreign=row.country != row.served_country,
        processor=_processor(row),
        silenced=row.silenced,
    )


def require(step: Step, row: Matter) -> None:
    """Raise ``GateError`` unless ``step`` is open to ``row`` as it stands."""
    require_step(step, standing_of(row))


def _checks(row: Matter, kind: FindingKind) -> tuple[Outcome, ...]:
    return tuple(Outcome(one) for one in Check.objects.filter(matter=row, kind=kind).values_list("outcome", flat=True))


def _forecast(row: Matter) -> Forecast:
    last = last_forecast(row)
    if last is None:
        return Forecast.NOT_MADE
    return Forecast.SOMETHING if last.result.get("total") else Forecast.NOTHING


def _processor(row: Matter) -> bool:
    return DataRole.objects.filter(matter=row, role=Role.PROCESSOR, category__in=row.categories).exists()
