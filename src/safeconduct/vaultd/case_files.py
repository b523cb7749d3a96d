"""The sealed case file: the only place from which a forecast or a preservation takes its selectors."""

import json
from collections.abc import Callable
from typing import Any

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.conduct.scope import Scope, ScopeItem
from safeconduct.vaultd.objects import Objects, UnknownObjectError
from safeconduct.vaultd.records import Pinned, Records

CASE_FILE = "case_file"


class CaseFileError(BadInputError):
    """The sealed case file names no scope that can be searched."""

    code = "SC-CASE-FILE"
    cure = 'Seal a case file with a member "scope", as docs/formats/vault-wire.md says.'


def scope_of(
    *,
    objects: Objects,
    records: Records,
    matter: str,
    case_file: str,
    segments: list[Pinned],
    elsewhere: Callable[[list[dict[str, str]]], set[str]] = lambda _: set(),
) -> Scope:
    """Return the scope in a matter's own case file; an item without customer means each who holds the selector.

    ``elsewhere`` says which customers hold one in the company's own stores.
    """
    sealed = objects.find(case_file)
    if sealed.kind != CASE_FILE or sealed.matter != matter:
        raise UnknownObjectError
    try:
        listed = json.loads(objects.open(case_file))["scope"]
        items = [part for item in listed for part in _items(item, records, segments, elsewhere)]
    except (KeyError, TypeError, ValueError) as error:
        raise CaseFileError from error
    return Scope(tuple(items))


def _items(
    item: dict[str, Any],
    records: Records,
    segments: list[Pinned],
    elsewhere: Callable[[list[dict[str, str]]], set[str]],
) -> list[ScopeItem]:
    named, selectors = item.get("customer"), item["selectors"]
    customers = [named] if named else sorted(records.customers_holding(selectors, segments) | elsewhere(selectors))
    made = []
    for customer in customers:
        value = {**item, "customer": customer, "customer_name": item.get("customer_name", "")}
        value["categories"] = sorted(value["categories"])
        made.append(ScopeItem.from_json(value, "case_file"))
    return made
