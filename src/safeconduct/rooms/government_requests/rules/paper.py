"""The frozen facts of a paper, as a person typed them, and their sealed JSON form (``case_file``, version 1).

1. A fact that the paper does not state is kept as not stated; nothing is guessed in its place.
2. What was asked is kept word for word beside the categories a person read in it, so that a narrowed scope can be
   compared with it for ever.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.periods import PeriodError, Window
from safeconduct.rooms.government_requests.rules.words import Category, CourtKind, Issuer, Process

VERSION = 1
MAX_WORDS = 2000


class PaperError(BadInputError):
    """The typed facts of the paper cannot be used."""

    code = "SC-PAPER"


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


@dataclass(frozen=True, kw_only=True)
class Selector:
    """One identifier that the paper names: ``phone``, ``email`` or ``account``, or of another kind."""

    kind: str
    value: str

    def as_json(self) -> dict[str, str]:
        """Return the form that scopes and the vault process use."""
        return {"kind": self.kind, "value": self.value}


@dataclass(frozen=True, kw_only=True)
class Item:
    """One numbered thing that the paper asks for, and the categories a person read in its words."""

    number: int
    page: int
    words: str
    categories: tuple[Category, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the sealed form."""
        return {
            "number": self.number,
            "page": self.page,
            "words": self.words,
            "categories": [str(category) for category in self.categories],
        }


@dataclass(frozen=True, kw_only=True)
class SilenceOrder:
    """The companion paper under 18 U.S.C. 2705(b): who ordered silence, when, and until when."""

    issuer: Issuer
    signed: bool
    dated: date | None
    until: date | None

    def as_json(self) -> dict[str, Any]:
        """Return the sealed form."""
        return {
            "issuer": str(self.issuer),
            "signed": self.signed,
            "dated": _text(self.dated),
            "until": _text(self.until),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Return what ``as_json`` wrote."""
        return cls(
            issuer=Issuer(value["issuer"]),
            signed=bool(value["signed"]),
            dated=_day(value["dated"]),
            until=_day(value["until"]),
        )


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What the paper says.

    Attributes:
        process: the kind of legal process.
        issuer: the office that signed it.
        issuer_name: the court or agency as written; personal data, so it is only ever sealed.
        country: ISO 3166 code of the issuing authority's country.
        governmental: whether the sender is a governmental entity of that country.
        signed: whether a hand-written or electronic signature stands on it.
        sealed_by_court: whether a court's seal or clerk's stamp stands on it.
        judge_named: whether a judge or magistrate is named.
        dated: the day it was issued.
        names_entity: whether the served company is named in it.
        reply_by: the day by which the paper wants the answer.
        reply_days: the days from service that the paper allows, where it names days and no date.
        selectors: the identifiers named.
        items: the things asked for, in the paper's order.
        window: the period asked for, half-open, UTC; None if the paper gives none.
        zone: IANA zone in which the paper's days are days.
        recites: what the paper says of its own ground: ``probable_cause``, ``articulable_facts``, ``danger``,
            ``national_security_certificate``, ``judicial_review``.
        silence: the nondisclosure order served with it.
        asks_silence: whether the paper itself asks for silence without an order.
        case_number: the authority's own number, as written.
        court: the kind of court that issued it.
        statute: the statute or rule that the paper cites for its power, as written.
        entity_named: the name by which it calls the served company, as written; empty if it was not typed.
        region: ISO 3166-2 code of the authority's state without the country, such as ``TX``; empty if none.
        execute_from, execute_by: the days between which it may be executed, both included.
        attachments_named, attachments_served: how many attachments it names, and how many came with it.
        first_day, last_day: its period's days where they make no period: one is missing, or they run backwards.
        attachment_window: the period that its attachment states, where that is another one.
    """

    process: Process
    issuer: Issuer
    issuer_name: str
    country: str
    governmental: bool
    signed: bool
    sealed_by_court: bool
    judge_named: bool
    dated: date | None
    names_entity: bool
    reply_by: date | None = None
    reply_days: int | None = None
    selectors: tuple[Selector, ...] = ()
    items: tuple[Item, ...] = ()
    window: Window | None = None
    zone: str = "UTC"
    recites: frozenset[str] = field(default_factory=frozenset)
    silence: SilenceOrder | None = None
    asks_silence: bool = False
    case_number: str = ""
    court: CourtKind = CourtKind.NOT_STATED
    statute: str = ""
    entity_named: str = ""
    execute_from: date | None = None
    execute_by: date | None = None
    region: str = ""
    attachments_named: int = 0
    attachments_served: int = 0
    first_day: date | None = None
    last_day: date | None = None
    attachment_window: Window | None = None

    @property
    def categories(self) -> tuple[Category, ...]:
        """Return every category read in the items, once, by name."""
        return tuple(sorted({category for item in self.items for category in item.categories}))

    def as_json(self) -> dict[str, Any]:
        """Return the sealed form, which ``paper_from_json`` reads."""
        return {
            "process": str(self.process),
            "issuer": str(self.issuer),
            "issuer_name": self.issuer_name,
            "country": self.country,
            "governmental": self.governmental,
            "signed": self.signed,
            "sealed_by_court": self.sealed_by_court,
            "judge_named": self.judge_named,
            "dated": _text(self.dated),
            "names_entity": self.names_entity,
            "reply_by": _text(self.reply_by),
            "reply_days": self.reply_days,
            "selectors": [selector.as_json() for selector in self.selectors],
            "items": [item.as_json() for item in self.items],
            "window": self.window.as_json() if self.window else None,
            "zone": self.zone,
            "recites": sorted(self.recites),
            "silence": self.silence.as_json() if self.silence else None,
            "asks_silence": self.asks_silence,
            "case_number": self.case_number,
            "court": str(self.court),
            "statute": self.statute,
            "entity_named": self.entity_named,
            "execute_from": _text(self.execute_from),
            "execute_by": _text(self.execute_by),
            "region": self.region,
            "attachments_named": self.attachments_named,
            "attachments_served": self.attachments_served,
            "first_day": _text(self.first_day),
            "last_day": _text(self.last_day),
            "attachment_window": self.attachment_window.as_json() if self.attachment_window else None,
        }


def _item(value: dict[str, Any]) -> Item:
    words = str(value["words"])
    if len(words) > MAX_WORDS:
        raise PaperError(f"An item is longer than {MAX_WORDS} characters.")
    return Item(
        number=int(value["number"]),
        page=int(value["page"]),
        words=words,
        categories=tuple(Category(name) for name in value["categories"]),
    )


def _later(value: dict[str, Any]) -> dict[str, Any]:
    """Return the facts that papers sealed by an earlier version do not have: not stated there."""
    window = value.get("attachment_window")
    return {
        "court": CourtKind(value.get("court", CourtKind.NOT_STATED)),
        "attachment_window": Window.from_json(window) if window else None,
        **{name: str(value.get(name, "")) for name in ("statute", "entity_named", "region")},
        **{name: int(value.get(name, 0)) for name in ("attachments_named", "attachments_served")},
        **{name: _day(value.get(name)) for name in ("execute_from", "execute_by", "first_day", "last_day")},
    }


def paper_from_json(value: dict[str, Any]) -> Paper:
    """Return the paper that ``Paper.as_json`` wrote; raises ``PaperError`` for anything else."""
    try:
        return Paper(
            process=Process(value["process"]),
            issuer=Issuer(value["issuer"]),
            issuer_name=str(value["issuer_name"]),
            country=str(value["country"]),
            governmental=bool(value["governmental"]),
            signed=bool(value["signed"]),
            sealed_by_court=bool(value["sealed_by_court"]),
            judge_named=bool(value["judge_named"]),
            dated=_day(value["dated"]),
            names_entity=bool(value["names_entity"]),
            reply_by=_day(value["reply_by"]),
            reply_days=value["reply_days"],
            selectors=tuple(Selector(kind=str(one["kind"]), value=str(one["value"])) for one in value["selectors"]),
            items=tuple(_item(one) for one in value["items"]),
            window=Window.from_json(value["window"]) if value["window"] else None,
            zone=str(value["zone"]),
            recites=frozenset(value["recites"]),
            silence=SilenceOrder.from_json(value["silence"]) if value["silence"] else None,
            asks_silence=bool(value["asks_silence"]),
            case_number=str(value["case_number"]),
            **_later(value),
        )
    except (KeyError, TypeError, ValueError, AttributeError, PeriodError) as error:
        raise PaperError(f"A fact is missing or wrong: {type(error).__name__}.") from error
