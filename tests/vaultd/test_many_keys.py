"""The keys of many customers are had in one transaction, and are the same as one by one."""

import pytest
from tests.vaultd.story import Story

from safeconduct.vaultd import keys as module
from safeconduct.vaultd.keys import RecordKeys


def test_many_at_once_are_those_of_one_by_one(ready: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 7)
    ring = ready.vault.opened.records._ring
    names = [f"{place:032x}" for place in range(20)]
    one = {name: ring.newest(f"customer/{name}") for name in names[:10]}
    ring.renew(f"customer/{names[3]}")
    keys = RecordKeys(ring=ring, segment="one", writes=True)
    keys.fetch(names)
    assert len(keys.at_hand) == 20
    for name in names:
        version, key = ring.newest(f"customer/{name}")
        assert keys.at_hand[f"customer/{name}"] == (version, key)
        assert keys.customer_key(name) == key
        assert keys.used[name] == version == (2 if name == names[3] else 1)
        assert one.get(name, (version, key)) == (version, key) or name == names[3]


def test_a_number_of_a_destroyed_key_never_comes_again(ready: Story) -> None:
    ring = ready.vault.opened.records._ring
    ring.newest("customer/gone")
    ring.destroy("customer/gone")
    keys = RecordKeys(ring=ring, segment="one", writes=True)
    keys.fetch(["gone"])
    assert keys.at_hand["customer/gone"][0] == 2


def test_whoever_makes_no_key_has_none_made_here(ready: Story) -> None:
    ring = ready.vault.opened.records._ring
    for keys in (
        RecordKeys(ring=ring, segment="one"),
        RecordKeys(ring=ring, segment="one", writes=True, makes=False),
        RecordKeys(ring=ring, segment="one", writes=True, matter="m"),
    ):
        keys.fetch(["nobody"])
        assert keys.at_hand == {}
    assert ring.newest_held("customer/nobody") is None
