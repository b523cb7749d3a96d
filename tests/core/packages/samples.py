"""A small package that the tests of packages and of verification start from."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from safeconduct.core.packages.build import Package, build_package, finish
from safeconduct.core.packages.facts import Addressee, PackageFacts, Paper, RecordsCustodian
from safeconduct.core.packages.receipts import OfficerLine, OfficerReceipt
from safeconduct.core.tlog.notes import Signer, sign_note

INSTANT = pa.timestamp("ms", tz="UTC")
ISSUER = Signer("log.northwind.example/issuer", bytes(range(32)))
FACTS = PackageFacts(
    reference="7KQ2-M4XW-9TBC",
    served_entity="Northwind Messaging, Inc.",
    process="search_warrant",
    papers=(Paper(name="warrant.pdf", sha256="ab" * 32, pages=3),),
    addressees=(Addressee(organisation_name="Bureau of Examples", person_name="Lee Oduya", key_fingerprint="cd" * 32),),
    safe_conduct="ef" * 32,
    edition="12" * 32,
    provisions=("us.sca.2703-a",),
    prepared_at=datetime(2026, 3, 2, 15, tzinfo=UTC),
    zone="America/New_York",
    custodian=RecordsCustodian(name="Aline Tarn", title="records custodian"),
    mark="Demonstration: a fictional company.",
)


def calls(*rows: dict[str, Any]) -> pa.Table:
    """Return a table of calls; each row may change the defaults."""
    plain = {
        "customer": "c1",
        "at": datetime(2026, 1, 5, 12, tzinfo=UTC),
        "own_number": "+12025550143",
        "other_number": "+12025550144",
        "direction": "out",
        "duration_s": 61,
        "status": "completed",
    }
    schema = pa.schema(
        {
            "record_id": pa.string(),
            "customer": pa.string(),
            "at": INSTANT,
            "own_number": pa.string(),
            "other_number": pa.string(),
            "direction": pa.string(),
            "duration_s": pa.int32(),
            "status": pa.string(),
        },
    )
    return pa.Table.from_pylist([{"record_id": f"r{i}", **plain, **row} for i, row in enumerate(rows)], schema)


def receipt(**rows: int) -> OfficerReceipt:
    """Return an officer's receipt with one line for each category."""
    lines = [OfficerLine(asked=f"Item on {category}", category=category, rows=n) for category, n in rows.items()]
    return OfficerReceipt((*lines, OfficerLine(asked="All e-mail", category=None, rows=0)))


def built(*rows: dict[str, Any]) -> Package:
    """Return an unreleased package of calls."""
    return build_package(
        tables={"call_detail": calls(*rows)},
        facts=FACTS,
        receipt=receipt(call_detail=len(rows)),
    )


def signing(signer: Signer) -> Callable[[str], str]:
    return lambda text: sign_note(text, signer)


def released(package: Package, signer: Signer = ISSUER) -> Package:
    """Return ``package`` with its release, signed by ``signer``."""
    return finish(
        package,
        release_digest="34" * 32,
        journey="5" * 32,
        released_at=datetime(2026, 3, 3, 9, tzinfo=UTC),
        sign=signing(signer),
    )
