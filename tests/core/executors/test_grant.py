"""The grant's form: what is sealed comes back the same, and nothing else is ever read as one."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.core.segments.conftest import CUSTOMERS
from tests.spark.ground import World, item, scope_of

from safeconduct.core.base.canonical import canonical_json
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.conduct.grants import GrantError
from safeconduct.core.executors.grant import (
    EXECUTOR_LASTS,
    ExecutorGrant,
    ExecutorGrantError,
    open_grant,
    seal_grant,
)
from safeconduct.core.executors.reading import ROWS_PER_TASK, NotGrantedError, Task, read, tasks
from safeconduct.core.sealing.recipients import decrypt_age, encrypt_age, new_identity
from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.core.tlog.notes import Signer
from safeconduct.spark.stores import StoreOptionError, fetching

ROWS = 600


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(tmp_path_factory.mktemp("grants"))
    made.fill(ROWS, 5)
    return made


@pytest.fixture(scope="module")
def grant(world: World) -> ExecutorGrant:
    return world.grant(scope_of(*(item(one) for one in CUSTOMERS[:3])))


def opened(world: World, sealed: bytes) -> ExecutorGrant:
    return open_grant(sealed, identity=world.executor[0], issuer=world.issuer.verifier)


def test_what_was_sealed_comes_back_the_same(world: World, grant: ExecutorGrant) -> None:
    found = opened(world, seal_grant(grant, recipient=world.executor[1], issuer=world.issuer))
    assert canonical_json(found.as_json()) == canonical_json(grant.as_json())
    assert found.digest == grant.digest
    assert found.keys == grant.keys > 20


def test_every_member_counts(world: World, grant: ExecutorGrant) -> None:
    sealed = seal_grant(grant, recipient=world.executor[1], issuer=world.issuer)
    clear = json.loads(decrypt_age(sealed, world.executor[0]))
    stranger = Signer(world.issuer.name, b"\x09" * 32)
    other = seal_grant(replace(grant, journey="d" * 32), recipient=world.executor[1], issuer=world.issuer)
    swapped = json.loads(decrypt_age(other, world.executor[0]))
    for wrong in (
        clear | {"note": swapped["note"]},
        clear | {"grant": swapped["grant"]},
        clear | {"grant": "no base64"},
        {"note": clear["note"]},
        {**clear, "note": clear["note"].replace("executor-grant", "executor-grand")},
    ):
        with pytest.raises(ExecutorGrantError):
            opened(world, encrypt_age(canonical_json(wrong), [world.executor[1]]))
    with pytest.raises(ExecutorGrantError):
        opened(world, seal_grant(grant, recipient=world.executor[1], issuer=stranger))
    for place in range(0, len(sealed), max(len(sealed) // 40, 1)):
        with pytest.raises(SafeconductError):
            opened(world, sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :])
    # Control: untouched, it opens.
    assert opened(world, encrypt_age(canonical_json(clear), [world.executor[1]])).keys == grant.keys


def test_a_grant_sealed_on_to_another_executor_is_not_theirs(world: World, grant: ExecutorGrant) -> None:
    secret, public = new_identity()
    with pytest.raises(ExecutorGrantError):
        seal_grant(grant, recipient=public, issuer=world.issuer)
    sealed = seal_grant(grant, recipient=world.executor[1], issuer=world.issuer)
    handed_on = encrypt_age(decrypt_age(sealed, world.executor[0]), [public])
    with pytest.raises(ExecutorGrantError):
        open_grant(handed_on, identity=secret, issuer=world.issuer.verifier)


def test_no_grant_outlasts_four_hours(world: World, grant: ExecutorGrant) -> None:
    del world
    with pytest.raises(GrantError):
        replace(grant, expires=grant.starts + EXECUTOR_LASTS + timedelta(seconds=1))
    assert replace(grant, expires=grant.starts + EXECUTOR_LASTS).expires > grant.starts


@pytest.mark.parametrize("member", ["scope", "segments", "holder", "starts", "version"])
def test_a_grant_that_lacks_a_member_is_none(grant: ExecutorGrant, member: str) -> None:
    value = dict(grant.as_json())
    del value[member]
    with pytest.raises(ExecutorGrantError):
        ExecutorGrant.from_json(value)
    with pytest.raises(ExecutorGrantError):
        ExecutorGrant.from_json(dict(grant.as_json()) | {"kind": "forecast"})


def test_tasks_divide_the_rows_and_lose_none(world: World, grant: ExecutorGrant) -> None:
    fetch, now = fetching({"store": str(world.store)}), datetime.now(UTC)
    wanted = world.oracle(grant.scope, "calls")["record_id"].to_pylist()
    assert len(wanted) > ROWS // 2
    for size in (1, 50, ROWS_PER_TASK):
        planned = tasks(grant, table="calls", rows=size)
        found = [
            row for task in planned for part in read(grant, task, fetch=fetch, now=now) for row in part["record_id"]
        ]
        assert sorted(one.as_py() for one in found) == sorted(wanted)
        assert len(planned) == 9 if size == 1 else len(planned) >= 3
    # Control: a task taken away is missed.
    fewer = tasks(grant, table="calls", rows=1)[1:]
    assert sum(part.num_rows for task in fewer for part in read(grant, task, fetch=fetch, now=now)) < len(wanted)
    with pytest.raises(NotGrantedError):
        tasks(world.grant(scope_of(item(CUSTOMERS[0], categories=["payment"]))), table="calls")


def test_a_task_that_the_grant_does_not_name_gives_nothing(world: World, grant: ExecutorGrant) -> None:
    fetch = fetching({"store": str(world.store)})
    strange = Task("calls", "2026-02", (CUSTOMERS[4],))
    assert CUSTOMERS[4] in world.clear["calls"]["customer"].to_pylist()
    assert list(read(grant, strange, fetch=fetch, now=datetime.now(UTC))) == []


def test_a_store_is_a_folder_or_a_bucket_with_its_keys(tmp_path: Path, world: World, grant: ExecutorGrant) -> None:
    for wrong in ({}, {"store": "relative"}, {"store": "s3://b/p"}, {"store": "s3://b", "endpoint": "https://x"}):
        with pytest.raises(StoreOptionError):
            fetching(wrong)
    del world
    nowhere = fetching({"store": str(tmp_path)})
    with pytest.raises(SegmentDamagedError, match="cannot be fetched"):
        list(read(grant, tasks(grant, table="calls")[0], fetch=nowhere, now=datetime.now(UTC)))
