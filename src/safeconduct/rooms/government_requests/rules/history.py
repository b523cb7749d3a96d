"""History that was kept elsewhere: taken over, marked as not proven here, and never mixed with what we can prove.

1. An imported matter is no matter: nothing is decided, disclosed or counted on it. It has no entries of its own acts.
2. What names a person is sealed; dates, the kind of paper and the outcome stand in the row.
3. A row that cannot be read is kept whole, sealed, with the reason; it is counted beside those that were taken.
4. The same row again is the same imported matter.
5. An imported matter is found by the telephone numbers and addresses in its row, and by nothing else; what a program
   does not see there is found by reading (Policy 4).
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from safeconduct.core.base.errors import BadInputError
from safeconduct.rooms.government_requests.rules.identifiers import read_identifier
from safeconduct.rooms.government_requests.rules.words import Process

SOURCES = {"csv": "Spreadsheet (CSV)", "xlsx": "Spreadsheet (XLSX)", "mbox": "Mailbox (mbox)"}
CHUNK = 200
"""So many rows are sealed in one object."""
MOST_CELL = 20_000
MOST_COLUMNS = 200
UNREADABLE = "unreadable"
"""The column of a mail in a mailbox that no program can read: its bytes as latin-1, so that nothing is lost."""
PLAIN = ("key", "received", "closed", "process", "outcome", "country")
"""What stands in the row; every other column of the file is sealed."""


MOST_IDENTIFIERS = 200
"""So many identifiers of one row are looked for."""
MAIL_ADDRESS = r"(?<![\w.+])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"
TELEPHONE = r"(?<![\w+])\+\d(?:[ ().-]{0,2}\d){6,14}(?!\d)"
NAMED = re.compile(f"{MAIL_ADDRESS}|{TELEPHONE}")
"""An e-mail address, or a telephone number with its country's code."""


class HistoryOutcome(StrEnum):
    """How it ended, as the other system said."""

    PRODUCED = "produced"
    PRODUCED_IN_PART = "produced_in_part"
    NONE_HELD = "none_held"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    NOT_STATED = "not_stated"


class RowRefused(StrEnum):
    """Why a row was not taken."""

    NO_KEY = "no_key"
    BAD_DATE = "bad_date"
    NO_DATE = "no_date"
    BACKWARDS = "backwards"
    FUTURE = "future"
    UNKNOWN_PROCESS = "unknown_process"
    UNKNOWN_OUTCOME = "unknown_outcome"
    BAD_COUNTRY = "bad_country"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"


REFUSED_WORDS = {
    RowRefused.NO_KEY: "It has no number of its own",
    RowRefused.BAD_DATE: "A date cannot be read",
    RowRefused.NO_DATE: "It has no day of receipt",
    RowRefused.BACKWARDS: "It was closed before it was received",
    RowRefused.FUTURE: "It was received on a day to come",
    RowRefused.UNKNOWN_PROCESS: "The mapping does not know its kind of paper",
    RowRefused.UNKNOWN_OUTCOME: "The mapping does not know its outcome",
    RowRefused.BAD_COUNTRY: "Its country is not two letters",
    RowRefused.TOO_LONG: "A cell is longer than any honest one",
    RowRefused.UNREADABLE: "No program can read it",
}


class MappingError(BadInputError):
    """The mapping file does not say how to read this file."""

    code = "SC-MAPPING"
    cure = "docs/formats/history-mapping.md names every key; try it with --dry-run."


class RefusedRowError(BadInputError):
    """This row cannot be taken."""

    code = "SC-HISTORY-ROW"

    def __init__(self, reason: RowRefused) -> None:
        """Keep the reason."""
        super().__init__(REFUSED_WORDS[reason])
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """How one file is read: which column is what, how dates are written, what its words mean here."""

    columns: dict[str, str]
    dates: tuple[str, ...]
    processes: dict[str, str]
    outcomes: dict[str, str]
    country: str

    @classmethod
    def from_table(cls, table: dict[str, Any]) -> "Mapping":
        """Return the mapping in a TOML table; raises ``MappingError`` for a key, column or word that it cannot mean."""
        try:
            if extra := set(table) - {"columns", "dates", "process", "outcome", "country"}:
                raise MappingError(f"There is no key {min(extra)}.")
            found = cls(
                columns={str(name): str(column) for name, column in table["columns"].items()},
                dates=tuple(str(one) for one in table.get("dates", ["%Y-%m-%d"])),
                processes={str(said).strip().lower(): str(Process(one)) for said, one in table["process"].items()},
                outcomes={
                    str(said).strip().lower(): str(HistoryOutcome(one))
                    for said, one in table.get("outcome", {}).items()
                },
                country=str(table.get("country", "")).upper(),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise MappingError(f"A key is missing or wrong: {error}.") from error
        if not {"key", "received", "process"} <= set(found.columns) <= set(PLAIN):
            raise MappingError("[columns] names key, received and process, and may name closed, outcome and country.")
        return found


@dataclass(frozen=True, kw_only=True)
class HistoryRow:
    """One row as it is kept: ``sealed`` is everything of the file's row, ``key`` its own number over there."""

    key: str
    received: date
    closed: date | None
    process: str
    outcome: str
    country: str
    sealed: dict[str, str]


def read_row(row: dict[str, str], mapping: Mapping, *, today: date) -> HistoryRow:
    """Return a file's row as history; raises ``RefusedRowError`` with the reason."""
    if UNREADABLE in row:
        raise RefusedRowError(RowRefused.UNREADABLE)
    if len(row) > MOST_COLUMNS or any(len(one) > MOST_CELL for one in row.values()):
        raise RefusedRowError(RowRefused.TOO_LONG)
    said = {name: row.get(column, "").strip() for name, column in mapping.columns.items()}
    if not said["key"]:
        raise RefusedRowError(RowRefused.NO_KEY)
    received, closed = _day(said["received"], mapping), _day(said.get("closed", ""), mapping)
    if received is None:
        raise RefusedRowError(RowRefused.NO_DATE)
    if received > today:
        raise RefusedRowError(RowRefused.FUTURE)
    if closed is not None and closed < received:
        raise RefusedRowError(RowRefused.BACKWARDS)
    process = mapping.processes.get(said["process"].lower(), mapping.processes.get("*"))
    if process is None:
        raise RefusedRowError(RowRefused.UNKNOWN_PROCESS)
    outcome = mapping.outcomes.get(said.get("outcome", "").lower(), "" if said.get("outcome") else "not_stated")
    if not outcome:
        raise RefusedRowError(RowRefused.UNKNOWN_OUTCOME)
    country = (said.get("country") or mapping.country).upper()
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):  # noqa: PLR2004 - ISO 3166
        raise RefusedRowError(RowRefused.BAD_COUNTRY)
    return HistoryRow(
        key=said["key"], received=received, closed=closed, process=process, outcome=outcome, country=country, sealed=row
    )


def _day(text: str, mapping: Mapping) -> date | None:
    if not text:
        return None
    for form in mapping.dates:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day of the other system, without a zone
        except ValueError:
            continue
    raise RefusedRowError(RowRefused.BAD_DATE)


def identifiers_of(row: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the identifiers in a row's cells, each with its kind, once each: rule 5."""
    found = dict.fromkeys(match[0] for cell in row.values() for match in NAMED.finditer(cell))
    return tuple(dict.fromkeys(read_identifier(words) for words in list(found)[:MOST_IDENTIFIERS]))
