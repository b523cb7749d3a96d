"""Days as papers write them: English, German and French, in words and in figures; both readings where two exist."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januar janvier jan jänner",
            "february februar février fevrier feb",
            "march märz maerz mars mar",
            "april avril apr",
            "may mai",
            "june juni juin jun",
            "july juli juillet jul",
            "august août aout aug",
            "september septembre sep sept",
            "october oktober octobre oct okt",
            "november novembre nov",
            "december dezember décembre decembre dec dez",
        ),
        start=1,
    )
    for name in names.split()
}
MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
YEAR = r"(?:19|20)\d\d"
ORDINAL = r"(?:st|nd|rd|th|er|\.)?"
MONTH_FIRST = re.compile(rf"\b(?P<m>{MONTH})\s+(?P<d>\d{{1,2}}){ORDINAL}\s?,?\s+(?P<y>{YEAR})\b", re.IGNORECASE)
DAY_FIRST = re.compile(
    rf"\b(?P<d>\d{{1,2}}){ORDINAL}\s+(?:day\s+of\s+)?(?P<m>{MONTH}),?\s+(?P<y>{YEAR})\b", re.IGNORECASE
)
MONTH_RANGE = re.compile(
    rf"\b(?P<m>{MONTH})\s+(?P<d>\d{{1,2}}){ORDINAL}(?=\s+(?:through|to|until|and|-)\s+{MONTH}\s+\d{{1,2}}{ORDINAL}"
    rf"\s?,?\s+(?P<y>{YEAR})\b)",
    re.IGNORECASE,
)
WHOLE = re.compile(rf"\b(?P<y>{YEAR})-(?P<m>\d\d)-(?P<d>\d\d)\b")
DOTS = re.compile(rf"\b(?P<d>\d{{1,2}})\.\s?(?P<m>\d{{1,2}})\.\s?(?P<y>{YEAR})\b")
SLASHES = re.compile(rf"(?<![\d/])(?P<a>\d{{1,2}})(?P<s>[/-])(?P<b>\d{{1,2}})(?P=s)(?P<y>{YEAR}|\d\d)(?![\d/-])")
CENTURY = 2000


@dataclass(frozen=True)
class FoundDay:
    """One place where a day stands, and the days that it can be: two where day and month may be either."""

    start: int
    end: int
    days: tuple[date, ...]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _worded(found: re.Match[str]) -> tuple[date | None, ...]:
    name = found["m"].lower().rstrip(".")
    return (_day(int(found["y"]), MONTHS[name], int(found["d"])),)


def _figured(found: re.Match[str]) -> tuple[date | None, ...]:
    return (_day(int(found["y"]), int(found["m"]), int(found["d"])),)


def _either(found: re.Match[str]) -> tuple[date | None, ...]:
    year, first, second = int(found["y"]), int(found["a"]), int(found["b"])
    if len(found["y"]) == 2:  # noqa: PLR2004 - a year of two figures
        year += CENTURY
    return _day(year, first, second), _day(year, second, first)


READINGS = (
    (MONTH_RANGE, _worded),
    (MONTH_FIRST, _worded),
    (DAY_FIRST, _worded),
    (WHOLE, _figured),
    (DOTS, _figured),
    (SLASHES, _either),
)


def days_in(text: str) -> tuple[FoundDay, ...]:
    """Return every day in the order of the text; where two forms fit the same letters, the longer one."""
    found = sorted(_all(text), key=lambda one: (one.start, -one.end))
    kept: list[FoundDay] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


def _all(text: str) -> Iterator[FoundDay]:
    for pattern, reading in READINGS:
        for found in pattern.finditer(text):
            days = tuple(dict.fromkeys(day for day in reading(found) if day is not None))
            if days:
                yield FoundDay(found.start(), found.end(), days)
