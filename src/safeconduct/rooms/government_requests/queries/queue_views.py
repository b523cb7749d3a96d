"""The views of the queue, its filters, and how many matters stand in each: one statement, made once.

The words of the statement are Django's own, from the same filters that choose the rows; only the person and the time
are put in anew for each page. Whom a matter may be shown to is asked of ``visible`` every time. What is not shown is
read from indexes alone, so that 10,000 matters cost hardly more than 100.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.sql.query import Query

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.models.queue_order import CLOCK_AT, QUEUE_INDEX, WAITING
from safeconduct.rooms.government_requests.queries.access import visible
from safeconduct.rooms.government_requests.queries.open_notices import OPEN_NOTICE
from safeconduct.rooms.government_requests.rules.lifecycles import FINISHED, MATTER, PAUSED
from safeconduct.rooms.government_requests.rules.words import Process

FINISHED_OPEN = sorted(FINISHED - {"closed"})
LIVE_STATES = sorted(set(MATTER.states) - PAUSED - FINISHED - {"preserved"})
OPEN_STATES = sorted(set(MATTER.states) - {"closed"})
LIVE, OPENED = Q(state__in=LIVE_STATES), Q(state__in=OPEN_STATES)
PERSON = "the person who asks"
NOW = datetime(1, 1, 1, tzinfo=UTC)
"""What stands in a filter until the person and the time are known."""


@dataclass(frozen=True, kw_only=True)
class View:
    """One view on the left: its code, words, heading and filter."""

    code: str
    name: str
    heading: str
    filter: Q
    group: str = ""


NOBODY, OPEN_NOTICES = "nobody", "open_notices"
NEEDS, ON_OTHERS, OWED = "Needs a person", "Waiting", "Owed to customers"


def _view(code: str, name: str, found: Q, group: str = "", heading: str = "") -> View:
    return View(code=code, name=name, heading=heading or name, filter=found, group=group)


VIEWS = (
    _view("all", "All open", OPENED),
    _view("mine", "Mine", OPENED & Q(holder=PERSON)),
    _view("nobody", "Nobody yet", OPENED & Q(holder="")),
    _view("emergencies", "Emergencies", Q(process=Process.EMERGENCY_REQUEST) & LIVE, NEEDS),
    _view("late", "Late", LIVE & Q(answer_due_at__lt=NOW), NEEDS),
    _view("second", "Second reader", Q(state="collected"), NEEDS, "Ready for a second reader"),
    _view("counsel", "For counsel", Q(state="with_counsel"), NEEDS),
    _view("officer", "On the officer", Q(state="question_sent"), ON_OTHERS, "Waiting on the officer"),
    _view("collection", "On collection", Q(state="authorised"), ON_OTHERS, "Waiting on collection"),
    _view("notices", "Notices due", Q(notice_state__in=["due", "drafted"]), OWED),
    _view("prohibited", "Notices prohibited", Q(notice_state="prohibited"), OWED),
    _view(
        "preservation",
        "Copies kept",
        Q(preserved_at__isnull=False, preservation_ended_at__isnull=True),
        OWED,
        "Preservation",
    ),
)
COUNTED = (*VIEWS, _view(OPEN_NOTICES, "Open notices", OPEN_NOTICE, OWED))
"""The last one is a number on the desk and has a list of its own."""
BY_CODE = {one.code: one for one in VIEWS}
DUE = {"late": 0, "3": 3, "7": 7, "14": 14}
"""Choices of the deadline: late, or due within so many days."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What a person asked the queue for.

    Attributes:
        view: the code of a view; an unknown one is all that is open.
        holder: a person's id, ``nobody``, or empty for everybody.
        due: a key of ``DUE``, or empty for any day.
    """

    view: str = "all"
    holder: str = ""
    due: str = ""

    def known(self) -> "Chosen":
        """Return the same with what is not known left out."""
        view = self.view if self.view in BY_CODE else "all"
        return Chosen(view=view, holder=self.holder, due=self.due if self.due in DUE else "")

    @property
    def narrowed(self) -> bool:
        """Return whether more than a view was asked for."""
        return bool(self.holder or self.due)

    def filter(self, *, person: str, now: datetime) -> Q:
        """Return the filter of the rows."""
        found = BY_CODE[self.view].filter
        found = _filled(found, {PERSON: person, NOW: now})
        if self.holder:
            found &= Q(holder="" if self.holder == NOBODY else self.holder)
        if self.due:
            found &= LIVE & Q(answer_due_at__lt=now + timedelta(days=DUE[self.due]))
        return found


def _filled(found: Q, values: dict[Any, Any]) -> Q:
    """Return ``found`` with the person and the time in their places."""
    children: list[Any] = []
    for one in found.children:
        if isinstance(one, Q):
            children.append(_filled(one, values))
        elif isinstance(one, tuple):
            name, value = one
            children.append((name, values.get(value, value) if isinstance(value, str | datetime) else value))
    made = Q(*children)
    made.connector, made.negated = found.connector, found.negated
    return made


def _where(query: Query) -> tuple[str, list[Any]]:
    """Return the condition of ``query`` as the database reads it, with its parameters."""
    if not query.where:
        return "1 = 1", []
    sql, parameters = query.get_compiler(connection=connection).compile(query.where)
    return sql, list(parameters)


@cache
def _views(vendor: str) -> tuple[tuple[str, list[Any]], ...]:
    del vendor
    return tuple(_where(Matter.objects.filter(one.filter).query) for one in COUNTED)


@cache
def _table(vendor: str) -> tuple[str, str]:
    """Return the table, once plain and once to be read in the queue's order, from the index that keeps it."""
    name = connection.ops.quote_name(Matter._meta.db_table)  # noqa: SLF001 - Django's documented name for it
    return name, f"{name} INDEXED BY {QUEUE_INDEX}" if vendor == "sqlite" else name


@cache
def _order(vendor: str) -> str:
    del vendor
    query = Matter.objects.order_by(WAITING, CLOCK_AT, "reference").query
    sql: str = query.get_compiler(connection=connection).as_sql()[0]
    return sql.partition(" ORDER BY ")[2]


def counts(*, actor: Actor, now: datetime) -> dict[str, int]:
    """Return how many matters that ``actor`` may know of stand in each view: one statement."""
    table, _ = _table(connection.vendor)
    allowed, who = _where(visible(actor).query)
    moment = connection.ops.adapt_datetimefield_value
    values = {PERSON: actor.person, moment(NOW): moment(now)}
    parts, parameters = [], []
    for where, fixed in _views(connection.vendor):
        parts.append(f"(SELECT COUNT(*) FROM {table} WHERE {where} AND {allowed})")  # noqa: S608 - Django's words only
        parameters += [values.get(one, one) for one in fixed] + who
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", parameters)
        return dict(zip((one.code for one in COUNTED), cursor.fetchone(), strict=True))


def total_of(*, actor: Actor, wanted: Q) -> int:
    """Return how many matters that ``actor`` may know of are ``wanted``."""
    table, _ = _table(connection.vendor)
    where, parameters = _where(visible(actor).filter(wanted).query)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table} WHERE {where}", parameters)  # noqa: S608 - Django's words only
        return int(cursor.fetchone()[0])


def keys_of(*, actor: Actor, wanted: Q, start: int, size: int) -> list[str]:
    """Return the ids of one page of the matters that ``actor`` may know of, by the clock that runs out first."""
    _, table = _table(connection.vendor)
    where, parameters = _where(visible(actor).filter(wanted).query)
    order = _order(connection.vendor)
    sql = f"SELECT id FROM {table} WHERE {where} ORDER BY {order} LIMIT %s OFFSET %s"  # noqa: S608 - Django's words only
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, size, start])
        return [key for (key,) in cursor.fetchall()]
