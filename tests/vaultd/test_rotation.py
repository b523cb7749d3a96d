"""Rotation of epochs and of the root: what lives opens, what is destroyed opens for nobody, also in old copies."""

import shutil
from base64 import b64decode
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
from tests.vaultd.refusals import code_of
from tests.vaultd.rotating import (
    NEXT_TWO,
    all_bytes,
    every_key,
    opened_in,
    opens_with,
    root_of,
    rotate,
    rotate_root,
    wrapped_bytes,
)
from tests.vaultd.story import CUSTODIANS, CUSTOMER, MATTER, OTHER, Story, call_rows, sealed

from safeconduct.core.base.canonical import parse_canonical
from safeconduct.core.sealing.keys import wrap
from safeconduct.core.segments.errors import CustomerKeyDestroyedError
from safeconduct.vaultd.custody import Custody
from safeconduct.vaultd.epochs import Epochs, next_name
from safeconduct.vaultd.keys import wrapping
from safeconduct.vaultd.records import EVER
from safeconduct.vaultd.store import Store, StoreError
from safeconduct.vaultd.vault import epoch_file_of, key_file_of, store_of


def reopened(story: Story, custodians: dict[str, str] = CUSTODIANS) -> Story:
    story.vault.close()
    return opened_in(story.configuration.vault_store.parent, story.log, custodians=custodians)


def test_every_key_goes_over_and_the_old_epoch_is_gone(ready: Story) -> None:
    paper = sealed(ready, "transcript", b"the words")
    before, old = every_key(ready), wrapped_bytes(ready)
    told = rotate(ready)
    assert told == {"epoch": "epoch/2026-06/2", "keys": len(before), "destroyed": 1}
    status = ready.call("keys")
    assert [(one["name"], one["keys"]) for one in status["epochs"]] == [("epoch/2026-06/2", len(before))]
    assert not status["unfinished"]
    again = reopened(ready)
    assert every_key(again) == before
    assert again.vault.opened.objects.open(paper) == b"the words"
    assert set(wrapped_bytes(again).values()).isdisjoint(old.values())
    again.vault.close()


def test_a_copy_of_the_store_from_before_opens_for_nobody(ready: Story) -> None:
    old, root = wrapped_bytes(ready), root_of(ready.configuration)
    assert sorted(opens_with(old, ready.configuration, root)) == sorted(old), "the control opens while the epoch lives"
    rotate(ready)
    assert opens_with(old, ready.configuration, root) == []
    current = wrapped_bytes(ready)
    assert sorted(opens_with(current, ready.configuration, root)) == sorted(current)


def test_no_old_wrapped_key_is_left_in_any_file(ready: Story) -> None:
    folder = ready.configuration.vault_store
    old = wrapped_bytes(ready)
    kek = b64decode(parse_canonical(epoch_file_of(ready.configuration).read_bytes())["epochs"][0]["wrapped"][0])
    assert all(form in all_bytes(folder) for form in old.values())
    rotate(ready)
    held = all_bytes(folder)
    assert [owner for owner, form in old.items() if form in held] == []
    assert [owner for owner, form in old.items() if form[-48:] in held] == []
    assert b64decode(parse_canonical(epoch_file_of(ready.configuration).read_bytes())["epochs"][0]["wrapped"][0]) != kek


def test_the_bytes_that_the_epoch_file_held_are_overwritten(ready: Story, tmp_path: Path) -> None:
    other_name = tmp_path / "the same file under another name"
    other_name.hardlink_to(epoch_file_of(ready.configuration))
    held = other_name.read_bytes()
    rotate(ready)
    assert other_name.read_bytes() == bytes(len(held))


def test_the_same_entry_answers_the_same_and_rotates_once(ready: Story) -> None:
    name = ready.call("keys")["next"]
    entry = ready.log.record("vault.rotate", name, what="epoch", epoch=name)
    first = rotate(ready, name, entry)
    assert rotate(ready, name, entry) == first
    assert [one["name"] for one in ready.call("keys")["epochs"]] == [name]
    another = ready.log.record("vault.rotate", name, what="epoch", epoch=name)
    assert code_of(lambda: rotate(ready, name, another)) == "SC-EPOCH"


def test_an_entry_about_something_else_rotates_nothing(ready: Story) -> None:
    before = ready.call("keys")
    name = before["next"]
    wrong = [
        ready.proof("records.import", subject=name, what="epoch", epoch=name),
        ready.proof("vault.rotate", subject="epoch/2027-01", what="epoch", epoch=name),
        ready.proof("vault.rotate", subject=name, what="root", epoch=name, custodians=2),
        ready.proof("vault.rotate", subject=name, what="epoch", epoch="epoch/2027-01"),
    ]
    for proof in wrong:
        assert code_of(lambda proof=proof: ready.call("rotate", epoch=name, proof=proof)) == "SC-WRONG-ENTRY"
    ahead = ready.proof("vault.rotate", subject="epoch/2027-01", what="epoch", epoch="epoch/2027-01")
    assert code_of(lambda: ready.call("rotate", epoch="epoch/2027-01", proof=ahead)) == "SC-EPOCH"
    assert ready.call("keys") == before


@pytest.mark.parametrize(
    ("newest", "day", "name"),
    [
        (None, "2026-06-18", "epoch/2026-06"),
        ("epoch/2026-05", "2026-06-01", "epoch/2026-06"),
        ("epoch/2026-06", "2026-06-30", "epoch/2026-06/2"),
        ("epoch/2026-06/9", "2026-06-30", "epoch/2026-06/10"),
        ("epoch/2026-06/10", "2026-07-01", "epoch/2026-07"),
        ("epoch/2026-07", "2026-06-30", "epoch/2026-07/2"),
    ],
)
def test_no_epoch_ever_has_a_name_that_was_used(newest: str | None, day: str, name: str) -> None:
    assert next_name(newest, datetime.fromisoformat(f"{day}T00:00:00+00:00")) == name


def test_rotation_is_due_when_the_month_is_over(ready: Story) -> None:
    assert not ready.call("keys")["due"]
    ready.call("set_clock", now="2026-07-01T00:00:00Z")
    told = ready.call("keys")
    assert (told["due"], told["next"], told["epochs"][0]["days"]) == (True, "epoch/2026-07", 12)
    rotate(ready)
    assert not ready.call("keys")["due"]


def test_a_destroyed_key_stays_destroyed(ready: Story) -> None:
    paper = sealed(ready, "transcript", b"the words")
    ready.vault.opened.ring.destroy(f"matter/{MATTER}")
    rotate(ready)
    assert code_of(lambda: ready.vault.opened.objects.open(paper)) == "SC-KEY-GONE"


def test_a_key_of_an_epoch_that_is_gone_is_told_and_stops_no_rotation(ready: Story) -> None:
    store = ready.vault.store
    lost = (b"\0" * 119, "customer/restored")
    with store.writing():
        store.run("INSERT INTO wrapped_key (wrapped, owner, version, epoch) VALUES (?, ?, 1, 'epoch/2019-01')", lost)
    assert rotate(ready)["destroyed"] == 1
    assert code_of(lambda: ready.vault.opened.ring.existing("customer/restored")) == "SC-KEY-GONE"


def renew(story: Story, customer: str = CUSTOMER) -> int:
    told = story.act("renew", "vault.renew", subject=customer, customer=customer)
    return int(told["version"])


def rows_of(story: Story, customer: str = CUSTOMER) -> int:
    records = story.vault.opened.records
    readers = [records.reader(one) for one in records.pinned(MATTER) if one.table == "calls"]
    account = [{"kind": "account", "value": customer}]
    return sum(one.find(customer=customer, selectors=account, window=EVER).num_rows for one in readers)


def test_a_customers_new_key_is_for_new_seals_and_the_old_ones_open(ready: Story) -> None:
    ready.import_rows("calls", call_rows(OTHER, "o"))
    store, owner = ready.vault.store, {"customer": CUSTOMER}
    before = ready.call("seal", kind="letter", owner=owner, data="AAAA")["object"]
    assert renew(ready) == 2
    after = ready.call("seal", kind="letter", owner=owner, data="BBBB")["object"]
    both = pa.concat_tables([call_rows(prefix="n"), call_rows(OTHER, "p")])
    ready.import_rows("calls", both)
    assert store.one("SELECT count(*) AS number FROM segment_key WHERE version = 2")["number"] == 2, "one a month"
    assert store.one("SELECT 1 FROM segment_key WHERE customer <> ?", (CUSTOMER,)) is None
    versions = {row["id"]: row["key_version"] for row in store.all("SELECT id, key_version FROM object")}
    assert (versions[before], versions[after]) == (1, 2)
    rotate(ready)
    again = reopened(ready)
    assert (rows_of(again), rows_of(again, OTHER)) == (8, 8)
    assert again.vault.opened.objects.open(before) == b64decode("AAAA")
    with again.vault.store.writing():
        again.vault.store.run("DELETE FROM wrapped_key WHERE owner = ? AND version = 1", (f"customer/{CUSTOMER}",))
    again.vault.opened.ring._known.clear()
    assert code_of(lambda: rows_of(again)) == CustomerKeyDestroyedError.code, "old pages are under the old version"
    assert again.vault.opened.objects.open(after) == b64decode("BBBB")
    again.vault.opened.ring.destroy(f"customer/{CUSTOMER}")
    assert code_of(lambda: again.vault.opened.objects.open(after)) == "SC-KEY-GONE"
    again.vault.close()


def test_who_comes_back_after_an_erasure_gets_another_key(ready: Story) -> None:
    ready.vault.opened.ring.destroy(f"customer/{CUSTOMER}")
    ready.import_rows("calls", call_rows(prefix="again-"))
    assert ready.vault.opened.ring.newest(f"customer/{CUSTOMER}")[0] == 2
    records, told = ready.vault.opened.records, []
    for one in [one for one in records.pinned(MATTER) if one.table == "calls"]:
        account = [{"kind": "account", "value": CUSTOMER}]
        try:
            told.append(records.reader(one).find(customer=CUSTOMER, selectors=account, window=EVER).num_rows)
        except CustomerKeyDestroyedError:
            told.append(-1)
    assert sorted(told) == [-1, -1, 1, 3], "the old rows are gone, not damaged"


def test_a_renewal_happens_once_for_an_entry_and_never_for_who_is_erased(ready: Story) -> None:
    entry = ready.log.record("vault.renew", CUSTOMER)
    told = [ready.call("renew", customer=CUSTOMER, proof=ready.prove(entry))["version"] for _ in range(2)]
    assert told == [2, 2]
    assert code_of(lambda: ready.call("renew", customer=OTHER, proof=ready.prove(entry))) == "SC-WRONG-ENTRY"
    ready.vault.opened.ring.destroy(f"customer/{CUSTOMER}")
    assert code_of(lambda: renew(ready)) == "SC-KEY-GONE"


def test_new_custodians_open_it_and_the_old_ones_no_more(ready: Story) -> None:
    before, old_root = every_key(ready), root_of(ready.configuration)
    old_file, old_epochs = key_file_of(ready.configuration).read_bytes(), epoch_file_of(ready.configuration)
    told = rotate_root(ready)
    assert told == {"epoch": "epoch/2026-06/2", "custodians": 3, "keys": len(before), "destroyed": 1}
    assert ready.call("status")["unsealers"] == sorted(NEXT_TWO)
    with pytest.raises(Exception, match="SC-EPOCH-FILE"):
        opens_with(wrapped_bytes(ready), ready.configuration, old_root)
    again = reopened(ready, NEXT_TWO)
    assert every_key(again) == before
    assert old_file not in all_bytes(again.configuration.vault_store)
    assert len(parse_canonical(old_epochs.read_bytes())["epochs"][0]["wrapped"]) == 1
    again.vault.close()
    with pytest.raises(Exception, match="SC-SEAL"):
        opened_in(again.configuration.vault_store.parent, ready.log)


def failing_once(monkeypatch: pytest.MonkeyPatch, what: type, name: str) -> None:
    """Have a method do its work and then fail, once, as on a full disk."""
    whole = getattr(what, name)

    def fails(*arguments: object) -> None:
        monkeypatch.setattr(what, name, whole)
        whole(*arguments)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(what, name, fails)


def entry_for_a_root(story: Story) -> dict[str, object]:
    name = story.call("keys")["next"]
    facts = {"what": "root", "epoch": name, "custodians": 3}
    return {"epoch": name, "entry": story.log.record("vault.rotate", name, **facts)}


def test_a_full_disk_after_the_new_key_file_is_gone_on_from(ready: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    told, before = entry_for_a_root(ready), every_key(ready)
    failing_once(monkeypatch, Epochs, "only_under")
    with pytest.raises(OSError, match="No space"):
        rotate_root(ready, **told)
    assert rotate_root(ready, **told)["destroyed"] == 1
    again = reopened(ready, NEXT_TWO)
    assert every_key(again) == before
    again.vault.close()


def test_whoever_was_not_opened_with_the_new_key_file_stops(ready: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    told, before = entry_for_a_root(ready), every_key(ready)
    failing_once(monkeypatch, Custody, "replace")
    with pytest.raises(OSError, match="No space"):
        rotate_root(ready, **told)
    assert code_of(lambda: rotate_root(ready, **told)) == "SC-STORAGE-FAILED"
    again = reopened(ready, NEXT_TWO)
    assert rotate_root(again, **told)["destroyed"] == 1
    assert every_key(again) == before
    again.vault.close()


def test_a_new_root_needs_two_custodians_of_today(ready: Story) -> None:
    before = key_file_of(ready.configuration).read_bytes(), epoch_file_of(ready.configuration).read_bytes()
    ada, ben = ({name: CUSTODIANS[name]} for name in ("ada", "ben"))
    for current in (ada, ada | {"ben": "another passphrase"}, ada | ben | {"carl": "a third passphrase"}, NEXT_TWO):
        assert code_of(lambda current=current: rotate_root(ready, current=current)) == "SC-SEAL"
    for custodians in ({"one": "a long passphrase"}, {"one": "short", "two": "a long passphrase"}):
        assert code_of(lambda custodians=custodians: rotate_root(ready, custodians=custodians)) == "SC-CUSTODIAN"
    assert (key_file_of(ready.configuration).read_bytes(), epoch_file_of(ready.configuration).read_bytes()) == before
    assert len(ready.call("keys")["epochs"]) == 1


def test_passphrases_that_are_no_texts_are_refused(ready: Story) -> None:
    name = ready.call("keys")["next"]
    proof = ready.proof("vault.rotate", subject=name, what="root", epoch=name, custodians=2)
    call = {"epoch": name, "current": {"ada": 1}, "custodians": {}, "proof": proof}
    assert code_of(lambda: ready.call("rotate_root", **call)) == "SC-CALL"


def test_a_vault_without_its_epoch_file_does_not_open_and_makes_none(ready: Story, tmp_path: Path) -> None:
    ready.vault.close()
    path = epoch_file_of(ready.configuration)
    kept = tmp_path / "kept"
    path.rename(kept)
    for damage in (None, b"{}", b'{"epochs":[{}],"format":"safeconduct/epoch-file/v1"}', kept.read_bytes()[:-1]):
        if damage is not None:
            path.write_bytes(damage)
        with pytest.raises(Exception, match="SC-EPOCH-FILE"):
            opened_in(path.parents[1], ready.log)
    assert path.read_bytes() == kept.read_bytes()[:-1]
    shutil.copy(kept, path)
    opened_in(path.parents[1], ready.log).vault.close()


def test_epochs_that_an_older_version_kept_in_the_store_move_to_the_file(ready: Story) -> None:
    root, ring = root_of(ready.configuration), ready.vault.opened.ring
    before, newest = every_key(ready), ring.epochs.newest
    assert newest is not None
    form = wrap(root, newest.kek, wrapping(newest.name, 1))
    with ready.vault.store.writing():
        ready.vault.store.run("INSERT INTO wrapped_key VALUES (?, 1, 'root', ?)", (newest.name, form))
    ready.vault.close()
    epoch_file_of(ready.configuration).unlink()
    again = opened_in(ready.configuration.vault_store.parent, ready.log)
    assert every_key(again) == before
    assert again.vault.store.one("SELECT 1 FROM wrapped_key WHERE epoch = 'root'") is None
    assert form not in all_bytes(again.configuration.vault_store)
    again.vault.close()


def test_the_log_of_the_store_cannot_be_emptied_while_somebody_reads(story: Story) -> None:
    other = Store(store_of(story.configuration))
    other.run("BEGIN")
    other.one("SELECT * FROM wrapped_key")
    with story.vault.store.writing():
        story.vault.store.put_setting("something", "else")
    story.vault.store.run("PRAGMA busy_timeout=1")
    with pytest.raises(StoreError):
        story.vault.store.truncate()
    other.run("ROLLBACK")
    other.close()
