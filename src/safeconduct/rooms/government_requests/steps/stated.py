"""Keeps what a paper says of earlier matters, so that they are found: our references, and the authority's number."""

from collections.abc import Iterable

from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.models.link import StatedReference
from safeconduct.rooms.government_requests.rules.links import CASE_NUMBER, OUR_REFERENCE, plain_number, references_in
from safeconduct.rooms.government_requests.rules.paper import Paper
from safeconduct.rooms.vault import queries as vault


def number_index(paper: Paper) -> tuple[str, ...]:
    """Return the keyed index of the authority's number, or nothing; called before the transaction opens."""
    number = plain_number(paper.case_number)
    return tuple(vault.blind_index(kind=CASE_NUMBER, values=[number])) if number else ()


def keep_stated(*, row: Matter, paper: Paper | None, transcript: Iterable[str], numbers: Iterable[str] = ()) -> None:
    """Keep each reference of ours that stands in the typed facts or in the transcript, and the index of ``numbers``."""
    facts = [] if paper is None else [paper.case_number, paper.statute, *(item.words for item in paper.items)]
    found = [(OUR_REFERENCE, one) for one in references_in([*facts, *transcript], own=row.reference)]
    found += [(CASE_NUMBER, one) for one in numbers]
    StatedReference.objects.bulk_create(
        [StatedReference(matter=row, kind=kind, value=value) for kind, value in found], ignore_conflicts=True
    )
