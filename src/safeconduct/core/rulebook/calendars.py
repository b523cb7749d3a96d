"""Which days are no working days where: the public holidays of a country and a state, and what counsel entered beside.

1. The weekend is the country's own.
2. A holiday that counsel entered stands on top of the known ones; none is ever taken away here.
3. A country or state of which no holidays are known has its weekend only, and says that it is not known.
4. The edition of a calendar is the digest of what was entered and the version of the known holidays: with another
   edition a running deadline is reckoned again.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import holidays
from holidays import version as known_version

from safeconduct.core.base.canonical import digest
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.rulebook.location import shipped

DOMAIN = "safeconduct/v1/calendar"
SATURDAY_AND_SUNDAY = frozenset({5, 6})
_MEMBERS = frozenset({"day", "country", "name", "source", "entered"})
_COUNTRY, _REGION = re.compile(r"[A-Z]{2}"), re.compile(r"[A-Z0-9]{1,4}")


class CalendarError(BadInputError):
    """The holidays that counsel entered cannot be read."""

    code = "SC-RULEBOOK-CALENDAR"
    cure = "Correct the TOML under calendars/; the shipped file shows an entry."


@dataclass(frozen=True, kw_only=True)
class Holiday:
    """One day that counsel entered: of a country, or of one state of it."""

    day: date
    country: str
    region: str
    name: str
    entered: date


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The days of one country and state on which nobody works.

    Attributes:
        country: ISO 3166 code.
        region: ISO 3166-2 code of the state without the country, or empty.
        weekend: days of the week, Monday being 0.
        entered: what counsel entered for it, by day.
        known: whether public holidays of the country, and of the state if named, are known.
        edition: digest of what this calendar was made from.
    """

    country: str = ""
    region: str = ""
    weekend: frozenset[int] = SATURDAY_AND_SUNDAY
    entered: Mapping[date, str] = field(default_factory=dict)
    known: bool = False
    edition: str = ""

    def closed(self, day: date) -> str:
        """Return why nobody works on ``day``: ``weekend``, a holiday's name, or empty."""
        if name := self.entered.get(day) or _known_year(self.country, self.region, day.year).get(day):
            return name
        return "weekend" if day.weekday() in self.weekend else ""


@dataclass(frozen=True)
class Calendars:
    """Every calendar, with what counsel entered."""

    entered: tuple[Holiday, ...] = ()

    @property
    def edition(self) -> str:
        """Return the digest over what was entered and the version of the known holidays."""
        rows = [[one.day.isoformat(), one.country, one.region, one.name] for one in self.entered]
        return digest(DOMAIN, {"entered": sorted(rows), "known": known_version.__version__})

    def of(self, country: str, region: str = "") -> Calendar:
        """Return the calendar of a country and a state of it."""
        shape = _shape(country, region)
        return Calendar(
            country=country,
            region=region,
            weekend=shape[0],
            known=shape[1],
            entered={
                one.day: one.name for one in self.entered if one.country == country and one.region in {"", region}
            },
            edition=self.edition,
        )


def _library(country: str, region: str, year: int | None) -> holidays.HolidayBase | None:
    """Return the known holidays; those of the country alone for a state that is not known, None for no country."""
    for subdivision in (region or None, None):
        try:
            return holidays.country_holidays(country, subdiv=subdivision, years=year, language="en_US", expand=False)
        except NotImplementedError:
            continue
    return None


@lru_cache(maxsize=256)
def _shape(country: str, region: str) -> tuple[frozenset[int], bool]:
    found = _library(country, region, None)
    if found is None:
        return SATURDAY_AND_SUNDAY, False
    return frozenset(found.weekend), (found.subdiv or "") == region


@lru_cache(maxsize=1024)
def _known_year(country: str, region: str, year: int) -> Mapping[date, str]:
    found = _library(country, region, year)
    return {} if found is None else {day: str(name) for day, name in found.items() if day.year == year}


def load_calendars(folder: Path | None = None) -> Calendars:
    """Return the calendars with what was entered in a rulebook's folder; raises ``CalendarError``."""
    found: list[Holiday] = []
    for file in sorted(((folder or shipped()) / "calendars").glob("*.toml")):
        found += _entered(file.read_bytes(), file.name)
    return Calendars(entered=tuple(sorted(found, key=lambda one: (one.day, one.country, one.region, one.name))))


@lru_cache(maxsize=16)
def _entered(data: bytes, name: str) -> tuple[Holiday, ...]:
    """Return what these bytes enter: the files are read each time, and parsed only when their bytes are new."""
    try:
        value = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CalendarError(f"{name} cannot be read as TOML.") from error
    tables = value.get("holiday", [])
    if set(value) - {"holiday"} or not isinstance(tables, list):
        raise CalendarError(f"{name} holds [[holiday]] tables and nothing else.")
    return tuple(_holiday(table, name) for table in tables)


def _holiday(table: Any, name: str) -> Holiday:  # noqa: ANN401 - whatever the TOML holds
    if not isinstance(table, dict) or not _MEMBERS <= set(table) <= _MEMBERS | {"region"}:
        raise CalendarError(f"{name}: a holiday has day, country, name, source, entered; some a region.")
    region = table.get("region", "")
    days = type(table["day"]) is date and type(table["entered"]) is date
    texts = all(isinstance(one, str) for one in (table["country"], region, table["name"], table["source"]))
    if not days or not texts or not table["name"].strip() or not table["source"].startswith("https://"):
        raise CalendarError(f"{name}: days are written like 2026-01-31, the rest is text, the source an address.")
    if not _COUNTRY.fullmatch(table["country"]) or (region and not _REGION.fullmatch(region)):
        raise CalendarError(f"{name}: a country is written like US, a region like TX.")
    return Holiday(
        day=table["day"], country=table["country"], region=region, name=table["name"].strip(), entered=table["entered"]
    )
