"""Silence: who may know of a matter, pushed down to the people room, and the prohibitions that its columns follow."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.models import Letter, Matter, Prohibition
from safeconduct.rooms.government_requests.queries.law import ruling
from safeconduct.rooms.government_requests.rules.deadlines import silence_ends
from safeconduct.rooms.government_requests.rules.lifecycles import NOTICE
from safeconduct.rooms.government_requests.rules.paper import Paper
from safeconduct.rooms.government_requests.rules.silence import (
    PROHIBITION,
    STANDING,
    Source,
    Terms,
    first_event,
    next_review,
    terms_of,
    together,
)
from safeconduct.rooms.government_requests.rules.words import NOTICE_LETTERS, LetterKind
from safeconduct.rooms.people import steps as people

NOTICE_KINDS = tuple(str(kind) for kind in sorted(NOTICE_LETTERS))
OVER = frozenset({"ended", "lifted", "not_binding"})


def clear_people(*, row: Matter, cleared: AbstractSet[str]) -> None:
    """Clear ``cleared`` for the matter, beside those who already are."""
    for person in sorted(cleared):
        people.clear(person=person, matter=row.pk)
    row.silence_cleared = sorted({*row.silence_cleared, *cleared})


def silence_of(row: Matter) -> dict[str, Any] | None:
    """Return the silence that consents and the case file about ``row`` carry for the vault process, or None."""
    if not row.silenced:
        return None
    until = instant_text(row.silence_until) if row.silence_until else None
    return {"until": until, "persons": list(row.silence_cleared)}


def standing(row: Matter) -> QuerySet[Prohibition]:
    """Return the prohibitions that forbid or hold the notice of ``row``."""
    return Prohibition.objects.filter(matter=row, state__in=STANDING)


def standing_notices(row: Matter) -> QuerySet[Letter]:
    """Return the notices of ``row`` that are neither issued nor superseded."""
    return Letter.objects.filter(matter=row, kind__in=NOTICE_KINDS, superseded_at__isnull=True, issued_at__isnull=True)


def next_look(*, source: Source, now: datetime) -> datetime:
    """Return when a prohibition of this source that names no day is reviewed next."""
    asked = "nsl_review_days" if source is Source.STATUTE else "silence_review_days"
    return next_review(now=now, days=ruling(question=asked, as_of=now.date()))


def enter(*, row: Matter, terms: Terms, identifier: str, order: str, by: str, now: datetime) -> Prohibition:
    """Put a prohibition on record and let it bind, be held or be set aside, as the rulebook says of its source."""
    terms.check()
    source = terms.source
    binds = None if source is Source.REQUEST else ruling(question=f"silence_binds({source})", as_of=now.date())
    found = Prohibition.objects.create(
        id=identifier,
        matter=row,
        source=source,
        jurisdiction=terms.jurisdiction,
        term=terms.term,
        until=silence_ends(until=terms.until, zone_name=row.zone) if terms.until else None,
        event=terms.event or "",
        circle=sorted(terms.circle),
        order=order,
        entered_by=by,
        entered_at=now,
        review_at=None if terms.until else next_look(source=source, now=now),
    )
    advance(found, first_event(source=source, sound=terms.sound, binds=binds), now)
    return found


def foresee(*, row: Matter, paper: Paper) -> None:
    """Set the silence of a new row as it will stand once what the paper brings is entered."""
    terms = terms_of(paper)
    row.silenced = terms is not None and terms.source is not Source.REQUEST
    if row.silenced and terms is not None and terms.until:
        row.silence_until = silence_ends(until=terms.until, zone_name=paper.zone)


def enter_of_paper(*, row: Matter, paper: Paper, order: str, by: str, now: datetime) -> None:
    """Enter what came with the paper, under the matter's own id; what binds nobody leaves no silence behind."""
    terms = terms_of(paper)
    if terms is None:
        return
    enter(row=row, terms=terms, identifier=row.pk, order=order, by=by, now=now)
    settle(row=row, now=now)
    if not row.silenced:
        row.silence_until = None


def state_of_paper(row: Matter) -> str:
    """Return the state of the prohibition that came with the paper; empty where none did."""
    return Prohibition.objects.filter(pk=row.pk).values_list("state", flat=True).first() or ""


def advance(found: Prohibition, event: str, now: datetime) -> None:
    """Move a prohibition by ``event`` and save it; raises ``TransitionError`` where its lifecycle has no such step."""
    found.state = PROHIBITION.next_state(found.state, event)
    if found.state in OVER:
        found.ended_at = now
    found.save()


def settle(*, row: Matter, now: datetime) -> dict[str, Any]:
    """Bring the row's silence in line with its prohibitions and return the facts that every such entry carries.

    When the last one ends, the notice is owed again, and what was drafted for another day is void.
    """
    was, before = row.silenced, row.silence_until
    # What counsel has not judged yet has no end that anything may rest on.
    row.silenced, until = together(one.until if one.state == "in_force" else None for one in standing(row))
    if row.silenced:
        row.silence_until = until
        if (row.notice_state, "prohibit") in NOTICE.table:
            row.notice_state = NOTICE.next_state(row.notice_state, "prohibit")
        if not was or until != before:
            # A notice proposed under another silence carries that end in what is signed: it is written again.
            standing_notices(row).exclude(digest="").update(superseded_at=now)
    elif was:
        if row.silence_until is None or row.silence_until > now:
            row.silence_until = now
        if row.notice_state == "prohibited":
            standing_notices(row).exclude(kind=LetterKind.NOTICE_AFTER_SILENCE).update(superseded_at=now)
            drafted = standing_notices(row).exists()
            row.notice_state = NOTICE.next_state("prohibited", "silence_ends_drafted" if drafted else "silence_ends")
    return {"silenced": row.silenced, "until": instant_text(row.silence_until) if row.silence_until else ""}
