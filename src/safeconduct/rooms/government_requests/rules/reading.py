"""What of a confirmed reading enters the case file, field by field.

1. Only what a person confirmed beside the picture is taken over, by that person (Policy 4).
2. What stood in the case file and differs is replaced, and both are shown before; identifiers are added, never removed.
3. Another kind of process is another matter: a confirmed kind is compared and never taken over.
4. Records asked for, a court, citations beside a first one, and contacts are compared and stay with the confirmation:
   an item of a paper is its own words, which a person types.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from safeconduct.core.base.periods import PeriodError, window_of_days, zone
from safeconduct.core.reading.confirming import Confirmed
from safeconduct.core.reading.proposals import Field
from safeconduct.rooms.government_requests.rules.paper import Paper, PaperError, Selector

SELECTED = frozenset({"phone", "email", "account"})
MOST_NUMBER, MOST_NAME, MOST_DAYS = 80, 200, 365


@dataclass(frozen=True, kw_only=True)
class Change:
    """One confirmed field beside what stands: ``taken`` says whether it would change the case file."""

    name: str
    stands: str
    confirmed: str
    page: int
    words: str
    taken: bool


def taken_over(paper: Paper, confirmed: Sequence[Confirmed]) -> tuple[Paper, tuple[Change, ...]]:
    """Return the paper with what was confirmed, and each change beside what stood; raises ``PaperError``."""
    made, changes = paper, []
    for one in confirmed:
        name, stands, fields = _fields(made, one)
        before = made
        made = replace(made, **fields)
        changes.append(
            Change(
                name=name,
                stands=stands,
                confirmed=_words(one),
                page=one.page,
                words=one.words,
                taken=made != before,
            )
        )
    return made, tuple(changes)


def _fields(paper: Paper, one: Confirmed) -> tuple[str, str, dict[str, Any]]:
    """Return a field's name, what stands, and what it becomes; nothing where it is only compared."""
    dates: dict[Field, tuple[str, date | None, str]] = {
        Field.ISSUED: ("Date of the paper", paper.dated, "dated"),
        Field.EXECUTION: ("To be executed by", paper.execute_by, "execute_by"),
        Field.DEADLINE: ("Answer wanted by", paper.reply_by, "reply_by"),
    }
    if one.field in dates and one.kind == "day":
        name, stands, field = dates[one.field]
        return name, _day(stands), {field: _as_day(one.value)}
    if one.field is Field.DEADLINE:
        fits = one.kind == "days" and 1 <= int(one.value) <= MOST_DAYS
        return "Days to answer", str(paper.reply_days or ""), {"reply_days": int(one.value)} if fits else {}
    if one.field is Field.WINDOW:
        return "Period asked for", _period(paper), _window(paper, one)
    if one.field is Field.IDENTIFIER:
        return _identifier(paper, one)
    if one.field is Field.SILENCE:
        return "Silence asked for", "yes" if paper.asks_silence else "no", _silence(one)
    texts: dict[Field, tuple[str, str, dict[str, Any]]] = {
        Field.ISSUER: ("Court or agency", paper.issuer_name, {"issuer_name": one.value[:MOST_NAME]}),
        Field.DOCKET: ("Its own number", paper.case_number, {"case_number": one.value[:MOST_NUMBER]}),
        Field.STATUTE: ("Law cited", paper.statute, {} if paper.statute else {"statute": one.value[:MOST_NUMBER]}),
        Field.KIND: ("Kind of paper", str(paper.process), {}),
        Field.CATEGORY: ("Records asked for", ", ".join(str(item) for item in paper.categories), {}),
    }
    return texts.get(one.field, (one.field.value.replace("_", " ").capitalize(), "", {}))


def _identifier(paper: Paper, one: Confirmed) -> tuple[str, str, dict[str, Any]]:
    made = Selector(kind=one.kind, value=one.value)
    known = made in paper.selectors
    fields = {} if known or one.kind not in SELECTED else {"selectors": (*paper.selectors, made)}
    return "Identifier sought", one.value if known else "not there", fields


def _silence(one: Confirmed) -> dict[str, Any]:
    # An order to be silent is another paper, entered with its judge and its end, not a tick.
    return {"asks_silence": True} if one.kind == "request" else {}


def _window(paper: Paper, one: Confirmed) -> dict[str, Any]:
    first, _, last = one.value.partition("/")
    place = one.kind or paper.zone
    try:
        zone(place)
        return {"window": window_of_days(_as_day(first), _as_day(last), place), "zone": place}
    except PeriodError as error:
        raise PaperError("The confirmed period is none.") from error


def _as_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PaperError("A confirmed day is none.") from error


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _period(paper: Paper) -> str:
    if paper.window is None:
        return ""
    place = zone(paper.zone)
    last = (paper.window.end - timedelta(microseconds=1)).astimezone(place).date()
    return f"{paper.window.start.astimezone(place).date()} to {last}, {paper.zone}"


def _words(one: Confirmed) -> str:
    if one.field is Field.WINDOW:
        first, _, last = one.value.partition("/")
        return f"{first} to {last}" + (f", {one.kind}" if one.kind else "")
    if one.field in (Field.DEADLINE, Field.EXECUTION) and one.kind != "day":
        return f"{one.value} {one.kind.replace('_', ' ')}"
    return one.kind if one.field is Field.SILENCE else one.value
