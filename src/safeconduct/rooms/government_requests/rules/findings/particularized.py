"""Particularized: is each thing sought described?

1. At least one thing is asked for, unless the paper only asks us to preserve (U.S. Const. amend. IV;
   18 U.S.C. 2703(f)).
2. Each thing matches a category of records that we hold (Policy 4).
3. Catch-all words name nothing that can be searched for; they are struck or the officer is asked (U.S. Const.
   amend. IV).
"""

import re

from safeconduct.core.base.findings import Finding, Outcome
from safeconduct.rooms.government_requests.rules.findings import facts as law
from safeconduct.rooms.government_requests.rules.findings.facts import Facts, failed, passed
from safeconduct.rooms.government_requests.rules.paper import Item
from safeconduct.rooms.government_requests.rules.words import Process

CATCH_ALL = re.compile(
    r"\b(any and all|all (other )?(records|data|information|documents|content|files)|everything|"
    r"(including,? )?(but )?(not limited to|without limitation)|any other (data|information|records)|"
    r"(complete|entire) (account|contents?|record))\b",
    re.IGNORECASE,
)


def is_catch_all(item: Item) -> bool:
    """Return whether the item's words sweep in what they do not name, and name no category of their own."""
    return bool(CATCH_ALL.search(item.words))


def check_particularized(facts: Facts) -> list[Finding]:
    """Return the checks of description: any, each matched, no catch-all."""
    items = facts.paper.items
    if not items:
        if facts.paper.process is Process.PRESERVATION_REQUEST:
            return [passed("PARTICULARIZED-1", "A preservation letter need not say what is sought.", law.PRESERVATION)]
        says, cure = "The paper says nothing of which records it seeks.", "Name the records sought."
        return [failed("PARTICULARIZED-1", Outcome.STOP, says, law.FOURTH_AMENDMENT, cure=cure)]
    found = [passed("PARTICULARIZED-1", "The paper says which records it seeks.", law.FOURTH_AMENDMENT)]
    return [*found, _matched(items), *_sweeping(items)]


def _matched(items: tuple[Item, ...]) -> Finding:
    unmatched = [item for item in items if not item.categories and not is_catch_all(item)]
    matched = [str(item.number) for item in items if item.categories]
    if unmatched:
        says = f"{_items([str(item.number) for item in unmatched])} no category that we hold."
        cure = "Ask the officer which records are meant."
        return failed("PARTICULARIZED-2", Outcome.QUESTION, says, law.POLICY, cure=cure)
    if not matched:
        says, cure = "No item names a category that we hold.", "Name the records sought."
        return failed("PARTICULARIZED-2", Outcome.STOP, says, law.POLICY, cure=cure)
    return passed("PARTICULARIZED-2", f"{_items(matched)} categories that we hold.", law.POLICY)


def _items(numbers: list[str]) -> str:
    return f"Item {numbers[0]} matches" if len(numbers) == 1 else f"Items {', '.join(numbers)} match"


def _sweeping(items: tuple[Item, ...]) -> list[Finding]:
    sweeping = [item for item in items if is_catch_all(item)]
    if not sweeping:
        return [passed("PARTICULARIZED-3", "No item sweeps in what it does not name.", law.FOURTH_AMENDMENT)]
    numbers = ", ".join(str(item.number) for item in sweeping)
    says = f"Item {numbers} is a catch-all: its words name no bounded category."
    cure = "Strike it, or ask the officer which records are meant."
    return [failed("PARTICULARIZED-3", Outcome.QUESTION, says, law.FOURTH_AMENDMENT, cure=cure)]
