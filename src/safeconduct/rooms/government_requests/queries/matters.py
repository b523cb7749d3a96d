"""One matter as its pages show it: plain facts only. Case papers come from ``queries.papers`` through a grant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import (
    CallBack,
    Consent,
    Determination,
    Document,
    Journey,
    Letter,
    Matter,
    Question,
)
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.advice import without_advice
from safeconduct.rooms.government_requests.queries.clocks import (
    answer_clock,
    date_words,
    day_words,
    last_day,
)
from safeconduct.rooms.government_requests.queries.deadlines import reckoned_words
from safeconduct.rooms.government_requests.queries.matter_findings import ShownFinding, findings_of
from safeconduct.rooms.government_requests.queries.preservation import basis_words
from safeconduct.rooms.government_requests.queries.productions import Production, productions
from safeconduct.rooms.government_requests.queries.queue_rows import asks_words, state_chip
from safeconduct.rooms.government_requests.rules.lifecycles import FINISHED, MATTER, NOTICE_NAMES
from safeconduct.rooms.government_requests.rules.next_steps import what_happens_next
from safeconduct.rooms.government_requests.rules.words import (
    KEPT_ONLY,
    PROCESS_NAMES,
    FindingKind,
    FindingOutcome,
    Outcome,
    Process,
)
from safeconduct.rooms.ledger import queries as ledger


@dataclass(frozen=True, kw_only=True)
class ShownClock:
    """One of the clocks under the heading."""

    name: str
    words: str
    under: str
    tone: str
    how: str
    reckoned: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class MatterFacts:
    """Everything that a matter's pages need and that names nobody."""

    id: str
    reference: str
    process: str
    process_name: str
    organisation: str
    officer: str
    served_entity: str
    channel: str
    state: str
    chip: str
    icon: str
    state_name: str
    holder: str
    received_at: datetime
    received_words: str
    zone: str
    silenced: bool
    silence_words: str
    silence_cleared: tuple[str, ...]
    clocks: tuple[ShownClock, ...]
    findings: tuple[ShownFinding, ...]
    made: int
    asking: int
    next_words: str
    asks: tuple[str, str]
    country: str
    served_country: str
    case_file: str
    transcript: str
    transcript_by: str
    compared_by: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]
    call_backs: tuple[CallBack, ...]
    determinations: tuple[Determination, ...]
    consents: tuple[Consent, ...]
    letters: tuple[Letter, ...]
    forecast: Journey | None
    collection: Journey | None
    productions: tuple[Production, ...]
    preservation_only: bool
    scope_digest: str
    release_digest: str
    notice_state: str
    notice_name: str
    notice_owed: bool
    outcome: str
    preserved_until: datetime | None
    preservation_ended_at: datetime | None
    events: tuple[str, ...]
    entries: int
    emergency: bool
    finished: bool


def matter(*, actor: Actor, now: datetime, matter: str, finding: str = "") -> MatterFacts:
    """Return the facts of one matter, with ``finding`` (or the first one not made) open for an answer."""
    row = find_matter(actor=actor, matter=matter)
    findings = findings_of(row, finding)
    called = row.call_backs.filter(reached=True).exists()
    tone, icon, name = state_chip(row, called_back=called)
    standing = {FindingKind(one.kind): FindingOutcome(one.outcome) for one in findings if one.outcome}
    return MatterFacts(
        id=row.pk,
        reference=row.reference,
        process=row.process,
        process_name=PROCESS_NAMES[Process(row.process)],
        organisation=row.organisation,
        officer=row.officer,
        served_entity=row.served_entity,
        channel=row.channel,
        state=row.state,
        chip=tone,
        icon=icon,
        state_name=name,
        holder=row.holder,
        received_at=row.received_at,
        received_words=day_words(row.received_at, row.zone, year=True),
        zone=row.zone,
        silenced=row.silenced,
        silence_words=_silence_words(row),
        silence_cleared=tuple(row.silence_cleared),
        clocks=_clocks(row, now),
        findings=findings,
        made=len(standing),
        asking=sum(one.asking for one in findings if not one.outcome),
        next_words=what_happens_next(state=row.state, findings=standing, preparer=row.holder, person=actor.person),
        asks=asks_words(row),
        country=row.country,
        served_country=row.served_country,
        case_file=row.case_file,
        transcript=row.transcript,
        transcript_by=row.transcript_by,
        compared_by=row.compared_by,
        **_parts(row),
        scope_digest=row.scope_digest,
        release_digest=row.release_digest,
        notice_state=row.notice_state,
        notice_name=NOTICE_NAMES[row.notice_state],
        notice_owed=row.notice_owed,
        outcome=row.outcome,
        preserved_until=row.preserved_until,
        preservation_ended_at=row.preservation_ended_at,
        events=MATTER.permitted(row.state),
        entries=len(history(actor=actor, matter=row.pk)),
        emergency=row.process == Process.EMERGENCY_REQUEST,
        finished=row.state in FINISHED,
    )


def _parts(row: Matter) -> dict[str, Any]:
    journeys = {one.act: one for one in Journey.objects.filter(matter=row, done_at__isnull=False)}
    return {
        "documents": tuple(row.documents.all()),
        "questions": tuple(row.questions.all()),
        "call_backs": tuple(row.call_backs.all()),
        "determinations": tuple(row.determinations.all()),
        "consents": tuple(row.consents.all()),
        "letters": tuple(row.letters.all()),
        "productions": productions(row),
        "preservation_only": row.process in KEPT_ONLY,
        "forecast": journeys.get("forecast"),
        "collection": journeys.get("collect"),
    }


def history(*, actor: Actor, matter: str) -> tuple[ledger.HistoryLine, ...]:
    """Return the ledger's readable entries about a matter that the actor may know of, in order."""
    row = find_matter(actor=actor, matter=matter)
    return without_advice(actor=actor, lines=ledger.history(subject=row.pk))


def _silence_words(row: Matter) -> str:
    if not row.silenced:
        return ""
    if row.silence_until is None:
        return "Silence ordered, with no end named."
    return f"Silence ordered until {date_words(last_day(row.silence_until, row.zone), year=True)}."


def _clocks(row: Matter, now: datetime) -> tuple[ShownClock, ...]:
    found = []
    if row.outcome != Outcome.OPEN and row.responded_at:
        words = day_words(row.responded_at, row.zone)
        found.append(ShownClock(name="Answered", words=words, under="", tone="", how=""))
    elif row.process not in KEPT_ONLY:
        clock = answer_clock(row, now)
        lines = reckoned_words(row)
        how = f"{_rule_words(row)} Served {day_words(row.received_at, row.zone, year=True)}; days of {row.zone}."
        found.append(
            ShownClock(
                name="Answer due", words=clock.words, under=clock.under, tone=clock.tone, how=how, reckoned=lines
            )
        )
    found.append(_preservation_clock(row))
    if row.silence_until:
        warned = "Ended" if not row.silenced else "Warn the agency before"
        words = date_words(last_day(row.silence_until, row.zone))
        found.append(ShownClock(name="Silence ends", words=words, under=warned, tone="", how="18 U.S.C. 2705(b)"))
    under = {"drafted": "Two people release it", "prohibited": "By a court's order", "due": "Not written yet"}
    words = NOTICE_NAMES[row.notice_state]
    if row.notice_state == "prohibited":
        words = "Prohibited, sealed"
    note = under.get(row.notice_state, "")
    found.append(ShownClock(name="Notice to customer", words=words, under=note, tone="", how=""))
    return tuple(found)


def _preservation_clock(row: Matter) -> ShownClock:
    name = "Preserved until"
    if row.preservation_ended_at:
        ended = day_words(row.preservation_ended_at, row.zone)
        return ShownClock(name=name, words="Ended", under=ended, tone="", how="")
    if row.preserved_at and row.preserved_until:
        words = date_words(last_day(row.preserved_until, row.zone))
        under = f"Copy made {day_words(row.preserved_at, row.zone)}"
        return ShownClock(name=name, words=words, under=under, tone="", how="18 U.S.C. 2703(f)(2)")
    pending = Journey.objects.filter(matter=row, act="preserve", done_at__isnull=True).exists()
    under = "Being made again" if pending else basis_words(row)
    return ShownClock(name=name, words="No copy", under=under, tone="late" if pending else "", how="")


def _rule_words(row: Matter) -> str:
    words = {
        "PAPER-DAY": "The day that the paper names.",
        "PAPER-DAYS": "The days from service that the paper allows.",
        "RULEBOOK-DAYS": f"The rulebook's days, {row.answer_due_citation}.",
        "EMERGENCY-HOUR": "One hour from receipt, 18 U.S.C. 2702(b)(8).",
    }
    return words[row.answer_due_rule]
