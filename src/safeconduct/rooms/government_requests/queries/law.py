"""Asks the rulebook what the rules need for one process on one day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from safeconduct.core.rulebook import Answer, Rulebook, SignOffs, load, read_sign_offs
from safeconduct.core.rulebook.determinations import standing
from safeconduct.core.rulebook.questions import QUESTIONS
from safeconduct.rooms.government_requests.models import Determination, Matter
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.rules.law import NO_PROVISION, Law, Ruling
from safeconduct.rooms.government_requests.rules.words import Process

FURTHER = (
    *("route", "grounds", "recipient", "fee", "max_days", "notice_timing", "whom_to_tell"),
    *("silence_source", "may_request_silence_bind"),
    *("preserves", "preservation_renewal_days"),
    *("reply_hours", "reply_unit", "reply_roll", "paper_roll"),
    *("clarification_stops_clock", "clarification_days", "clarification_unit", "clarification_ends_duty"),
)
"""What else the rulebook answers for a kind of paper; ``Law.answer`` gives it by this name."""
ALONE = ("escalation", "deletion_deferred_days")
"""What it answers for every paper alike."""


@lru_cache(maxsize=4)
def _book(path: Path | None) -> Rulebook:
    return load(path)


def _overlay() -> SignOffs:
    place = configuration()
    return read_sign_offs(place.overlay, demonstration=place.demonstration is not None)


def _ruling(answer: Answer) -> Ruling:
    return Ruling(
        value=answer.value,
        provision=answer.provisions[0] if answer.provisions else NO_PROVISION[0],
        citation=", ".join(answer.citations) or NO_PROVISION[1],
        status=answer.status,
        why=answer.why,
    )


def _country(matter: str) -> str:
    found = Matter.objects.filter(pk=matter).values_list("country", flat=True) if matter else ()
    return next(iter(found), "")


def _determined(matter: str, day: date) -> Mapping[str, str]:
    end = datetime.combine(day, time.min, tzinfo=UTC) + timedelta(days=1)
    found = Determination.objects.filter(matter=matter, expires_at__gt=end).values_list("provision", "pk")
    return dict(found)


def ruling(*, question: str, as_of: date) -> Ruling:
    """Return the rulebook's answer to one question on ``as_of``."""
    return _ruling(_book(configuration().rulebook).ask(question, as_of=as_of, overlay=_overlay()))


FOR_ALL_KINDS = frozenset(name for name, question in QUESTIONS.items() if "" in question.arguments)


def law_for(*, process: Process, as_of: date, matter: str = "", country: str = "") -> Law:
    """Return the rulebook's answers for ``process`` on ``as_of``, with the determinations that stand for it.

    These are counsel's for ``matter``, and those for the class of papers of this process and ``country``, which is the
    matter's own where it is not given.
    """
    book, overlay = _book(configuration().rulebook), _overlay()

    def ask(question: str) -> Ruling:
        return _ruling(book.ask(question, as_of=as_of, overlay=overlay))

    def ask_closest(name: str) -> Ruling:
        """Ask for this kind of paper; where nothing in force answers, for all kinds."""
        own = ask(f"{name}({process})")
        return ask(name) if own.value is None and name in FOR_ALL_KINDS else own

    return Law(
        as_of=as_of,
        edition=book.edition,
        obtainable=_filled(ask(f"obtainable({process})")),
        must_notify=ask(f"must_notify({process})"),
        preservation_days=ask_closest("preservation_days"),
        reply_days=ask_closest("reply_days"),
        further={name: ask_closest(name) for name in FURTHER} | {name: ask(name) for name in ALONE},
        issuers=_filled(ask(f"issuers({process})")),
        competent_courts=_filled(ask(f"competent_courts({process})")),
        statutes=_filled(ask(f"statutes({process})")),
        known_statutes=_filled(ask("known_statutes")),
        complete_spans=_filled(ask("complete_spans")),
        controller_of=_filled(ask("controller_of")),
        protected_customers=_filled(ask("protected_customers")),
        preservation_renewals=ask_closest("preservation_renewals"),
        determined={
            **standing(
                overlay.determinations,
                provisions=book.provisions,
                process=str(process),
                country=country or _country(matter),
                day=as_of,
            ),
            **(_determined(matter, as_of) if matter else {}),
        },
    )


def _filled(ruling: Ruling) -> Ruling:
    if ruling.value is not None:
        return ruling
    # Nothing in force answers: the set is empty, and counsel is asked.
    return Ruling(value=[], provision=ruling.provision, citation=ruling.citation, status=ruling.status, why=ruling.why)
