"""How requests are counted, and the exact tables that come of it.

The counting rules, in force from version 1:

1. One paper is one request, however many people, numbers or accounts it names. A paper served again unchanged is not
   counted again; a later paper about the same people is.
2. A request belongs to the half-year in which it was received, by the day in UTC, even if it is answered later.
3. A request is counted under the kind of paper it is, whatever it calls itself.
4. A request is counted under one country: that of the authority that signed it. A paper of a private party is no
   government's request and is not counted.
5. A request has one outcome: that on the day of counting. Not yet answered is ``pending``.
6. Data left if anything left: as asked, or after we narrowed it. What leaves in several parts is counted once.
7. None held means that we searched and had nothing. Sent elsewhere means that we named another route.
8. A notice is counted once for each request on which data left: before, afterwards, forbidden by an order that still
   runs, or a named exception. A request without one of the four cannot be published.
9. A request about which a court's order forbids us to tell the customer is counted like every other: the order forbids
   telling, not counting (18 U.S.C. 2705(b)). Nothing in the tables says which requests are silenced.
10. A preservation letter asks for nothing to leave. It is counted by itself, outside every other table.
11. National security process is never counted here, not even in a total. What may be said of it is a band for one
    option of 50 U.S.C. 1874(a), stated apart.
12. Where several companies of ours are served, each request is also counted under the one that was; then every request
    is, and a table has a row for each company.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.periods import HalfYear

RULES_VERSION = 1
_COUNTRY = re.compile(r"[A-Z]{2}")  # ISO 3166 alpha-2.
_ENTITY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
NATIONAL_SECURITY = frozenset({"national_security_letter", "fisa_order", "fisa_pen_register_order", "fisa_directive"})
PRESERVATION = "preservation_request"
PROCESSES = MappingProxyType(
    {
        "subpoena": "Subpoena",
        "court_order_2703d": "Court order, 2703(d)",
        "search_warrant": "Search warrant",
        "emergency_request": "Emergency",
        "foreign_request": "Foreign paper",
        "interception_order": "Order to intercept",
        "other_paper": "Other paper",
        PRESERVATION: "Preservation letter",
    },
)
"""Every kind of paper that is counted, in the order of the tables."""


class Outcome(StrEnum):
    """How a request came out."""

    AS_ASKED = "disclosed_as_asked"
    NARROWED = "disclosed_narrowed"
    NONE_HELD = "none_held"
    REFUSED = "refused"
    REDIRECTED = "redirected"
    WITHDRAWN = "withdrawn"
    PENDING = "pending"
    PRESERVED = "preserved"


DATA_LEFT = frozenset({Outcome.AS_ASKED, Outcome.NARROWED})


class Told(StrEnum):
    """Whether the customer was told."""

    BEFORE = "before"
    AFTER = "after"
    PROHIBITED = "prohibited"
    EXCEPTION = "exception"
    NONE_DUE = "none_due"


ANSWERS = (Told.BEFORE, Told.AFTER, Told.PROHIBITED, Told.EXCEPTION)


class CountingError(BadInputError):
    """The requests cannot be counted by the rules."""

    code = "SC-TALLY-COUNTING"
    cure = "Correct the matter; docs/formats/report.md lists the counting rules."


class NationalSecurityError(CountingError):
    """A national-security number would stand in, or could be inferred from, an exact table."""

    code = "SC-TALLY-NATIONAL-SECURITY"
    cure = "Count it in the enclave and publish its band alone."


@dataclass(frozen=True, kw_only=True, order=True)
class Counted:
    """One request as it is counted; no date and no reference, so it points at nobody.

    ``entity`` is the id of the company served, where there are several (rule 12).
    """

    process: str
    country: str
    outcome: Outcome
    told: Told
    entity: str = ""

    def __post_init__(self) -> None:
        """Refuse what the rules cannot count."""
        if self.process in NATIONAL_SECURITY:
            raise NationalSecurityError("Rule 11.")
        if self.process not in PROCESSES:
            raise CountingError(f"{self.process} is no kind of paper.")
        if not _COUNTRY.fullmatch(self.country):
            raise CountingError("A country has two capital letters.")
        if self.entity and not _ENTITY.fullmatch(self.entity):
            raise CountingError("A company served has an id of small letters, digits and hyphens.")
        try:
            object.__setattr__(self, "outcome", Outcome(self.outcome))
            object.__setattr__(self, "told", Told(self.told))
        except ValueError as error:
            raise CountingError(f"{error}.") from error
        if self.data_left and self.told not in ANSWERS:
            raise CountingError(
                f"Data left on a {self.process} and no notice, prohibition or exception stands (rule 8)."
            )
        if self.process == PRESERVATION and self.data_left:
            raise CountingError("Nothing leaves on a preservation letter (rule 10).")

    @property
    def data_left(self) -> bool:
        """Return whether anything left."""
        return self.outcome in DATA_LEFT

    def as_json(self) -> dict[str, str]:
        """Return the canonical form."""
        return {
            "process": self.process,
            "country": self.country,
            "outcome": self.outcome.value,
            "told": self.told.value,
            **({"entity": self.entity} if self.entity else {}),
        }


@dataclass(frozen=True, kw_only=True)
class Table:
    """An exact table of whole numbers.

    Attributes:
        code: stable name, also of its file.
        title: what it shows.
        head: name of the first column.
        columns: (key, label) of the others; the first is the total received unless the table is about notices.
        rows: (key, label, numbers), the numbers in the order of the columns.
        total: the sum of each column.
    """

    code: str
    title: str
    head: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str, tuple[int, ...]], ...]

    @property
    def total(self) -> tuple[int, ...]:
        """Return the sum of each column."""
        return tuple(sum(numbers[place] for _, _, numbers in self.rows) for place in range(len(self.columns)))

    def as_json(self) -> dict[str, JsonValue]:
        """Return the table with its total."""
        keys = [key for key, _ in self.columns]
        rows = [
            {"key": key, "label": label, **dict(zip(keys, numbers, strict=True))} for key, label, numbers in self.rows
        ]
        return {
            "code": self.code,
            "title": self.title,
            "columns": [{"key": key, "label": label} for key, label in self.columns],
            "rows": rows,
            "total": dict(zip(keys, self.total, strict=True)),
        }


BY_PROCESS = (
    ("received", "Received"),
    ("disclosed_as_asked", "Left as asked"),
    ("disclosed_narrowed", "After narrowing"),
    ("none_held", "None held"),
    ("refused", "Refused"),
    ("redirected", "Sent elsewhere"),
    ("withdrawn", "Withdrawn"),
    ("pending", "Pending"),
)
BY_COUNTRY = (
    ("received", "Received"),
    ("data_left", "Data left"),
    ("refused", "Refused"),
    ("other", "Otherwise nothing left"),
)
BY_NOTICE = (
    ("before", "Before data left"),
    ("after", "Afterwards"),
    ("prohibited", "Forbidden by an order"),
    ("exception", "Exception, named"),
    ("all", "All"),
)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """One half-year, counted."""

    period: HalfYear
    by_process: Table
    by_country: Table
    notices: Table
    preservation: Table
    by_entity: Table | None = None

    @property
    def tables(self) -> tuple[Table, ...]:
        """Return every table, in the order of the report."""
        served = () if self.by_entity is None else (self.by_entity,)
        return (self.by_process, self.by_country, self.notices, self.preservation, *served)

    @property
    def received(self) -> int:
        """Return how often governments asked for data."""
        return self.by_process.total[0]

    @property
    def data_left(self) -> int:
        """Return how often data left."""
        return self.by_process.total[1] + self.by_process.total[2]


def counted_in(period: HalfYear, requests: Iterable[tuple[datetime, Counted]]) -> list[Counted]:
    """Return the requests that the half-year counts, by the time each was received (rule 2)."""
    return [request for received, request in requests if period.window.holds(received)]


def tally(period: HalfYear, requests: Iterable[Counted]) -> Tally:
    """Return the exact tables of the requests of one half-year."""
    everything = list(requests)
    if any(request.entity for request in everything) and not all(request.entity for request in everything):
        raise CountingError("Some requests say which company was served, and some do not (rule 12).")
    asked = [request for request in everything if request.process != PRESERVATION]
    return Tally(
        period=period,
        by_process=_by_process(asked),
        by_country=_by_country(asked),
        notices=_notices(asked),
        preservation=_preservation([request for request in everything if request.process == PRESERVATION]),
        by_entity=_by_entity(asked) if any(request.entity for request in everything) else None,
    )


def _by_process(asked: list[Counted]) -> Table:
    rows = []
    for process, label in PROCESSES.items():
        these = [request.outcome for request in asked if request.process == process]
        if process != PRESERVATION:
            numbers = (len(these), *(these.count(Outcome(key)) for key, _ in BY_PROCESS[1:]))
            rows.append((process, label, numbers))
    return _even(
        Table(code="by-process", title="By kind of paper", head="Paper", columns=BY_PROCESS, rows=tuple(rows)),
    )


def _by_country(asked: list[Counted]) -> Table:
    rows = _apart(asked, [request.country for request in asked])
    return _even(Table(code="by-country", title="By country", head="Country", columns=BY_COUNTRY, rows=rows))


def _by_entity(asked: list[Counted]) -> Table:
    rows = _apart(asked, [request.entity for request in asked])
    return _even(Table(code="by-entity", title="By company served", head="Company", columns=BY_COUNTRY, rows=rows))


def _apart(asked: list[Counted], keys: list[str]) -> tuple[tuple[str, str, tuple[int, ...]], ...]:
    """Return a row for each of ``keys``, which stand beside the requests; those with the most requests come first."""
    rows = []
    for key in set(keys):
        these = [request for request, one in zip(asked, keys, strict=True) if one == key]
        left = sum(request.data_left for request in these)
        refused = sum(request.outcome is Outcome.REFUSED for request in these)
        rows.append((key, key, (len(these), left, refused, len(these) - left - refused)))
    return tuple(sorted(rows, key=lambda row: (-row[2][0], row[0])))


def _notices(asked: list[Counted]) -> Table:
    told = [request.told for request in asked if request.data_left]
    numbers = (*(told.count(word) for word in ANSWERS), len(told))
    rows = (("data_left", "Times data left", numbers),)
    return Table(code="notices", title="How customers were told", head="Counted", columns=BY_NOTICE, rows=rows)


def _preservation(letters: list[Counted]) -> Table:
    rows = sorted({letter.country for letter in letters})
    return Table(
        code="preservation",
        title="Preservation letters",
        head="Country",
        columns=(("received", "Received"),),
        rows=tuple((one, one, (sum(letter.country == one for letter in letters),)) for one in rows),
    )


def _even(table: Table) -> Table:
    """Return the table if every row adds up to what was received; raises ``CountingError``."""
    for key, _, (received, *parts) in table.rows:
        if received != sum(parts):
            raise CountingError(f"{table.code}, {key}: the outcomes add up to {sum(parts)}, not {received}.")
    return table
