"""From words to proposals.

1. Reading never decides: everything is a candidate, contradictions stand side by side, nothing is preselected.
2. What a paper says about how it wants to be read changes nothing: the same patterns are looked for in it.
3. However much a paper says, proposals are at most so many for each field and in all; that more were found is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice

from safeconduct.core.reading.asks import ask_proposals
from safeconduct.core.reading.identifiers import identifier_proposals
from safeconduct.core.reading.origins import origin_proposals
from safeconduct.core.reading.proposals import (
    MOST_OF_FIELD,
    MOST_PROPOSALS,
    Field,
    Proposal,
)
from safeconduct.core.reading.when import when_proposals
from safeconduct.core.reading.words import MOST_WORDS, Text, Word

MOST_CANDIDATES = 20_000
ORDER = {field: place for place, field in enumerate(Field)}


@dataclass(frozen=True)
class Proposed:
    """All proposals, by field and place; ``more`` says whether some were left out for their number."""

    proposals: tuple[Proposal, ...]
    more: bool


def propose(words: Sequence[Word]) -> Proposed:
    """Return what the words may mean; the same words give the same proposals."""
    text = Text(words[:MOST_WORDS])
    parts = (origin_proposals, when_proposals, identifier_proposals, ask_proposals)
    found = chain.from_iterable(islice(part(text), MOST_CANDIDATES) for part in parts)
    kept: list[Proposal] = []
    counts: dict[Field, int] = dict.fromkeys(Field, 0)
    seen: set[tuple[Field, str, str, int]] = set()
    more = len(words) > MOST_WORDS
    for one in sorted(found, key=lambda one: (ORDER[one.field], one.first, -one.last, one.kind, one.value)):
        key = (one.field, one.kind, one.value, one.first)
        if key in seen:
            continue
        seen.add(key)
        counts[one.field] += 1
        if counts[one.field] > MOST_OF_FIELD or len(kept) >= MOST_PROPOSALS:
            more = True
            continue
        kept.append(one)
    return Proposed(tuple(kept), more)
