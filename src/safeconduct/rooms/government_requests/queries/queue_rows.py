"""A matter as one line of the queue: words, marks and chips."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from safeconduct.core.base.periods import zone
from safeconduct.rooms.government_requests.models import CallBack, Check, FindingRecord, Matter
from safeconduct.rooms.government_requests.queries.clocks import Clock, queue_clock
from safeconduct.rooms.government_requests.rules.lifecycles import FINISHED, PAUSED, STATE_NAMES
from safeconduct.rooms.government_requests.rules.words import (
    CATEGORY_NAMES,
    KEPT_ONLY,
    PROCESS_NAMES,
    Category,
    FindingKind,
    Process,
)

SOON_DAYS = 14
SHOWN = (
    *("reference", "process", "state", "zone", "silenced", "silence_until", "organisation", "holder"),
    *("selector_count", "selector_kinds", "categories", "days_asked", "answer_due_at"),
    *("preserved_at", "preserved_until", "notice_state", "notice_owed"),
)
"""What a line is made of; the other columns of a matter are not read for a list."""
ALL_CATEGORIES = len(Category)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One of the five findings in a row: what it shows and the word beside the shape."""

    kind: str
    mark: str
    word: str

    @property
    def icon(self) -> str:
        """Return the name of the shape."""
        return {"met_if_narrowed": "half", "not_met": "stop"}.get(self.mark, self.mark)

    @property
    def tone(self) -> str:
        """Return the class of its colour: only what a person must act on has one."""
        return {"not_met": "mark-stop", "question": "mark-ask"}.get(self.mark, "mark-met")


@dataclass(frozen=True, kw_only=True)
class QueueRow:
    """One matter in the queue; ids stand where a page shows names."""

    id: str
    reference: str
    clock: Clock
    group: str
    paper: str
    silenced: bool
    organisation: str
    asks: str
    asks_under: str
    marks: tuple[Mark, ...]
    marks_words: str
    state: str
    state_name: str
    chip: str
    icon: str
    holder: str


def marks_of(matters: list[str]) -> dict[str, dict[str, Mark]]:
    """Return the marks of the five findings, by matter and kind."""
    made: dict[str, dict[str, Mark]] = {}
    words = {"met": "met", "met_if_narrowed": "met if narrowed", "not_met": "not met"}
    asking = Check.objects.filter(matter__in=matters, outcome__in=["question", "ask_counsel", "stop"])
    for matter, kind in asking.order_by().values_list("matter_id", "kind").distinct():
        made.setdefault(matter, {})[kind] = Mark(kind=kind, mark="question", word="question")
    standing = FindingRecord.objects.filter(matter__in=matters, superseded_at__isnull=True).order_by()
    for matter, kind, outcome in standing.values_list("matter_id", "kind", "outcome"):
        made.setdefault(matter, {})[kind] = Mark(kind=kind, mark=outcome, word=words[outcome])
    return made


def called_back(rows: Iterable[Matter]) -> frozenset[str]:
    """Return the emergencies among ``rows`` whose agency was reached on a number that we found: one look-up."""
    urgent = [row.pk for row in rows if row.process == Process.EMERGENCY_REQUEST]
    if not urgent:
        return frozenset()
    reached = CallBack.objects.filter(matter__in=urgent, reached=True).order_by()
    return frozenset(reached.values_list("matter_id", flat=True))


def _group(row: Matter, clock: Clock, now: datetime) -> str:
    if clock.at is None or row.state == "preserved" or row.state in FINISHED:
        return "Waiting on someone else" if row.state in PAUSED or row.state == "preserved" else "Answered"
    today = now.astimezone(zone(row.zone)).date()
    day = clock.at.astimezone(zone(row.zone)).date()
    if day <= today:
        return f"Today, {today:%A} {today.day} {today:%B}"
    return "This week and next" if (day - today).days <= SOON_DAYS else "Later"


def asks_words(row: Matter) -> tuple[str, str]:
    """Return what a matter asks for, in two lines: how many identifiers, which categories over how long."""
    nouns = {"phone": "number", "email": "address", "account": "account"}
    noun = nouns.get(row.selector_kinds[0], "identifier") if len(row.selector_kinds) == 1 else "identifier"
    plural = {"address": "addresses"}.get(noun, f"{noun}s")
    first = f"{row.selector_count} {noun if row.selector_count == 1 else plural}"
    if row.process in KEPT_ONLY:
        return first, "Snapshot kept" if row.preserved_at else "Snapshot owed"
    if len(row.categories) == ALL_CATEGORIES:
        named = "Everything"
    else:
        named = ", ".join(CATEGORY_NAMES[Category(one)] for one in row.categories).capitalize() or "Nothing named"
    length = f", {row.days_asked} days" if row.days_asked else ", no dates" if row.categories else ""
    return first, f"{named}{length}"


CHIPS = {
    "received": ("", "ring"),
    "in_review": ("", "ring"),
    "question_sent": ("", "paused"),
    "with_counsel": ("", "paused"),
    "objected": ("", "paused"),
    "scope_proposed": ("", "two"),
    "authorised": ("", "paused"),
    "collected": ("", "two"),
    "released": ("good", "met"),
    "delivered": ("good", "met"),
    "preserved": ("good", "met"),
    "refused": ("", "stop"),
    "redirected": ("", "stop"),
    "withdrawn": ("", "stop"),
    "closed": ("", "met"),
}


def state_chip(row: Matter, *, called_back: bool = True) -> tuple[str, str, str]:
    """Return tone, icon and words of a matter's state; colour only where a person must act."""
    if row.process == Process.EMERGENCY_REQUEST and row.state in {"received", "in_review"} and not called_back:
        return "stop", "stop", "Call-back needed"
    tone, icon = CHIPS[row.state]
    return tone, icon, STATE_NAMES[row.state]


def queue_row(row: Matter, found: Mapping[str, Mark], now: datetime, *, called: bool) -> QueueRow:
    """Return ``row`` as a line of the queue, with the marks ``found`` for it and whether its agency was called back."""
    clock = queue_clock(row, now)
    needless = row.process in KEPT_ONLY
    marks = (
        ()
        if needless
        else tuple(found.get(kind, Mark(kind=kind, mark="ring", word="not made")) for kind in FindingKind)
    )
    tone, icon, name = state_chip(row, called_back=called)
    first, second = asks_words(row)
    return QueueRow(
        id=row.pk,
        reference=row.reference,
        clock=clock,
        group=_group(row, clock, now),
        paper=PROCESS_NAMES[Process(row.process)],
        silenced=row.silenced,
        organisation=row.organisation,
        asks=first,
        asks_under=second,
        marks=marks,
        marks_words="Not needed" if needless else _marks_words(marks),
        state=row.state,
        state_name=name,
        chip=tone,
        icon=icon,
        holder=row.holder,
    )


def _marks_words(marks: tuple[Mark, ...]) -> str:
    made = [one for one in marks if one.mark in {"met", "met_if_narrowed", "not_met"}]
    words = f"{len(made)} of 5 found"
    unmet = sum(one.mark == "not_met" for one in made)
    asking = sum(one.mark == "question" for one in marks)
    if unmet:
        return f"{words}, {unmet} not met"
    if asking:
        return f"{words}, {asking} to ask"
    return f"{words}, narrowed" if any(one.mark == "met_if_narrowed" for one in made) else words
