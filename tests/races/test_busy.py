"""A store or a database that another writer holds: a refusal with a code, nothing half done, the same call again."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.vaultd.running import running
from tests.vaultd.story import Story, begin, call_rows, subscriber_rows

from safeconduct.core.base.configuration import read_configuration
from safeconduct.vaultd.server import own_user, serve
from safeconduct.vaultd.store import ServedElsewhereError, Store, StoreBusyError
from safeconduct.vaultd.vault import Vault, store_of


@pytest.fixture
def ready(tmp_path: Path) -> Iterator[Story]:
    story = begin(tmp_path / "instance")
    story.enrol_officer()
    story.import_rows("calls", call_rows())
    story.import_rows("subscribers", subscriber_rows())
    story.vault.store.one("PRAGMA busy_timeout=0")
    yield story
    story.vault.close()


@contextmanager
def held(story: Story) -> Iterator[None]:
    """Let another program keep the one place of the writer."""
    other = sqlite3.connect(store_of(story.configuration), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def counts(story: Story) -> dict[str, int]:
    tables = ("consent", "approval", "lease", "act", "delivery", "object")
    found = {table: story.vault.store.one(f"SELECT count(*) AS n FROM {table}") for table in tables}  # noqa: S608 - fixed names
    return {table: row["n"] for table, row in found.items() if row is not None}


def test_each_act_refuses_by_name_and_leaves_nothing_behind(ready: Story) -> None:
    scope = ready.approved()
    before = counts(ready)
    with held(ready), pytest.raises(StoreBusyError) as caught:
        ready.collect(scope)
    assert (caught.value.code, counts(ready)) == ("SC-VAULT-BUSY", before)
    release = ready.collect(scope)["release_digest"]
    before = counts(ready)
    with held(ready), pytest.raises(StoreBusyError):
        ready.sign(release, "mara")
    assert counts(ready) == before
    ready.sign(release, "mara")
    before = counts(ready)
    with held(ready), pytest.raises(StoreBusyError):
        ready.release(release)
    assert counts(ready) == before
    assert not ready.configuration.outbox.exists()
    assert len(ready.release(release)["files"]) == 2


def test_a_commit_that_fails_is_taken_back_and_does_not_take_in_the_next_act(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store" / "vault.sqlite3")
    run = Store.run

    def busy(self: Store, statement: str, values: tuple[object, ...] = ()) -> int:
        if statement == "COMMIT":
            raise StoreBusyError
        return run(self, statement, values)

    monkeypatch.setattr(Store, "run", busy)
    with pytest.raises(StoreBusyError), store.writing():
        store.put_setting("one", "1")
    monkeypatch.undo()
    with store.writing():
        store.put_setting("two", "2")
    assert (store.setting("one"), store.setting("two")) == (None, "2")
    store.close()


def test_a_second_vault_process_on_one_store_is_refused_and_removes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    with running(folder) as first:
        outbox = first.story.configuration.outbox
        outbox.mkdir(parents=True, exist_ok=True)
        rest = outbox / ".package.age.part"
        rest.write_bytes(b"what the first process is about to hand out")
        second = Vault(read_configuration(folder / "safeconduct.toml"))
        with pytest.raises(ServedElsewhereError):
            serve(second, allowed=own_user())
        second.close()
        assert rest.exists()
        assert first.call("status")[0] == 200
