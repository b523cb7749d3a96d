"""What an agency's officer may know of the agency's own requests: never a reviewer, a copy, a notice, or a count."""

from dataclasses import dataclass
from datetime import datetime

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.periods import zone
from safeconduct.rooms.government_requests.models import Letter, Matter, Question
from safeconduct.rooms.government_requests.queries.access import find_matter, visible
from safeconduct.rooms.government_requests.queries.clocks import date_words, day_words, served
from safeconduct.rooms.government_requests.queries.queue_rows import asks_words
from safeconduct.rooms.government_requests.rules.words import NOTICE_LETTERS, PAPER_NOUNS, PROCESS_NAMES, Process

REVIEW = frozenset({"in_review", "with_counsel", "objected", "question_sent"})
REPLY = 3
"""Place of the last step of the timeline."""

DECIDED = frozenset({"scope_proposed", "authorised", "collected"})


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the timeline: ``done``, ``now`` or ``to_come``."""

    name: str
    under: str
    state: str


@dataclass(frozen=True, kw_only=True)
class OfficerRequest:
    """One request as its officer sees it; the same whether or not silence is ordered."""

    id: str
    reference: str
    process: str
    process_name: str
    heading: str
    sent_words: str
    organisation: str
    officer: str
    state: str
    question: Question | None
    question_since: str
    question_until: str
    steps: tuple[Step, ...]
    asks: tuple[str, str]
    pages: int
    reply_words: str
    letters: tuple[Letter, ...]
    release_digest: str
    package_ready: bool
    fetched: bool
    can_withdraw: bool
    can_answer: bool


def requests_of(*, actor: Actor, now: datetime) -> tuple[OfficerRequest, ...]:
    """Return the requests of the actor's agency, newest first."""
    rows = visible(actor).filter(organisation=actor.organisation).order_by("-received_at")
    return tuple(_request(row, now) for row in rows)


def request_of(*, actor: Actor, now: datetime, matter: str) -> OfficerRequest:
    """Return one request of the actor's agency; raises ``UnknownMatterError``."""
    return _request(find_matter(actor=actor, matter=matter), now)


def _outward(row: Matter) -> str:
    """Return the state in the officer's words: what is asked of them, or how far it came."""
    if row.state == "question_sent":
        return "question"
    if row.state in REVIEW:
        return "review"
    if row.state in DECIDED:
        return "decision"
    if row.state == "closed" and row.outcome in {"preserved_only", "withdrawn"}:
        return "kept" if row.outcome == "preserved_only" else "withdrawn"
    return {"received": "received", "preserved": "kept", "withdrawn": "withdrawn"}.get(row.state, "answered")


HEADINGS = {
    "received": "We have received your {paper}",
    "review": "Your {paper} is being reviewed",
    "question": "We have a question about your {paper}",
    "decision": "Your {paper} is being decided",
    "answered": "Your {paper} is answered",
    "kept": "Your {paper} is on record",
    "withdrawn": "You withdrew your {paper}",
}


def _request(row: Matter, now: datetime) -> OfficerRequest:
    outward = _outward(row)
    name = PROCESS_NAMES[Process(row.process)]
    paper = PAPER_NOUNS[Process(row.process)]
    question = row.questions.filter(answered_at__isnull=True).last() if outward == "question" else None
    notices = [str(kind) for kind in NOTICE_LETTERS]
    letters = row.letters.filter(issued_at__isnull=False).exclude(kind__in=notices)
    due = row.answer_due_at.astimezone(zone(row.zone)).date()
    stated = row.answer_due_rule in {"PAPER-DAY", "PAPER-DAYS"}
    return OfficerRequest(
        id=row.pk,
        reference=row.reference,
        process=row.process,
        process_name=name,
        heading=HEADINGS[outward].format(paper=paper),
        sent_words=day_words(row.received_at, row.zone, year=True),
        organisation=row.organisation,
        officer=row.officer,
        state=outward,
        question=question,
        question_since=day_words(question.asked_at, row.zone) if question else "",
        question_until=day_words(question.due_at, row.zone) if question else "",
        steps=_steps(row, outward),
        asks=asks_words(row),
        pages=sum(one.pages for one in row.documents.all()),
        reply_words=date_words(due, year=True) if stated else "Not stated in the paper",
        letters=tuple(letters),
        release_digest=row.release_digest if row.state in {"released", "delivered"} else "",
        package_ready=row.state in {"released", "delivered"} and bool(row.release_digest),
        fetched=row.state == "delivered",
        can_withdraw=outward in {"received", "review", "question", "decision"} or row.state == "preserved",
        can_answer=question is not None and now is not None,
    )


def _steps(row: Matter, outward: str) -> tuple[Step, ...]:
    place = {"received": 0, "kept": 0, "review": 1, "question": 1, "decision": 2}.get(outward, REPLY + 1)
    answered = day_words(row.responded_at, row.zone) if place > REPLY and row.responded_at else ""
    if row.state == "released":
        place = REPLY
    named = [
        ("Received", served(row.received_at, row.zone)),
        ("In review: question sent" if outward == "question" else "In review", ""),
        ("Decision", answered or "Usually within 10 working days"),
        ("Reply", answered or "A letter or a sealed package, here"),
    ]
    if outward == "withdrawn":
        return (Step(name="Received", under=named[0][1], state="done"), Step(name="Withdrawn", under="", state="now"))
    return tuple(
        Step(name=name, under=under, state="done" if index < place else "now" if index == place else "to_come")
        for index, (name, under) in enumerate(named)
    )
