"""Asks the gate inside an action's transaction."""

from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.queries.standing import standing_of
from safeconduct.rooms.government_requests.rules.gate import Step, require_step


def require(step: Step, row: Matter) -> None:
    """Raise ``GateError`` unless ``step`` is open to ``row`` as it stands."""
    require_step(step, standing_of(row))
