"""Answer the five questions: one of them, or all that are open in one transaction."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.ids import Randomness
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.models import FindingRecord, Matter
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.papers import read_transcript
from safeconduct.rooms.government_requests.queries.proposals import Checks, checks_of
from safeconduct.rooms.government_requests.rules.findings import outcomes_allowed
from safeconduct.rooms.government_requests.rules.next_steps import WordsMissingError, require_words
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.proposing import OwnReasonError, is_proposed, proposed_reason
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome
from safeconduct.rooms.government_requests.steps import rows, sealing


class FindingError(ConflictError):
    """This finding cannot be recorded as the checks stand."""

    code = "SC-FINDING"
    cure = "Cure what the check names, narrow, or record that the finding is not met."


class TwiceError(WordsMissingError):
    """Each question is answered once, and at least one is."""

    code = "SC-FINDING-TWICE"
    cure = "Choose an outcome for each question that you answer."


@dataclass(frozen=True, kw_only=True)
class Found:
    """A person's answer to one question, with the words relied on."""

    kind: FindingKind
    outcome: FindingOutcome
    reason: str
    words: str
    page: int


@dataclass(frozen=True, kw_only=True)
class _Sealed:
    found: Found
    proposed: bool
    checks: Checks
    object: str


def record_finding(  # noqa: PLR0913 - a finding is these facts, all by keyword
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    kind: FindingKind,
    outcome: FindingOutcome,
    reason: str,
    words: str,
    page: int,
    grant: str,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Record a person's answer to one of the five questions; it supersedes an earlier one, and raises the same."""
    actor.require(Permission.FIND)
    found = Found(kind=kind, outcome=outcome, reason=reason, words=words, page=page)
    return _all_or_none(actor=actor, now=now, matter=matter, findings=(found,), grant=grant, randomness=randomness)


def record_findings(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    findings: Sequence[Found],
    grant: str,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Record a person's answers, each with an entry of its own, all of them or none.

    Needs an opened case grant, since the words are looked for in the sealed transcript (``WordsMissingError``). Raises
    ``FindingError`` where a stop or an open question to counsel forbids an outcome, and ``OwnReasonError`` where an
    outcome departs from what its reason was proposed for.
    """
    actor.require(Permission.FIND)
    if not findings or len({one.kind for one in findings}) != len(findings):
        raise TwiceError
    return _all_or_none(actor=actor, now=now, matter=matter, findings=findings, grant=grant, randomness=randomness)


def _all_or_none(
    *, actor: Actor, now: datetime, matter: str, findings: Sequence[Found], grant: str, randomness: Randomness
) -> Moved:
    read = find_matter(actor=actor, matter=matter)
    pages = read_transcript(row=read, grant=grant)
    sealed = [_seal(read, one, pages, randomness) for one in findings]
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        if row.state != "in_review":
            raise FindingError("Findings are made while the matter is in review.")
        for one in sealed:
            entry = _record(actor=actor, now=now, row=row, sealed=one, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)


def _seal(row: Matter, found: Found, pages: tuple[str, ...], randomness: Randomness) -> _Sealed:
    """Seal a finding's reason and words, once the words were looked for in the paper."""
    name = found.kind.value.capitalize()
    if not found.reason.strip():
        raise WordsMissingError(f"{name}: no reason is given.")
    try:
        require_words(words=found.words, page=found.page, pages=pages)
    except WordsMissingError as error:
        raise WordsMissingError(f"{name}: {error.detail}") from error
    checks = checks_of(row=row, kind=found.kind)
    try:
        proposed = is_proposed(reason=found.reason, outcome=found.outcome, proposed=proposed_reason(checks))
    except OwnReasonError as error:
        raise OwnReasonError(f"{name}.") from error
    value = {
        "kind": "finding",
        "finding": str(found.kind),
        "reason": found.reason.strip(),
        "words": found.words.strip(),
        "page": found.page,
        "proposed": proposed,
    }
    made = sealing.seal_json(kind="answer", matter=row.pk, value=value, randomness=randomness)
    return _Sealed(found=found, proposed=proposed, checks=checks, object=made)


def _record(*, actor: Actor, now: datetime, row: Matter, sealed: _Sealed, randomness: Randomness) -> str:
    found = sealed.found
    checks = checks_of(row=row, kind=found.kind)
    if found.outcome not in outcomes_allowed(found.kind, tuple(outcome for outcome, _ in checks)):
        raise FindingError(f"The checks of {found.kind} do not allow {found.outcome}.")
    if sealed.proposed and checks != sealed.checks:
        raise FindingError(f"The checks of {found.kind} have changed since their reason was proposed.")
    standing = FindingRecord.objects.filter(matter=row, kind=found.kind, superseded_at__isnull=True)
    changed = standing.update(superseded_at=now)
    FindingRecord.objects.create(
        matter=row,
        kind=found.kind,
        outcome=found.outcome,
        reason=sealed.object,
        page=found.page,
        by=actor.person,
        at=now,
    )
    facts: dict[str, Any] = {
        "finding": str(found.kind),
        "outcome": str(found.outcome),
        "reason": sealed.object,
        "changed": bool(changed),
        "proposed": sealed.proposed,
    }
    return rows.record(actor=actor, now=now, kind="record_finding", row=row, facts=facts, randomness=randomness)
