"""From collected rows to a package in memory, with the two receipts that must never be confused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa

from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.periods import instant_text
from safeconduct.core.conduct.bodies import SafeConductBody
from safeconduct.core.conduct.categories import Category
from safeconduct.core.conduct.scope import ScopeItem
from safeconduct.core.packages.build import Package, build_package
from safeconduct.core.packages.facts import Addressee, PackageFacts, Paper, RecordsCustodian
from safeconduct.core.packages.receipts import CompletenessLine, CompletenessReceipt, OfficerLine, OfficerReceipt
from safeconduct.vaultd.records import Found

DEMONSTRATION_MARK = "DEMONSTRATION. Fictional company and people. This paper has no legal force."
REFERENCE = re.compile(r"[A-Z0-9]{4}(-[A-Z0-9]{4}){2}(-S[1-9][0-9]{0,2})?")
"""A matter's reference; a supplement's bears its number, so that no package takes the name of another."""
BATCH = 4096
"""Rows that are held as values at once."""
ROOT = re.compile(r"[0-9a-f]{64}")
WORDS = {
    Category.SUBSCRIBER: "Subscriber records",
    Category.PAYMENT: "Payment records",
    Category.CALL_DETAIL: "Call detail records",
    Category.MESSAGE_DETAIL: "Message detail records",
    Category.MESSAGE_CONTENT: "Contents of messages",
}


class RowCeilingError(NotPermittedError):
    """More rows match than the safe-conduct allows to leave."""

    code = "SC-ROW-CEILING"
    cure = "Have a narrower scope approved, or a ceiling that somebody is ready to sign."


@dataclass(frozen=True)
class Packed:
    """A package that waits for its release, the internal account of how it came to be, and the damaged segments."""

    package: Package
    receipt: CompletenessReceipt
    unreadable: tuple[str, ...]


def pack(
    *,
    configuration: Configuration,
    body: SafeConductBody,
    found: Mapping[Category, Found],
    journey: str,
    reference: str | None,
    prepared_by: str,
    prepared_at: datetime,
    supplements: str | None = None,
) -> Packed:
    """Return the package of exactly these rows; raises ``RowCeilingError``. Nothing is written to a disk."""
    total = sum(one.rows.num_rows for one in found.values())
    if total > body.row_ceiling:
        raise RowCeilingError(f"{total} match, {body.row_ceiling} may leave.")
    lines = [(place, item, category) for place, item in enumerate(body.scope.items) for category in _sorted(item)]
    held = {(place, category): _count(found[category].rows, item, category) for place, item, category in lines}
    asked = [OfficerLine(asked=_asked(i, c), category=str(c), rows=held[p, c]) for p, i, c in lines]
    asked += [OfficerLine(asked=one["words"], category=None, rows=0) for one in body.as_json()["left_out"]]
    receipt = CompletenessReceipt.of(
        safe_conduct=body.digest,
        journey=journey,
        lines=[_line(place, item, category, held[place, category], found[category]) for place, item, category in lines],
        asked=[line for _, one in sorted(found.items()) for line in one.asked],
    )
    package = build_package(
        tables={str(category): one.rows for category, one in found.items() if one.rows.num_rows},
        facts=replace(_facts(configuration, body, reference, prepared_by, prepared_at), supplements=_root(supplements)),
        receipt=OfficerReceipt(tuple(asked)),
    )
    damaged = {one.segment for part in found.values() for listed in part.unreadable.values() for one in listed}
    return Packed(package=package, receipt=receipt, unreadable=tuple(sorted(damaged)))


def _root(supplements: object) -> str:
    """Return the manifest root of the package that this one supplements; empty for a first one."""
    return supplements if isinstance(supplements, str) and ROOT.fullmatch(supplements) else ""


def _sorted(item: ScopeItem) -> list[Category]:
    return [Category(one) for one in sorted(item.categories)]


def _count(rows: pa.Table, item: ScopeItem, category: Category) -> int:
    batches = rows.to_batches(max_chunksize=BATCH)
    return sum(item.holds(category=category, row=row) for batch in batches for row in batch.to_pylist())


def _asked(item: ScopeItem, category: Category) -> str:
    about = ", ".join(selector.value for selector in item.selectors)
    first, until = instant_text(item.window.start), instant_text(item.window.end)
    return f"{WORDS[category]} about {about}, from {first} until, not including, {until}"


def _line(place: int, item: ScopeItem, category: Category, rows: int, found: Found) -> CompletenessLine:
    erased = ("The customer's key was destroyed before collection.",) if item.customer in found.erased else ()
    # The officer's receipt has no words for this: counsel approved two answers, and a letter may say more.
    unreadable = tuple((one.segment, one.rows) for one in found.unreadable.get(place, ()))
    return CompletenessLine(
        item=place,
        category=str(category),
        held=rows + sum(lost for _, lost in unreadable),
        produced=rows,
        deleted_before_service=erased,
        unreadable=unreadable,
    )


def _facts(
    configuration: Configuration, body: SafeConductBody, reference: str | None, prepared_by: str, prepared_at: datetime
) -> PackageFacts:
    value = body.as_json()
    ground = value["ground"]
    return PackageFacts(
        reference=reference if reference and REFERENCE.fullmatch(reference) else body.matter,
        served_entity=value["served_entity"]["name"],
        process=str(body.process),
        papers=tuple(Paper(name=one["name"], sha256=one["sha256"], pages=one["pages"]) for one in value["papers"]),
        addressees=tuple(
            Addressee(
                organisation_name=holder.organisation_name,
                person_name=holder.person_name,
                key_fingerprint=holder.key_fingerprint,
            )
            for holder in body.holders
        ),
        safe_conduct=body.digest,
        edition=ground["edition"],
        provisions=tuple(ground["provisions"]),
        prepared_at=prepared_at,
        zone=body.zone,
        custodian=RecordsCustodian(name=prepared_by, title="Records custodian"),
        mark=DEMONSTRATION_MARK if configuration.demonstration else "",
    )
