"""Counsel's determinations for a class of matters: one provision's answer, for kinds of paper, until a day.

1. A determination is for one exact text of a provision; after any edit it answers nothing.
2. It names the kinds of paper it is for, and one country where it is for that country's authorities only.
3. It counts from its day through the day before ``expires``, and never for longer than a year.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from safeconduct.core.base.canonical import digest
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.rulebook.provisions import Provision
from safeconduct.core.rulebook.questions import PROCESSES

Day = date
"""The type's name where a member is called ``date``."""
DOMAIN = "safeconduct/v1/class-determination"
LONGEST = timedelta(days=366)
_TEXTS = ("provision", "digest", "name", "citation", "reason")
_MEMBERS = frozenset({*_TEXTS, "processes", "country", "date", "expires"})
_COUNTRY_LETTERS = 2


class ClassDeterminationError(BadInputError):
    """A determination for a class cannot be used."""

    code = "SC-RULEBOOK-DETERMINATION"
    cure = "Write it with safeconduct rulebook determine; docs/formats/sign-off.md names every member."


@dataclass(frozen=True, kw_only=True)
class ClassDetermination:
    """One answer of counsel for a class of matters.

    Attributes:
        provision: id of the provision that the question rests on.
        digest: of its exact text.
        processes: the kinds of paper it is for.
        country: of the authority; empty for all.
        name: counsel.
        citation: what counsel relied on.
        reason: counsel's words; law only, never a person's data.
        date: the day from which it counts.
        expires: the first day on which it counts no more.
    """

    provision: str
    digest: str
    processes: tuple[str, ...]
    country: str
    name: str
    citation: str
    reason: str
    date: Day
    expires: Day

    def __post_init__(self) -> None:
        """Refuse what rules 2 and 3 do not allow."""
        if not self.processes or not set(self.processes) <= set(PROCESSES):
            raise ClassDeterminationError("It names the kinds of paper that it is for.")
        if not all(getattr(self, one).strip() and getattr(self, one).isprintable() for one in _TEXTS):
            raise ClassDeterminationError("Name, citation and reason are one line each, and none is empty.")
        if self.country and not (self.country.isalpha() and self.country.isupper()):
            raise ClassDeterminationError("A country is written like US.")
        if len(self.country) not in {0, _COUNTRY_LETTERS}:
            raise ClassDeterminationError("A country has two letters.")
        if not timedelta() < self.expires - self.date <= LONGEST:
            raise ClassDeterminationError("It ends after it begins, within a year.")

    @property
    def id(self) -> str:
        """Return the name under which a matter's decisions cite it."""
        return "class-" + digest(DOMAIN, self.as_json())[:24]

    def as_json(self) -> dict[str, Any]:
        """Return the canonical form."""
        days = {"date": self.date.isoformat(), "expires": self.expires.isoformat()}
        return {
            **{one: getattr(self, one) for one in _TEXTS},
            "processes": sorted(self.processes),
            "country": self.country,
            **days,
        }

    def stands(self, *, process: str, country: str, day: Day) -> bool:
        """Return whether it is for such a paper on ``day``."""
        return process in self.processes and self.country in {"", country} and self.date <= day < self.expires

    @property
    def text(self) -> str:
        """Return it as a TOML table."""
        lines = [f"{one} = {json.dumps(getattr(self, one), ensure_ascii=False)}" for one in (*_TEXTS, "country")]
        lines += [f"processes = {json.dumps(list(self.processes))}"]
        lines += [f"date = {self.date.isoformat()}", f"expires = {self.expires.isoformat()}"]
        return "\n[[determination]]\n" + "\n".join(lines)


def parse_determination(value: Any) -> ClassDetermination:  # noqa: ANN401 - whatever the TOML holds
    """Return the determination in one TOML table; raises ``ClassDeterminationError``."""
    if not isinstance(value, dict) or set(value) != _MEMBERS:
        raise ClassDeterminationError("A determination has exactly the members of its format.")
    texts = all(isinstance(value[one], str) for one in (*_TEXTS, "country"))
    kinds = isinstance(value["processes"], list) and all(isinstance(one, str) for one in value["processes"])
    if not texts or not kinds or any(type(value[one]) is not Day for one in ("date", "expires")):
        raise ClassDeterminationError("Days are days, kinds of paper a list, the rest is text.")
    return ClassDetermination(**{**value, "processes": tuple(value["processes"])})


def standing(
    found: Iterable[ClassDetermination],
    *,
    provisions: Mapping[str, Provision],
    process: str,
    country: str,
    day: Day,
) -> dict[str, str]:
    """Return the determinations that stand for a paper on ``day``: ids by the provision they answer for."""
    return {
        one.provision: one.id
        for one in found
        if one.stands(process=process, country=country, day=day)
        and one.provision in provisions
        and provisions[one.provision].digest == one.digest
    }
