"""A customer's records end with their key, at once and for good; silence is kept; a region is chosen once."""

from pathlib import Path

import pytest
from tests.vaultd.refusals import code_of
from tests.vaultd.rotating import rotate
from tests.vaultd.story import CUSTOMER, MATTER, OTHER, Story, call_rows
from tests.vaultd.test_upkeep import find

from safeconduct.core.segments.errors import CustomerKeyDestroyedError
from safeconduct.vaultd.keys import RecordKeys


def test_an_erasure_is_told_once_and_stays(ready: Story) -> None:
    ready.import_rows("calls", call_rows(OTHER, "o"))
    told = ready.erase(CUSTOMER)
    assert told == {"customer": CUSTOMER, "asked": "2026-06-01T09:00:00Z", "destroyed": "2026-06-18T15:00:00Z"}
    assert ready.erase(CUSTOMER, "2026-06-02T09:00:00Z") == told
    assert ready.call("erasure", customer=CUSTOMER) == told | {"unreadable": None}
    assert find(ready, CUSTOMER, ("+12025550100",)).erased == (CUSTOMER,)
    assert find(ready, OTHER, ("+12025550100",)).rows.num_rows == 4
    with pytest.raises(CustomerKeyDestroyedError):
        RecordKeys(ring=ready.vault.opened.ring, segment="i2-calls-2026-02-0").customer_key(CUSTOMER)


def test_older_copies_open_until_the_epoch_ends(ready: Story) -> None:
    ready.erase(CUSTOMER)
    assert ready.call("forget_erased") == {"forgotten": 1, "waiting": 0}
    assert ready.call("erasure", customer=CUSTOMER)["unreadable"] is None
    rotate(ready)
    assert ready.call("erasure", customer=CUSTOMER)["unreadable"] == "2026-06-18T15:00:00Z"
    assert ready.call("forget_erased") == {"forgotten": 0, "waiting": 0}


def test_the_wrapped_key_is_in_no_file_of_the_store(ready: Story) -> None:
    row = ready.vault.store.one("SELECT wrapped FROM wrapped_key WHERE owner = ?", (f"customer/{CUSTOMER}",))
    assert row is not None
    folder = ready.configuration.vault_store
    holds = lambda: [one.name for one in sorted(folder.glob("vault.sqlite3*")) if row["wrapped"] in one.read_bytes()]  # noqa: E731
    assert holds()
    ready.erase(CUSTOMER)
    assert holds() == []


def test_nothing_of_an_erased_customer_is_taken_in_again(ready: Story) -> None:
    ready.erase(CUSTOMER)
    before = [one.id for one in ready.vault.opened.records.pinned("m")]
    assert code_of(lambda: ready.import_rows("calls", call_rows(prefix="late"))) == "SC-CUSTOMER-ERASED"
    assert [one.id for one in ready.vault.opened.records.pinned("m")] == before
    assert ready.vault.opened.ring.newest_held(f"customer/{CUSTOMER}") is None
    assert ready.import_rows("calls", call_rows(OTHER, "o"))["rows"] == 4


def test_what_a_customer_is_told_does_not_differ_by_a_preserved_copy(story: Story, tmp_path: Path) -> None:
    del tmp_path
    told = []
    story.import_rows("calls", call_rows())
    story.import_rows("calls", call_rows(OTHER, "o"))
    story.vault.opened.records.write(table="calls", rows=call_rows(prefix="kept"), prefix="p0", matter=MATTER)
    for customer in (CUSTOMER, OTHER):
        story.erase(customer)
        told.append({**story.call("erasure", customer=customer), "customer": ""})
    assert told[0] == told[1]
    assert story.vault.opened.records.find is not None
    held = [one for one in story.vault.opened.records.pinned(MATTER) if one.matter]
    assert sum(story.vault.opened.records.reader(one).check() for one in held) == 4


def test_an_act_needs_its_own_entry(ready: Story) -> None:
    asked = "2026-06-01T09:00:00Z"
    wrong = {"subject": OTHER, "facts": {"asked": asked}, "customer": CUSTOMER, "asked": asked}
    assert code_of(lambda: ready.act("erase_customer", "records.erase_customer", **wrong)) == "SC-WRONG-ENTRY"
    right = {**wrong, "subject": CUSTOMER}
    assert code_of(lambda: ready.act("erase_customer", "vault.renew", **right)) == "SC-WRONG-ENTRY"
    assert code_of(lambda: ready.call("erasure", customer=CUSTOMER)) == "SC-NOT-ERASED"
    place = {"subject": OTHER, "customer": OTHER, "region": "own-disk", "facts": {"region": "own-disk"}}
    assert ready.act("place_customer", "records.place_customer", **place) == {"customer": OTHER, "region": "own-disk"}
    far = {**place, "region": "far", "facts": {"region": "far"}}
    assert code_of(lambda: ready.act("place_customer", "records.place_customer", **far)) == "SC-REGION-UNKNOWN"
