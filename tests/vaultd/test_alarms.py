"""Refusals leave an alarm that nobody takes back, that no flood fills, and that says nothing about a person."""

import sqlite3
from datetime import timedelta
from importlib import import_module
from pkgutil import walk_packages
from types import SimpleNamespace
from typing import Any

import pytest
from tests.vaultd.story import MATTER, Story

import safeconduct.core
import safeconduct.vaultd
from safeconduct.core.base.errors import (
    BadInputError,
    ConflictError,
    DamagedError,
    NotPermittedError,
    SafeconductError,
    UnavailableError,
)
from safeconduct.core.conduct.approvals import QuorumError
from safeconduct.core.conduct.grants import GrantError
from safeconduct.vaultd import alarms
from safeconduct.vaultd.consents import UnknownConsentError
from safeconduct.vaultd.heads import StaleHeadError
from safeconduct.vaultd.store import Store


def kept(story: Story) -> list[tuple[str, str, str, int]]:
    found = story.call("alarms", after=0)["alarms"]
    return [(one["code"], one["gate"], one["matter"], one["count"]) for one in found]


def refuse(story: Story, error: SafeconductError, **more: Any) -> None:
    story.vault.alarms.refused(error, **({"gate": "collect", "caller": "uid-1"} | more))


def test_a_refusal_is_kept_once_and_counted(story: Story) -> None:
    for _ in range(3):
        refuse(story, QuorumError(), subject="e" * 64)
    refuse(story, GrantError(), gate="read_case", matter=MATTER)
    assert kept(story) == [("SC-QUORUM", "collect", "", 3), ("SC-GRANT", "read_case", MATTER, 1)]


def test_another_hour_is_another_row(story: Story) -> None:
    refuse(story, QuorumError())
    story.vault.clock.set(story.vault.clock.now() + timedelta(hours=1))
    refuse(story, QuorumError())
    assert len(kept(story)) == 2


def test_a_flood_of_made_up_things_fills_nothing(story: Story) -> None:
    for number in range(500):
        refuse(story, QuorumError(), subject=f"{number:064x}")
    found = kept(story)
    assert len(found) == alarms.MOST_SUBJECTS + 1
    assert sum(count for *_, count in found) == 500


def test_beyond_the_greatest_count_nothing_is_written(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "MOST_COUNTED", 5)
    for _ in range(50):
        refuse(story, QuorumError())
    assert kept(story) == [("SC-QUORUM", "collect", "", 5)]


def test_what_a_caller_typed_is_not_kept(story: Story) -> None:
    refuse(story, QuorumError(), subject="Quillon Markerby", matter="q.markerby@example.net")
    assert kept(story) == [("SC-QUORUM", "collect", "", 1)]
    assert story.call("alarms", after=0)["alarms"][0]["subject"] == ""


def test_an_unknown_thing_is_not_named_whether_it_is_there_or_not(ready: Story) -> None:
    digest = ready.approved()
    for subject in (digest, "0" * 64):
        refuse(ready, UnknownConsentError(), subject=subject)
    assert kept(ready) == [("SC-UNKNOWN-CONSENT", "collect", "", 2)]


def test_the_matter_behind_a_digest_is_found(ready: Story) -> None:
    refuse(ready, QuorumError(), subject=ready.approved())
    assert kept(ready) == [("SC-QUORUM", "collect", MATTER, 1)]


def test_a_stale_proof_is_ordinary_and_a_shorter_log_is_not(story: Story) -> None:
    refuse(story, StaleHeadError("", 4))
    refuse(story, StaleHeadError("", 4), gate="sign_head")
    assert kept(story) == [("SC-STALE-HEAD", "sign_head", "", 1)]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM alarm",
        "UPDATE alarm SET count = 1",
        "UPDATE alarm SET count = count + 2",
        "UPDATE alarm SET code = 'SC-OTHER', count = count + 1",
    ],
)
def test_a_row_is_never_deleted_nor_changed_but_for_its_count(story: Story, statement: str) -> None:
    refuse(story, QuorumError())
    refuse(story, QuorumError())
    with pytest.raises(sqlite3.IntegrityError, match="alarm"):
        story.vault.store.run(statement)


def test_it_also_counts_while_the_vault_is_sealed(story: Story) -> None:
    story.vault.seal()
    refuse(story, QuorumError())
    assert story.vault.alarms.newest() == 1


def test_every_refusal_of_the_vault_process_is_an_alarm_or_is_ordinary_for_a_reason() -> None:
    def classes(kind: type[SafeconductError]) -> set[type[SafeconductError]]:
        return {kind}.union(*(classes(one) for one in kind.__subclasses__()))

    for package in (safeconduct.core, safeconduct.vaultd):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    found = {
        one for one in classes(SafeconductError) if one.__module__.startswith(("safeconduct.core", "safeconduct.v"))
    }
    assert len(found) > 80
    codes = {one.code for one in found}
    assert set(alarms.ORDINARY) <= codes
    assert codes >= alarms.SUSPECT
    for one in found:
        gate = issubclass(one, NotPermittedError | DamagedError)
        alarming = alarms.is_alarming(SimpleNamespace(code=one.code) if not gate else _bare(one), "collect")  # type: ignore[arg-type]
        assert alarming == ((gate and one.code not in alarms.ORDINARY) or one.code in alarms.SUSPECT)
        assert not (alarming and issubclass(one, UnavailableError))
    assert issubclass(BadInputError, SafeconductError)
    assert issubclass(ConflictError, SafeconductError)


def _bare(kind: type[SafeconductError]) -> SafeconductError:
    return kind.__new__(kind)


def test_an_older_store_gets_the_table(tmp_path: Any) -> None:
    path = tmp_path / "store.sqlite3"
    made = Store(path)
    # All that a store of version 1 did not hold.
    for table in (
        "alarm",
        "segment_key",
        "mandate",
        "segment_facts",
        "index_run",
        "index_of",
        "superseded",
        "one_time_code",
        "customer_region",
        "home",
        "far_rest",
        "erasure",
    ):
        made.run(f"DROP TABLE {table}")
    made.run("PRAGMA user_version = 1")
    made.close()
    again = Store(path)
    assert again.all("SELECT * FROM alarm") == []
    again.close()
