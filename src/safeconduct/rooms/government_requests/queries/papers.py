"""Reads case papers through an opened grant: the only way in which this room sees clear words again."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.periods import Window
from safeconduct.rooms.government_requests.models import FindingRecord, Matter, Question
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.clocks import window_words
from safeconduct.rooms.government_requests.rules.paper import Paper, paper_from_json
from safeconduct.rooms.vault import queries as vault
from safeconduct.rooms.vault.rules import VaultNotPermittedError

GRANT_OVER = "SC-GRANT"
"""The vault process's code for a grant that is not open, not live, or of another matter."""


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """The typed facts and the uploads' names, for as long as a request lasts."""

    paper: Paper
    files: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Relied:
    """A finding's reason and the words that it relies on; ``proposed`` where the checks gave the reason."""

    reason: str
    words: str
    page: int
    proposed: bool = False


@dataclass(frozen=True, kw_only=True)
class CasePapers:
    """Everything that the matter page shows beside its plain facts.

    Attributes:
        case: the typed facts.
        transcript: the words of each page, empty while nobody typed them.
        relied: by the id of the finding's sealed reason.
        words: questions and answers, by object id.
    """

    case: CaseFile
    transcript: tuple[str, ...]
    relied: dict[str, Relied]
    words: dict[str, str]


class PapersClosedError(ConflictError):
    """The case papers are closed: nobody opened them here, or the quarter of an hour is over."""

    code = "SC-PAPERS-CLOSED"
    cure = "Open the case papers again, then send it again. Nothing was recorded."


def _read(matter: str, grant: str, objects: Iterable[str]) -> dict[str, dict[str, Any]]:
    if not grant:
        raise PapersClosedError
    wanted = sorted({one for one in objects if one})
    try:
        found = vault.read_case(matter=matter, grant=grant, objects=wanted)
    except VaultNotPermittedError as error:
        if error.vault_code != GRANT_OVER:
            raise
        raise PapersClosedError from error
    return {name: json.loads(data) for name, data in found.items()}


def _case_file(value: dict[str, Any]) -> CaseFile:
    return CaseFile(paper=paper_from_json(value["paper"]), files=list(value["files"]))


def read_case_file(*, matter: str, grant: str, case_file: str) -> CaseFile:
    """Return the typed facts; raises what the vault process refuses with when the grant is not open."""
    return _case_file(_read(matter, grant, [case_file])[case_file])


def read_transcript(*, row: Matter, grant: str) -> tuple[str, ...]:
    """Return the words of each page; none while nobody typed them."""
    return tuple(_read(row.pk, grant, [row.transcript])[row.transcript]["pages"]) if row.transcript else ()


def read_relied(*, row: Matter, grant: str) -> dict[str, Relied]:
    """Return reason and words of each standing finding, by finding kind."""
    standing = list(FindingRecord.objects.filter(matter=row, superseded_at__isnull=True))
    found = _read(row.pk, grant, [one.reason for one in standing])
    return {one.kind: _relied(found[one.reason]) for one in standing}


def _relied(value: dict[str, Any]) -> Relied:
    proposed = value.get("proposed", False) is True
    return Relied(reason=value["reason"], words=value["words"], page=int(value["page"]), proposed=proposed)


def read_papers(*, row: Matter, grant: str) -> CasePapers:
    """Return the case papers of ``row`` that the review page shows."""
    standing = list(FindingRecord.objects.filter(matter=row, superseded_at__isnull=True))
    questions = list(Question.objects.filter(matter=row))
    spoken = [name for one in questions for name in (one.question, one.answer) if name]
    reasons = [one.reason for one in standing]
    found = _read(row.pk, grant, [row.case_file, row.transcript, *reasons, *spoken])
    return CasePapers(
        case=_case_file(found[row.case_file]),
        transcript=tuple(found[row.transcript]["pages"]) if row.transcript else (),
        relied={name: _relied(found[name]) for name in reasons},
        words={name: str(found[name]["words"]) for name in spoken},
    )


def read_words(*, matter: str, grant: str, objects: Iterable[str]) -> dict[str, str]:
    """Return the words of sealed objects, by id; raises ``PapersClosedError`` without an open grant."""
    return {name: str(value["words"]) for name, value in _read(matter, grant, objects).items()}


def papers_of(*, actor: Actor, matter: str, grant: str) -> CasePapers:
    """Return the case papers of a matter that ``actor`` may know of; raises what the vault process refuses with."""
    return read_papers(row=find_matter(actor=actor, matter=matter), grant=grant)


@dataclass(frozen=True, kw_only=True)
class Scopes:
    """What was asked and what is allowed, side by side, with what is left out and why."""

    asked: dict[str, Any]
    allowed: dict[str, Any]
    left_out: tuple[dict[str, str], ...]
    asked_period: str
    allowed_period: str


def scopes_of(*, actor: Actor, matter: str, grant: str) -> Scopes | None:
    """Return both scopes of the scope that stands, or None before one is proposed."""
    row = find_matter(actor=actor, matter=matter)
    consent = row.consents.filter(digest=row.scope_digest).first()
    if consent is None:
        return None
    found = _read(row.pk, grant, [consent.scopes])[consent.scopes]
    periods = [Window.from_json(one["window"]) if one["window"] else None for one in (found["asked"], found["allowed"])]
    asked, allowed = (window_words(one, row.zone) for one in periods)
    return Scopes(
        asked=found["asked"],
        allowed=found["allowed"],
        left_out=tuple(found["left_out"]),
        asked_period=asked,
        allowed_period=allowed,
    )
