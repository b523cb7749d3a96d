"""How a matter stands before the gate, from its rows, and as its review page says it."""

from dataclasses import dataclass

from safeconduct.core.base.findings import Outcome
from safeconduct.rooms.government_requests.models import Check, DataRole, FindingRecord, Matter
from safeconduct.rooms.government_requests.queries.forecasts import last_forecast
from safeconduct.rooms.government_requests.rules.findings import outcomes_allowed
from safeconduct.rooms.government_requests.rules.gate import Forecast, Standing, obstacles, permitted
from safeconduct.rooms.government_requests.rules.words import (
    CATEGORY_NAMES,
    Category,
    FindingKind,
    FindingOutcome,
    Process,
    Role,
)


def standing_of(row: Matter) -> Standing:
    """Return how ``row`` stands before the gate."""
    made = FindingRecord.objects.filter(matter=row, superseded_at__isnull=True).values_list("kind", "outcome")
    findings = {FindingKind(kind): FindingOutcome(outcome) for kind, outcome in made}
    checks: dict[FindingKind, list[Outcome]] = {kind: [] for kind in FindingKind}
    for kind, outcome in Check.objects.filter(matter=row).values_list("kind", "outcome"):
        checks[FindingKind(kind)].append(Outcome(outcome))
    return Standing(
        state=row.state,
        process=Process(row.process),
        findings=findings,
        checks_agree=all(outcome in outcomes_allowed(kind, tuple(checks[kind])) for kind, outcome in findings.items()),
        forecast=_forecast(row),
        foreign=row.country != row.served_country,
        processor=DataRole.objects.filter(matter=row, role=Role.PROCESSOR, category__in=row.categories).exists(),
        silenced=row.silenced,
    )


def _forecast(row: Matter) -> Forecast:
    last = last_forecast(row)
    if last is None:
        return Forecast.NOT_MADE
    return Forecast.SOMETHING if last.result.get("total") else Forecast.NOTHING


@dataclass(frozen=True, kw_only=True)
class Ways:
    """What is open, what keeps an answer from leaving, and what we are to each class of data asked for."""

    open: frozenset[str]
    obstacles: tuple[str, ...]
    roles: tuple[tuple[str, str, str], ...]


def ways_of(row: Matter) -> Ways:
    """Return the ways out of the review as the page shows them."""
    standing = standing_of(row)
    kept = DataRole.objects.filter(matter=row, category__in=row.categories).values_list("category", "role", "by")
    by_category = {category: (role, by) for category, role, by in kept}
    return Ways(
        open=frozenset(str(step) for step in permitted(standing)),
        obstacles=obstacles(standing),
        roles=tuple(
            (CATEGORY_NAMES[one], by_category[one][0], "found by counsel" if by_category[one][1] else "by the policy")
            for one in Category
            if one in by_category
        ),
    )
