"""Prohibitions of telling: entered, extended, judged by counsel, reviewed, lifted, ended on their day."""

import os
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from typing import Any

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import instant_text
from safeconduct.core.uploads.errors import UploadRefusedError
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.actions.receive import Upload, check_upload
from safeconduct.rooms.government_requests.models import Document, Matter, Prohibition
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.rules.deadlines import silence_ends
from safeconduct.rooms.government_requests.rules.notice import NoticeTooEarlyError
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.silence import Source, Terms, check_extension
from safeconduct.rooms.government_requests.steps import rows, sealing, silence


class NoticeError(ConflictError):
    """The notice cannot do this now."""

    code = "SC-NOTICE"


def _seal_order(matter: str, order: Upload | None, randomness: Randomness) -> str:
    if order is None:
        return ""
    if order.role != "nondisclosure_order":
        raise UploadRefusedError("It is not the order.")
    check_upload(order)
    return sealing.seal_bytes(kind="paper", matter=matter, data=order.data, randomness=randomness)


def _keep_order(row: Matter, order: Upload | None, sealed: str, now: datetime) -> None:
    if order is None:
        return
    digest = sha256_hex(order.data)
    Document.objects.create(object=sealed, matter=row, role=order.role, sha256=digest, pages=order.pages, at=now)


def prohibit_notice(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    cleared: AbstractSet[str],
    until: date | None = None,
    terms: Terms | None = None,
    order: Upload | None = None,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Enter a prohibition with its terms and the persons cleared; ``until`` alone is a court's order to that day.

    What the rulebook has no signed answer for is held for counsel and silences meanwhile; a mere request does not.
    Raises ``ProhibitionError`` for terms that lack their end.
    """
    actor.require(Permission.PROHIBIT)
    stated = terms or Terms(until=until)
    stated.check()
    find_matter(actor=actor, matter=matter)
    sealed = _seal_order(matter, order, randomness)
    identifier = new_id(randomness)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        found = silence.enter(row=row, terms=stated, identifier=identifier, order=sealed, by=actor.person, now=now)
        facts = _facts(found, silence.settle(row=row, now=now))
        if row.silenced:
            silence.clear_people(row=row, cleared=cleared | {actor.person})
        _keep_order(row, order, sealed, now)
        facts |= {"order": sealed, "cleared": row.silence_cleared}
        kind = "prohibit_notice"
        entry = rows.record(actor=actor, now=now, kind=kind, row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)


def _facts(found: Prohibition, settled: dict[str, Any]) -> dict[str, Any]:
    """Return what an entry says of a prohibition, so that its row can be held against it."""
    ends = instant_text(found.until) if found.until else ""
    terms = {"source": str(found.source), "term": str(found.term), "ends": ends, "state": found.state}
    return {"prohibition": found.pk, **terms, **settled}


def _standing(row: Matter, prohibition: str) -> Prohibition:
    found = silence.standing(row).filter(pk=prohibition).first()
    if found is None:
        raise NoticeError("No such prohibition stands.")
    return found


def _change(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    prohibition: str,
    kind: str,
    change: Callable[[Prohibition, Matter], dict[str, Any]],
    randomness: Randomness,
) -> Moved:
    """Change one standing prohibition, let the matter's silence follow it, and record both."""
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        found = _standing(row, prohibition)
        said = change(found, row)
        facts = _facts(found, silence.settle(row=row, now=now)) | said
        entry = rows.record(actor=actor, now=now, kind=kind, row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)


def extend_prohibition(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    prohibition: str,
    until: date,
    order: Upload,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Let a later paper carry a prohibition to a later day; raises ``ProhibitionError`` for one that shortens it."""
    actor.require(Permission.PROHIBIT)
    find_matter(actor=actor, matter=matter)
    sealed = _seal_order(matter, order, randomness)

    def change(found: Prohibition, row: Matter) -> dict[str, Any]:
        later = silence_ends(until=until, zone_name=row.zone)
        check_extension(before=found.until, after=later)
        found.until, found.extensions = later, found.extensions + 1
        silence.advance(found, "extend", now)
        _keep_order(row, order, sealed, now)
        return {"order": sealed}

    return _change(
        actor=actor,
        now=now,
        matter=matter,
        prohibition=prohibition,
        kind="extend_prohibition",
        change=change,
        randomness=randomness,
    )


def determine_prohibition(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    prohibition: str,
    binds: bool,
    reason: str,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Record counsel's finding that a held prohibition binds us, or that it binds nobody."""
    actor.require(Permission.DETERMINE)
    find_matter(actor=actor, matter=matter)
    words = sealing.seal_words(kind="answer", matter=matter, words=reason, randomness=randomness)

    def change(found: Prohibition, _row: Matter) -> dict[str, Any]:
        silence.advance(found, "bind" if binds else "dismiss", now)
        return {"reason": words}

    return _change(
        actor=actor,
        now=now,
        matter=matter,
        prohibition=prohibition,
        kind="determine_prohibition",
        change=change,
        randomness=randomness,
    )


def review_prohibition(
    *, actor: Actor, now: datetime, matter: str, prohibition: str, randomness: Randomness = os.urandom
) -> Moved:
    """Record that counsel asked whether a prohibition without a day is still needed; the next review has its day."""
    actor.require(Permission.DETERMINE)

    def change(found: Prohibition, _row: Matter) -> dict[str, Any]:
        if found.until is not None:
            raise NoticeError("It names its last day, and needs no review.")
        found.review_at = silence.next_look(source=Source(found.source), now=now)
        silence.advance(found, "review", now)
        return {"review_at": instant_text(found.review_at)}

    return _change(
        actor=actor,
        now=now,
        matter=matter,
        prohibition=prohibition,
        kind="review_prohibition",
        change=change,
        randomness=randomness,
    )


def record_closure(
    *, actor: Actor, now: datetime, matter: str, prohibition: str, randomness: Randomness = os.urandom
) -> Moved:
    """Record that the investigation behind a national security letter was closed: the need for silence is reviewed now.

    The Bureau reviews it then and on the third anniversary (Termination Procedures, USA FREEDOM Act s. 502(f)).
    """
    actor.require(Permission.DETERMINE)

    def change(found: Prohibition, _row: Matter) -> dict[str, Any]:
        if Source(found.source) is not Source.STATUTE or found.until is not None:
            raise NoticeError("Only the silence of a national security letter is reviewed at the closure.")
        found.review_at = now
        silence.advance(found, "review", now)
        return {"review_at": instant_text(now)}

    return _change(
        actor=actor,
        now=now,
        matter=matter,
        prohibition=prohibition,
        kind="record_closure",
        change=change,
        randomness=randomness,
    )


def lift_prohibition(
    *, actor: Actor, now: datetime, matter: str, prohibition: str, randomness: Randomness = os.urandom
) -> Moved:
    """Record that one prohibition was lifted, or that its event came; the others go on."""
    actor.require(Permission.DETERMINE)

    def change(found: Prohibition, _row: Matter) -> dict[str, Any]:
        silence.advance(found, "lift", now)
        return {}

    return _change(
        actor=actor,
        now=now,
        matter=matter,
        prohibition=prohibition,
        kind="lift_prohibition",
        change=change,
        randomness=randomness,
    )


def end_silence(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    lifted: bool = False,
    at_least: datetime | None = None,
    randomness: Randomness = os.urandom,
) -> Moved:
    """End every prohibition at its end, or earlier when counsel records that all were lifted; the notice is owed again.

    ``at_least`` is the instant that every clock has reached, where more than one was asked.
    Raises ``NoticeTooEarlyError`` before the last end.
    """
    actor.require(Permission.DETERMINE if lifted else Permission.PROHIBIT)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        standing = list(silence.standing(row))
        if not standing:
            raise NoticeError("No silence is ordered.")
        surely = now if at_least is None else at_least
        if not lifted and any(one.until is None or surely < one.until for one in standing):
            raise NoticeTooEarlyError("The order has not ended.")
        for one in standing:
            silence.advance(one, "lift" if lifted else "end", now)
        facts = {"lifted": lifted, **silence.settle(row=row, now=now)}
        entry = rows.record(actor=actor, now=now, kind="end_silence", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)
