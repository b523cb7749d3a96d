"""The edge clock: the only place where the web faces, the worker and the commands read the time."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.conf import settings

from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.periods import parse_instant


@lru_cache(maxsize=4)
def _offset(starts_at: str) -> timedelta:
    return parse_instant(starts_at) - datetime.now(UTC)


def now() -> datetime:
    """Return the instant in UTC; a demonstration's clock starts at its configured ``now`` when the process starts."""
    configuration: Configuration = settings.SAFECONDUCT
    if configuration.demonstration is None:
        return datetime.now(UTC)
    return datetime.now(UTC) + _offset(configuration.demonstration.now)
