"""Build a report of one half-year from what is recorded, and discard one that nobody published."""

import os
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import HalfYear, to_utc
from safeconduct.core.tally.commitments import commit, root
from safeconduct.core.tally.counting import counted_in, tally
from safeconduct.core.tally.published import leaves_jsonl
from safeconduct.rooms.government_requests.queries.counting import countable
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.transparency import queries
from safeconduct.rooms.transparency.actions.place import configuration
from safeconduct.rooms.transparency.models import Report
from safeconduct.rooms.transparency.rules.lifecycles import REPORT
from safeconduct.rooms.transparency.rules.mapping import counted

BUILD = "transparency.report.build"
WHY_LENGTH = 400


class PeriodNotOverError(ConflictError):
    """The half-year is not over."""

    code = "SC-PERIOD-NOT-OVER"


class WhyNeededError(BadInputError):
    """A new version of a published report says what changed and why, in one or two sentences."""

    code = "SC-RESTATEMENT-WHY"


@dataclass(frozen=True, kw_only=True)
class Built:
    """A report was built and can be read before it is published."""

    report: str
    period: HalfYear
    version: int
    root: str
    received: int
    data_left: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Discarded:
    """A report that nobody published was put aside."""

    report: str
    at: datetime


def build(
    *, actor: Actor, now: datetime, period: HalfYear, why: str = "", randomness: Randomness = os.urandom
) -> Built:
    """Count the half-year and commit to every counted request; ``why`` is for a restatement.

    Raises ``PeriodNotOverError``, ``WhyNeededError``, ``CountingError`` for a matter that no rule can count.
    """
    actor.require(BUILD)
    if to_utc(now) < period.window.end:
        raise PeriodNotOverError(f"{period}.")
    with transaction.atomic(durable=True):
        rows = list(Report.objects.filter(period=str(period)).select_for_update())
        _check_versions(rows, why)
        matters = countable(window=period.window)
        several = len({*configuration().entities, *(one.served_entity for one in matters)}) > 1
        requests = counted_in(period, ((one.received_at, counted(one, several=several)) for one in matters))
        found, leaves = tally(period, requests), commit(period, requests, randomness)
        report = Report.objects.create(
            id=new_id(randomness),
            period=str(period),
            version=max((row.version for row in rows), default=0) + 1,
            root=root(leaves).hex(),
            leaves=leaves_jsonl(leaves).decode(),
            received=found.received,
            data_left=found.data_left,
            why=why,
            built_at=now,
        )
        facts = {"period": str(period), "version": report.version, "root": report.root, "leaves": len(leaves)}
        ledger.record(
            actor=actor,
            now=now,
            kind="transparency.build",
            subject=report.id,
            facts=facts,
            randomness=randomness,
        )
    return Built(
        report=report.id,
        period=period,
        version=report.version,
        root=report.root,
        received=report.received,
        data_left=report.data_left,
        at=now,
    )


def _check_versions(rows: list[Report], why: str) -> None:
    open_rows = [row for row in rows if row.state in ("built", "publishing")]
    if open_rows:
        raise ConflictError(f"Version {open_rows[0].version} is built already; publish or discard it.")
    restates = any(row.state == "published" for row in rows)
    if restates != bool(why.strip()) or len(why) > WHY_LENGTH:
        raise WhyNeededError("A first version has none.")


def discard(*, actor: Actor, now: datetime, report: str, randomness: Randomness = os.urandom) -> Discarded:
    """Put a built report aside; raises ``TransitionError`` once publishing has begun."""
    actor.require(BUILD)
    with transaction.atomic(durable=True):
        row = Report.objects.select_for_update().filter(id=report).first()
        if row is None:
            raise queries.NoSuchReportError
        row.state = REPORT.next_state(row.state, "discard")
        row.save(update_fields=["state"])
        ledger.record(
            actor=actor,
            now=now,
            kind="transparency.discard",
            subject=report,
            facts={"period": row.period, "version": row.version},
            randomness=randomness,
        )
    return Discarded(report=report, at=now)
