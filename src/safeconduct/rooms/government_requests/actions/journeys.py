"""Takes a journey from its committed intent to its committed outcome, now or after a crash."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import parse_instant
from safeconduct.rooms.government_requests.models import Consent, Journey, Letter, Matter
from safeconduct.rooms.government_requests.rules.words import KEPT_ONLY, NOTICE_LETTERS, LetterKind, Outcome
from safeconduct.rooms.government_requests.steps import effects, rows
from safeconduct.rooms.government_requests.steps.erasing import erase_rest
from safeconduct.rooms.ledger import steps as ledger

Answer = dict[str, Any]
STOPPED = "stopped"
"""The member of a journey's result that says it was held back for good."""


class StoppedError(ConflictError):
    """It was stopped before it left, and will not leave any more."""

    code = "SC-STOPPED"


def finish(*, actor: Actor, now: datetime, journey: str, randomness: Randomness) -> Answer:
    """Have the vault process do what ``journey`` intends, write the outcome, and return its answer.

    A journey that is done answers what it answered before. Raises ``LedgerClosedError`` before anything is asked for
    if its outcome could not be recorded, and what the vault process refused with; the intent then stays and can be
    taken up again.
    """
    taken = Journey.objects.select_related("matter").get(pk=journey)
    if taken.done_at is not None:
        return _told(taken)
    ledger.require_open(now=now)
    answer = effects.run(taken)
    with transaction.atomic(durable=True):
        row = Matter.objects.select_for_update().get(pk=taken.matter_id)
        taken = Journey.objects.select_for_update().get(pk=journey)
        if taken.done_at is not None:
            return _told(taken)
        taken.done_at, taken.result = now, answer
        taken.save()
        outcome = OUTCOMES.get(taken.act)
        if outcome is not None:
            outcome(row, taken, _Act(actor=actor, now=now, randomness=randomness))
            rows.keep(row)
    return answer


def _told(journey: Journey) -> Answer:
    if STOPPED in journey.result:
        raise StoppedError
    return dict(journey.result)


class _Act:
    """Who finishes the journey, when, and with which randomness."""

    def __init__(self, *, actor: Actor, now: datetime, randomness: Randomness) -> None:
        """Keep the three."""
        self.actor = actor
        self.now = now
        self.randomness = randomness


def _preserved(row: Matter, journey: Journey, act: _Act) -> None:
    if row.preservation_ended_at is not None:
        # A new copy, after the last one ended: it has its own beginning, and its end is still to come.
        row.preserved_at, row.preservation_ended_at = None, None
    row.preserved_at = row.preserved_at or act.now
    row.preserved_until = parse_instant(journey.facts["until"])
    if row.process in KEPT_ONLY and row.state == "received":
        rows.advance(row, "keep")


def _preservation_ended(row: Matter, journey: Journey, act: _Act) -> None:
    del journey
    row.preservation_ended_at = act.now


def _collected(row: Matter, journey: Journey, act: _Act) -> None:
    # A matter that was reopened or withdrawn meanwhile stays where it is: what was opened is on record all the same.
    if (row.state, row.collect_journey) == ("authorised", journey.pk):
        rows.advance(row, "collect")
        row.release_digest = journey.result["release_digest"]
    facts = {
        "digest": journey.digest,
        "journey": journey.pk,
        "release_digest": journey.result["release_digest"],
        "manifest_root": journey.result["manifest_root"],
        "counts": journey.result["counts"],
    }
    rows.record(actor=act.actor, now=act.now, kind="produce", row=row, facts=facts, randomness=act.randomness)


def _executor_granted(row: Matter, journey: Journey, act: _Act) -> None:
    told = {name: journey.result[name] for name in ("until", "keys", "segments")}
    facts = {"grant": journey.facts["grant"], "sha256": journey.result["files"][0]["sha256"], **told}
    rows.record(actor=act.actor, now=act.now, kind="executor_granted", row=row, facts=facts, randomness=act.randomness)


def _released(row: Matter, journey: Journey, act: _Act) -> None:
    rows.advance(row, "release")
    consent = Consent.objects.get(pk=row.scope_digest)
    outcome = Outcome.PRODUCED_IN_PART if consent.narrowed else Outcome.PRODUCED
    collected = Journey.objects.filter(pk=row.collect_journey).first()
    if collected and not sum(collected.result.get("counts", {}).values()):
        outcome = Outcome.NONE_HELD
    rows.respond(row, outcome=outcome, now=act.now)
    del journey


def _letter_issued(row: Matter, journey: Journey, act: _Act) -> None:
    letter = Letter.objects.select_for_update().get(pk=journey.facts["letter"])
    letter.issued_at = act.now
    letter.save()
    if LetterKind(letter.kind) in NOTICE_LETTERS and not _notices_open(row):
        rows.advance_notice(row, "release")


def _notices_open(row: Matter) -> bool:
    kinds = [str(kind) for kind in NOTICE_LETTERS]
    found = Letter.objects.filter(matter=row, kind__in=kinds, issued_at__isnull=True, superseded_at__isnull=True)
    return found.exists()


def _case_erased(row: Matter, journey: Journey, act: _Act) -> None:
    del journey
    erase_rest(row=row, actor=act.actor, now=act.now)


OUTCOMES: dict[str, Callable[[Matter, Journey, _Act], None]] = {
    "preserve": _preserved,
    "end_preservation": _preservation_ended,
    "collect": _collected,
    "grant_executor": _executor_granted,
    "release": _released,
    "issue_letter": _letter_issued,
    "erase_case": _case_erased,
}
