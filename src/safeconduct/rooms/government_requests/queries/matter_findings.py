"""The five findings as a matter's page shows them: checks with their citations, what was found, what may be found."""

from dataclasses import dataclass
from datetime import datetime

from safeconduct.core.base.findings import Outcome
from safeconduct.rooms.government_requests.models import Check, FindingRecord, Matter
from safeconduct.rooms.government_requests.rules.findings import outcomes_allowed
from safeconduct.rooms.government_requests.rules.words import FindingKind

QUESTIONS = {
    FindingKind.VALID: "Is it what it says it is?",
    FindingKind.LIMITED: "Is it bounded in kind and time?",
    FindingKind.SPECIFIC: "Does it name whose records?",
    FindingKind.PARTICULARIZED: "Each thing sought described?",
    FindingKind.ENFORCEABLE: "Can it be enforced against us, here?",
}
OUTCOME_WORDS = {"met": "Met", "met_if_narrowed": "Met if narrowed", "not_met": "Not met"}
CHECK_ICONS = {"met": "met", "question": "question", "ask_counsel": "question", "stop": "stop"}
OUTCOME_CHIPS = {"met": ("good bare", "met"), "met_if_narrowed": ("bare", "half"), "not_met": ("stop", "stop")}


@dataclass(frozen=True, kw_only=True)
class ShownCheck:
    """One machine check with its citation."""

    code: str
    icon: str
    outcome: str
    says: str
    cure: str
    citation: str


@dataclass(frozen=True, kw_only=True)
class ShownFinding:
    """One of the five questions: open, made or still to come."""

    number: int
    kind: str
    name: str
    question: str
    checks: tuple[ShownCheck, ...]
    passed: int
    asking: int
    stops: int
    outcome: str
    outcome_words: str
    tone: str
    icon: str
    by: str
    at: datetime | None
    page: int
    reason: str
    allowed: tuple[str, ...]
    open: bool


def findings_of(row: Matter, wanted: str) -> tuple[ShownFinding, ...]:
    """Return the five in their order; ``wanted``, or the first one not made, stands open while in review."""
    checks: dict[str, list[Check]] = {}
    for check in Check.objects.filter(matter=row):
        checks.setdefault(check.kind, []).append(check)
    records = {one.kind: one for one in FindingRecord.objects.filter(matter=row, superseded_at__isnull=True)}
    first = next((kind for kind in FindingKind if kind not in records), None)
    opened = wanted if wanted in set(FindingKind) else first
    if row.state != "in_review":
        opened = None
    return tuple(
        _finding(number, kind, checks.get(kind, []), records.get(kind), opened=kind == opened)
        for number, kind in enumerate(FindingKind, start=1)
    )


def _finding(
    number: int, kind: FindingKind, checks: list[Check], record: FindingRecord | None, *, opened: bool
) -> ShownFinding:
    allowed = outcomes_allowed(kind, tuple(Outcome(check.outcome) for check in checks))
    asking = sum(one.outcome in {"question", "ask_counsel"} for one in checks)
    stops = sum(one.outcome == "stop" for one in checks)
    tone, icon, words = _finding_chip(record, asking=asking, stops=stops)
    return ShownFinding(
        number=number,
        kind=kind,
        name=kind.value.capitalize(),
        question=QUESTIONS[kind],
        checks=tuple(
            ShownCheck(
                code=one.code,
                icon=CHECK_ICONS[one.outcome],
                outcome=one.outcome,
                says=one.says,
                cure=one.cure,
                citation=one.citation,
            )
            for one in checks
        ),
        passed=sum(one.outcome == "met" for one in checks),
        asking=asking,
        stops=stops,
        outcome=record.outcome if record else "",
        outcome_words=words,
        tone=tone,
        icon=icon,
        by=record.by if record else "",
        at=record.at if record else None,
        page=record.page if record else 0,
        reason=record.reason if record else "",
        allowed=tuple(one for one in OUTCOME_WORDS if one in allowed),
        open=opened,
    )


def _finding_chip(record: FindingRecord | None, *, asking: int, stops: int) -> tuple[str, str, str]:
    if record:
        return (*OUTCOME_CHIPS[record.outcome], OUTCOME_WORDS[record.outcome])
    if stops:
        return "stop", "stop", "1 stop" if stops == 1 else f"{stops} stops"
    if asking:
        return "ask", "question", "1 question" if asking == 1 else f"{asking} questions"
    return "bare", "ring", "Not made yet"
