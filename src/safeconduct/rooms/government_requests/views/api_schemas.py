"""What agencies' systems send and get: every member by name, nothing that is not listed."""

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from safeconduct.core.base.periods import window_of_days
from safeconduct.rooms.government_requests.rules.paper import Item, Paper, Selector, SilenceOrder
from safeconduct.rooms.government_requests.rules.targets import MOST_SELECTORS
from safeconduct.rooms.government_requests.rules.words import Category, CourtKind, Issuer, Process

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class Closed(Schema):
    """An object that takes no member that is not listed."""

    model_config = ConfigDict(extra="forbid")


class SelectorIn(Closed):
    """One identifier that the paper names."""

    kind: Annotated[str, StringConstraints(pattern="^(phone|email|account)$")]
    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=320)]


class ItemIn(Closed):
    """One thing that the paper asks for, in its own words."""

    page: Annotated[int, Field(ge=1, le=10_000)] = 1
    words: Words
    categories: tuple[Category, ...] = ()


class OrderIn(Closed):
    """A nondisclosure order that comes with the paper, as the file ``order``."""

    pages: Annotated[int, Field(ge=1, le=10_000)]
    issuer: Issuer = Issuer.COURT
    signed: bool
    dated: date | None = None
    until: date | None = None


class PaperIn(Closed):
    """What the paper says. What it does not state is left out."""

    served_entity: Text
    process: Process
    pages: Annotated[int, Field(ge=1, le=10_000)]
    issuer: Issuer
    issuer_name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]
    region: Annotated[str, StringConstraints(pattern="^[A-Z0-9]{0,3}$")] = ""
    governmental: bool
    signed: bool
    sealed_by_court: bool = False
    judge_named: bool = False
    names_entity: bool = False
    dated: date | None = None
    reply_by: date | None = None
    reply_days: Annotated[int, Field(ge=1, le=365)] | None = None
    case_number: Annotated[str, StringConstraints(max_length=80)] = ""
    statute: Text = ""
    court: CourtKind = CourtKind.NOT_STATED
    recites: tuple[Annotated[str, StringConstraints(pattern="^[a-z_]{1,40}$")], ...] = ()
    selectors: Annotated[tuple[SelectorIn, ...], Field(max_length=MOST_SELECTORS)] = ()
    items: Annotated[tuple[ItemIn, ...], Field(max_length=100)] = ()
    first: date | None = None
    last: date | None = None
    zone: Text = "America/New_York"
    asks_silence: bool = False
    order: OrderIn | None = None

    def paper(self) -> Paper:
        """Return the frozen facts; raises ``PeriodError`` for days or a zone that make no period."""
        items = [
            Item(number=number, page=one.page, words=one.words, categories=tuple(sorted(one.categories)))
            for number, one in enumerate(self.items, start=1)
        ]
        silence = None
        if self.order is not None:
            silence = SilenceOrder(
                issuer=self.order.issuer, signed=self.order.signed, dated=self.order.dated, until=self.order.until
            )
        named = dict.fromkeys((one.kind, one.value) for one in self.selectors)
        return Paper(
            process=self.process,
            issuer=self.issuer,
            issuer_name=self.issuer_name,
            country=self.country,
            region=self.region,
            governmental=self.governmental,
            signed=self.signed,
            sealed_by_court=self.sealed_by_court,
            judge_named=self.judge_named,
            dated=self.dated,
            names_entity=self.names_entity,
            reply_by=self.reply_by,
            reply_days=self.reply_days,
            selectors=tuple(Selector(kind=kind, value=value) for kind, value in named),
            items=tuple(items),
            window=window_of_days(self.first, self.last, self.zone) if self.first and self.last else None,
            zone=self.zone,
            recites=frozenset(self.recites),
            silence=silence,
            asks_silence=self.asks_silence,
            case_number=self.case_number,
            statute=self.statute,
            court=self.court,
            first_day=self.first if not self.last else None,
            last_day=self.last if not self.first else None,
        )


class AnswerIn(Closed):
    """The officer's answer to a question."""

    words: Words


class QuestionOut(Schema):
    """That a question waits; its words are read in the portal."""

    asked_at: datetime
    due_at: datetime


class RequestOut(Schema):
    """One request, as its agency sees it; the same whether or not silence is ordered."""

    id: str
    reference: str
    process: str
    state: str
    sent: str
    question: QuestionOut | None
    package_ready: bool
    may_withdraw: bool


class RequestsOut(Schema):
    """One page of requests, newest first."""

    requests: list[RequestOut]
    total: int
    page: int
    pages: int


class ProblemOut(Schema):
    """What went wrong (RFC 9457): ``code`` is stable, ``detail`` says what to do instead."""

    type: str
    title: str
    status: int
    detail: str
    code: str
