"""The key file: any two open it, nobody does alone, and no change of it goes unnoticed."""

import json
from itertools import combinations

import pytest

from safeconduct.core.base.canonical import canonical_json
from safeconduct.core.sealing import keyfile
from safeconduct.core.sealing.errors import SealError

ROOT = bytes(range(32))
CHEAP = keyfile.Cost(memory_kib=8 * 1024, passes=1, lanes=1)
PHRASES = {"Ada": "correct horse one", "Bo": "correct horse two", "Cy": "correct horse three"}


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return keyfile.create(root_key=ROOT, passphrases=PHRASES, cost=CHEAP)


def test_any_two_custodians_open_it(sealed: bytes) -> None:
    for pair in combinations(PHRASES, 2):
        assert keyfile.open_keyfile(sealed, {name: PHRASES[name] for name in pair}) == ROOT
        assert keyfile.open_keyfile(sealed, {name: PHRASES[name] for name in reversed(pair)}) == ROOT


def test_nobody_opens_it_alone(sealed: bytes) -> None:
    ada = keyfile.share_of(sealed, custodian="Ada", passphrase=PHRASES["Ada"])
    with pytest.raises(SealError):
        keyfile.open_with_shares(sealed, ada, ada)
    pretended = keyfile.Share(custodian="Bo", material=ada.material)
    with pytest.raises(SealError):
        keyfile.open_with_shares(sealed, ada, pretended)
    with pytest.raises(SealError):
        keyfile.open_keyfile(sealed, {"Ada": PHRASES["Ada"]})
    with pytest.raises(SealError):
        keyfile.open_keyfile(sealed, {"Ada": PHRASES["Ada"], "Bo": PHRASES["Ada"]})


def test_a_wrong_passphrase_or_name_is_refused(sealed: bytes) -> None:
    with pytest.raises(SealError):
        keyfile.open_keyfile(sealed, {"Ada": PHRASES["Ada"], "Bo": "something else"})
    with pytest.raises(SealError):
        keyfile.open_keyfile(sealed, {"Ada": PHRASES["Ada"], "Eve": PHRASES["Bo"]})


def test_nothing_in_the_file_tells_whether_one_passphrase_is_right(sealed: bytes) -> None:
    right = keyfile.share_of(sealed, custodian="Ada", passphrase=PHRASES["Ada"])
    wrong = keyfile.share_of(sealed, custodian="Ada", passphrase=PHRASES["Bo"])
    assert len(right.material) == len(wrong.material)
    assert right.material.hex() not in sealed.hex()


def test_every_changed_byte_is_refused_or_harmless_to_the_key(sealed: bytes) -> None:
    two = {name: PHRASES[name] for name in ("Ada", "Bo")}
    value = json.loads(sealed)
    for place, path in enumerate(("cost", "custodians", "slots")):
        changed = json.loads(sealed)
        if path == "cost":
            changed["cost"]["passes"] = 2
        elif path == "custodians":
            changed["custodians"][2]["salt"] = value["custodians"][1]["salt"]
        else:
            changed["slots"][0]["wrapped"] = value["slots"][1]["wrapped"]
        assert changed != value, place
        with pytest.raises(SealError):
            keyfile.open_keyfile(canonical_json(changed), two)
    for place in range(0, len(sealed), 7):
        with pytest.raises(SealError):
            keyfile.custodians(sealed[:place])


@pytest.mark.parametrize(
    "cost",
    [
        {"memory_kib": 64, "passes": 1, "lanes": 1},
        {"memory_kib": 2**30, "passes": 1, "lanes": 1},
        {"memory_kib": 8192, "passes": 0, "lanes": 1},
        {"memory_kib": 8192, "passes": 10**6, "lanes": 1},
        {"memory_kib": 8192, "passes": 1, "lanes": 1, "more": 1},
        {"memory_kib": "8192", "passes": 1, "lanes": 1},
        {},
    ],
)
def test_a_cost_outside_the_limits_is_refused_before_it_is_paid(sealed: bytes, cost: dict[str, object]) -> None:
    value = json.loads(sealed)
    value["cost"] = cost
    if cost == {}:
        del value["cost"]
    with pytest.raises(SealError):
        keyfile.open_keyfile(canonical_json(value), {"Ada": "correct horse one", "Bo": "correct horse two"})


@pytest.mark.parametrize(
    "phrases",
    [
        {},
        {"Ada": "correct horse one"},
        {"Ada": "correct horse one", "Bo": "short"},
        {"Ada": "correct horse one", "Bo": "correct horse one"},
        {"Ada": "caf\u00e9 correct horse", "Bo": "cafe\u0301 correct horse"},
        {"": "correct horse one", "Bo": "correct horse two"},
        {str(number): f"correct horse {number:02}" for number in range(13)},
    ],
)
def test_bad_sets_of_custodians_are_refused(phrases: dict[str, str]) -> None:
    with pytest.raises(keyfile.CustodianError):
        keyfile.create(root_key=ROOT, passphrases=phrases, cost=CHEAP)


def test_a_passphrase_typed_on_another_keyboard_opens(sealed: bytes) -> None:
    phrases = {"Ada": "caf\u00e9 correct horse", "Bo": PHRASES["Bo"]}
    file = keyfile.create(root_key=ROOT, passphrases=phrases, cost=CHEAP)
    assert keyfile.open_keyfile(file, phrases | {"Ada": "cafe\u0301 correct horse"}) == ROOT
    assert keyfile.custodians(file) == ("Ada", "Bo")
    assert file != sealed


def test_the_default_cost_is_the_second_recommendation_of_rfc_9106() -> None:
    assert keyfile.Cost() == keyfile.Cost(memory_kib=65536, passes=3, lanes=4)


def test_a_share_does_not_show_itself(sealed: bytes) -> None:
    share = keyfile.share_of(sealed, custodian="Ada", passphrase=PHRASES["Ada"])
    assert share.material.hex() not in repr(share)
    assert repr(share.material) not in repr(share)
