"""What is done to the records after they came: merging, compaction, a customer's end. Each looks where things stand."""

from datetime import timedelta

import pyarrow as pa
from tests.faults.casework import Say
from tests.faults.house import NOW, House
from tests.vaultd.story import CUSTOMER, OTHER, call_rows

from safeconduct.rooms.records import actions as records
from safeconduct.rooms.records.actions import customer_ends
from safeconduct.rooms.records.models import Customer

ROWS = ("late1", "late2")


def _late(house: House) -> None:
    """See to it that late rows of two customers lie in segments of their own; the same names hold the same rows."""
    if any(one.id.startswith("c-") for one in house.vault.opened.records.pinned("m")):
        return
    for prefix in ROWS:
        rows = pa.concat_tables([call_rows(prefix=prefix), call_rows(OTHER, f"{prefix}-other-")])
        house.vault.opened.records.write(table="calls", rows=rows, prefix=prefix)


def merge(house: House, say: Say) -> None:
    """Bring the runs of a table together."""
    _late(house)
    house.vault.opened.upkeep.merge("calls", least=1)
    say("merged", "calls")


def compact(house: House, say: Say) -> None:
    """Bring the segments of each month together, then their runs."""
    _late(house)
    house.vault.opened.upkeep.compact("calls", least=2)
    say("compacted", "calls")
    house.vault.opened.upkeep.merge("calls", least=1)
    say("merged", "calls")


def end_customer(house: House, say: Say) -> None:
    """End a customer's records; then their tokens and pages go."""
    _late(house)
    if not Customer.objects.filter(pk=OTHER).exists():
        records.register_customer(actor=house.actor("sefa"), now=NOW, name="Passing Trade", customer=OTHER)
    asked = NOW - timedelta(days=1)
    done = customer_ends.erase_customer(actor=house.actor("ravi"), now=NOW, customer=OTHER, asked=asked)
    say("ended", [done.customer, done.asked.isoformat(), done.destroyed.isoformat()])
    house.vault.opened.upkeep.forget_erased()
    say("forgotten", OTHER)


def wrong(house: House) -> list[str]:
    """Return every page and block in force that does not open, and who can be read after their end."""
    opened = house.vault.opened
    found = [f"{one['name']}: {one['why']}" for one in opened.record_check.check()["damaged"]]
    erased = [row["customer"] for row in house.vault.store.all("SELECT customer FROM erasure")]
    with_key = [customer for customer in erased if opened.ring.newest_held(f"customer/{customer}") is not None]
    found += [f"{customer} has a key after their end" for customer in with_key]
    if house.vault.store.one("SELECT 1 FROM wrapped_key WHERE owner = ?", (f"customer/{CUSTOMER}",)) is None:
        found.append("somebody else's key is gone")
    return found
