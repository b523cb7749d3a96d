"""What may be said of national security process: one option of 50 U.S.C. 1874(a), its series, its bands, its windows.

1. The options, band widths and windows come from the rulebook, never from this file, and only signed provisions serve.
2. A statement names one option and gives every series of it and no other, each as a band that starts on a multiple
   of the option's width. An exact number has no form here.
3. "The previous n days" are the n days before the day of publication; a series that must lie further back ends at least
   that many days, or years, before publication.
4. A half-year is not 180 days: a window is measured in days, by the calendar in UTC.
5. Orders about a new platform stay out of options that say so until their days have run.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.periods import Window, first_instant
from safeconduct.core.rulebook.book import SIGNED, Answer, Rulebook
from safeconduct.core.rulebook.sign_offs import SignOffs

FIRST_LINE = "safeconduct/v1/band"
_BAND = re.compile(r"(0|[1-9]\d*)-([1-9]\d*)")
_SERIES_LINE = re.compile(r"series ([a-z0-9_]+) (\S+) (\S+) (\S+)")
SERIES_NAMES: Mapping[str, str] = {
    "all_process": "All national security process together",
    "all_selectors": "Customer selectors targeted",
    "nsl_received": "National security letters received",
    "nsl_selectors": "Customer selectors targeted by letters",
}


class BandError(BadInputError):
    """This is no lawful statement about national security process."""

    code = "SC-TALLY-BAND"
    cure = "Choose one option of 50 U.S.C. 1874(a) and make the statement again from the enclave."


class UnsignedOptionError(BandError):
    """Counsel has not signed the provision that allows this statement."""

    code = "SC-TALLY-BAND-UNSIGNED"
    cure = "Have counsel read and sign the provision: safeconduct rulebook sign."


@dataclass(frozen=True, kw_only=True)
class Series:
    """One number that an option allows: its name and where its window lies before publication."""

    name: str
    days: int
    years: int
    ends_days_before: int
    ends_years_before: int

    def window(self, publication: date) -> Window:
        """Return the latest window that may be reported on the day of publication."""
        end = _years_back(publication, self.ends_years_before) - timedelta(days=self.ends_days_before)
        start = _years_back(end, self.years) - timedelta(days=self.days)
        return Window(first_instant(start, "UTC"), first_instant(end, "UTC"))


def _years_back(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


@dataclass(frozen=True, kw_only=True)
class Option:
    """One lawful structure.

    Attributes:
        number: ``1`` to ``4``, as in the section's subsection (a).
        width: width of a band.
        cadence: ``semiannual`` or ``annual``.
        new_platform_days: days for which orders about a new platform stay out; 0 if the option has no such rule.
        series: every series of it.
        citation: how it is cited.
        provision: id of the provision.
        demonstration: whether the demonstration's counsel signed it.
    """

    number: str
    width: int
    cadence: str
    new_platform_days: int
    series: tuple[Series, ...]
    citation: str
    provision: str
    demonstration: bool

    @classmethod
    def of(cls, number: str, answer: Answer) -> Self:
        """Return the option that the rulebook answered; raises ``UnsignedOptionError``."""
        if answer.status != SIGNED:
            raise UnsignedOptionError(answer.why)
        value = answer.value
        try:
            series = tuple(_series(name, table) for name, table in sorted(value["series"].items()))
            numbers = int(value["band"]), str(value["cadence"]), int(value["new_platform_days"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BandError(f"{answer.question} is not answered by an option.") from error
        if numbers[0] < 1 or not series:
            raise BandError(f"{answer.question} has no width or no series.")
        return cls(
            number=number,
            width=numbers[0],
            cadence=numbers[1],
            new_platform_days=numbers[2],
            series=series,
            citation=answer.citations[0],
            provision=answer.provisions[0],
            demonstration=answer.demonstration,
        )


def _series(name: str, table: Mapping[str, int]) -> Series:
    known = {"days", "years", "ends_days_before", "ends_years_before"}
    if set(table) - known:
        raise ValueError(name)
    return Series(name=name, **{key: int(table.get(key, 0)) for key in sorted(known)})


def option(book: Rulebook, number: str, *, as_of: date, overlay: SignOffs | None) -> Option:
    """Return the option ``number`` as the rulebook has it on a day; raises ``UnsignedOptionError``."""
    return Option.of(number, book.ask(f"nsl_option({number})", as_of=as_of, overlay=overlay))


def lawful_band(chosen: Option, count: int) -> str:
    """Return the band that ``count`` falls in, such as ``0-249``; raises ``BandError`` for a negative count."""
    if type(count) is not int or count < 0:
        raise BandError("A count is a whole number, 0 or more.")
    start = count - count % chosen.width
    return f"{start}-{start + chosen.width - 1}"


def check_multiple(text: str) -> None:
    """Raise ``BandError`` unless ``text`` is a band that starts on a multiple of its own width."""
    match = _BAND.fullmatch(text)
    width = int(match[2]) - int(match[1]) + 1 if match else 0
    if width < 1:
        raise BandError(f"{text!r} is no band.")
    check_band(text, width)


def check_band(text: str, width: int) -> None:
    """Raise ``BandError`` unless ``text`` is one band of this width that starts on a multiple of it."""
    match = _BAND.fullmatch(text)
    if match is None:
        raise BandError(f"{text!r} is no band.")
    start, end = int(match[1]), int(match[2])
    if start % width or end != start + width - 1:
        raise BandError(f"{text} is no band of {width}.")


def counts_now(chosen: Option, *, received: datetime, new_platform: bool, publication: date) -> bool:
    """Return whether an order received then may be in a statement published that day, by rule 5."""
    if not new_platform or not chosen.new_platform_days:
        return True
    return received.astimezone(UTC).date() + timedelta(days=chosen.new_platform_days) <= publication


@dataclass(frozen=True, kw_only=True)
class BandStatement:
    """What leaves the enclave: one option, its bands, and nothing else.

    Attributes:
        company: whose statement it is.
        number: the option.
        citation: how the option is cited.
        publication: the day for which it was made.
        bands: (series, band, window), in the order of the option.
    """

    company: str
    number: str
    citation: str
    publication: date
    bands: tuple[tuple[str, str, Window], ...]

    @classmethod
    def make(cls, chosen: Option, *, company: str, publication: date, counts: Mapping[str, int]) -> Self:
        """Return the statement for exact ``counts``; raises ``BandError`` unless their series are the option's."""
        if set(counts) != {series.name for series in chosen.series}:
            raise BandError("The counts are not those of the option's series.")
        return cls(
            company=company,
            number=chosen.number,
            citation=chosen.citation,
            publication=publication,
            bands=tuple(
                (series.name, lawful_band(chosen, counts[series.name]), series.window(publication))
                for series in chosen.series
            ),
        )

    @property
    def text(self) -> str:
        """Return the text that the issuer signs."""
        lines = [FIRST_LINE, self.company, f"option {self.number} {self.citation}"]
        lines.append(f"publication {self.publication.isoformat()}")
        for name, band, window in self.bands:
            span = window.as_json()
            lines.append(f"series {name} {band} {span['from']} {span['until']}")
        return "\n".join(lines) + "\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the statement in a signed text; raises ``BandError`` if it holds anything else."""
        first, company, chosen, published, *rest = [*text.split("\n"), "", "", ""]
        match = re.fullmatch(r"option ([1-4]) (.+)", chosen)
        day = re.fullmatch(r"publication (\d{4}-\d\d-\d\d)", published)
        lines = [_SERIES_LINE.fullmatch(line) for line in rest if line]
        if first != FIRST_LINE or match is None or day is None or not lines or not all(lines):
            raise BandError("The text is not of this form.")
        try:
            bands = tuple(
                (line[1], line[2], Window.from_json({"from": line[3], "until": line[4]})) for line in lines if line
            )
            found = cls(
                company=company,
                number=match[1],
                citation=match[2],
                publication=date.fromisoformat(day[1]),
                bands=bands,
            )
        except (BadInputError, ValueError) as error:
            raise BandError("A date or window cannot be read.") from error
        if found.text != text:
            raise BandError("The text is not of this form.")
        for _, band, _ in found.bands:
            check_multiple(band)
        return found

    def check(self, chosen: Option) -> None:
        """Raise ``BandError`` unless this is exactly what ``chosen`` allows for the day of publication."""
        if (self.number, self.citation) != (chosen.number, chosen.citation):
            raise BandError(f"It is made under option {self.number}, not {chosen.number}.")
        if [name for name, _, _ in self.bands] != [series.name for series in chosen.series]:
            raise BandError("Its series are not those of the option: options are never mixed.")
        for series, (name, band, window) in zip(chosen.series, self.bands, strict=True):
            check_band(band, chosen.width)
            if window != series.window(self.publication):
                raise BandError(f"{name}: the window is not the one that the option allows for that day.")


def check_bands(found: Iterable[str], width: int) -> list[str]:
    """Return the bands of a published list that are no lawful bands of ``width``."""
    bad = []
    for text in found:
        try:
            check_band(text, width)
        except BandError:
            bad.append(text)
    return bad
