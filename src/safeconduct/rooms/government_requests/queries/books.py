"""Holds every matter's rows against its entries: who writes the database alone changes no history unnoticed.

The entries are the truth: each is committed to by a leaf, and the leaves by a head that the vault process signed. What
a matter's entries say is replayed here, and each column that says otherwise is named. An act whose outcome is written
after its entry (a release, a preservation) leaves two answers open until the next entry settles it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from safeconduct.core.base.errors import DamagedError, SafeconductError
from safeconduct.core.base.periods import parse_instant
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.queries import books_parts
from safeconduct.rooms.government_requests.rules.lifecycles import MATTER, NOTICE
from safeconduct.rooms.government_requests.rules.words import KEPT_ONLY, Outcome
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.ledger.queries import HistoryLine
from safeconduct.rooms.people import queries as people

ROOM = "government_requests."
DISCLOSED = {Outcome.OPEN, Outcome.PRODUCED, Outcome.PRODUCED_IN_PART, Outcome.NONE_HELD}
ALL_AT_ONCE = 300
"""Up to so many matters are held against their entries in every round; more are taken in turn, within an hour."""
MINUTES = 60
MOST_NAMED = 50


class RowsAlteredError(DamagedError):
    """Rows of the database contradict the ledger."""

    code = "SC-ROWS-ALTERED"
    cure = "An incident: somebody wrote past the program. ``safeconduct ledger fsck --log private`` names each row."


@dataclass(frozen=True, order=True)
class Alteration:
    """A matter, and the column or part of it that its entries contradict."""

    matter: str
    part: str

    def __str__(self) -> str:
        return f"Matter {self.matter}: {self.part} is not what its entries say."


@dataclass
class Book:
    """What the entries read so far say: the values that each column may have."""

    states: set[str] = field(default_factory=lambda: {MATTER.initial})
    notices: set[str] = field(default_factory=lambda: {NOTICE.initial, "due", "drafted"})
    columns: dict[str, set[Any]] = field(default_factory=lambda: dict(NOTHING_YET))
    cleared: set[str] = field(default_factory=set)
    wrong: set[str] = field(default_factory=set)
    again: bool = False

    def say(self, **columns: Any) -> None:  # noqa: ANN401 - a column's value is of any type
        """Set columns to one value each."""
        self.columns |= {name: {value} for name, value in columns.items()}

    def step(self, event: str, *, surely: bool = True) -> None:
        """Move by an event that the entry means; one that no state has is a contradiction."""
        moved = {MATTER.table[state, event] for state in self.states if (state, event) in MATTER.table}
        if surely and not moved:
            self.wrong.add("state")
        self.states = moved if surely else {MATTER.table.get((state, event), state) for state in self.states}

    def notice(self, event: str) -> None:
        """Move the notice by an event."""
        moved = {NOTICE.table[state, event] for state in self.notices if (state, event) in NOTICE.table}
        if not moved:
            self.wrong.add("notice_state")
        self.notices = moved


NOTHING_YET: dict[str, set[Any]] = {
    "outcome": {str(Outcome.OPEN)},
    "holder": {""},
    "scope_digest": {""},
    "release_digest": {""},
    "collect_journey": {""},
    "prepared_by": {""},
    "notice_exception": {""},
    "responded_at": {None},
    "closed_at": {None},
    "preservation_ended_at": {None},
}


def _instant(text: str | None) -> datetime | None:
    return parse_instant(text) if text else None


def _receive(book: Book, line: HistoryLine) -> None:
    facts = dict(line.facts)
    cleared, until = facts.pop("cleared", None), facts.pop("silence_until", "")
    same = ("process", "country", "channel", "case_file", "silenced", "organisation", "officer", "served_entity")
    book.say(**{name: facts[name] for name in (*same, "reference") if name in facts})
    _due(book, facts.get("due"))
    book.say(received_at=_instant(facts.get("arrived")) or line.at, received_by=line.person)
    if cleared is not None:
        book.say(silence_until=_instant(until))
        book.cleared = set(cleared)
    if facts["silenced"]:
        book.notices = {"prohibited"}


def _due(book: Book, due: str | None) -> None:
    """Set the day for the answer; an entry of before it was told leaves it open."""
    if due is None:
        book.columns.pop("answer_due_at", None)
    else:
        book.say(answer_due_at=parse_instant(due))


def _amend(book: Book, line: HistoryLine) -> None:
    book.columns.pop("country", None)
    book.say(case_file=line.facts["case_file"])
    _due(book, line.facts.get("due"))


def _take(book: Book, line: HistoryLine) -> None:
    book.step("take", surely=False)
    book.say(holder=line.person)


def _hand_over(book: Book, line: HistoryLine) -> None:
    book.say(holder=line.facts["to"])


def _end(event: str, outcome: Outcome) -> Callable[[Book, HistoryLine], None]:
    def end(book: Book, line: HistoryLine) -> None:
        book.step(event)
        if book.again:
            book.columns["outcome"] |= {str(outcome)}
            book.columns.pop("responded_at", None)
        else:
            book.say(outcome=str(outcome), responded_at=line.at)

    return end


def _again(event: str) -> Callable[[Book, HistoryLine], None]:
    def again(book: Book, line: HistoryLine) -> None:
        book.step(event)
        book.again = True
        book.say(scope_digest="", release_digest="", collect_journey="", prepared_by="", closed_at=None)
        book.notices = {line.facts["notice"]}

    return again


def _event(event: str, *, surely: bool = True) -> Callable[[Book, HistoryLine], None]:
    return lambda book, _line: book.step(event, surely=surely)


def _propose(book: Book, line: HistoryLine) -> None:
    book.step("propose_scope")
    book.say(scope_digest=line.facts["digest"])


def _reopen(book: Book, _line: HistoryLine) -> None:
    book.step("reopen")
    book.say(scope_digest="", release_digest="", collect_journey="", prepared_by="")


def _authorise(book: Book, line: HistoryLine) -> None:
    book.step("authorise")
    book.say(collect_journey=line.facts["journey"], prepared_by=line.person)


def _produce(book: Book, line: HistoryLine) -> None:
    if book.columns["collect_journey"] == {line.facts["journey"]} and "authorised" in book.states:
        book.step("collect")
        book.say(release_digest=line.facts["release_digest"])


def _release(book: Book, _line: HistoryLine) -> None:
    # Its outcome is written when the vault process has answered, without an entry of its own.
    book.states |= {MATTER.table[state, "release"] for state in book.states if (state, "release") in MATTER.table}
    book.columns["outcome"] = {str(one) for one in DISCLOSED}
    book.columns.pop("responded_at", None)


def _deliver(book: Book, _line: HistoryLine) -> None:
    book.step("deliver")
    book.columns["outcome"] -= {str(Outcome.OPEN)}


def _close(book: Book, line: HistoryLine) -> None:
    book.step("close")
    book.say(outcome=line.facts["outcome"], closed_at=line.at)
    book.columns.pop("responded_at", None)
    book.notices = {line.facts["notice"]}


def _preserve(book: Book, line: HistoryLine) -> None:
    kept = {MATTER.table[state, "keep"] for state in book.states if (state, "keep") in MATTER.table}
    book.states |= kept if book.columns.get("process", {""}) <= KEPT_ONLY else set()
    known = book.columns.get("preserved_until", {None})
    book.columns["preserved_until"] = known | {parse_instant(line.facts["until"])}


def _end_copy(book: Book, _line: HistoryLine) -> None:
    book.columns.pop("preservation_ended_at", None)


def _prohibit(book: Book, line: HistoryLine) -> None:
    silenced = line.facts.get("silenced", True)
    if silenced:
        book.notices = {NOTICE.table.get((state, "prohibit"), state) for state in book.notices}
    book.say(silenced=silenced, silence_until=_instant(line.facts["until"]))
    book.cleared |= set(line.facts["cleared"])


def _silence_changes(book: Book, line: HistoryLine) -> None:
    book.say(silenced=line.facts["silenced"], silence_until=_instant(line.facts["until"]))
    if not line.facts["silenced"]:
        _fall_due(book)


def _fall_due(book: Book) -> None:
    # Another letter that left may have been the notice: what was prohibited then is owed again beside that.
    if "prohibited" in book.notices:
        book.notices = (book.notices - {"prohibited"}) | {"due", "drafted"}


def _end_silence(book: Book, line: HistoryLine) -> None:
    until = next(iter(book.columns.get("silence_until", {None})))
    if not line.facts["lifted"] and until is not None and line.at < until:
        book.wrong.add("the end of silence")
    if line.facts["lifted"] or until is None:
        book.say(silence_until=line.at)
    book.say(silenced=False)
    _fall_due(book)


def _except(book: Book, line: HistoryLine) -> None:
    book.notice("except")
    book.say(notice_exception=line.facts["exception"])


def _issue(book: Book, _line: HistoryLine) -> None:
    book.notices |= {"released"} if "drafted" in book.notices else set()


def _lay_aside(book: Book, line: HistoryLine) -> None:
    if line.facts["withdrawn"]:
        _end("withdraw", Outcome.WITHDRAWN)(book, line)


REPLAY: dict[str, Callable[[Book, HistoryLine], None]] = {
    "receive": _receive,
    "amend_paper": _amend,
    "move_deadline": lambda book, line: _due(book, line.facts["to"]),
    "take": _take,
    "hand_over": _hand_over,
    "ask_officer": _event("ask"),
    "answer_question": _event("answer"),
    "refer_to_counsel": _event("refer"),
    "determine": _event("determine", surely=False),
    "object_to": _event("object"),
    "resolve_objection": _event("resolve"),
    "refuse": _end("refuse", Outcome.REFUSED),
    "redirect": _end("redirect", Outcome.REDIRECTED),
    "hand_to_interception": _end("hand_to_interception", Outcome.HANDED_OVER),
    "return_paper": _end("return_paper", Outcome.RETURNED),
    "redirect_to_customer": _end("redirect", Outcome.REDIRECTED),
    "answer_none_held": _end("answer_none_held", Outcome.NONE_HELD),
    "withdraw": _end("withdraw", Outcome.WITHDRAWN),
    "lay_aside_fake": _lay_aside,
    "lapse_order": _end("refuse", Outcome.REFUSED),
    "propose_scope": _propose,
    "reopen": _reopen,
    "authorise": _authorise,
    "produce": _produce,
    "release": _release,
    "mark_delivered": _deliver,
    "close": _close,
    "open_supplement": _again("supplement"),
    "resume_matter": _again("resume"),
    "preserve": _preserve,
    "end_preservation": _end_copy,
    "draft_notice": lambda book, _line: book.notice("draft"),
    "prohibit_notice": _prohibit,
    "end_silence": _end_silence,
    "extend_prohibition": _silence_changes,
    "determine_prohibition": _silence_changes,
    "review_prohibition": _silence_changes,
    "record_closure": _silence_changes,
    "lift_prohibition": _silence_changes,
    "except_notice": _except,
    "issue_letter": _issue,
}
"""What each entry says about its matter's row; other kinds say nothing about it."""


def replay(lines: Iterable[HistoryLine]) -> Book:
    """Return what a matter's entries say, in their order."""
    book = Book()
    for line in lines:
        told = REPLAY.get(line.kind.removeprefix(ROOM))
        if told is not None:
            told(book, line)
    return book


def _contradictions(row: Matter, lines: tuple[HistoryLine, ...]) -> set[str]:
    try:
        book = replay(lines)
    except (*books_parts.UNREADABLE, SafeconductError):
        return {"an entry"}
    wrong = set(book.wrong)
    wrong |= {name for name, values in book.columns.items() if getattr(row, name) not in values}
    if row.state not in book.states:
        wrong.add("state")
    if row.notice_state not in book.notices:
        wrong.add("notice_state")
    if people.cleared_for(matter=row.pk) != book.cleared or set(row.silence_cleared) != book.cleared:
        wrong.add("who is cleared")
    return wrong | books_parts.contradictions(row=row, lines=lines)


def alterations(*, now: datetime | None = None) -> tuple[Alteration, ...]:
    """Return every row that its entries contradict; with ``now`` only this minute's share of a large house."""
    rows = {row.pk: row for row in Matter.objects.all()}
    received = ledger.subjects(kind=f"{ROOM}receive")
    found = {Alteration(one, "the row, which is gone,") for one in received - set(rows)}
    # An erased receipt is no contradiction; a row that was never received is one.
    invented = set(rows) - received - ledger.erased_subjects()
    found |= {Alteration(one, "the row, which nobody received,") for one in invented}
    share = sorted(received & set(rows))
    if now is not None and len(share) > ALL_AT_ONCE:
        share = [one for place, one in enumerate(share) if place % MINUTES == now.minute]
    for one in share:
        found |= {Alteration(one, part) for part in _contradictions(rows[one], ledger.history(subject=one))}
    return tuple(sorted(found))


def require_unaltered(*, now: datetime | None = None) -> int:
    """Return how many matters were held against their entries; raises ``RowsAlteredError`` that names what differs."""
    found = alterations(now=now)
    if found:
        named = " ".join(str(one) for one in found[:MOST_NAMED])
        raise RowsAlteredError(named + ("" if len(found) <= MOST_NAMED else f" And {len(found) - MOST_NAMED} more."))
    return Matter.objects.count()
