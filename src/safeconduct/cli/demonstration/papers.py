"""Pieces of legal process: typeset as PDF in memory, with the facts and the transcript that a person would type.

``papers/*.toml`` holds what each kind says; a paper is filled in with who serves it, whom it names and which days.
"""

import json
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

import typst

from safeconduct.cli.demonstration.company import AGENCIES, ENTITY_ADDRESS, ENTITY_NAME, OFFICERS, ZONE
from safeconduct.core.base.periods import window_of_days

JUDGES = ("Hon. Beatrix Ostrifell", "Hon. Lorcan Weskaridge")
_FACTS: dict[str, Any] = {
    "governmental": True,
    "signed": True,
    "sealed_by_court": False,
    "judge_named": False,
    "names_entity": True,
    "reply_days": None,
    "silence": None,
    "asks_silence": False,
    "recites": [],
}


@dataclass(frozen=True, kw_only=True)
class PaperValues:
    """What fills in a paper.

    Attributes:
        kind: name of the file in ``papers/``.
        officer: key of the officer who serves it.
        number: the E.164 number it names.
        dated: the day it was issued.
        first, last: the days it covers, both included, as days of the company's zone.
        reply_by: the day by which an answer is wanted, or None.
        case: the authority's own number.
        silence_until: end of the nondisclosure order served with it, or None.
    """

    kind: str
    officer: str
    number: str
    dated: date
    first: date
    last: date
    case: str
    reply_by: date | None = None
    silence_until: date | None = None

    @property
    def judge(self) -> str:
        """Return the judge who signs, where a court does."""
        return JUDGES[0] if AGENCIES[OFFICERS[self.officer].agency].key == "usao" else JUDGES[1]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the analyst finds on this paper under one of the five questions."""

    kind: str
    page: int
    words: str
    outcome: str
    reason: str
    cure: str


@dataclass(frozen=True, kw_only=True)
class LegalPaper:
    """One paper as it enters.

    Attributes:
        kind: name of the file in ``papers/``.
        pdf: the typeset paper.
        pages: number of its pages.
        facts: the typed facts, in the form that ``government_requests.rules.paper.paper_from_json`` reads.
        transcript: the words of each page, in the paper's order.
        findings: the five findings, with the words relied on.
    """

    kind: str
    pdf: bytes
    pages: int
    facts: dict[str, Any]
    transcript: tuple[str, ...]
    findings: tuple[Finding, ...]


def _shown_day(day: date | None) -> str:
    return f"{day:%B} {day.day}, {day.year}" if day else ""


def shown_number(number: str) -> str:
    """Return a North American number as papers write it, such as ``(413) 555-0105``."""
    return f"({number[2:5]}) {number[5:8]}-{number[8:]}"


def _values(values: PaperValues) -> dict[str, str]:
    officer = OFFICERS[values.officer]
    agency = AGENCIES[officer.agency]
    return {
        "entity": ENTITY_NAME,
        "entity_address": ENTITY_ADDRESS,
        "agency": agency.name,
        "agency_address": agency.address,
        "officer": officer.name,
        "title": officer.title,
        "badge": officer.badge,
        "email": officer.email,
        "number": shown_number(values.number),
        "case": values.case,
        "judge": values.judge,
        "dated": _shown_day(values.dated),
        "serve_by": _shown_day(date.fromordinal(values.dated.toordinal() + 14)),
        "first": _shown_day(values.first),
        "last": _shown_day(values.last),
        "reply_by": _shown_day(values.reply_by),
        "silence_until": _shown_day(values.silence_until),
    }


@lru_cache
def _source(kind: str) -> dict[str, Any]:
    folder = resources.files("safeconduct.cli.demonstration").joinpath("papers")
    return tomllib.loads(folder.joinpath(f"{kind}.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def _template() -> bytes:
    return resources.files("safeconduct.cli.demonstration").joinpath("paper.typ").read_bytes()


def _filled(value: Any, words: dict[str, str]) -> Any:  # noqa: ANN401 - any value of TOML
    if isinstance(value, str):
        return value.format(**words)
    if isinstance(value, list):
        return [_filled(one, words) for one in value]
    if isinstance(value, dict):
        return {key: _filled(one, words) for key, one in value.items()}
    return value


def _with_items(pages: list[list[dict[str, Any]]], items: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return the pages with each ``items`` block replaced by the numbered items of that page."""
    filled = []
    for number, page in enumerate(pages, start=1):
        own = [item for item in items if item["page"] == number]
        filled.append([{"items": own} if "items" in block else block for block in page])
    return filled


def _block_text(block: dict[str, Any]) -> list[str]:
    if "fields" in block:
        return [f"{label}: {value}" for label, value in block["fields"]]
    if "items" in block:
        return [f"{item['number']}. {item['words']};" for item in block["items"]]
    if "sign" in block:
        return [f"[{'signed' if block['sign'] else 'not signed'}] {block['sign']} {block['title']}".replace("  ", " ")]
    return [str(text).replace("\n", " ") for text in block.values()]


def _typeset(source: dict[str, Any], pages: list[list[dict[str, Any]]], values: PaperValues) -> bytes:
    agency = AGENCIES[OFFICERS[values.officer].agency]
    content = {
        "title": source["title"],
        "layout": source["layout"],
        "language": "de" if values.kind == "foreign" and agency.country == "DE" else "en",
        "agency": agency.name,
        "agency_address": agency.address,
        "pages": pages,
    }
    made: bytes = typst.compile(
        _template(), sys_inputs={"paper": json.dumps(content)}, ignore_system_fonts=True, timestamp=0
    )
    return made


def _facts(source: dict[str, Any], items: list[dict[str, Any]], values: PaperValues) -> dict[str, Any]:
    stated = _filled(source["facts"], _values(values))
    agency = AGENCIES[OFFICERS[values.officer].agency]
    window = None if stated.pop("no_window", False) else window_of_days(values.first, values.last, ZONE).as_json()
    return {
        **_FACTS,
        "country": agency.country,
        "dated": values.dated.isoformat(),
        "reply_by": values.reply_by.isoformat() if values.reply_by else None,
        "selectors": [{"kind": "phone", "value": values.number}],
        "items": items,
        "window": window,
        "zone": ZONE,
        "case_number": values.case,
        **stated,
    }


def make_paper(values: PaperValues) -> LegalPaper:
    """Return the paper, typeset; the PDF is the same bytes for the same values."""
    source, words = _source(values.kind), _values(values)
    items = [{"number": number, **_filled(item, words)} for number, item in enumerate(source.get("items", []), start=1)]
    pages = _with_items(_filled(source["pages"], words), items)
    findings = tuple(
        Finding(
            kind=kind,
            page=finding["page"],
            words=finding["words"],
            outcome=finding.get("outcome", "met"),
            reason=finding["reason"],
            cure=finding.get("cure", ""),
        )
        for kind, finding in _filled(source["findings"], words).items()
    )
    return LegalPaper(
        kind=values.kind,
        pdf=_typeset(source, pages, values),
        pages=len(pages),
        facts=_facts(source, items, values),
        transcript=tuple("\n".join(line for block in page for line in _block_text(block)) for page in pages),
        findings=findings,
    )


def nondisclosure_order(values: PaperValues) -> LegalPaper:
    """Return the order under 18 U.S.C. 2705(b) served with the paper that has these values."""
    return make_paper(PaperValues(**{**vars(values), "kind": "nondisclosure_order"}))
