"""Which days count where: the calendar of a paper's country and state, with what counsel entered."""

from safeconduct.core.rulebook.calendars import Calendar, load_calendars
from safeconduct.rooms.government_requests.queries.place import configuration


def calendar_of(*, country: str, region: str = "") -> Calendar:
    """Return the calendar of a country and a state of it, as counsel's entries stand now."""
    return load_calendars(configuration().rulebook).of(country, region)


def calendar_edition() -> str:
    """Return the edition of all calendars together."""
    return load_calendars(configuration().rulebook).edition
