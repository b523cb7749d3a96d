"""Holds what belongs to a matter against its entries: findings, papers, scopes, letters and journeys."""

from collections.abc import Callable
from typing import Any

from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.models import (
    Consent,
    Document,
    FindingRecord,
    Journey,
    Letter,
    Matter,
    Prohibition,
)
from safeconduct.rooms.government_requests.queries import books_after, books_casework, books_waiting
from safeconduct.rooms.government_requests.rules.silence import STANDING
from safeconduct.rooms.ledger.queries import HistoryLine

ROOM = "government_requests."
ENTERED_AS = {
    "preserve": "preserve",
    "end_preservation": "end_preservation",
    "erase_case": "erase_case",
    "open_case": "open_case",
    "forecast": "forecast",
    "collect": "authorise",
    "grant_executor": "grant_executor",
    "release": "release",
    "revoke": "revoke",
    "issue_letter": "issue_letter",
    "give_mandate": "give_mandate",
    "end_mandate": "end_mandate",
}
"""The entry under which each kind of journey begins."""
Lines = tuple[HistoryLine, ...]
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)
"""What an entry or a row raises whose facts are not of the form that the program writes: then it did not write them."""


def _of(lines: Lines, *kinds: str) -> list[dict[str, Any]]:
    return [line.facts for line in lines if line.kind.removeprefix(ROOM) in kinds]


def _findings(row: Matter, lines: Lines) -> bool:
    said = {one["finding"]: (one["outcome"], one["reason"]) for one in _of(lines, "record_finding")}
    stand = FindingRecord.objects.filter(matter=row, superseded_at__isnull=True)
    return {one.kind: (one.outcome, one.reason) for one in stand} == said


def _papers(row: Matter, lines: Lines) -> bool:
    said = sorted(digest for one in _of(lines, "receive") for digest in one["papers"])
    orders = {one["order"] for one in _of(lines, "prohibit_notice", "extend_prohibition")} - {""}
    kept = Document.objects.filter(matter=row)
    later = set(kept.filter(object__in=orders).values_list("object", flat=True))
    return sorted(kept.exclude(object__in=orders).values_list("sha256", flat=True)) == said and later == orders


def _scopes(row: Matter, lines: Lines) -> bool:
    said = {one["digest"]: (one["narrowed"], one["left_out"]) for one in _of(lines, "propose_scope")}
    kept = {one.digest: one for one in Consent.objects.filter(matter=row, kind="safe-conduct")}
    authorised = {one["digest"] for one in _of(lines, "authorise")}
    revoked = {one["digest"] for one in _of(lines, "revoke")}
    return (
        {digest: (one.narrowed, one.left_out) for digest, one in kept.items()} == said
        and {digest for digest, one in kept.items() if one.authorised_at} == authorised
        and {digest for digest, one in kept.items() if one.revoked_at} <= revoked
    )


def _letters(row: Matter, lines: Lines) -> bool:
    said = {one["letter"]: _text_of(one) for one in _lettered(lines)}
    kept = Letter.objects.filter(matter=row).exclude(digest="")
    issued = {one["letter"] for one in _of(lines, "issue_letter")}
    held = {one.pk: (one.digest, one.sha256, one.template, one.template_digest) for one in kept}
    return held == said and {one.pk for one in kept if one.issued_at} <= issued


def _text_of(facts: dict[str, Any]) -> tuple[str, ...]:
    """Return what an entry says of a letter's text; one of before the templates names none."""
    return facts["digest"], facts["text_sha256"], facts.get("template", ""), facts.get("template_digest", "")


def _lettered(lines: Lines) -> list[dict[str, Any]]:
    return [line.facts for line in lines if "text_sha256" in line.facts and "letter" in line.facts]


def _journeys(row: Matter, lines: Lines) -> bool:
    entered = {line.entry: line for line in lines}
    produced = {one["journey"]: one for one in _of(lines, "produce")}
    granted = {one["grant"]: one for one in _of(lines, "executor_granted")}
    for one in Journey.objects.filter(matter=row):
        line = entered.get(one.entry)
        if line is None or line.kind != ROOM + ENTERED_AS.get(one.act, ""):
            return False
        told = produced.get(one.pk, granted.get(one.facts.get("grant", ""), {}))
        if any(one.result.get(name, value) != value for name, value in told.items() if name in one.result):
            return False
    return True


def _prohibitions(row: Matter, lines: Lines) -> bool:
    """Hold states and ends against the entries; one that came with the paper bears the matter's own id."""
    states: dict[str, str] = {}
    ends: dict[str, str] = {}
    carried_over = {row.pk}
    for line in lines:
        facts, kind = line.facts, line.kind.removeprefix(ROOM)
        if kind == "receive" and "prohibition" in facts:
            carried_over = set()
            if facts["prohibition"]:
                states[row.pk] = facts["prohibition"]
                ends |= {row.pk: facts["silence_until"]} if facts["silenced"] else {}
        elif "prohibition" in facts and "state" in facts:
            states[facts["prohibition"]], ends[facts["prohibition"]] = facts["state"], facts["ends"]
        elif kind == "end_silence":
            over = "lifted" if facts["lifted"] else "ended"
            states = {one: over if state in STANDING else state for one, state in states.items()}
    kept = {one.pk: one for one in Prohibition.objects.filter(matter=row)}
    known = {name: one.state for name, one in kept.items() if name not in carried_over or name in states}
    said = {name: instant_text(one.until) if one.until else "" for name, one in kept.items() if name in ends}
    return known == states and said == ends


PARTS: dict[str, Callable[[Matter, Lines], bool]] = {
    "its findings": _findings,
    "its papers": _papers,
    "its scopes": _scopes,
    "its letters": _letters,
    "its journeys": _journeys,
    "its correspondence": books_casework.contacts,
    "its supplements": books_casework.supplements,
    "its invoices": books_casework.invoices,
    "its proceedings": books_casework.proceedings,
    "its filing": books_casework.filing,
    "its outside counsel": books_casework.outside,
    "its waiting": books_waiting.exceptions,
    "its prohibitions": _prohibitions,
    "its demand for process": books_after.demand,
    "its incidents": books_after.incidents,
}


def contradictions(*, row: Matter, lines: Lines) -> set[str]:
    """Return the parts of a matter that its entries contradict."""
    return {part for part, holds in PARTS.items() if not _holds(holds, row, lines)}


def _holds(part: Callable[[Matter, Lines], bool], row: Matter, lines: Lines) -> bool:
    try:
        return part(row, lines)
    except UNREADABLE:
        return False
