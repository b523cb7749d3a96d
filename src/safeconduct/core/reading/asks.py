"""What the paper asks for: kinds of records, and silence, ordered or asked for."""

import re
from collections.abc import Iterator

from safeconduct.core.conduct.categories import Category
from safeconduct.core.reading.proposals import Field, Proposal, Reason, candidate
from safeconduct.core.reading.wordings import group
from safeconduct.core.reading.words import Text

CATEGORY = tuple(
    (Category(name), re.compile(rf"\b{words}(?!\w)", re.IGNORECASE)) for name, words in group("categories").items()
)
SILENCE = group("silence")
ORDERS, ASKS = (
    re.compile(SILENCE[one].replace("TELLING", SILENCE["telling"]), re.IGNORECASE) for one in ("orders", "asks")
)
POLITE = re.compile(SILENCE["polite"], re.IGNORECASE)


def ask_proposals(text: Text) -> Iterator[Proposal]:
    """Yield what the text asks for."""
    for kind, pattern in CATEGORY:
        for found in pattern.finditer(text.text):
            yield candidate(text, Field.CATEGORY, kind.value, kind.value, found.span(), Reason.CATEGORY_WORDS)
    for found in ORDERS.finditer(text.text):
        yield candidate(text, Field.SILENCE, "order", "order", found.span(), Reason.ORDERS_SILENCE)
        if POLITE.search(text.before(found.start(), 80).rpartition(".")[2]):
            yield candidate(text, Field.SILENCE, "request", "request", found.span(), Reason.ASKS_SILENCE)
    for found in ASKS.finditer(text.text):
        yield candidate(text, Field.SILENCE, "request", "request", found.span(), Reason.ASKS_SILENCE)
